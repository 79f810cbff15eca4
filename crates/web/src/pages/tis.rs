//! TIS: as of when it was read, where every person went by named rule, and which lists it was joined to.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use domain::tis_reading::{JoinedList, TisReading};
use domain::tis_rules as rules;
use jiff::Timestamp;

use super::sheet::Sheet;
use super::{Page, made};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::count;
use crate::parts::{Cell, Summary, Table};
use crate::reader::Reader;

/// Shows what stands behind the published training records.
pub async fn get(State(app): State<Arc<App>>, reader: Reader) -> Page {
    let page = app.ops.tis(&reader.counted(&app)).await?;
    let now = page.freshness.at;
    let mut sheet =
        Sheet::new(Frame::of(&app, &reader, "/tis", "TIS"), FreshnessLine::of(&page.freshness), "TIS");
    let Some(reading) = &page.reading else {
        sheet.intro.push(Cell::text(
            "There is no account of the records in force: TIS was not published yet, or somebody went back to earlier \
             records.",
        ));
        return made(&sheet);
    };
    let account = &reading.account;
    sheet.intro.push(Cell::text(format!(
        "{} kept + {} excluded + {} not processed = {} persons read: each has a rule, and nobody is lost on the way.",
        count(account.kept),
        count(account.excluded),
        count(account.rejected),
        count(account.read)
    )));
    sheet.summary = Some(summary(reading, now));
    sheet.tables.push(counts("left-out", "Left out, by rule", &account.by_rule, "Nobody was left out."));
    let outside = &account.outside_discrepancies;
    sheet.tables.push(counts("outside", "Kept, but out of the discrepancies", outside, "There are none."));
    sheet.tables.push(counts("marked", "Kept and marked", &account.marked, "There are none."));
    sheet.tables.push(orphans(&account.orphans));
    sheet.tables.push(joined(&page.joined_to, now));
    made(&sheet)
}

fn summary(reading: &TisReading, now: Timestamp) -> Summary {
    let account = &reading.account;
    Summary::of([
        ("TIS data as of", Cell::at(reading.as_of, now)),
        ("Persons read", Cell::count(account.read)),
        ("Kept", Cell::count(account.kept)),
        ("Excluded by a rule", Cell::count(account.excluded)),
        ("Received, not processed", Cell::count(account.rejected)),
        ("GMC numbers that several persons have", Cell::count(account.shared_numbers)),
    ])
}

fn counts(
    id: &'static str,
    caption: &'static str,
    counts: &BTreeMap<String, u64>,
    empty: &'static str,
) -> Table {
    let rows = counts.iter().map(|(rule, number)| vec![Cell::text(words(rule)), Cell::count(*number)]);
    Table::new(id, caption, &["Rule", "#Persons"]).filled(rows, empty)
}

fn orphans(orphans: &BTreeMap<String, u64>) -> Table {
    let rows = orphans.iter().map(|(table, number)| vec![Cell::text(table.as_str()), Cell::count(*number)]);
    Table::new("orphans", "Rows that belong to no person", &["Table", "#Rows"])
        .filled(rows, "Every row belongs to a person.")
}

/// The lists of the GMC that a reading was joined to.
pub(super) fn joined(lists: &[(String, JoinedList)], now: Timestamp) -> Table {
    let rows = lists.iter().map(|(name, list)| {
        vec![
            Cell::text(name.as_str()),
            Cell::count(list.snapshot),
            list.as_of.map_or_else(|| Cell::Hint("never".to_owned()), |at| Cell::at(at, now)),
        ]
    });
    Table::new("joined", "The GMC's lists it was joined to", &["List", "#Snapshot", "Data as of"])
        .filled(rows, "No list of the GMC was there.")
}

/// A rule in words; one that has none stays as it is written in the reference data.
fn words(rule: &str) -> String {
    let words = match rule {
        rules::DUMMY_ROLE => "Role is that of a dummy",
        rules::PLACEHOLDER_ROLE => "Role is that of a placeholder",
        rules::NO_GMC_NUMBER => "No GMC number is written",
        rules::WORD_FOR_GMC_NUMBER => "A word stands where the GMC number should",
        rules::UNUSABLE_GMC_NUMBER => "The GMC number is not seven digits (not processed)",
        rules::NO_PERSON => "A GMC number hangs on nobody (not processed)",
        rules::EXCLUDED_GRADE => "Every current placement is of a grade that needs no connection",
        rules::UNKNOWN_MEMBERSHIP_TYPE => "Membership type not recognised",
        rules::UNKNOWN_OWNER => "Owner of a programme not recognised",
        "military" => "Military membership",
        other => other,
    };
    words.to_owned()
}
