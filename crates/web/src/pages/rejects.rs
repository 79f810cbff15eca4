//! Records received and not processed: counts for all bodies, raw text only for the reader's own.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::access::Right;
use domain::ids::BodyCode;
use jiff::Timestamp;
use ops::Shown;
use ops::rejects::{Reject, SHOWN, sentence};

use super::sheet::Sheet;
use super::{Page, made};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::counted;
use crate::params::encoded;
use crate::parts::{Cell, Table};
use crate::reader::Reader;

const WHAT: &str = "Received, not processed";
const MEANING: &str = "A record that cannot be used is set aside, never guessed at. It does not prove that a doctor is \
                       absent: a doctor whose record was set aside keeps the last good details, marked as not confirmed.";

/// Shows the counts.
pub async fn all(State(app): State<Arc<App>>, reader: Reader) -> Page {
    let page = app.ops.rejects(&reader.counted(&app)).await?;
    let readable = reader.scope(Right::ReadRejects);
    let rows = page.counts.iter().map(|count| {
        let name = app.ops.name_of(&count.list);
        let list = if readable.covers(&BodyCode::new(count.list.as_str())) {
            Cell::link(format!("/rejects/{}", encoded(&count.list)), name)
        } else {
            Cell::text(name)
        };
        vec![list, Cell::text(sentence(&count.reason)), Cell::count(count.count)]
    });
    let table = Table::new("rejects", "By list and reason", &["List", "Why", "#Records"])
        .filled(rows, "Every record of the newest answers was processed: none is set aside.");
    let mut sheet =
        Sheet::new(Frame::of(&app, &reader, "/rejects", WHAT), FreshnessLine::of(&page.freshness), WHAT);
    sheet.intro.push(Cell::text(MEANING));
    sheet.tables.push(table);
    made(&sheet)
}

/// Shows the records of one body.
pub async fn of_body(State(app): State<Arc<App>>, reader: Reader, Path(code): Path<String>) -> Page {
    let page = app.ops.rejects_of(&reader.viewer(), &code).await?;
    let heading = format!("{WHAT}: {}", page.body.name);
    let frame = Frame::of(&app, &reader, "/rejects", heading.as_str()).below("/rejects", WHAT);
    let mut sheet = Sheet::new(frame, FreshnessLine::of(&page.freshness), heading);
    let now = page.freshness.at;
    sheet.intro.push(Cell::text(MEANING));
    if page.total > SHOWN {
        let told = format!("The oldest {SHOWN} of {} are shown.", counted(page.total, "record"));
        sheet.intro.push(Cell::text(told));
    }
    let titles = ["Why", "GMC number", "As received", "Since", "Run"];
    let table = Table::new("records", "Records as received", &titles).filled(
        page.rows.iter().map(|row| cells(row, now)),
        "Every record of this body's newest answer was processed.",
    );
    sheet.tables.push(table);
    made(&sheet)
}

/// Says that sanctions and investigations are left out of a record.
fn left_out(row: &Reject) -> Option<Cell> {
    let sentence = "Sanctions and investigations are not shown to you.";
    (row.sensitive == Shown::No).then(|| Cell::Hint(sentence.to_owned()))
}

fn cells(row: &Reject, now: Timestamp) -> Vec<Cell> {
    let field = |(name, text): &(String, String)| match name.as_str() {
        "" => Cell::Code(text.clone()),
        name => Cell::text(format!("{}: {text}", name.replace('_', " "))),
    };
    vec![
        Cell::text(row.sentence.as_str()),
        row.gmc_number.as_deref().map_or_else(|| Cell::Hint("none usable".to_owned()), Cell::text),
        Cell::Stack(row.fields.iter().map(field).chain(left_out(row)).collect()),
        Cell::at(row.since, now),
        Cell::link(format!("/runs/{}", encoded(&row.run_id)), "See the run"),
    ]
}
