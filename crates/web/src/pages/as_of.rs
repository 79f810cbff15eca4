//! A body's list as readers saw it at the end of a day.

use std::sync::Arc;

use axum::extract::{Path, State};
use domain::listing::{Listing, Notice, Stated};
use jiff::civil::Date;
use ops::snapshots::{AsOfPage, ListedThen};

use super::list_view::ListView;
use super::{Page, complaining};
use crate::App;
use crate::frame::Frame;
use crate::freshness::FreshnessLine;
use crate::moment::{counted, day, long};
use crate::params::{self, Params, encoded};
use crate::parts::{Cell, DayForm, Errors, Pagination, Table, Tag};
use crate::reader::Reader;
use crate::words;

/// Shows a list of the past.
pub async fn get(
    State(app): State<Arc<App>>,
    reader: Reader,
    Path(code): Path<String>,
    params: Params,
) -> Page {
    let body = app.ops.body(&reader.doctors(), &code)?.clone();
    let today = app.ops.today().date;
    let (on, errors) = match params::day(&params, today) {
        Ok(on) => (on, Errors::default()),
        Err(complaint) => (None, Errors { complaints: vec![complaint] }),
    };
    let after = params.get("after").unwrap_or_default();
    let page = app.ops.as_of(&reader.doctors(), &code, on.unwrap_or(today), after).await?;
    let link = format!("/bodies/{}", encoded(&code));
    let frame = Frame::of(&app, &reader, "", format!("{} as of a day", body.name));
    let frame = frame.below("/", "Overview").below(link.clone(), body.name.as_str());
    let heading = format!("{} at the end of {}", body.name, day(page.on));
    let view = ListView {
        day_form: Some(DayForm {
            action: format!("{link}/as-of"),
            entered: params.get("on").unwrap_or_default().to_owned(),
            error: errors.of("on").map(str::to_owned),
        }),
        total: total(&page),
        table: (!errors.is_any()).then(|| table(&page)),
        pagination: Pagination {
            first: params.get("after").map(|_| params.with("after", "")),
            next: page.next.as_deref().map(|after| params.with("after", after)),
            ..Pagination::default()
        },
        ..ListView::new(frame.complaining(errors.is_any()), FreshnessLine::of(&page.freshness), heading)
    };
    let view = ListView { errors, ..view };
    complaining(&view, &view.errors)
}

fn total(page: &AsOfPage) -> String {
    match &page.snapshot {
        Some(row) => format!(
            "Snapshot {}, data as of {}: {}. What stands below is the list of that day, not of today.",
            row.number,
            long(row.data_as_of),
            counted(row.doctors, "doctor")
        ),
        None => "Nothing had been published for this body by then.".to_owned(),
    }
}

fn table(page: &AsOfPage) -> Table {
    let titles = ["GMC number", "Doctor", "Under notice", "Submission date", "To look at"];
    let empty = if page.snapshot.is_some() {
        "The list of that day was empty, by a person's word."
    } else {
        "There is no list to show: the first one came later, or has not come yet."
    };
    Table::new("then", "Doctors by GMC number", &titles).filled(page.rows.iter().map(cells), empty)
}

fn cells(row: &ListedThen) -> Vec<Cell> {
    let listing = &row.listing;
    vec![
        Cell::link(format!("/doctors/{}", listing.gmc_number), listing.gmc_number.to_string()),
        Cell::text(name(listing)),
        notice(&listing.under_notice),
        date(&listing.submission_date),
        Cell::Stack(words::presence(row.presence).into_iter().map(Cell::Tag).collect()),
    ]
}

/// A name as a list states it.
pub fn name(listing: &Listing) -> String {
    match (listing.first_name.as_deref(), listing.last_name.as_deref()) {
        (None, None) => "Name not stated".to_owned(),
        (first, last) => [first, last].into_iter().flatten().collect::<Vec<_>>().join(" "),
    }
}

/// A notice as a list states it.
pub fn notice(stated: &Stated<Notice>) -> Cell {
    match stated {
        Stated::Known(notice) => Cell::Tag(words::notice(notice.word())),
        Stated::Absent => Cell::Stack(vec![
            Cell::Tag(words::notice("unknown")),
            Cell::Hint("the GMC stated nothing".to_owned()),
        ]),
        Stated::Unrecognised(raw) => unknown(raw),
    }
}

/// A date as a list states it.
pub fn date(stated: &Stated<Date>) -> Cell {
    match stated {
        Stated::Known(date) => Cell::text(day(*date)),
        Stated::Absent => Cell::maybe(None),
        Stated::Unrecognised(raw) => unknown(raw),
    }
}

fn unknown(raw: &str) -> Cell {
    Cell::Stack(vec![Cell::Tag(Tag::new("Unknown", "yellow")), Cell::Hint(format!("received as “{raw}”"))])
}
