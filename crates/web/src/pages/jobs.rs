//! What runs by itself, for whom and when next; where it is begun; and what is different for a while.

use std::sync::Arc;

use axum::extract::State;
use domain::job::{Job, Trigger};
use domain::node::Stance;
use domain::overrides::Override;
use jiff::Timestamp;
use ops::jobs::{JobStanding, NodesPage};
use ops::rows::RunRow;

use super::sheet::Sheet;
use super::{Page, made, operating};
use crate::App;
use crate::fault::Problem;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::{long, span};
use crate::params::Params;
use crate::parts::{Bars, Cell, Errors, Table, Tag};
use crate::reader::Reader;
use crate::words;

/// Shows every declared job.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    made(&sheet(&app, &reader, Errors::default()).await?.done(&params, &operating::DONE))
}

/// The page, with what is wrong with what was sent to it.
pub async fn sheet(app: &App, reader: &Reader, errors: Errors) -> Result<Sheet, Problem> {
    let declared = (app.jobs)();
    let page = app.ops.jobs(&reader.counted(app), &declared).await?;
    let (frame, now) = (Frame::of(app, reader, "/jobs", "Jobs"), page.freshness.at);
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&page.freshness), "Jobs").complaining(errors);
    sheet.intro.push(Cell::text(
        "Jobs are declared in the settings. Each run that is due is a row before its hour and ends in exactly one state; a bar \
         is a run, the newest at the right, as tall as it took long.",
    ));
    // A paragraph each: stacked they would be too close to one another for a finger.
    sheet.intro.push(Cell::link("/nights", "One night over all jobs"));
    sheet.intro.push(Cell::link("/nodes", "Where runs are begun"));
    sheet.intro.push(Cell::link("/overrides", "What is different for a while"));
    let titles = ["Job", "Owner", "Due", "Last runs", "Newest", "Next"];
    let rows = page.jobs.iter().map(|one| row(one, now));
    sheet.tables.push(Table::new("jobs", "Jobs", &titles).filled(rows, "No job is declared."));
    Ok(operating::begin_form(sheet, reader, &declared))
}

fn row(one: &JobStanding, now: Timestamp) -> Vec<Cell> {
    let job = &one.job;
    let alias = (!job.alias.is_empty()).then(|| Cell::Hint(format!("also called {}", job.alias)));
    let name = [Cell::text(job.name.as_str())].into_iter().chain(alias);
    let by = Cell::Hint(format!("begins {}, ends {}", job.start_deadline, job.finish_deadline));
    vec![
        Cell::Stack(name.chain([Cell::Hint(job.sentence.clone())]).collect()),
        Cell::text(job.owner.as_str()),
        Cell::Stack(vec![Cell::text(due(job)), by]),
        bars(&one.last),
        newest(one.last.last(), now),
        next(one, now),
    ]
}

fn due(job: &Job) -> String {
    let zone = job.zone.iana_name().unwrap_or("UTC");
    match &job.trigger {
        Trigger::Schedule(_) => format!("by the clock of {zone}"),
        Trigger::After(before) => format!("once {before} has published"),
    }
}

fn bars(runs: &[RunRow]) -> Cell {
    if runs.is_empty() {
        return Cell::Hint("none yet".to_owned());
    }
    let bar = |run: &RunRow| {
        let took = run.started_at.zip(run.ended_at).map(|(from, to)| to.duration_since(from));
        let long_it_took = took.map_or_else(String::new, |took| format!(", {}", span(took)));
        let slot = run.scheduled_for.as_deref().unwrap_or("by hand");
        let took_ms = took.map_or(0, |took| u64::try_from(took.as_millis()).unwrap_or_default());
        (run.state, format!("{slot}: {}{long_it_took}", run.state.word()), took_ms)
    };
    Cell::Bars(Bars::of(&runs.iter().map(bar).collect::<Vec<_>>()))
}

fn newest(run: Option<&RunRow>, now: Timestamp) -> Cell {
    let Some(run) = run else { return Cell::Hint("never".to_owned()) };
    let at = run.ended_at.or(run.started_at);
    let link = Cell::link(format!("/runs/{}", run.id), format!("Run of {}", run.job));
    let said = [Cell::Tag(words::run(run.state)), link, Cell::Hint(run.reason.clone())];
    Cell::Stack(said.into_iter().chain(at.map(|at| Cell::at(at, now))).collect())
}

fn next(one: &JobStanding, now: Timestamp) -> Cell {
    let rests = one.rests.as_ref().map(|(why, until)| {
        Cell::Stack(vec![
            Cell::Tag(Tag::new("Rests", "orange")),
            Cell::text(why.as_str()),
            Cell::at(*until, now),
        ])
    });
    let mut next = one.next.iter().map(|due| due.at);
    let first = next.next().map(|at| Cell::at(at, now));
    let others = next.map(|at| Cell::Hint(long(at)));
    let all: Vec<Cell> = rests.into_iter().chain(first).chain(others).collect();
    if all.is_empty() { Cell::Hint("nothing can be planned".to_owned()) } else { Cell::Stack(all) }
}

/// Shows where runs are begun.
pub async fn nodes(State(app): State<Arc<App>>, reader: Reader) -> Page {
    let page = app.ops.nodes(&reader.counted(&app), &(app.jobs)()).await?;
    let frame = Frame::of(&app, &reader, "/jobs", "Nodes").below("/jobs", "Jobs");
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&page.freshness), "Nodes");
    sheet.intro.push(Cell::text(
        "A node is whoever keeps the schedule. It says that it lives every ten seconds, and tries every quarter of an hour \
         whether something new can be started on it.",
    ));
    sheet.intro.extend(
        page.unplaced.iter().map(|(job, why)| Cell::text(format!("No node can begin {job}: {why}."))),
    );
    let titles =
        ["Node", "Does", "Last heard of", "New programs", "Labels", "Can begin", "Settings", "Program"];
    let rows = node_rows(&page);
    let empty = "No node has ever kept the schedule here.";
    sheet.tables.push(Table::new("nodes", "Nodes", &titles).filled(rows, empty));
    made(&sheet)
}

fn node_rows(page: &NodesPage) -> Vec<Vec<Cell>> {
    let now = page.freshness.at;
    let row = |(node, begins): &(domain::node::Node, Vec<String>)| {
        let labels: Vec<&str> = node.labels.iter().map(String::as_str).collect();
        let state = page.settings.iter().find(|state| state.node == node.name);
        let drift = state.filter(|state| !state.is_true()).map(|state| {
            let said = match state.written.as_str() {
                "" => format!("its file is not sound: {}", state.problem),
                written => format!("its file says {written}"),
            };
            Cell::Stack(vec![Cell::Tag(Tag::new("Differs", "orange")), Cell::text(said)])
        });
        let launch = [Cell::text(node.launch.word())].into_iter();
        let why = (!node.launch_error.is_empty()).then(|| Cell::Hint(node.launch_error.clone()));
        vec![
            Cell::text(node.name.as_str()),
            stance(node, page),
            Cell::at(node.beat_at, now),
            Cell::Stack(launch.chain(why).collect()),
            Cell::text(labels.join(" ")),
            if begins.is_empty() { Cell::Hint("nothing".to_owned()) } else { Cell::text(begins.join(", ")) },
            Cell::Stack([Cell::Code(node.config_hash.clone())].into_iter().chain(drift).collect()),
            Cell::text(node.build.as_str()),
        ]
    };
    page.nodes.iter().map(row).collect()
}

/// What a node does with what comes, and who asked it to step out.
fn stance(node: &domain::node::Node, page: &NodesPage) -> Cell {
    let does = if node.stance == Stance::Serving {
        Cell::text(node.stance.word())
    } else {
        Cell::Tag(Tag::new(node.stance.word(), "orange"))
    };
    let drain = page.drains.iter().find(|drain| drain.node == node.name);
    let why = drain.map(|drain| Cell::Hint(format!("{}: {}", drain.asked_by, drain.reason)));
    Cell::Stack([does].into_iter().chain(why).collect())
}

/// Shows what is different for a while.
pub async fn overrides(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    made(&overrides_sheet(&app, &reader, Errors::default()).await?.done(&params, &operating::DONE))
}

/// The page, with what is wrong with what was sent to it.
pub async fn overrides_sheet(app: &App, reader: &Reader, errors: Errors) -> Result<Sheet, Problem> {
    let page = app.ops.overrides_page(&reader.counted(app)).await?;
    let (frame, now) = (Frame::of(app, reader, "/jobs", "Overrides"), page.freshness.at);
    let frame = frame.below("/jobs", "Jobs");
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&page.freshness), "Overrides").complaining(errors);
    sheet.intro.push(Cell::text(
        "What somebody changes for a while, with an owner, a reason and an end, at most 14 days. The settings stay the truth: each \
         ends by itself. `reval override` makes those of other kinds than a pause.",
    ));
    let titles = ["What", "State", "Owner", "Why", "Answers", "From", "Until"];
    let rows = page.overrides.iter().map(|one| {
        vec![
            Cell::text(one.sentence()),
            Cell::Tag(standing(one, now)),
            Cell::text(one.owner.as_str()),
            Cell::text(one.reason.as_str()),
            one.answers
                .as_deref()
                .map_or_else(|| Cell::Hint("no alert".to_owned()), |key| Cell::Code(key.to_owned())),
            Cell::at(one.starts_at, now),
            Cell::at(one.ended_at.unwrap_or(one.ends_at), now),
        ]
    });
    let empty = "Nothing is different: everything goes by the settings.";
    sheet.tables.push(Table::new("overrides", "What is different for a while", &titles).filled(rows, empty));
    Ok(operating::override_forms(sheet, reader, &(app.jobs)(), &page.overrides, now))
}

fn standing(one: &Override, now: Timestamp) -> Tag {
    if one.is_in_force(now) {
        Tag::new("Counts", "orange")
    } else if one.starts_at > now && one.ended_at.is_none() {
        Tag::new("Will count", "white")
    } else {
        Tag::new("Over", "grey")
    }
}
