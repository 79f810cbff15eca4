//! Lists of doctors within a scope, a page at a time, each with the age of what it was made from.

use std::collections::BTreeMap;

use domain::discrepancy::DiscrepancyKind;
use domain::ids::{BodyCode, GmcNumber};
use domain::scope::Scope;
use store::Tx;
use store::discrepancy::Resolved;
use store::listing::{Facet, Place, Query, Start};

use crate::fault::Fault;
use crate::filter::{Filter, From, NoticeIs};
use crate::freshness::Freshness;
use crate::place::Ops;
use crate::rows::DoctorRow;

/// Resolved disagreements shown; arbitrary, they are read from the newest on.
pub const RESOLVED: u64 = 200;

/// What a number of doctors counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// Doctors on the newest snapshots of the bodies shown.
    OnLists(u64),
    /// Doctors whom the filter lets through.
    Matching(u64),
}

/// One page of doctors; it cannot be without its freshness.
#[derive(Clone, Debug)]
pub struct DoctorsPage {
    /// How old the lists are that it was made from.
    pub freshness: Freshness,
    /// How many doctors.
    pub total: Total,
    /// The rows.
    pub rows: Vec<DoctorRow>,
    /// What to ask with for the page before, as `before`.
    pub previous: Option<String>,
    /// What to ask with for the next page, as `after`.
    pub next: Option<String>,
}

/// What data have resolved; it cannot be without its freshness.
#[derive(Clone, Debug)]
pub struct ResolvedPage {
    /// How old the lists are.
    pub freshness: Freshness,
    /// The newest first.
    pub rows: Vec<Resolved>,
}

/// A page of doctors beside what its filters would find, all of one instant.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The page.
    pub page: DoctorsPage,
    /// How many doctors there are under each notice, if all else stays as it is.
    pub notices: Vec<(NoticeIs, u64)>,
    /// How many there are with each disagreement, if all else stays as it is.
    pub kinds: Vec<(DiscrepancyKind, u64)>,
    /// How many there are on all pages, those whom TIS alone claims among them.
    pub matching: u64,
}

impl Ops {
    /// Reads one page of doctors.
    pub async fn doctors(&self, scope: &Scope, filter: &Filter) -> Result<DoctorsPage, Fault> {
        let mut tx = self.read_within(scope).await?;
        self.doctors_in(&mut tx, scope, filter).await
    }

    /// Reads one page of doctors, and how many there would be under each notice and with each disagreement.
    pub async fn counted(&self, scope: &Scope, filter: &Filter) -> Result<Counted, Fault> {
        let mut tx = self.read_within(scope).await?;
        let page = self.doctors_in(&mut tx, scope, filter).await?;
        let shown = self.narrowed(scope, filter.body.as_ref())?;
        let terms = filter.terms();
        let mut count = async |sister: Filter, facet: Facet| {
            store::doctor::count_by(&mut tx, &sister.query(&shown, &terms), facet).await
        };
        let notices = count(Filter { notice: None, ..filter.clone() }, Facet::Notice).await?;
        let kinds = count(Filter { disagreement: None, ..filter.clone() }, Facet::Disagreement).await?;
        let of = |counts: &BTreeMap<String, u64>, word: &str| counts.get(word).copied().unwrap_or_default();
        Ok(Counted {
            matching: match filter.notice {
                Some(notice) => of(&notices, notice.word()),
                None => notices.values().sum(),
            },
            page,
            notices: NoticeIs::ALL.map(|notice| (notice, of(&notices, notice.word()))).into(),
            kinds: DiscrepancyKind::ALL.map(|kind| (kind, of(&kinds, kind.word()))).into(),
        })
    }

    /// Reads what data have resolved about the doctors of a scope, the newest first; whoever may see a doctor now sees
    /// it, wherever the doctor was then.
    pub async fn resolved(&self, scope: &Scope, body: Option<&BodyCode>) -> Result<ResolvedPage, Fault> {
        let mut tx = self.read_within(scope).await?;
        let shown = self.narrowed(scope, body)?;
        let freshness = self.freshness_in(&mut tx, &shown).await?;
        let query = Query { claimed_too: true, limit: RESOLVED, ..Query::within(&shown) };
        Ok(ResolvedPage { freshness, rows: store::discrepancy::resolved(&mut tx, &query).await? })
    }

    /// The scope narrowed to the body of a filter: whom TIS claims for that body belongs to it like whom it lists.
    pub(crate) fn narrowed(&self, scope: &Scope, body: Option<&BodyCode>) -> Result<Scope, Fault> {
        match body {
            Some(body) => Ok(Scope::of([self.body(scope, body.as_str())?.code.clone()])),
            None => Ok(scope.clone()),
        }
    }

    async fn doctors_in(&self, tx: &mut Tx, scope: &Scope, filter: &Filter) -> Result<DoctorsPage, Fault> {
        let shown = self.narrowed(scope, filter.body.as_ref())?;
        let terms = filter.terms();
        let freshness = self.freshness_in(tx, &shown).await?;
        let query = filter.query(&shown, &terms);
        let place = self.place(tx, scope, filter).await?;
        let start = match (&filter.from, &place) {
            (From::After(_), Some(place)) => Start::After(place),
            (From::Before(_), Some(place)) => Start::Before(place),
            (From::Last, _) => Start::Last,
            _ => Start::First,
        };
        let mut rows = store::doctor::page(tx, &Query { start, limit: filter.size + 1, ..query }).await?;
        let total = if filter.is_whole(&terms) {
            Total::OnLists(freshness.doctors())
        } else {
            Total::Matching(store::doctor::count(tx, &query).await?)
        };
        let is_more = rows.len() as u64 > filter.size;
        let is_backwards = matches!(filter.from, From::Before(_) | From::Last);
        if is_more {
            // One row more than asked for says that there are more; it stands at the far end.
            rows.remove(if is_backwards { 0 } else { rows.len() - 1 });
        }
        let (is_before, is_after) = match filter.from {
            From::First => (false, is_more),
            From::After(_) => (true, is_more),
            From::Before(_) => (is_more, true),
            From::Last => (is_more, false),
        };
        let number = |row: &DoctorRow| row.view.gmc_number.clone();
        Ok(DoctorsPage {
            freshness,
            total,
            previous: rows.first().filter(|_| is_before).map(number),
            next: rows.last().filter(|_| is_after).map(number),
            rows,
        })
    }

    /// The place of the row that a page begins at.
    async fn place(&self, tx: &mut Tx, scope: &Scope, filter: &Filter) -> Result<Option<Place>, Fault> {
        let (From::After(number) | From::Before(number)) = &filter.from else { return Ok(None) };
        let moved =
            || Fault::invalid("This list has changed since you opened it. Start again from its first page.");
        let number = GmcNumber::parse(number).ok_or_else(moved)?;
        let query = Query { order: filter.order, ..Query::within(scope) };
        Ok(Some(store::doctor::place(tx, &query, &number).await?.ok_or_else(moved)?))
    }
}
