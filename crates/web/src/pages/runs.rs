//! Runs: how each ended, its tries, and what every list left as evidence.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::evidence::BodyEvidence;
use jiff::{SignedDuration, Timestamp};
use ops::rows::{AttemptRow, LogRow, RunRow};

use super::sheet::Sheet;
use super::{Page, made, operating, overview, recounts, tis};
use crate::App;
use crate::fault::Problem;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::{count, span};
use crate::params::Params;
use crate::parts::{Cell, Errors, Summary, Table};
use crate::reader::Reader;
use crate::words;

/// Shows the newest runs.
pub async fn all(State(app): State<Arc<App>>, reader: Reader) -> Page {
    let page = app.ops.runs(&reader.counted(&app)).await?;
    let mut sheet =
        Sheet::new(Frame::of(&app, &reader, "/runs", "Runs"), FreshnessLine::of(&page.freshness), "Runs");
    sheet.intro.push(Cell::text(
        "A run succeeds only with evidence: every list answered completely and was published. A held list makes it \
         suspect, a list without a complete answer makes it failed; the other lists are published all the same.",
    ));
    sheet.tables.push(overview::runs(&page.rows, "The newest first", page.freshness.at));
    made(&sheet)
}

/// Shows one run.
pub async fn one(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(id): Path<String>,
    params: Params,
) -> Page {
    made(&sheet(&app, &reader, &id, Errors::default()).await?.done(&params, &operating::DONE))
}

/// The page of a run, with what is wrong with what was sent to it.
pub async fn sheet(app: &App, reader: &Reader, id: &str, errors: Errors) -> Result<Sheet, Problem> {
    let page = app.ops.run(&reader.counted(app), id).await?;
    let now = page.freshness.at;
    let heading = format!("Run of {}", page.run.job);
    let frame = Frame::of(app, reader, "/runs", heading.as_str()).below("/runs", "Runs");
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&page.freshness), heading).complaining(errors);
    sheet.summary = Some(summary(&page.run, now));
    sheet
        .intro
        .extend(page.overrides.iter().map(|one| Cell::text(format!("For a while, {}.", one.sentence()))));
    sheet.tables.push(evidence(app, &page.evidence, now));
    if !page.recounts.is_empty() {
        sheet.tables.push(recounts::table(app, &page.recounts, now));
    }
    if let Some(lists) = &page.joined_to {
        sheet.tables.push(tis::joined(lists, now));
    }
    sheet.tables.push(attempts(&page.attempts, now));
    sheet.tables.push(log(&page.log, now));
    Ok(operating::abort_form(sheet, reader, &page.run))
}

fn summary(run: &RunRow, now: Timestamp) -> Summary {
    let maybe = |at: Option<Timestamp>, or: &str| {
        at.map_or_else(|| Cell::Hint(or.to_owned()), |at| Cell::at(at, now))
    };
    let unplanned = if run.is_repeat() { "again, for lists published later" } else { "by hand" };
    let took = run.started_at.zip(run.ended_at).map(|(from, to)| span(to.duration_since(from)));
    Summary::of([
        ("State", Cell::Tag(words::run(run.state))),
        ("What it came to", Cell::text(run.reason.as_str())),
        ("Began", maybe(run.started_at, "not begun")),
        ("Ended", maybe(run.ended_at, "not ended")),
        ("Took", took.map_or_else(|| Cell::Hint("not known yet".to_owned()), Cell::Text)),
        ("Asked for by", Cell::text(run.requested_by.as_str())),
        ("Due", Cell::text(run.scheduled_for.as_deref().or(run.makes_good.as_deref()).unwrap_or(unplanned))),
        ("Program", Cell::text(run.build.as_str())),
        ("Configuration", Cell::Code(run.config_hash.clone())),
        ("Id", Cell::Code(run.id.clone())),
    ])
}

fn evidence(app: &App, evidence: &[BodyEvidence], now: Timestamp) -> Table {
    let titles = [
        "List",
        "Outcome",
        "#Received",
        "#New",
        "#Changed",
        "#As before",
        "#Repeated",
        "#Not processed",
        "#Removed",
        "Asked for",
        "Took",
        "#Calls",
    ];
    let rows = evidence.iter().map(|one| {
        let account = &one.account;
        let mut outcome = vec![Cell::Tag(words::outcome(Some(one.outcome)))];
        if !one.reason.is_empty() {
            outcome.push(Cell::text(one.reason.as_str()));
        }
        let asked = Timestamp::from_millisecond(one.requested_at_ms);
        vec![
            Cell::text(app.ops.name_of(one.body.as_str())),
            Cell::Stack(outcome),
            Cell::count(account.read),
            Cell::count(account.new),
            Cell::count(account.changed),
            Cell::count(account.same),
            Cell::count(account.repeated),
            Cell::count(account.rejected),
            Cell::count(account.removed),
            asked.map_or_else(|_| Cell::maybe(None), |at| Cell::at(at, now)),
            Cell::text(took(one.duration_ms)),
            Cell::count(one.calls),
        ]
    });
    Table::new("evidence", "Evidence, list by list", &titles).filled(
        rows,
        "No list has left evidence in this run: it has not come so far, or it never did any work.",
    )
}

fn took(duration_ms: u64) -> String {
    if duration_ms < 60_000 {
        return format!("{}.{} seconds", duration_ms / 1000, duration_ms % 1000 / 100);
    }
    span(SignedDuration::from_millis(i64::try_from(duration_ms).unwrap_or(i64::MAX)))
}

fn attempts(attempts: &[AttemptRow], now: Timestamp) -> Table {
    let rows = attempts.iter().map(|attempt| {
        vec![
            Cell::count(attempt.number),
            Cell::text(attempt.state.as_str()),
            Cell::text(attempt.node.as_str()),
            Cell::at(attempt.started_at, now),
            attempt.ended_at.map_or_else(|| Cell::Hint("not ended".to_owned()), |at| Cell::at(at, now)),
            attempt.peak_memory_bytes.map_or_else(|| Cell::maybe(None), |bytes| Cell::text(memory(bytes))),
            Cell::text(attempt.error.as_str()),
        ]
    });
    let titles = ["Attempt", "State", "Where", "Began", "Ended", "Most memory", "Error"];
    Table::new("attempts", "Attempts", &titles).filled(rows, "Nobody has begun this run yet.")
}

fn log(lines: &[LogRow], now: Timestamp) -> Table {
    let rows = lines.iter().map(|line| {
        let weight = words::level(&line.level).map(Cell::Tag);
        let said = weight.into_iter().chain([Cell::text(line.text.as_str())]).collect();
        vec![Cell::count(line.seq), Cell::at(line.at, now), Cell::Stack(said)]
    });
    Table::new("log", "What it said, the last lines", &["#Line", "When", "What"])
        .filled(rows, "Nothing was said in this run yet, or it was long ago and is forgotten.")
}

fn memory(bytes: u64) -> String {
    format!("{} MiB", count(bytes / (1024 * 1024)))
}
