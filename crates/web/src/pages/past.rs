//! What a service before ours recommended of a doctor, as it was imported.

use jiff::Timestamp;
use ops::rows::PastRow;

use crate::App;
use crate::moment::day;
use crate::parts::{Cell, Table, Tag};

/// Every one, marked as imported; a missing id is said.
pub fn table(app: &App, rows: &[PastRow], now: Timestamp) -> Table {
    let titles = ["Submitted", "Kind", "Outcome", "Body", "Deferred to", "The GMC's id", "From", "Imported"];
    let rows = rows.iter().map(|row| {
        let past = &row.past;
        let id = match &past.gmc_id {
            Some(id) => Cell::Code(id.clone()),
            None => Cell::Tag(Tag::new("No id", "grey")),
        };
        vec![
            Cell::maybe(past.submitted_on.map(day).as_deref()),
            Cell::maybe(past.kind.as_deref()),
            Cell::maybe(past.outcome.as_deref()),
            Cell::maybe(past.body.as_deref().map(|code| app.ops.name_of(code)).as_deref()),
            Cell::maybe(past.deferral_date.map(day).as_deref()),
            id,
            Cell::Tag(Tag::new("Imported", "grey")),
            Cell::at(row.imported_at, now),
        ]
    });
    Table::new("past", "Earlier recommendations, imported", &titles).filled(rows, "None was imported.")
}
