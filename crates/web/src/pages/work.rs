//! What is due, on the first page: counts that lead to their lists, the weeks ahead, what changed last night.

use askama::Template;
use jiff::ToSpan;
use ops::changes::{BodyChanges, Change, ChangesPage};
use ops::work::{SOON_DAYS, Work};

use crate::App;
use crate::moment::{Moment, count, counted, day};
use crate::params::encoded;
use crate::parts::{Bar, Cell, Chart, Summary, Table};

/// The part of the first page for whoever works on doctors.
#[derive(Template)]
#[template(path = "work.html")]
pub struct WorkView {
    due: Summary,
    chart: Chart,
    weeks: Table,
    changes: Table,
}

impl WorkView {
    /// Tells what is due; `holds` wait for a person.
    pub fn of(app: &App, work: &Work, changes: &ChangesPage, holds: u64) -> Self {
        Self {
            due: due(work, holds),
            chart: chart(work),
            weeks: weeks(work),
            changes: changed(app, changes, "Changed on each list when it was last published"),
        }
    }
}

fn due(work: &Work, holds: u64) -> Summary {
    let eve = work.today.yesterday().unwrap_or(work.today);
    let close = work.today.checked_add(SOON_DAYS.days()).unwrap_or(work.today);
    let link = |href: String, doctors: u64| Cell::link(href, counted(doctors, "doctor"));
    let mut lines = vec![
        ("Overdue".to_owned(), link(format!("/under-notice?due-to={eve}"), work.overdue)),
        (
            format!("Due in {SOON_DAYS} days"),
            link(format!("/under-notice?due-from={}&due-to={close}", work.today), work.soon),
        ),
        ("Under notice".to_owned(), link("/under-notice".to_owned(), work.under_notice)),
        ("On nobody's desk".to_owned(), link("/under-notice?admin=nobody".to_owned(), work.unallocated)),
        ("Updates held for a person".to_owned(), Cell::link("/holds", counted(holds, "list"))),
    ];
    lines.extend(work.kinds.iter().map(|(kind, doctors)| {
        (kind.title().to_owned(), link(format!("/discrepancies?kind={}", kind.word()), *doctors))
    }));
    Summary::of(lines)
}

fn chart(work: &Work) -> Chart {
    let bars = work
        .weeks
        .iter()
        .map(|week| Bar { label: week.from.strftime("%-d %b").to_string(), value: week.doctors });
    let title =
        "Doctors under notice by week of their submission date; the table below says the same".to_owned();
    Chart { id: "weeks-chart", title, bars: bars.collect() }
}

fn weeks(work: &Work) -> Table {
    let rows = work.weeks.iter().map(|week| {
        let href = format!("/under-notice?due-from={}&due-to={}", week.from, week.to);
        vec![
            Cell::text(format!("{} to {}", day(week.from), day(week.to))),
            Cell::link(href, count(week.doctors)),
        ]
    });
    Table::new("weeks", "Doctors under notice by week", &["Submission date", "#Doctors"])
        .filled(rows, "The calendar ends here.")
}

/// What changed, body by body; each count leads to the doctors behind it.
pub fn changed(app: &App, page: &ChangesPage, caption: &str) -> Table {
    let titles = [
        "Body",
        "Published",
        "#Newly under notice",
        "#Off notice",
        "#Date moved",
        "#Connected",
        "#Disconnected",
        "#Renamed",
    ];
    let now = page.freshness.at;
    let rows = page.bodies.iter().map(|one| {
        let published = one
            .published_at
            .map_or_else(|| Cell::Hint("never".to_owned()), |at| Cell::Moment(Moment::of(at, now)));
        let name = Cell::link(format!("/bodies/{}", encoded(one.body.code.as_str())), &*one.body.name);
        [name, published].into_iter().chain(Change::ALL.iter().map(|change| told(one, *change))).collect()
    });
    let empty =
        if app.ops.bodies.is_empty() { "No designated body is configured." } else { "No list is yours." };
    Table::new("changes", caption, &titles).filled(rows, empty)
}

fn told(one: &BodyChanges, change: Change) -> Cell {
    let Some(counts) = &one.counts else {
        return Cell::Hint(if one.published_at.is_some() { "first list" } else { "none" }.to_owned());
    };
    let doctors = counts.iter().find(|(known, _)| *known == change).map_or(0, |(_, doctors)| *doctors);
    if doctors == 0 {
        return Cell::count(0);
    }
    let code = encoded(one.body.code.as_str());
    Cell::link(format!("/changes?body={code}&kind={}", change.word()), count(doctors))
}
