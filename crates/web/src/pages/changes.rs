//! What changed on each list on the day it was last published, and who is behind each count.

use std::sync::Arc;

use axum::extract::State;
use domain::ids::BodyCode;
use domain::listing::Listing;
use ops::Fault;
use ops::changes::{Asked, Change, Moved};

use super::list_view::ListView;
use super::{Page, as_of, made, work};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::params::{Params, encoded};
use crate::parts::{Cell, Pagination, Table};
use crate::reader::Reader;

const HEADING: &str = "What changed last night";

/// Shows the counts, or the doctors behind one of them.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    let scope = reader.doctors();
    let body = match params.get("body") {
        Some(code) => Some(app.ops.body(&scope, code)?.code.clone()),
        None => None,
    };
    let known =
        |word| Change::from_word(word).ok_or_else(|| Fault::not_found("There is no such kind of change."));
    let change = params.get("kind").map(known).transpose()?;
    let after = params.get("after").unwrap_or_default();
    let asked = body.as_ref().zip(change).map(|(body, change)| Asked { body, change, after });
    let page = app.ops.changes(&scope, asked).await?;
    let frame = Frame::of(&app, &reader, "/changes", HEADING);
    let freshness = FreshnessLine::of(&page.freshness);
    let (Some(body), Some(change)) = (body, change) else {
        return made(&ListView {
            total: "Each list beside how it stood on the day before it was last published.".to_owned(),
            table: Some(work::changed(&app, &page, "Body by body")),
            ..ListView::new(frame, freshness, HEADING)
        });
    };
    let heading = format!("{} at {}", change.title(), app.ops.name_of(body.as_str()));
    let titles = ["Doctor", "GMC number", "What changed"];
    let rows = page.rows.iter().map(|row| cells(&body, change, row));
    made(&ListView {
        total: "As the list stood on the day before it was last published, and as it stands.".to_owned(),
        table: Some(Table::new("moved", "By GMC number", &titles).filled(rows, "Nobody.")),
        pagination: Pagination {
            first: params.get("after").map(|_| params.with("after", "")),
            next: page.next.as_deref().map(|after| params.with("after", after)),
            ..Pagination::default()
        },
        ..ListView::new(frame.below("/changes", HEADING), freshness, heading)
    })
}

fn cells(body: &BodyCode, change: Change, row: &Moved) -> Vec<Cell> {
    let shown = row.after.as_ref().or(row.before.as_ref());
    let name = shown.map(as_of::name).unwrap_or_default();
    let side = |of: fn(&Listing) -> Cell| {
        let one = |side: Option<&Listing>| side.map_or_else(|| Cell::Hint("not on the list".to_owned()), of);
        Cell::Stack(vec![
            Cell::Hint("before:".to_owned()),
            one(row.before.as_ref()),
            Cell::Hint("now:".to_owned()),
            one(row.after.as_ref()),
        ])
    };
    let told = match change {
        Change::UnderNotice | Change::OffNotice => side(|one| as_of::notice(&one.under_notice)),
        Change::Moved => side(|one| as_of::date(&one.submission_date)),
        Change::Renamed => side(|one| Cell::text(as_of::name(one))),
        Change::Connected => Cell::text(format!("Came onto the list of {body}")),
        Change::Disconnected => Cell::text(format!("Is not on the list of {body} any more")),
    };
    vec![
        Cell::link(format!("/doctors/{}", encoded(&row.number)), name),
        Cell::text(row.number.as_str()),
        told,
    ]
}
