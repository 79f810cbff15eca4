//! The work that is due: counts within a scope, each of a list that can be opened.

use domain::discrepancy::DiscrepancyKind;
use domain::scope::Scope;
use jiff::ToSpan;
use jiff::civil::Date;
use store::listing::{Facet, Hiding, Query};

use crate::fault::Fault;
use crate::filter::NoticeIs;
use crate::freshness::Freshness;
use crate::place::Ops;

/// Days within which a submission date is close. Source: the present app colours it so.
pub const SOON_DAYS: i64 = 14;
/// Weeks ahead that are told one by one.
const WEEKS: usize = 12;

/// Doctors under notice by one week of their submission dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// Its Monday; the first week begins today.
    pub from: Date,
    /// Its Sunday.
    pub to: Date,
    /// Doctors.
    pub doctors: u64,
}

/// The work that is due; it cannot be without its freshness.
#[derive(Clone, Debug)]
pub struct Work {
    /// How old the lists are.
    pub freshness: Freshness,
    /// Today.
    pub today: Date,
    /// Doctors under notice whose date is past.
    pub overdue: u64,
    /// Doctors under notice whose date is close.
    pub soon: u64,
    /// All under notice.
    pub under_notice: u64,
    /// Those of them whose date is unknown.
    pub undated: u64,
    /// Those of them on whom nobody works.
    pub unallocated: u64,
    /// The weeks ahead.
    pub weeks: Vec<Week>,
    /// Disagreements of the GMC and TIS.
    pub kinds: Vec<(DiscrepancyKind, u64)>,
}

impl Ops {
    /// Counts the work of a scope.
    pub async fn work(&self, scope: &Scope) -> Result<Work, Fault> {
        let mut tx = self.read_within(scope).await?;
        let freshness = self.freshness_in(&mut tx, scope).await?;
        let noticed = Query { under_notice: Some(NoticeIs::Yes.word()), ..Query::within(scope) };
        let dues = store::doctor::count_by(&mut tx, &noticed, Facet::Due).await?;
        let today = self.today().date.to_string();
        let hiding = Hiding::Without(&today);
        let standing = Query { discrepancy: Some(""), claimed_too: true, hiding, ..Query::within(scope) };
        let kinds = store::doctor::count_by(&mut tx, &standing, Facet::Disagreement).await?;
        let of = |kind: DiscrepancyKind| (kind, kinds.get(kind.word()).copied().unwrap_or_default());
        let mut work = Work {
            freshness,
            today: self.today().date,
            overdue: 0,
            soon: 0,
            under_notice: 0,
            undated: 0,
            unallocated: store::doctor::count(&mut tx, &Query { admin: Some(""), ..noticed }).await?,
            weeks: weeks(self.today().date),
            kinds: DiscrepancyKind::ALL.map(of).into(),
        };
        for (due, doctors) in dues {
            work.add(due.parse().ok(), doctors);
        }
        Ok(work)
    }
}

impl Work {
    fn add(&mut self, due: Option<Date>, doctors: u64) {
        self.under_notice += doctors;
        let Some(due) = due else {
            self.undated += doctors;
            return;
        };
        let close = self.today.checked_add(SOON_DAYS.days()).unwrap_or(Date::MAX);
        if due < self.today {
            self.overdue += doctors;
        } else if due <= close {
            self.soon += doctors;
        }
        if let Some(week) = self.weeks.iter_mut().find(|week| week.from <= due && due <= week.to) {
            week.doctors += doctors;
        }
    }
}

/// This week from today, and the whole weeks after it.
fn weeks(today: Date) -> Vec<Week> {
    let mut weeks = Vec::new();
    let mut from = today;
    while weeks.len() < WEEKS {
        let rest = 7 - i64::from(from.weekday().to_monday_one_offset());
        let Ok(to) = from.checked_add(rest.days()) else { break };
        weeks.push(Week { from, to, doctors: 0 });
        let Ok(next) = to.tomorrow() else { break };
        from = next;
    }
    weeks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_today_and_then_on_mondays() {
        let all = weeks(Date::constant(2026, 11, 25));
        assert_eq!((all[0].from, all[0].to), (Date::constant(2026, 11, 25), Date::constant(2026, 11, 29)));
        assert_eq!((all[1].from, all[1].to), (Date::constant(2026, 11, 30), Date::constant(2026, 12, 6)));
        assert_eq!(all.len(), WEEKS);
        assert_eq!(weeks(Date::constant(2026, 11, 29))[0].to, Date::constant(2026, 11, 29));
    }
}
