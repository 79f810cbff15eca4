//! One body's list as it stands.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::access::Right;
use ops::filter::{Filter, From};

use super::asked::List;
use super::list_view::{ListView, Tab};
use super::{Page, listing, made, recounts};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::params::{Params, encoded};
use crate::parts::DayForm;
use crate::reader::Reader;

/// Shows a body's list.
pub async fn get(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(code): Path<String>,
    params: Params,
) -> Page {
    let body = app.ops.body(&reader.doctors(), &code)?.clone();
    let filter = Filter {
        body: Some(body.code.clone()),
        from: From::after(params.get("after").map(str::to_owned)),
        ..Filter::default()
    };
    let page = app.ops.doctors(&reader.doctors(), &filter).await?;
    let recount = page.freshness.bodies.first().and_then(|list| list.recount.as_ref());
    let counts = recounts::line(recount, page.freshness.at);
    let code = encoded(body.code.as_str());
    let beside = |href: String, text: &str| Tab { href, text: text.to_owned(), is_current: false };
    let mut tabs = vec![
        beside(format!("/under-notice?body={code}"), "Under notice at this body"),
        beside(format!("/doctors?body={code}"), "Search and filter this body's doctors"),
        beside(format!("/discrepancies?body={code}"), "Discrepancies of this body"),
        beside(format!("/snapshots/{code}"), "Snapshots of this list"),
        beside(format!("/bodies/{code}/compare"), "Compare with GMC Connect"),
    ];
    if reader.scope(Right::ReadRejects).covers(&body.code) {
        tabs.push(beside(format!("/rejects/{code}"), "Received, not processed"));
    }
    let heading = format!("{} ({})", body.name, body.code);
    let frame = Frame::of(&app, &reader, "", body.name.as_str()).below("/", "Overview");
    made(&ListView {
        tabs,
        day_form: Some(DayForm {
            action: format!("/bodies/{code}/as-of"),
            entered: String::new(),
            error: None,
        }),
        total: format!("{} {counts}", listing::total(page.total)).trim_end().to_owned(),
        table: Some(listing::table(&app, &page, List::Doctors.usual(), ("Doctors by name", EMPTY))),
        pagination: listing::pagination(&page, &params),
        ..ListView::new(frame, FreshnessLine::of(&page.freshness), heading)
    })
}

const EMPTY: &str = "No doctor is listed for this body. If it has no data yet, the line above says so; an empty answer \
                     from the GMC is never published without a person's word.";
