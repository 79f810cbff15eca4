//! The first page: are the data fresh, does anything wait for a person, did tonight's runs end well?

use std::cmp::Reverse;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use domain::access::Right;
use domain::freshness::Age;
use domain::ids::BodyCode;
use domain::scope::Scope;
use jiff::Timestamp;
use ops::ListFreshness;
use ops::overview::Overview;
use ops::rows::{AlertRow, HoldRow, RunRow};

use super::work::WorkView;
use super::{Page, made, recounts};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::{Moment, count, counted};
use crate::params::encoded;
use crate::parts::{Cell, Table};
use crate::reader::Reader;
use crate::words;

#[derive(Template)]
#[template(path = "overview.html")]
struct View {
    frame: Frame,
    freshness: FreshnessLine,
    verdict: String,
    work: Option<WorkView>,
    lists: Table,
    holds: Table,
    alerts: Table,
    runs: Table,
    rejects: String,
}

/// Shows the overview.
pub async fn get(State(app): State<Arc<App>>, reader: Reader) -> Page {
    let overview = app.ops.overview(&reader.counted(&app)).await?;
    let now = overview.freshness.at;
    let rejects: u64 = overview.rejects.iter().map(|reject| reject.count).sum();
    let doctors = reader.doctors();
    let work = if reader.may(Right::ReadDoctors) {
        let (work, changes) = (app.ops.work(&doctors).await?, app.ops.changes(&doctors, None).await?);
        Some(WorkView::of(&app, &work, &changes, overview.holds.len() as u64))
    } else {
        None
    };
    made(&View {
        work,
        frame: Frame::of(&app, &reader, "/", "Overview"),
        // The table right below says list by list what the warning would.
        freshness: FreshnessLine { warning: None, ..FreshnessLine::of(&overview.freshness) },
        verdict: verdict(&overview),
        lists: lists(&overview, &doctors, now),
        holds: holds(&app, &overview.holds, now),
        alerts: alerts(&overview.alerts, now),
        runs: runs(&overview.runs, "Newest runs", now),
        rejects: counted(rejects, "record"),
    })
}

/// The answer in one line.
fn verdict(overview: &Overview) -> String {
    let bodies = &overview.freshness.bodies;
    let fresh = bodies.iter().filter(|list| list.age == Age::Fresh).count() as u64;
    if fresh == bodies.len() as u64 && overview.freshness.tis.age == Age::Fresh {
        return format!("All {} bodies and TIS are fresh", count(fresh));
    }
    let tis = if overview.freshness.tis.age == Age::Fresh { "TIS is fresh" } else { "TIS is not fresh" };
    format!("{} of {} are fresh, {tis}", count(fresh), counted_bodies(bodies.len() as u64))
}

fn counted_bodies(bodies: u64) -> String {
    if bodies == 1 { "1 body".to_owned() } else { format!("{} bodies", count(bodies)) }
}

/// What needs attention comes first, the worst on top.
fn lists(overview: &Overview, readable: &Scope, now: Timestamp) -> Table {
    let tis = [(&overview.freshness.tis, "/snapshots/TIS".to_owned())];
    let bodies = overview.freshness.bodies.iter().map(|list| {
        let is_readable = readable.covers(&BodyCode::new(list.code.as_str()));
        let place = if is_readable { "bodies" } else { "snapshots" };
        (list, format!("/{place}/{}", encoded(&list.code)))
    });
    let mut lists: Vec<(&ListFreshness, String)> = bodies.chain(tis).collect();
    lists.sort_by_key(|(list, _)| Reverse(list.age));
    let titles = ["List", "Data", "Data as of", "#Doctors", "#GMC says", "#Snapshot", "Last attempt"];
    Table::new("lists", "Lists, and how old their data are", &titles).filled(
        lists.into_iter().map(|(list, href)| row(list, href, now)),
        "No designated body is configured, so nothing is fetched.",
    )
}

fn row(list: &ListFreshness, href: String, now: Timestamp) -> Vec<Cell> {
    let maybe =
        |at: Option<Timestamp>| at.map_or_else(|| Cell::Hint("never".to_owned()), |at| Cell::at(at, now));
    let mut last = vec![Cell::Tag(words::outcome(list.outcome))];
    if !list.reason.is_empty() {
        last.push(Cell::text(list.reason.as_str()));
    }
    last.extend(list.outcome_at.map(|at| Cell::Hint(Moment::of(at, now).ago)));
    vec![
        Cell::link(href, list.name.as_str()),
        Cell::Tag(words::age(list.age)),
        maybe(list.data_as_of),
        Cell::count(list.doctors),
        recounts::told(list.recount.as_ref()),
        Cell::count(list.snapshot),
        Cell::Stack(last),
    ]
}

fn holds(app: &App, holds: &[HoldRow], now: Timestamp) -> Table {
    let rows = holds.iter().map(|hold| {
        vec![
            Cell::link(format!("/holds/{}", hold.id), app.ops.name_of(&hold.list)),
            Cell::Stack(hold.causes.iter().map(|cause| Cell::text(cause.sentence())).collect()),
            Cell::Tag(words::hold(hold.state)),
            Cell::at(hold.created_at, now),
        ]
    });
    let titles = ["Held list", "Why", "State", "Since"];
    Table::new("holds", "Waiting for a person", &titles)
        .filled(rows, "No list is held: nothing waits for a person.")
}

fn alerts(alerts: &[AlertRow], now: Timestamp) -> Table {
    let rows = alerts.iter().map(|alert| {
        vec![
            Cell::text(alert.sentence.as_str()),
            Cell::Tag(words::severity(&alert.severity)),
            Cell::Code(alert.next_action.clone()),
            Cell::at(alert.opened_at, now),
        ]
    });
    let titles = ["What", "For", "What to do", "Since"];
    Table::new("alerts", "Open alerts", &titles).filled(rows, "No alert is open.")
}

/// A table of runs.
pub fn runs(runs: &[RunRow], caption: &str, now: Timestamp) -> Table {
    let maybe = |at: Option<Timestamp>, or: &str| {
        at.map_or_else(|| Cell::Hint(or.to_owned()), |at| Cell::at(at, now))
    };
    let rows = runs.iter().map(|run| {
        vec![
            Cell::link(format!("/runs/{}", run.id), run.job.as_str()),
            Cell::Tag(words::run(run.state)),
            Cell::text(run.reason.as_str()),
            maybe(run.started_at, "not begun"),
            maybe(run.ended_at, "not ended"),
            Cell::text(run.requested_by.as_str()),
        ]
    });
    let titles = ["Job", "State", "What it came to", "Began", "Ended", "Asked for by"];
    Table::new("runs", caption, &titles).filled(rows, "No job has run yet on this store.")
}
