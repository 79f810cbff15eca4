//! Holds: what waits for a person, why, what publishing it would do, and what to type.

use std::sync::Arc;

use axum::extract::{Path, State};
use jiff::Timestamp;
use ops::rows::HoldRow;

use super::sheet::{Command, Sheet};
use super::{Page, made};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::{count, counted};
use crate::params::encoded;
use crate::parts::{Cell, Summary, Table};
use crate::reader::Reader;
use crate::words;

const MEANING: &str = "No list shrinks or changes much without a person's word. While a list is held, its last good \
                       list stays on every page.";

/// Shows the holds.
pub async fn all(State(app): State<Arc<App>>, reader: Reader) -> Page {
    let page = app.ops.holds(&reader.scope).await?;
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
        Sheet::new(Frame::of(&app, "/holds", "Holds"), FreshnessLine::of(&page.freshness), "Holds");
    sheet.intro.push(Cell::text(MEANING));
    sheet.tables.push(table);
    made(&sheet)
}

/// Shows one hold.
pub async fn one(State(app): State<Arc<App>>, reader: Reader, Path(id): Path<String>) -> Page {
    let page = app.ops.hold(&reader.scope, &id).await?;
    let hold = &page.hold;
    let heading = format!("Hold of {}", page.name);
    let frame = Frame::of(&app, "/holds", heading.as_str()).below("/holds", "Holds");
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&page.freshness), heading);
    sheet.summary = Some(summary(hold, &page.name, page.freshness.at));
    if hold.state.is_open() {
        sheet.intro.push(Cell::text(MEANING));
        sheet.commands = commands(hold);
    }
    made(&sheet)
}

fn why(hold: &HoldRow) -> Cell {
    Cell::Stack(hold.causes.iter().map(|cause| Cell::text(cause.sentence())).collect())
}

fn before(hold: &HoldRow) -> Cell {
    hold.before.map_or_else(|| Cell::Hint("none yet".to_owned()), Cell::count)
}

fn summary(hold: &HoldRow, name: &str, now: Timestamp) -> Summary {
    let account = &hold.account;
    let mut lines = vec![
        ("List", Cell::link(format!("/bodies/{}", encoded(&hold.list)), name)),
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
