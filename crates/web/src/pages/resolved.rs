//! Disagreements that data have resolved: what there was, since when, and when it was over.

use domain::discrepancy::DiscrepancyKind;
use domain::ids::BodyCode;
use jiff::Timestamp;
use ops::doctors::{RESOLVED, ResolvedPage};
use ops::rows::{Life, Resolved};

use super::list_view::{ListView, Tab};
use super::{Page, listing, made};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::{Moment, counted};
use crate::params::Params;
use crate::parts::{Cell, Table};
use crate::reader::Reader;
use crate::words;

/// Shows what was resolved.
pub async fn get(app: &App, reader: &Reader, params: &Params) -> Page {
    let body = params.get("body").map(BodyCode::new);
    let page = app.ops.resolved(&reader.doctors(), body.as_ref()).await?;
    let place = body.map(|code| format!(" at {}", app.ops.name_of(code.as_str()))).unwrap_or_default();
    let heading = format!("Resolved discrepancies{place}");
    let back = Tab {
        href: params.at_first_page().with("kind", ""),
        text: "Discrepancies that stand".to_owned(),
        is_current: false,
    };
    let frame = Frame::of(app, reader, "/discrepancies", heading.as_str());
    made(&ListView {
        tabs: vec![back],
        total: total(page.rows.len() as u64),
        table: Some(table(app, &page)),
        ..ListView::new(frame, FreshnessLine::of(&page.freshness), heading)
    })
}

fn total(rows: u64) -> String {
    if rows == RESOLVED { format!("The newest {rows}") } else { counted(rows, "discrepancy") }
}

fn table(app: &App, page: &ResolvedPage) -> Table {
    let titles = ["Doctor", "GMC number", "Body at the GMC now", "What it was", "Stood since", "Resolved"];
    let now = page.freshness.at;
    Table::new("resolved", "The newest first", &titles).filled(
        page.rows.iter().map(|row| cells(app, row, now)),
        "Nothing has been resolved yet about the doctors here.",
    )
}

fn cells(app: &App, row: &Resolved, now: Timestamp) -> Vec<Cell> {
    let (view, life) = (&row.view, &row.life);
    let body = view.body.as_deref().map(|code| Cell::text(listing::short(app, code)));
    vec![
        Cell::link(format!("/doctors/{}", view.gmc_number), listing::name(view)),
        Cell::text(view.gmc_number.as_str()),
        body.unwrap_or_else(|| Cell::Hint("on no list".to_owned())),
        kind(life),
        since(life, now),
        resolved(life, now),
    ]
}

fn kind(life: &Life) -> Cell {
    DiscrepancyKind::from_word(&life.kind)
        .map_or_else(|| Cell::text(life.kind.as_str()), |kind| Cell::Tag(words::disagreement(kind)))
}

/// Since when it stands or stood, and whether it had been there before.
fn since(life: &Life, now: Timestamp) -> Cell {
    let before = again(life.first_seen, life.reopened, now);
    Cell::Stack([Some(Cell::at(life.since, now)), before].into_iter().flatten().collect())
}

fn resolved(life: &Life, now: Timestamp) -> Cell {
    life.resolved_at.map_or_else(|| Cell::Hint("it stands".to_owned()), |at| Cell::at(at, now))
}

/// Says that a disagreement came back; nothing where it never did.
pub fn again(first_seen: Timestamp, reopened: u64, now: Timestamp) -> Option<Cell> {
    let times = match reopened {
        0 => return None,
        1 => "once".to_owned(),
        many => format!("{many} times"),
    };
    Some(Cell::Hint(format!("first seen {}, resolved and back {times}", Moment::of(first_seen, now).ago)))
}

/// Every disagreement there was about one doctor.
pub fn of_doctor(lives: &[Life], now: Timestamp) -> Table {
    let titles = ["What it was", "Stood since", "Resolved"];
    let rows = lives.iter().map(|life| vec![kind(life), since(life, now), resolved(life, now)]);
    Table::new("disagreements", "Discrepancies there were", &titles)
        .filled(rows, "The GMC and TIS have never disagreed about this doctor.")
}
