//! One night over all jobs, on one axis of time.

use std::sync::Arc;

use axum::extract::State;
use domain::run::RunState;
use jiff::{SignedDuration, Timestamp, ToSpan};
use ops::jobs::NightPage;
use ops::rows::RunRow;

use super::sheet::Sheet;
use super::{Page, made};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::{clock, day, long};
use crate::params::{self, Params};
use crate::parts::{Cell, Lane, Stretch, Table, Timeline, fill};
use crate::reader::Reader;
use crate::words;

/// Shows the last night, or the one that a day names; what is no day is as if it were not there.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let on = params::day(&params, app.ops.tonight()).ok().flatten();
    let page = app.ops.night(&reader.counted(&app), on).await?;
    let frame = Frame::of(&app, &reader, "/jobs", "One night").below("/jobs", "Jobs");
    let heading = format!("The night to {}", day(page.on));
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&page.freshness), heading);
    sheet.intro.push(Cell::text(format!(
        "From {} until {}. What was never begun stands at the instant at which it was due.",
        long(page.from),
        long(page.until)
    )));
    sheet.intro.push(Cell::Stack(ways(&page, app.ops.tonight())));
    sheet.timeline = Some(timeline(&page));
    sheet.tables.push(table(&page));
    made(&sheet)
}

fn ways(page: &NightPage, tonight: jiff::civil::Date) -> Vec<Cell> {
    let way = |date: jiff::civil::Date, text: &str| Cell::link(format!("/nights?on={date}"), text);
    let before = page.on.checked_sub(1.day()).ok().map(|date| way(date, "The night before"));
    let after = page.on.checked_add(1.day()).ok().filter(|date| *date <= tonight);
    before.into_iter().chain(after.map(|date| way(date, "The night after"))).collect()
}

fn timeline(page: &NightPage) -> Timeline {
    let whole = page.until.duration_since(page.from).as_secs().max(1);
    let x = |at: Timestamp| {
        (at.duration_since(page.from).as_secs() * Timeline::WIDTH / whole).clamp(0, Timeline::WIDTH)
    };
    let hours = (0..).map(|nth| SignedDuration::from_hours(nth * 3)).map_while(|after| {
        let at = page.from.checked_add(after).ok().filter(|at| *at < page.until)?;
        Some((x(at), clock(at)))
    });
    let stretch = |run: &RunRow| {
        let (from, to) = times(run, page.freshness.at);
        let width = (x(to) - x(from)).max(3);
        let title = format!("{}: {} {}", long(from), run.job, run.state.word());
        Stretch { x: x(from).min(Timeline::WIDTH - 3), width, fill: fill(run.state), title }
    };
    let lane = |(name, runs): (&String, &Vec<RunRow>)| Lane {
        name: name.clone(),
        stretches: runs.iter().map(stretch).collect(),
    };
    let said: Vec<String> =
        page.lanes.values().flatten().map(|run| format!("{} {}", run.job, run.state.word())).collect();
    let said = if said.is_empty() { "nothing was due".to_owned() } else { said.join(", ") };
    Timeline {
        label: format!("The night on one axis of time: {said}"),
        hours: hours.collect(),
        lanes: page.lanes.iter().map(lane).collect(),
    }
}

fn times(run: &RunRow, now: Timestamp) -> (Timestamp, Timestamp) {
    let from = run.started_at.or(run.due_at).unwrap_or(run.created_at);
    let to = match run.state {
        RunState::Running => now,
        _ => run.started_at.and(run.ended_at).unwrap_or(from),
    };
    (from, to.max(from))
}

fn table(page: &NightPage) -> Table {
    let now = page.freshness.at;
    let maybe = |at: Option<Timestamp>, or: &str| {
        at.map_or_else(|| Cell::Hint(or.to_owned()), |at| Cell::at(at, now))
    };
    let mut runs: Vec<&RunRow> = page.lanes.values().flatten().collect();
    runs.sort_by_key(|run| times(run, now).0);
    let rows = runs.into_iter().map(|run| {
        vec![
            Cell::link(format!("/runs/{}", run.id), run.job.as_str()),
            Cell::Tag(words::run(run.state)),
            maybe(run.due_at, "by hand"),
            maybe(run.started_at, "not begun"),
            maybe(run.ended_at, "not ended"),
            Cell::text(run.reason.as_str()),
        ]
    });
    let titles = ["Job", "State", "Due", "Began", "Ended", "What it came to"];
    Table::new("night", "The same in words", &titles)
        .filled(rows, "Nothing was due in this night, and nobody began anything by hand.")
}
