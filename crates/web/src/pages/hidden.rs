//! How a doctor's discrepancy was hidden, on the doctor's page, and the way to show it again.

use domain::access::Right;
use domain::discrepancy::DiscrepancyKind;
use domain::ids::BodyCode;
use jiff::Timestamp;
use ops::worklist::Hiding;

use crate::App;
use crate::moment::stored_day;
use crate::params::encoded;
use crate::parts::{Cell, PostForm, Table, Tag};
use crate::reader::Reader;

/// Every hiding there was.
pub fn table(app: &App, hidings: &[Hiding], now: Timestamp) -> Table {
    let titles = ["What", "For", "Why", "Until", "Hidden", "By", "Now"];
    let rows = hidings.iter().map(|one| {
        let row = &one.row;
        let kind = DiscrepancyKind::from_word(&row.kind).map(|kind| kind.title().to_owned());
        let until = row.until.as_deref().map(stored_day);
        let now_is = if one.is_in_force { Tag::new("Hidden", "grey") } else { Tag::new("Over", "white") };
        vec![
            Cell::text(kind.unwrap_or_else(|| row.kind.clone())),
            Cell::text(app.ops.name_of(&row.body)),
            Cell::text(row.reason.as_str()),
            Cell::text(until.unwrap_or_else(|| "it is shown again".to_owned())),
            Cell::at(row.hidden_at, now),
            Cell::text(row.hidden_by.trim_start_matches("user:")),
            Cell::Tag(now_is),
        ]
    });
    Table::new("hidden", "Hidden", &titles).filled(rows, "Nothing was ever hidden here.")
}

/// The ways to show again what is hidden, for whoever may.
pub fn forms(reader: &Reader, hidings: &[Hiding]) -> Vec<PostForm> {
    let scope = reader.scope(Right::EditNotes);
    let may = |one: &&Hiding| one.is_in_force && scope.covers(&BodyCode::new(one.row.body.as_str()));
    let form = |one: &Hiding| {
        let to = format!("/hidden/{}/show", encoded(&one.row.id));
        PostForm::new(to, &reader.form_token, "Show the discrepancy again").secondary()
    };
    hidings.iter().filter(may).map(form).collect()
}
