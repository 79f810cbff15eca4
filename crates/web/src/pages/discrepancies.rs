//! Where the GMC and TIS disagree, by kind, with why and what would settle it.

use std::sync::Arc;

use axum::extract::State;
use domain::discrepancy::DiscrepancyKind;
use domain::ids::BodyCode;
use jiff::Timestamp;
use ops::doctors::{Counted, Disagreement, DoctorsPage, Filter, Whom};
use ops::rows::DoctorRow;

use super::list_view::{ListView, Tab};
use super::{Page, complaining, listing, resolved};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::count;
use crate::params::{Complaint, Params};
use crate::parts::{Cell, Errors, Table};
use crate::reader::Reader;
use crate::words;

/// Shows the disagreements.
pub async fn get(State(app): State<Arc<App>>, reader: Reader, params: Params) -> Page {
    if params.get("state") == Some("resolved") {
        return resolved::get(&app, &reader, &params.without("state")).await;
    }
    let kind = params.get("kind");
    let known = kind.map(DiscrepancyKind::from_word);
    let errors =
        Errors { complaints: known.is_some_and(|kind| kind.is_none()).then(complaint).into_iter().collect() };
    let known = known.flatten();
    let filter = Filter {
        whom: Whom::ListedOrClaimed,
        disagreement: Some(known.map_or(Disagreement::Any, Disagreement::Of)),
        body: params.get("body").map(BodyCode::new),
        after: params.get("after").map(str::to_owned),
        ..Filter::default()
    };
    let Counted { page, counts } = app.ops.by_disagreement(&reader.doctors(), &filter).await?;
    let place = params.get("body").map(|code| format!(" at {}", app.ops.name_of(code))).unwrap_or_default();
    let heading = format!("{}{place}", known.map_or("Discrepancies", DiscrepancyKind::title));
    let view = ListView {
        frame: Frame::of(&app, &reader, "/discrepancies", heading.as_str()).complaining(errors.is_any()),
        freshness: FreshnessLine::of(&page.freshness),
        heading,
        tabs: tabs(&params, &counts, known),
        form: None,
        day_form: None,
        total: listing::total(page.total),
        table: (!errors.is_any()).then(|| table(&app, &page)),
        pagination: listing::pagination(&page, &params),
        errors,
    };
    complaining(&view, &view.errors)
}

fn complaint() -> Complaint {
    Complaint {
        field: "maincontent",
        message: "There is no such kind of discrepancy: choose one of the list".to_owned(),
    }
}

fn tabs(params: &Params, counts: &[(DiscrepancyKind, u64)], current: Option<DiscrepancyKind>) -> Vec<Tab> {
    let params = params.without("after");
    let all = Tab {
        href: params.with("kind", ""),
        text: format!("All ({})", count(counts.iter().map(|(_, doctors)| doctors).sum())),
        is_current: current.is_none(),
    };
    let tab = |(kind, doctors): &(DiscrepancyKind, u64)| Tab {
        href: params.with("kind", kind.word()),
        text: format!("{} ({})", kind.title(), count(*doctors)),
        is_current: current == Some(*kind),
    };
    let resolved = Tab {
        href: params.without("kind").with("state", "resolved"),
        text: "Resolved".to_owned(),
        is_current: false,
    };
    [all].into_iter().chain(counts.iter().map(tab)).chain([resolved]).collect()
}

fn table(app: &App, page: &DoctorsPage) -> Table {
    let titles =
        ["Doctor", "GMC number", "Body at the GMC", "Kind", "Why, and what would settle it", "Since"];
    let now = page.freshness.at;
    Table::new("discrepancies", "Doctors by name", &titles).filled(
        page.rows.iter().map(|row| cells(app, row, now)),
        "The GMC and TIS agree about every doctor here.",
    )
}

fn cells(app: &App, row: &DoctorRow, now: Timestamp) -> Vec<Cell> {
    let view = &row.view;
    let kind = view.discrepancy.as_deref().and_then(DiscrepancyKind::from_word);
    let why = [view.discrepancy_why.as_deref(), view.discrepancy_settles.as_deref()];
    let body = view.body.as_deref().map(|code| Cell::text(listing::short(app, code)));
    vec![
        Cell::link(format!("/doctors/{}", view.gmc_number), listing::name(view)),
        Cell::text(view.gmc_number.as_str()),
        body.unwrap_or_else(|| Cell::Hint("on no list".to_owned())),
        kind.map_or_else(
            || Cell::maybe(view.discrepancy.as_deref()),
            |kind| Cell::Tag(words::disagreement(kind)),
        ),
        Cell::Stack(why.into_iter().flatten().map(Cell::text).collect()),
        since(row, now),
    ]
}

/// Since when it stands, and whether it had been resolved before.
fn since(row: &DoctorRow, now: Timestamp) -> Cell {
    let Some(since) = row.discrepancy_since else { return Cell::maybe(None) };
    let first = row.discrepancy_first_seen.unwrap_or(since);
    let before = resolved::again(first, row.discrepancy_reopened, now);
    Cell::Stack([Some(Cell::at(since, now)), before].into_iter().flatten().collect())
}
