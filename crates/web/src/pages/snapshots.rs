//! Snapshots: every publish of a list, with its account, and how to go back.

use std::sync::Arc;

use axum::extract::{Path, State};
use jiff::Timestamp;
use ops::rows::SnapshotRow;
use ops::snapshots::ROLLBACK_MAX;

use super::sheet::{Command, Sheet};
use super::{Page, made};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::params::encoded;
use crate::parts::{Cell, Table};
use crate::reader::Reader;
use crate::words;

/// Shows the lists that have snapshots.
pub async fn all(State(app): State<Arc<App>>, reader: Reader) -> Page {
    let freshness = app.ops.freshness(&reader.counted(&app)).await?;
    let now = freshness.at;
    let rows = freshness.bodies.iter().chain([&freshness.tis]).map(|list| {
        vec![
            Cell::link(format!("/snapshots/{}", encoded(&list.code)), list.name.as_str()),
            Cell::Tag(words::age(list.age)),
            Cell::count(list.snapshot),
            Cell::count(list.doctors),
            list.data_as_of.map_or_else(|| Cell::Hint("never".to_owned()), |at| Cell::at(at, now)),
        ]
    });
    let titles = ["List", "Data", "#Newest snapshot", "#Doctors", "Data as of"];
    let table = Table::new("lists", "Lists", &titles).filled(rows, "No designated body is configured.");
    let mut sheet = Sheet::new(
        Frame::of(&app, &reader, "/snapshots", "Snapshots"),
        FreshnessLine::of(&freshness),
        "Snapshots",
    );
    sheet.intro.push(Cell::text(
        "A snapshot is one published state of a list. Readers see the newest; any earlier one can still be read.",
    ));
    sheet.tables.push(table);
    made(&sheet)
}

/// Shows the snapshots of one list.
pub async fn of_list(State(app): State<Arc<App>>, reader: Reader, Path(code): Path<String>) -> Page {
    let page = app.ops.snapshots(&reader.counted(&app), &code).await?;
    let heading = format!("Snapshots of {}", page.name);
    let frame = Frame::of(&app, &reader, "/snapshots", heading.as_str()).below("/snapshots", "Snapshots");
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&page.freshness), heading);
    let now = page.freshness.at;
    let titles = [
        "Snapshot",
        "How",
        "Published",
        "Data as of",
        "#Doctors",
        "#New",
        "#Changed",
        "#Removed",
        "#Not processed",
        "By",
    ];
    let table = Table::new("snapshots", "The newest first", &titles).filled(
        page.rows.iter().map(|row| cells(row, now)),
        "Nothing was ever published for this list: it has not been fetched yet, or its first answer is held.",
    );
    sheet.tables.push(table);
    if page.rows.len() > 1 {
        sheet.commands.push(Command {
            label: "Go back to an earlier snapshot: publishes a new one equal to it",
            text: format!("reval rollback {} SNAPSHOT --reason \"…\"", page.code),
        });
        sheet
            .intro
            .push(Cell::text(format!("Any of the last {ROLLBACK_MAX} snapshots can be gone back to.")));
    }
    made(&sheet)
}

fn cells(row: &SnapshotRow, now: Timestamp) -> Vec<Cell> {
    let account = &row.account;
    let how = match row.equal_to {
        Some(equal) => Cell::Stack(vec![
            Cell::Tag(words::snapshot(&row.kind)),
            Cell::text(format!("equal to snapshot {equal}")),
        ]),
        None => Cell::Tag(words::snapshot(&row.kind)),
    };
    vec![
        Cell::count(row.number),
        how,
        Cell::at(row.published_at, now),
        Cell::at(row.data_as_of, now),
        Cell::count(row.doctors),
        Cell::count(account.new),
        Cell::count(account.changed),
        Cell::count(account.removed),
        Cell::count(account.rejected),
        Cell::text(row.approved_by.as_deref().unwrap_or(&row.published_by)),
    ]
}
