//! One doctor: what the GMC says, what TIS says, where they differ, and what changed night by night.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use domain::access::Right;
use domain::ids::{BodyCode, GmcNumber};
use domain::sending::Standing;
use domain::trainee::Trainee;
use domain::view::ViewRow;
use jiff::Timestamp;
use ops::doctor::{DoctorPage, OnList};
use ops::rows::IntentRow;
use ops::{Event, Happening, Shown};

use super::notes::{NoteView, Written};
use super::{Page, as_of, complaining, hidden, listing, notes, past, resolved};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::{day, long, today};
use crate::params::{self, Params, encoded};
use crate::parts::{Callout, Cell, DayForm, Errors, PostForm, Summary, Table, Tag, Weight};
use crate::reader::Reader;
use crate::words;

#[derive(Template)]
#[template(path = "doctor.html")]
struct View {
    frame: Frame,
    freshness: FreshnessLine,
    errors: Errors,
    name: String,
    number: String,
    marks: Vec<Tag>,
    then: Option<String>,
    disagreement: Option<Callout>,
    under_way: Option<Callout>,
    acts: Vec<Cell>,
    gmc: Vec<(String, Summary)>,
    gmc_absent: &'static str,
    tis: Option<(String, Summary)>,
    day_form: DayForm,
    disagreements: Option<Table>,
    admin: String,
    stage: Option<Cell>,
    hidden: Option<Table>,
    shows: Vec<PostForm>,
    done: Option<&'static str>,
    notes: Vec<NoteView>,
    forms: Vec<PostForm>,
    past: Option<Table>,
    history: Table,
}

/// Shows one doctor.
pub async fn get(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(number): Path<String>,
    params: Params,
) -> Page {
    show(&app, &reader, (&number, &params), None).await
}

/// Shows one doctor, with what was written and could not be kept, and why.
pub async fn show(app: &App, reader: &Reader, of: (&str, &Params), written: Option<&Written<'_>>) -> Page {
    let (number, params) = of;
    let (on, mut errors) = match params::day(params, app.ops.today().date) {
        Ok(on) => (on, Errors::default()),
        Err(complaint) => (None, Errors { complaints: vec![complaint] }),
    };
    errors.complaints.extend(written.map(Written::complaint));
    let page = app.ops.doctor(&reader.viewer(), number, on).await?;
    let view = &page.row.view;
    let name = listing::name(view);
    let now = page.freshness.at;
    let lists_as_of = page.said.lists.iter().map(|list| list.data_as_of).max();
    let sent = match GmcNumber::parse(&view.gmc_number) {
        Some(number) => app.ops.under_way(&reader.doctors(), &number, lists_as_of).await?,
        None => Vec::new(),
    };
    let view = View {
        under_way: under_way(app, &sent),
        acts: acts(reader, view),
        frame: Frame::of(app, reader, "", name.as_str())
            .below("/doctors", "Doctors")
            .complaining(errors.is_any()),
        freshness: FreshnessLine::of(&page.freshness),
        number: view.gmc_number.clone(),
        marks: listing::close(view, now).into_iter().chain(listing::marks(view)).collect(),
        then: on.map(day),
        disagreement: disagreement(&page),
        gmc: page.said.lists.iter().map(|list| (gmc_heading(app, list), gmc(app, &page, list))).collect(),
        gmc_absent: if on.is_some() { "No list of yours named this doctor on that day." } else { ABSENT_NOW },
        tis: page.said.tis.as_ref().map(|(trainee, as_of)| (tis_heading(*as_of), tis(trainee))),
        day_form: DayForm {
            action: format!("/doctors/{}", encoded(&view.gmc_number)),
            entered: params.get("on").unwrap_or_default().to_owned(),
            error: errors.of("on").map(str::to_owned),
        },
        disagreements: (!page.disagreements.is_empty())
            .then(|| resolved::of_doctor(&page.disagreements, now)),
        stage: view.discrepancy.as_ref().map(|_| listing::stage(&page.row)),
        hidden: (!page.hidden.is_empty()).then(|| hidden::table(app, &page.hidden, now)),
        shows: hidden::forms(reader, &page.hidden),
        admin: page.row.admin.clone().unwrap_or_else(|| "nobody".to_owned()),
        done: params.get("done").and_then(notes::done),
        notes: notes::views(reader, &page, written, now),
        forms: notes::forms(reader, view, written),
        past: (!page.past.is_empty()).then(|| past::table(app, &page.past, now)),
        history: history(app, &view.gmc_number, &page.history, now),
        name,
        errors,
    };
    complaining(&view, &view.errors)
}

/// What was sent to the GMC and no list shows yet.
fn under_way(app: &App, sent: &[IntentRow]) -> Option<Callout> {
    let told = sent.iter().map(|row| {
        let (wish, body) = (words::wish(row.wish), app.ops.name_of(row.body.as_str()));
        let stands = match row.standing {
            Standing::Accepted if row.awaits_list() => row.sentence.clone(),
            Standing::Accepted => "accepted by the GMC; the next list confirms it".to_owned(),
            other => words::standing(other).text.to_lowercase(),
        };
        Cell::link(format!("/connections/{}", encoded(&row.id)), format!("{wish} for {body}: {stands}"))
    });
    (!sent.is_empty()).then(|| Callout {
        weight: Weight::Inset,
        heading: "Sent, awaiting the GMC's confirmation".to_owned(),
        paragraphs: told.collect(),
    })
}

/// What whoever reads may begin here.
fn acts(reader: &Reader, view: &ViewRow) -> Vec<Cell> {
    let number = encoded(&view.gmc_number);
    let is_within =
        |right| view.body.as_deref().is_some_and(|body| reader.scope(right).covers(&BodyCode::new(body)));
    let draft = is_within(Right::Draft)
        .then(|| Cell::link(format!("/doctors/{number}/recommend"), "Draft a recommendation"));
    let connect = reader.may(Right::Connect).then(|| {
        Cell::link(format!("/connections/new?doctor={number}"), "Connect or disconnect this doctor")
    });
    draft.into_iter().chain(connect).collect()
}

const ABSENT_NOW: &str = "No list of yours names this doctor now.";

fn gmc_heading(app: &App, list: &OnList) -> String {
    let name = app.ops.name_of(list.body.as_str());
    format!("{name}, snapshot {}, data as of {}", list.snapshot, long(list.data_as_of))
}

fn tis_heading(as_of: Timestamp) -> String {
    format!("Data as of {}", long(as_of))
}

fn disagreement(page: &DoctorPage) -> Option<Callout> {
    let view = &page.row.view;
    let kind = page.disagreement?;
    let since = page.row.discrepancy_since.map(|since| format!("It stands since {}.", long(since)));
    let told = [view.discrepancy_why.clone(), view.discrepancy_settles.clone(), since];
    Some(Callout {
        weight: Weight::Loud,
        heading: format!("The GMC and TIS differ: {}", kind.title().to_lowercase().replace("gmc", "GMC")),
        paragraphs: told.into_iter().flatten().map(Cell::Text).collect(),
    })
}

fn gmc(app: &App, page: &DoctorPage, list: &OnList) -> Summary {
    let one = &list.listing;
    let listed = words::presence(list.presence).map_or_else(|| Cell::text("Yes"), Cell::Tag);
    let mut lines = vec![
        ("Name", Cell::text(as_of::name(one))),
        (
            "Body",
            Cell::link(
                format!("/bodies/{}", encoded(list.body.as_str())),
                app.ops.name_of(list.body.as_str()),
            ),
        ),
        ("In that answer", listed),
        ("Under notice", as_of::notice(&one.under_notice)),
        ("Submission date", as_of::date(&one.submission_date)),
        ("Date added", as_of::date(&one.date_added)),
        ("GMC status", Cell::maybe(one.doctor_status.as_deref())),
        ("Breach", Cell::maybe(one.breach.as_deref())),
        ("Investigation", sensitive(list.sensitive, one.investigation.as_deref())),
        ("Preliminary investigation", sensitive(list.sensitive, one.preliminary_investigation.as_deref())),
        ("Sanction", sensitive(list.sensitive, one.sanction.as_deref())),
    ];
    if page.said.lists.len() > 1 {
        lines.push(("Also", Cell::text("More than one list names this doctor.")));
    }
    Summary::of(lines)
}

/// What only some eyes may see; whose they are not are told so, so that nobody takes it for an absence.
fn sensitive(shown: Shown, text: Option<&str>) -> Cell {
    match shown {
        Shown::Yes => Cell::maybe(text),
        Shown::No => Cell::Hint("not shown to you".to_owned()),
    }
}

fn tis(trainee: &Trainee) -> Summary {
    let name = [trainee.forenames.as_deref(), trainee.surname.as_deref()];
    let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mut lines = vec![("Name".to_owned(), Cell::maybe((!name.is_empty()).then_some(name.as_str())))];
    for membership in &trainee.memberships {
        let on = |date: Option<jiff::civil::Date>| date.map_or_else(|| "date not known".to_owned(), day);
        let known = if membership.kind_is_known { "" } else { " (a type we do not know)" };
        let told = [
            membership.programme.clone().unwrap_or_else(|| "Programme without a name".to_owned()),
            format!("Owner: {}", membership.owner.as_deref().unwrap_or("not stated")),
            format!("Type: {}{known}", membership.kind.as_deref().unwrap_or("not stated")),
            format!("{} to {}", on(membership.start), on(membership.end)),
            format!("Curriculum ends: {}", on(membership.curriculum_end)),
        ];
        lines.push((
            "Programme membership".to_owned(),
            Cell::Stack(told.into_iter().map(Cell::Text).collect()),
        ));
    }
    if trainee.memberships.is_empty() {
        lines.push((
            "Programme membership".to_owned(),
            Cell::Hint("none covers the day of the extract".to_owned()),
        ));
    }
    let grades = trainee.grades.join(", ");
    lines.push(("Grade".to_owned(), Cell::maybe((!grades.is_empty()).then_some(grades.as_str()))));
    if let Some(rule) = &trainee.excluded_by {
        lines.push(("Left out of discrepancies by rule".to_owned(), Cell::text(rule.replace('_', " "))));
    }
    Summary::of(lines)
}

fn history(app: &App, number: &str, events: &[Event], now: Timestamp) -> Table {
    let rows = events.iter().map(|event| {
        let on = today(event.at);
        vec![
            Cell::Stack(vec![
                Cell::at(event.at, now),
                Cell::link(format!("/doctors/{}?on={on}", encoded(number)), "As of that day"),
            ]),
            Cell::text(app.ops.name_of(&event.list)),
            Cell::Tag(happening(event)),
            Cell::Stack(event.changes.iter().map(|one| change(event.happening, one)).collect()),
            Cell::maybe(Some(event.published_by.as_str()).filter(|by| !by.is_empty())),
            Cell::count(event.snapshot),
        ]
    });
    let titles = ["Published", "List", "What happened", "What changed", "By", "#Snapshot"];
    Table::new("history", "History, newest first", &titles)
        .filled(rows, "No list of yours has ever named this doctor.")
}

fn happening(event: &Event) -> Tag {
    match event.happening {
        Happening::Arrived => Tag::new("Arrived", "green"),
        Happening::Changed if event.kind == "rollback" => Tag::new("Rolled back", "orange"),
        Happening::Changed => Tag::new("Changed", "blue"),
        Happening::Left => Tag::new("Left", "orange"),
    }
}

fn change(happening: Happening, change: &ops::FieldChange) -> Cell {
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing stated".to_owned());
    match happening {
        Happening::Changed => Cell::Change {
            field: change.field.to_owned(),
            before: or_nothing(&change.before),
            after: or_nothing(&change.after),
        },
        Happening::Arrived | Happening::Left => {
            Cell::text(format!("{}: {}", change.field, or_nothing(&change.after)))
        }
    }
}
