//! The table of doctors that several pages show: the same columns everywhere.

use domain::discrepancy::DiscrepancyKind;
use domain::joined::Presence;
use domain::view::ViewRow;
use ops::doctors::{DoctorsPage, Total};
use ops::rows::DoctorRow;

use crate::App;
use crate::moment::{counted, stored_day};
use crate::params::Params;
use crate::parts::{Cell, Pagination, Table, Tag};
use crate::words;

/// Makes the table. `empty` says why there may be nobody.
pub fn table(app: &App, page: &DoctorsPage, caption: String, empty: &str) -> Table {
    let titles =
        ["Doctor", "GMC number", "Body", "Under notice", "Submission date", "Programme in TIS", "To look at"];
    Table::new("doctors", caption, &titles).filled(page.rows.iter().map(|row| cells(app, row)), empty)
}

/// Says how many doctors there are.
pub fn total(total: Total) -> String {
    match total {
        Total::OnLists(doctors) => format!("{} on the GMC's newest lists", counted(doctors, "doctor")),
        Total::Matching(doctors) => counted(doctors, "doctor"),
    }
}

/// Links to the pages around this one.
pub fn pagination(page: &DoctorsPage, params: &Params) -> Pagination {
    Pagination {
        first: params.get("after").map(|_| params.with("after", "")),
        next: page.next.as_deref().map(|after| params.with("after", after)),
    }
}

/// A doctor's name as it is shown; where no name is known, that is said.
pub fn name(row: &ViewRow) -> String {
    match (row.first_name.as_deref(), row.last_name.as_deref()) {
        (None, None) => "Name not stated".to_owned(),
        (first, last) => [first, last].into_iter().flatten().collect::<Vec<_>>().join(" "),
    }
}

fn cells(app: &App, row: &DoctorRow) -> Vec<Cell> {
    let view = &row.view;
    vec![
        Cell::link(format!("/doctors/{}", view.gmc_number), name(view)),
        Cell::text(view.gmc_number.as_str()),
        view.body
            .as_deref()
            .map_or_else(|| Cell::Hint("on no list".to_owned()), |code| Cell::text(short(app, code))),
        notice(view),
        due(view),
        view.programme.as_deref().map_or_else(|| Cell::Hint("none".to_owned()), bars),
        Cell::Stack(marks(view).into_iter().map(Cell::Tag).collect()),
    ]
}

/// What people call a body.
pub fn short(app: &App, code: &str) -> String {
    let known = app.ops.bodies.iter().find(|body| body.code.as_str() == code);
    known.map_or_else(|| code.to_owned(), |body| body.abbreviation.clone())
}

/// Values joined by a bar, one below the other.
fn bars(text: &str) -> Cell {
    Cell::Stack(text.split(" | ").map(Cell::text).collect())
}

/// Under notice, with what was received where it is not understood.
pub fn notice(view: &ViewRow) -> Cell {
    let tag = Cell::Tag(words::notice(&view.under_notice));
    match &view.under_notice_raw {
        Some(raw) => Cell::Stack(vec![tag, Cell::Hint(format!("received as “{raw}”"))]),
        None => tag,
    }
}

/// The submission date, with what was received where it is no date.
pub fn due(view: &ViewRow) -> Cell {
    match (&view.submission_date, &view.submission_raw) {
        (Some(date), _) => Cell::text(stored_day(date)),
        (None, Some(raw)) => Cell::Stack(vec![
            Cell::Tag(Tag::new("Unknown", "yellow")),
            Cell::Hint(format!("received as “{raw}”")),
        ]),
        (None, None) => Cell::Hint("not stated".to_owned()),
    }
}

/// What is out of the ordinary about a doctor.
pub fn marks(view: &ViewRow) -> Vec<Tag> {
    let presence = view.presence.as_deref().and_then(Presence::from_word).and_then(words::presence);
    let twice = view.also_listed_by.is_some().then(|| Tag::new("On two lists", "orange"));
    let kind = view.discrepancy.as_deref().and_then(DiscrepancyKind::from_word).map(words::disagreement);
    let unknown =
        (view.membership_type_known == "no").then(|| Tag::new("Membership type not recognised", "yellow"));
    [presence, twice, kind, unknown].into_iter().flatten().collect()
}
