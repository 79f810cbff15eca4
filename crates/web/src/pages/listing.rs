//! The table of doctors that several pages show: the same columns everywhere.

use domain::discrepancy::DiscrepancyKind;
use domain::joined::Presence;
use domain::view::ViewRow;
use jiff::Timestamp;
use jiff::civil::Date;
use ops::column::Column;
use ops::doctors::{DoctorsPage, Total};
use ops::rows::DoctorRow;
use ops::worklist::Stage;

use super::resolved;
use crate::App;
use crate::moment::{count, counted, stored_day, today};
use crate::params::Params;
use crate::parts::{Cell, Pagination, Table, Tag};
use crate::words;

/// Makes the table, under a caption and with a sentence for when there is nobody.
pub fn table(app: &App, page: &DoctorsPage, columns: &[Column], told: (&str, &str)) -> Table {
    let titles: Vec<&'static str> = columns.iter().map(|column| column.title()).collect();
    let now = page.freshness.at;
    let cells = |row: &DoctorRow| columns.iter().map(|column| cell(app, *column, row, now)).collect();
    Table::new("doctors", told.0, &titles).filled(page.rows.iter().map(cells), told.1)
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
    let start = params.at_first_page();
    Pagination {
        first: page.previous.as_ref().map(|_| start.with("after", "")),
        previous: page.previous.as_deref().map(|before| start.with("before", before)),
        next: page.next.as_deref().map(|after| start.with("after", after)),
        last: page.next.as_ref().map(|_| start.with("at", "last")),
    }
}

/// A doctor's name as it is shown; where no name is known, that is said.
pub fn name(row: &ViewRow) -> String {
    match (row.first_name.as_deref(), row.last_name.as_deref()) {
        (None, None) => "Name not stated".to_owned(),
        (first, last) => [first, last].into_iter().flatten().collect::<Vec<_>>().join(" "),
    }
}

fn cell(app: &App, column: Column, row: &DoctorRow, now: Timestamp) -> Cell {
    let view = &row.view;
    let joined = |text: &Option<String>| text.as_deref().map_or_else(|| Cell::Hint("none".to_owned()), bars);
    let day = |text: &Option<String>| Cell::maybe(text.as_deref().map(stored_day).as_deref());
    match column {
        Column::Name => Cell::link(format!("/doctors/{}", view.gmc_number), name(view)),
        Column::Number => Cell::text(view.gmc_number.as_str()),
        Column::Body => view
            .body
            .as_deref()
            .map_or_else(|| Cell::Hint("on no list".to_owned()), |code| Cell::text(short(app, code))),
        Column::Notice => notice(view),
        Column::Due => {
            Cell::Stack([Some(due(view)), close(view, now).map(Cell::Tag)].into_iter().flatten().collect())
        }
        Column::Programme => joined(&view.programme),
        Column::Owner => joined(&view.owner),
        Column::MembershipType => joined(&view.membership_type),
        Column::MembershipEnd => day(&view.membership_end),
        Column::CurriculumEnd => day(&view.curriculum_end),
        Column::Grade => joined(&view.grade),
        Column::Marks => Cell::Stack(marks(view).into_iter().map(Cell::Tag).collect()),
        Column::Kind => kind(view),
        Column::Why => {
            let why = [view.discrepancy_why.as_deref(), view.discrepancy_settles.as_deref()];
            Cell::Stack(why.into_iter().flatten().map(Cell::text).collect())
        }
        Column::Since => since(row, now),
        Column::Stage if view.discrepancy.is_none() => Cell::Hint("none".to_owned()),
        Column::Stage => stage(row),
        Column::Admin => row.admin.as_deref().map_or_else(|| Cell::Hint("nobody".to_owned()), Cell::text),
        Column::Notes if row.notes == 0 => Cell::Hint("none".to_owned()),
        Column::Notes => Cell::link(format!("/doctors/{}#notes", view.gmc_number), count(row.notes)),
        Column::Updated => Cell::at(row.updated_at, now),
    }
}

/// The stage of the work, whose it is, and what they say.
pub fn stage(row: &DoctorRow) -> Cell {
    let said = [row.work_owner.as_deref(), row.work_reason.as_deref()];
    let said = said.into_iter().flatten().filter(|text| !text.is_empty()).map(Cell::text);
    Cell::Stack([Cell::Tag(words::stage(Stage::of(row)))].into_iter().chain(said).collect())
}

fn kind(view: &ViewRow) -> Cell {
    match view.discrepancy.as_deref() {
        None => Cell::Hint("none".to_owned()),
        Some(word) => DiscrepancyKind::from_word(word)
            .map_or_else(|| Cell::text(word), |kind| Cell::Tag(words::disagreement(kind))),
    }
}

/// Since when a disagreement stands, and whether it had been resolved before.
fn since(row: &DoctorRow, now: Timestamp) -> Cell {
    let Some(since) = row.discrepancy_since else { return Cell::maybe(None) };
    let first = row.discrepancy_first_seen.unwrap_or(since);
    let before = resolved::again(first, row.discrepancy_reopened, now);
    Cell::Stack([Some(Cell::at(since, now)), before].into_iter().flatten().collect())
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

/// Whether a doctor under notice is overdue, or due soon.
pub fn close(view: &ViewRow, now: Timestamp) -> Option<Tag> {
    let is_under = view.under_notice == "yes";
    let due: Date = view.submission_date.as_deref().filter(|_| is_under)?.parse().ok()?;
    let days = today(now).until(due).ok()?.get_days();
    match days {
        ..0 => Some(Tag::new("Overdue", "red")),
        0 => Some(Tag::new("Due today", "orange")),
        1 => Some(Tag::new("Due in 1 day", "orange")),
        2..=14 => Some(Tag::new(format!("Due in {days} days"), "orange")),
        _ => None,
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
