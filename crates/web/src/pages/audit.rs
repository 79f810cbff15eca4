//! The audit: who did what to what, on whose behalf and why, and whether anybody has touched it since.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use ops::rows::AuditRow;

use super::panel::{Panel, Part};
use super::{Page, answered};
use crate::App;
use crate::frame::Frame;
use crate::moment::count;
use crate::params::Params;
use crate::parts::{Cell, Errors, Pagination, PostForm, Summary, Table, Tag};
use crate::posted::Posted;
use crate::reader::Reader;

/// Rows of a page; arbitrary, agreed with nobody yet.
const PAGE: u64 = 50;
const MEANING: &str = "Each row is chained to the one before: a row that was altered, taken out or put in breaks the chain \
                       at its place, and `reval audit verify` can hold it against a head that was kept elsewhere.";

/// Shows a page of the audit.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let before: Option<u64> = params.get("before").and_then(|text| text.parse().ok());
    let mut rows = app.ops.audit_page(before, PAGE + 1).await?;
    let is_more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| is_more).map(|row| params.with("before", &row.seq.to_string()));
    let now = app.ops.today().now;
    let mut panel = Panel::new(Frame::of(&app, &reader, "/audit", "Audit"), Errors::default(), "Audit");
    panel.intro.push(Cell::text(MEANING));
    let titles = ["#Row", "When", "Who", "What", "To what", "Why", "More"];
    let table = Table::new("audit", "The newest first", &titles)
        .filled(rows.iter().map(|row| cells(row, now)), "Nothing was ever done on this store.");
    panel = panel
        .asking(PostForm::new("/audit/verify", &reader.form_token, "Verify the chain").secondary())
        .showing(table);
    let first = before.map(|_| params.with("before", ""));
    panel.parts.push(Part::Pagination(Pagination { first, next, ..Pagination::default() }));
    answered(&panel, StatusCode::OK)
}

/// Verifies the whole chain. It changes nothing; it is asked for by a form because it reads every row.
pub async fn verify(State(app): State<Arc<App>>, reader: Reader, posted: Posted) -> Page {
    posted.only(&[])?;
    let verdict = app.ops.verify_audit(&[]).await?;
    let heading = if verdict.broken.is_none() { "The chain is sound" } else { "The chain is broken" };
    let frame = Frame::of(&app, &reader, "/audit", heading).below("/audit", "Audit");
    let mut panel = Panel::new(frame, Errors::default(), heading);
    let is_sound = verdict.broken.is_none();
    let tag = if is_sound { Tag::new("Sound", "green") } else { Tag::new("Broken", "red") };
    let broken = verdict.broken.as_ref().map_or_else(
        || Cell::Hint("none".to_owned()),
        |broken| {
            let at = broken
                .seq
                .map_or_else(|| "a row without a number".to_owned(), |seq| format!("row {}", count(seq)));
            Cell::text(format!("{at}: {}", broken.flaw.word().replace('_', " ")))
        },
    );
    panel.summary = Some(Summary::of([
        ("Chain", Cell::Tag(tag)),
        ("Sound rows", Cell::count(verdict.sound)),
        ("First that is broken", broken),
        ("Head", Cell::Code(format!("{} {}", verdict.head.seq, verdict.head.hash))),
    ]));
    answered(&panel, StatusCode::OK)
}

fn cells(row: &AuditRow, now: Timestamp) -> Vec<Cell> {
    let behalf = (!row.behalf.is_empty()).then(|| Cell::Hint(format!("for {}", row.behalf)));
    vec![
        Cell::count(row.seq),
        Cell::at(row.at, now),
        Cell::Stack([Cell::text(row.actor.as_str())].into_iter().chain(behalf).collect()),
        Cell::text(row.action.as_str()),
        Cell::text(row.object.as_str()),
        Cell::text(row.reason.as_str()),
        Cell::Code(row.detail.clone()),
    ]
}
