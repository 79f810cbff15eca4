//! Alerts: open conditions that a person must see, loudest first, and what was resolved.

use std::sync::Arc;

use axum::extract::State;
use jiff::Timestamp;
use ops::rows::AlertRow;

use super::sheet::Sheet;
use super::{Page, made};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::params::encoded;
use crate::parts::{Cell, Table};
use crate::reader::Reader;
use crate::words;

/// Shows the alerts.
pub async fn get(State(app): State<Arc<App>>, reader: Reader) -> Page {
    let page = app.ops.alerts(&reader.counted(&app)).await?;
    let now = page.freshness.at;
    let (resolved, open): (Vec<_>, Vec<_>) = page.rows.iter().partition(|alert| alert.resolved_at.is_some());
    let mut sheet = Sheet::new(
        Frame::of(&app, &reader, "/alerts", "Alerts"),
        FreshnessLine::of(&page.freshness),
        "Alerts",
    );
    sheet.tables.push(table("open", "Open", &open, "No alert is open.", now));
    sheet.tables.push(table("resolved", "Resolved", &resolved, "No alert was resolved yet.", now));
    made(&sheet)
}

fn table(id: &'static str, caption: &str, rows: &[&AlertRow], empty: &str, now: Timestamp) -> Table {
    let titles = ["What", "For", "State", "What to do", "#Doctors", "#Times", "Opened", "Resolved", "More"];
    Table::new(id, caption, &titles).filled(rows.iter().map(|alert| cells(alert, now)), empty)
}

fn cells(alert: &AlertRow, now: Timestamp) -> Vec<Cell> {
    let hold =
        alert.hold_id.as_deref().map(|id| Cell::link(format!("/holds/{}", encoded(id)), "See the hold"));
    let run = alert.run_id.as_deref().filter(|id| !id.is_empty());
    let run = run.map(|id| Cell::link(format!("/runs/{}", encoded(id)), "See the run"));
    vec![
        Cell::link(format!("/alerts/{}", encoded(&alert.id)), alert.sentence.as_str()),
        Cell::Tag(words::severity(&alert.severity)),
        Cell::Tag(words::alert(&alert.state)),
        Cell::Code(alert.next_action.clone()),
        Cell::count(alert.doctors_affected),
        Cell::count(alert.times),
        Cell::at(alert.opened_at, now),
        alert.resolved_at.map_or_else(|| Cell::Hint("not yet".to_owned()), |at| Cell::at(at, now)),
        Cell::Stack(hold.into_iter().chain(run).collect()),
    ]
}
