//! Holds: what waits for a person, why, what publishing it would do, and what to type.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::access::Right;
use domain::ids::BodyCode;
use jiff::Timestamp;
use ops::holds::{HoldPage, covers};
use ops::rows::HoldRow;

use super::sheet::{Command, Sheet};
use super::{Page, answered, made, told};
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::{count, counted};
use crate::params::{Params, encoded};
use crate::parts::{Cell, Errors, Field, Kind, PostForm, Summary, Table};
use crate::posted::Posted;
use crate::reader::Reader;
use crate::words;
use crate::{App, HoldWord, way};

const MEANING: &str = "No list shrinks or changes much without a person's word. While a list is held, its last good \
                       list stays on every page.";

/// Shows the holds.
pub async fn all(State(app): State<Arc<App>>, reader: Reader) -> Page {
    let page = app.ops.holds(&reader.counted(&app)).await?;
    let now = page.freshness.at;
    let rows = page.rows.iter().map(|hold| {
        let name = app.ops.name_of(&hold.list);
        vec![
            Cell::link(format!("/holds/{}", encoded(&hold.id)), name),
            Cell::Tag(words::hold(hold.state)),
            why(hold),
            before(hold),
            Cell::count(hold.doctors),
            Cell::at(hold.created_at, now),
        ]
    });
    let titles = ["List", "State", "Why", "#Doctors now", "#Doctors if published", "Since"];
    let table = Table::new("holds", "Those that wait first, then the newest", &titles)
        .filled(rows, "Nothing is held, and nothing ever was on this store.");
    let mut sheet =
        Sheet::new(Frame::of(&app, &reader, "/holds", "Holds"), FreshnessLine::of(&page.freshness), "Holds");
    sheet.intro.push(Cell::text(MEANING));
    sheet.tables.push(table);
    made(&sheet)
}

/// What was just decided, by the word in the address.
const DONE: [(&str, &str); 3] = [
    ("published", "It is published: every page shows it from now on."),
    ("proposed", "It is proposed. Another person must confirm it."),
    ("rejected", "It is thrown away. The last good list stays, and the next run asks again."),
];

/// Shows one hold.
pub async fn one(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    params: Params,
) -> Page {
    let page = app.ops.hold(&reader.counted(&app), &id).await?;
    let mut sheet = sheet(&app, &reader, &page, Errors::default());
    sheet.done = params.done(&DONE);
    made(&sheet)
}

/// Publishes what is held, by the word and the count of whoever asks.
pub async fn approve(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["count", "reason"])?;
    let count = posted.get("count").and_then(|text| text.replace(',', "").parse().ok());
    let Some(count) = count else {
        let told = "Type the number of doctors that the list will have".to_owned();
        return again(&app, &reader, &id, Errors::one("count", told)).await;
    };
    decide(&app, &reader, &id, (Some(count), &posted)).await
}

/// Throws away what is held.
pub async fn reject(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    posted: Posted,
) -> Page {
    posted.only(&["reason"])?;
    decide(&app, &reader, &id, (None, &posted)).await
}

async fn decide(app: &App, reader: &Reader, id: &str, word: (Option<u64>, &Posted)) -> Page {
    let (count, posted) = word;
    // Whose list it is not learns that there is no such hold.
    app.ops.hold(&reader.scope(Right::DecideHolds), id).await?;
    let Some(reason) = posted.get("reason") else {
        let field = if count.is_some() { "approve-reason" } else { "reject-reason" };
        return again(app, reader, id, Errors::one(field, "Say why".to_owned())).await;
    };
    let word = HoldWord { hold: id.to_owned(), count, actor: reader.visitor.actor(reason) };
    match (app.decide_hold)(word).await {
        Ok(decided) => Ok(way::see(&format!("/holds/{}?done={}", encoded(id), decided.word()))),
        Err(fault) => again(app, reader, id, Errors::one("count", told(fault)?)).await,
    }
}

async fn again(app: &App, reader: &Reader, id: &str, errors: Errors) -> Page {
    let page = app.ops.hold(&reader.scope(Right::DecideHolds), id).await?;
    answered(&sheet(app, reader, &page, errors), StatusCode::UNPROCESSABLE_ENTITY)
}

fn sheet(app: &App, reader: &Reader, page: &HoldPage, errors: Errors) -> Sheet {
    let hold = &page.hold;
    let heading = format!("Hold of {}", page.name);
    let frame = Frame::of(app, reader, "/holds", heading.as_str()).below("/holds", "Holds");
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&page.freshness), heading).complaining(errors);
    sheet.summary = Some(summary(hold, list(hold, &page.name, reader), page.freshness.at));
    if !hold.state.is_open() {
        return sheet;
    }
    sheet.intro.push(Cell::text(MEANING));
    sheet.commands = commands(hold);
    let may = reader.may(Right::DecideHolds) && covers(&reader.scope(Right::DecideHolds), &hold.list);
    if may { forms(hold, &reader.form_token).into_iter().fold(sheet, Sheet::asking) } else { sheet }
}

fn forms(hold: &HoldRow, token: &str) -> [PostForm; 2] {
    let to = |what: &str| format!("/holds/{}/{what}", encoded(&hold.id));
    let why = |id: &str| Field::new("reason", "Why", Kind::Text).called(id);
    let count = Field::new("count", "Number of doctors if published", Kind::Code)
        .filled_by("off")
        .hinted("Typing it shows that you have looked");
    let (heading, button) = match &hold.proposed_by {
        Some(_) => ("Confirm what another person proposed", "Confirm and publish"),
        None => ("Publish it", "Publish this list"),
    };
    [
        PostForm::new(to("approve"), token, button)
            .headed(heading, "")
            .asking([count, why("approve-reason")]),
        PostForm::new(to("reject"), token, "Throw it away")
            .headed("Throw it away", "The last good list stays, and the next run asks again.")
            .asking([why("reject-reason")])
            .secondary(),
    ]
}

fn why(hold: &HoldRow) -> Cell {
    Cell::Stack(hold.causes.iter().map(|cause| Cell::text(cause.sentence())).collect())
}

/// The list's name, with the way to its doctors for whoever may see them.
fn list(hold: &HoldRow, name: &str, reader: &Reader) -> Cell {
    let is_readable = reader.doctors().covers(&BodyCode::new(hold.list.as_str()));
    let place = if is_readable { "bodies" } else { "snapshots" };
    Cell::link(format!("/{place}/{}", encoded(&hold.list)), name)
}

fn before(hold: &HoldRow) -> Cell {
    hold.before.map_or_else(|| Cell::Hint("none yet".to_owned()), Cell::count)
}

fn summary(hold: &HoldRow, list: Cell, now: Timestamp) -> Summary {
    let account = &hold.account;
    let mut lines = vec![
        ("List", list),
        ("State", Cell::Tag(words::hold(hold.state))),
        ("Why it waits", why(hold)),
        ("Doctors now", before(hold)),
        ("Doctors if published", Cell::count(hold.doctors)),
        (
            "What would move",
            Cell::text(format!(
                "{} new, {} changed, {} removed",
                count(account.new),
                count(account.changed),
                count(account.removed)
            )),
        ),
        (
            "What was received",
            Cell::text(format!(
                "{}: {} new, {} changed, {} as before, {} repeated, {} not processed",
                counted(account.read, "record"),
                count(account.new),
                count(account.changed),
                count(account.same),
                count(account.repeated),
                count(account.rejected)
            )),
        ),
        ("Asked for", Cell::at(hold.data_as_of, now)),
        ("Waits since", Cell::at(hold.created_at, now)),
        ("Run", Cell::link(format!("/runs/{}", encoded(&hold.run_id)), "See the run")),
    ];
    if let Some(first) = &hold.proposed_by {
        lines.push(("Proposed by", Cell::text(first.as_str())));
    }
    if let (Some(by), Some(at)) = (&hold.decided_by, hold.decided_at) {
        lines.push(("Decided by", Cell::text(by.as_str())));
        lines.push(("Decided", Cell::at(at, now)));
        lines.push(("Because", Cell::maybe(hold.decided_reason.as_deref())));
    }
    Summary::of(lines)
}

fn commands(hold: &HoldRow) -> Vec<Command> {
    vec![
        Command {
            label: "Publish it: N is the number of doctors if published, typed by you",
            text: format!("reval approve {} --count N --reason \"…\"", hold.id),
        },
        Command {
            label: "Throw it away: the last good list stays",
            text: format!("reval reject {} --reason \"…\"", hold.id),
        },
    ]
}
