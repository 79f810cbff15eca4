//! Snapshots of a list, and a list as it stood on a day.

use domain::joined::Presence;
use domain::listing::Listing;
use domain::scope::Scope;
use jiff::civil::Date;
use store::entry::PageAsOf;
use store::list::TIS;

use crate::fault::Fault;
use crate::filter::PAGE;
use crate::freshness::Freshness;
use crate::history;
use crate::place::{BodyName, Ops, end_of};
use crate::rows::SnapshotRow;

/// Snapshots of one list shown; the last 14 of them can be rolled back to.
pub const SHOWN: u64 = 30;
/// Snapshots that can be rolled back to.
pub const ROLLBACK_MAX: u64 = 14;

/// The snapshots of one list.
#[derive(Clone, Debug)]
pub struct SnapshotsPage {
    /// How old the list is.
    pub freshness: Freshness,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// The newest snapshots, newest first.
    pub rows: Vec<SnapshotRow>,
}

/// One doctor of a list as it stood.
#[derive(Clone)]
pub struct ListedThen {
    /// Listed, or not confirmed.
    pub presence: Presence,
    /// The facts.
    pub listing: Listing,
}

/// One page of a list as it stood at the end of a day; it cannot be without its freshness.
pub struct AsOfPage {
    /// How old the list of today is.
    pub freshness: Freshness,
    /// The body.
    pub body: BodyName,
    /// The day, British time.
    pub on: Date,
    /// The snapshot that readers saw then; `None` if there was none yet.
    pub snapshot: Option<SnapshotRow>,
    /// The rows, by GMC number.
    pub rows: Vec<ListedThen>,
    /// What to ask with for the next page.
    pub next: Option<String>,
}

impl Ops {
    /// Reads the snapshots of a body's list or of TIS; they hold counts and no doctor.
    pub async fn snapshots(&self, scope: &Scope, list: &str) -> Result<SnapshotsPage, Fault> {
        let (shown, name) = if list == TIS {
            (Scope::of([]), TIS.to_owned())
        } else {
            let body = self.body(scope, list)?;
            (Scope::of([body.code.clone()]), body.name.clone())
        };
        let mut tx = self.read_within(scope).await?;
        let freshness = self.freshness_in(&mut tx, &shown).await?;
        let rows = store::snapshot::recent(&mut tx, list, SHOWN).await?;
        Ok(SnapshotsPage { freshness, name, code: list.to_owned(), rows })
    }

    /// Reads one page of a body's list as readers saw it at the end of a day in British time.
    pub async fn as_of(&self, scope: &Scope, body: &str, on: Date, after: &str) -> Result<AsOfPage, Fault> {
        let body = self.body(scope, body)?.clone();
        let code = body.code.as_str();
        let at = end_of(on, self.clock.now())?;
        let mut tx = self.read_within(scope).await?;
        let freshness = self.freshness_of(&mut tx, &body.code).await?;
        let snapshot = store::snapshot::at(&mut tx, code, at).await?;
        let mut entries = match &snapshot {
            Some(row) => {
                let page = PageAsOf { list: code, snapshot: row.number, after, limit: PAGE + 1 };
                store::entry::page_as_of(&mut tx, &page).await?
            }
            None => Vec::new(),
        };
        let is_more = entries.len() as u64 > PAGE;
        entries.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let next = entries.last().filter(|_| is_more).map(|entry| entry.gmc_number.to_string());
        let rows = entries
            .iter()
            .map(|entry| {
                let listing = history::listing(&entry.content)?.without_sensitive();
                Ok(ListedThen { presence: entry.presence, listing })
            })
            .collect::<Result<_, Fault>>()?;
        Ok(AsOfPage { freshness, body, on, snapshot, rows, next })
    }
}
