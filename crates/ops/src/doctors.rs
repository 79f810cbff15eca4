//! Lists of doctors within a scope, a page at a time, each with the age of what it was made from.

use domain::discrepancy::DiscrepancyKind;
use domain::ids::{BodyCode, GmcNumber};
use domain::names::fold;
use domain::scope::Scope;
use store::Tx;
use store::discrepancy::Resolved;
use store::listing::Query;

use crate::fault::Fault;
use crate::freshness::Freshness;
use crate::place::Ops;
use crate::rows::{DoctorRow, Order};

/// Rows of a page; arbitrary, agreed with nobody yet.
pub const PAGE: u64 = 50;
/// Resolved disagreements shown; arbitrary, they are read from the newest on.
pub const RESOLVED: u64 = 200;
/// Words of a search that are looked at; more only cost.
const WORDS_MAX: usize = 5;

/// What the GMC says about notice, as a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeIs {
    /// Under notice.
    Yes,
    /// Not under notice.
    No,
    /// On hold.
    OnHold,
    /// Absent, or a word we do not know.
    Unknown,
}

impl NoticeIs {
    /// All, in the order pages offer them.
    pub const ALL: [Self; 4] = [Self::Yes, Self::OnHold, Self::Unknown, Self::No];

    /// The word stored and used in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::OnHold => "on_hold",
            Self::Unknown => "unknown",
        }
    }

    /// Reads a word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.word() == word)
    }
}

/// Which disagreements of the GMC and TIS, as a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disagreement {
    /// Any.
    Any,
    /// Of one kind.
    Of(DiscrepancyKind),
}

/// Whether doctors whom only TIS claims for a body belong to the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whom {
    /// Only those on a list of the GMC.
    #[default]
    Listed,
    /// Also those in a programme of the scope's bodies.
    ListedOrClaimed,
}

/// Which doctors, in which order, from where on.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Listed only, or claimed too.
    pub whom: Whom,
    /// Only this body's.
    pub body: Option<BodyCode>,
    /// Only with this notice.
    pub notice: Option<NoticeIs>,
    /// Only with such a disagreement.
    pub disagreement: Option<Disagreement>,
    /// As typed: words of a name, or of a GMC number.
    pub words: String,
    /// The order.
    pub order: Order,
    /// Where the page before ended, as that page gave it.
    pub after: Option<String>,
}

impl Filter {
    fn folded(&self) -> Vec<String> {
        fold(&self.words)
            .split(' ')
            .filter(|word| !word.is_empty())
            .take(WORDS_MAX)
            .map(str::to_owned)
            .collect()
    }

    fn is_whole(&self, words: &[String]) -> bool {
        self.notice.is_none() && self.disagreement.is_none() && words.is_empty()
    }
}

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
    /// What to ask with for the next page.
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

/// A page of doctors beside the counts of its sisters, all of one instant.
#[derive(Clone, Debug)]
pub struct Counted<K> {
    /// The page.
    pub page: DoctorsPage,
    /// How many doctors each sister has.
    pub counts: Vec<(K, u64)>,
}

impl Ops {
    /// Reads one page of doctors.
    pub async fn doctors(&self, scope: &Scope, filter: &Filter) -> Result<DoctorsPage, Fault> {
        let mut tx = self.read_within(scope).await?;
        self.doctors_in(&mut tx, scope, filter).await
    }

    /// Reads one page of doctors, and how many there are under each notice that pages offer a list of.
    pub async fn by_notice(&self, scope: &Scope, filter: &Filter) -> Result<Counted<NoticeIs>, Fault> {
        let mut tx = self.read_within(scope).await?;
        let page = self.doctors_in(&mut tx, scope, filter).await?;
        let shown = self.narrowed(scope, filter.body.as_ref())?;
        let mut counts = Vec::new();
        for notice in [NoticeIs::Yes, NoticeIs::OnHold, NoticeIs::Unknown] {
            let sister = Filter { notice: Some(notice), ..filter.clone() };
            counts.push((notice, store::doctor::count(&mut tx, &query(&shown, &sister, &[])).await?));
        }
        Ok(Counted { page, counts })
    }

    /// Reads one page of doctors about whom the GMC and TIS disagree, and how many there are of each kind.
    pub async fn by_disagreement(
        &self,
        scope: &Scope,
        filter: &Filter,
    ) -> Result<Counted<DiscrepancyKind>, Fault> {
        let mut tx = self.read_within(scope).await?;
        let page = self.doctors_in(&mut tx, scope, filter).await?;
        let shown = self.narrowed(scope, filter.body.as_ref())?;
        let mut counts = Vec::new();
        for kind in DiscrepancyKind::ALL {
            let sister = Filter { disagreement: Some(Disagreement::Of(kind)), ..filter.clone() };
            counts.push((kind, store::doctor::count(&mut tx, &query(&shown, &sister, &[])).await?));
        }
        Ok(Counted { page, counts })
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
    fn narrowed(&self, scope: &Scope, body: Option<&BodyCode>) -> Result<Scope, Fault> {
        match body {
            Some(body) => Ok(Scope::of([self.body(scope, body.as_str())?.code.clone()])),
            None => Ok(scope.clone()),
        }
    }

    async fn doctors_in(&self, tx: &mut Tx, scope: &Scope, filter: &Filter) -> Result<DoctorsPage, Fault> {
        let shown = self.narrowed(scope, filter.body.as_ref())?;
        let words = filter.folded();
        let freshness = self.freshness_in(tx, &shown).await?;
        let query = query(&shown, filter, &words);
        let after = self.sort_value(tx, scope, filter).await?;
        let after = after.as_ref().map(|(key, number)| (key.as_str(), number.as_str()));
        let mut rows = store::doctor::page(tx, &Query { after, limit: PAGE + 1, ..query }).await?;
        let total = if filter.is_whole(&words) {
            Total::OnLists(freshness.doctors())
        } else {
            Total::Matching(store::doctor::count(tx, &query).await?)
        };
        let is_more = rows.len() as u64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| is_more).map(|row| row.view.gmc_number.clone());
        Ok(DoctorsPage { freshness, total, rows, next })
    }

    /// Where the page before ended. An address holds the GMC number only: no name belongs into one.
    async fn sort_value(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        filter: &Filter,
    ) -> Result<Option<(String, GmcNumber)>, Fault> {
        let Some(after) = &filter.after else { return Ok(None) };
        let moved =
            || Fault::invalid("This list has changed since you opened it. Start again from its first page.");
        let number = GmcNumber::parse(after).ok_or_else(moved)?;
        let last = store::doctor::get(tx, scope, &number).await?.ok_or_else(moved)?.view;
        let key = match filter.order {
            Order::Name => last.name_key,
            Order::Due => last.due_key,
            Order::Number => last.gmc_number,
        };
        Ok(Some((key, number)))
    }
}

fn query<'a>(scope: &'a Scope, filter: &'a Filter, words: &'a [String]) -> Query<'a> {
    Query {
        claimed_too: filter.whom == Whom::ListedOrClaimed,
        under_notice: filter.notice.map(NoticeIs::word),
        discrepancy: filter.disagreement.map(|which| match which {
            Disagreement::Any => "",
            Disagreement::Of(kind) => kind.word(),
        }),
        words,
        order: filter.order,
        ..Query::within(scope)
    }
}
