//! What changed on each body's list on the last day on which anything of it was published: who came, went, was put under
//! notice, whose date or name is another.

use domain::ids::BodyCode;
use domain::listing::{Listing, Notice, Stated};
use domain::scope::Scope;
use futures_util::TryStreamExt;
use jiff::{Span, Timestamp};
use store::Tx;
use store::entry::MovedSide;

use crate::fault::Fault;
use crate::filter::PAGE;
use crate::freshness::Freshness;
use crate::history;
use crate::place::{BodyName, Ops, day_of};

/// One kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Under notice, and was not.
    UnderNotice,
    /// Not under notice any more.
    OffNotice,
    /// The submission date is another.
    Moved,
    /// Came onto the list.
    Connected,
    /// Is not on the list any more.
    Disconnected,
    /// The name is another.
    Renamed,
}

impl Change {
    /// All, in the order in which pages tell them.
    pub const ALL: [Self; 6] =
        [Self::UnderNotice, Self::OffNotice, Self::Moved, Self::Connected, Self::Disconnected, Self::Renamed];

    /// Its word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::UnderNotice => "under-notice",
            Self::OffNotice => "off-notice",
            Self::Moved => "moved",
            Self::Connected => "connected",
            Self::Disconnected => "disconnected",
            Self::Renamed => "renamed",
        }
    }

    /// What pages call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::UnderNotice => "Newly under notice",
            Self::OffNotice => "Off notice",
            Self::Moved => "Date moved",
            Self::Connected => "Connected",
            Self::Disconnected => "Disconnected",
            Self::Renamed => "Renamed",
        }
    }

    /// Reads a word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.word() == word)
    }

    /// Whether that is what lies between two sides of a doctor.
    fn is_between(self, before: Option<&Listing>, after: Option<&Listing>) -> bool {
        let both = before.zip(after);
        let is_under = |listing: &Listing| listing.under_notice == Stated::Known(Notice::Yes);
        let name = |listing: &Listing| (listing.first_name.clone(), listing.last_name.clone());
        match self {
            Self::UnderNotice => after.is_some_and(is_under) && !before.is_some_and(is_under),
            Self::OffNotice => both.is_some_and(|(before, after)| is_under(before) && !is_under(after)),
            Self::Moved => {
                both.is_some_and(|(before, after)| before.submission_date != after.submission_date)
            }
            Self::Connected => before.is_none() && after.is_some(),
            Self::Disconnected => before.is_some() && after.is_none(),
            Self::Renamed => both.is_some_and(|(before, after)| name(before) != name(after)),
        }
    }
}

/// One doctor about whom something changed.
#[derive(Clone)]
pub struct Moved {
    /// The GMC number.
    pub number: String,
    /// How the list stood before that day; `None` if the doctor was not on it.
    pub before: Option<Listing>,
    /// How it stands; `None` if the doctor is not on it any more.
    pub after: Option<Listing>,
}

/// How much changed on one body's list.
#[derive(Clone, Debug)]
pub struct BodyChanges {
    /// The body.
    pub body: BodyName,
    /// When its newest list was published; `None` before the first.
    pub published_at: Option<Timestamp>,
    /// The counts; absent for a first list, on which everybody is new.
    pub counts: Option<Vec<(Change, u64)>>,
}

/// What changed; it cannot be without its freshness.
pub struct ChangesPage {
    /// How old the lists are.
    pub freshness: Freshness,
    /// Body by body.
    pub bodies: Vec<BodyChanges>,
    /// The doctors of the one body and kind that was asked for, by GMC number.
    pub rows: Vec<Moved>,
    /// What to ask with for the next page.
    pub next: Option<String>,
}

/// Which doctors of which change.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The body.
    pub body: &'a BodyCode,
    /// The change.
    pub change: Change,
    /// The GMC number before the page; empty for the first.
    pub after: &'a str,
}

impl Ops {
    /// Reads what changed on the lists of a scope, and who they are where one body and one change is asked for.
    pub async fn changes(&self, scope: &Scope, asked: Option<Asked<'_>>) -> Result<ChangesPage, Fault> {
        if let Some(asked) = &asked {
            self.body(scope, asked.body.as_str())?;
        }
        let mut tx = self.read_within(scope).await?;
        let freshness = self.freshness_in(&mut tx, scope).await?;
        let mut rows = Vec::new();
        let mut bodies = Vec::new();
        for body in self.bodies.iter().filter(|body| scope.covers(&body.code)) {
            let wanted = asked.filter(|asked| *asked.body == body.code);
            bodies.push(self.changes_of(&mut tx, body, wanted, &mut rows).await?);
        }
        let is_more = rows.len() as u64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| is_more).map(|row: &Moved| row.number.clone());
        Ok(ChangesPage { freshness, bodies, rows, next })
    }

    async fn changes_of(
        &self,
        tx: &mut Tx,
        body: &BodyName,
        wanted: Option<Asked<'_>>,
        rows: &mut Vec<Moved>,
    ) -> Result<BodyChanges, Fault> {
        let (list, now) = (body.code.as_str(), self.clock.now());
        let none = BodyChanges { body: body.clone(), published_at: None, counts: None };
        let Some(newest) = store::snapshot::at(tx, list, now).await? else { return Ok(none) };
        let published_at = Some(newest.published_at);
        let eve = day_of(newest.published_at).checked_sub(Span::new().milliseconds(1)).unwrap_or(now);
        let Some(base) = store::snapshot::at(tx, list, eve).await? else {
            return Ok(BodyChanges { published_at, ..none });
        };
        let mut counts = Change::ALL.map(|change| (change, 0));
        let mut sides = store::entry::changes(tx, list, base.number);
        let mut open: Option<Moved> = None;
        loop {
            let side = sides.try_next().await?;
            if let Some(side) = &side
                && let Some(moved) = open.as_mut().filter(|moved| moved.number == side.gmc_number)
            {
                take(moved, side)?;
                continue;
            }
            if let Some(moved) = open.take() {
                count(&moved, &mut counts, wanted, rows);
            }
            let Some(side) = side else { break };
            let mut moved = Moved { number: side.gmc_number.clone(), before: None, after: None };
            take(&mut moved, &side)?;
            open = Some(moved);
        }
        Ok(BodyChanges { published_at, counts: Some(counts.into()), ..none })
    }
}

fn take(moved: &mut Moved, side: &MovedSide) -> Result<(), Fault> {
    let listing = history::listing(&side.content)?.without_sensitive();
    *if side.is_after { &mut moved.after } else { &mut moved.before } = Some(listing);
    Ok(())
}

/// Counts a doctor under each change, and keeps those of the page that was asked for, and one more.
fn count(moved: &Moved, counts: &mut [(Change, u64)], wanted: Option<Asked<'_>>, rows: &mut Vec<Moved>) {
    let is = |change: Change| change.is_between(moved.before.as_ref(), moved.after.as_ref());
    for (change, doctors) in counts {
        *doctors += u64::from(is(*change));
    }
    let is_wanted = wanted.is_some_and(|asked| is(asked.change) && moved.number.as_str() > asked.after);
    if is_wanted && rows.len() as u64 <= PAGE {
        rows.push(moved.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(text: &str) -> Listing {
        history::listing(&format!("{{\"gmc_number\":\"9000001\",{text}}}")).expect("a listing")
    }

    fn told(before: Option<&Listing>, after: Option<&Listing>) -> Vec<Change> {
        Change::ALL.into_iter().filter(|change| change.is_between(before, after)).collect()
    }

    #[test]
    fn each_change_is_told_by_its_name_and_several_at_once() {
        let calm = listing(r#""last_name":"Specimen","under_notice":{"known":"no"}"#);
        let noticed = listing(r#""last_name":"Sample","under_notice":{"known":"yes"}"#);
        assert_eq!(told(Some(&calm), Some(&noticed)), [Change::UnderNotice, Change::Renamed]);
        assert_eq!(told(Some(&noticed), Some(&calm)), [Change::OffNotice, Change::Renamed]);
        assert_eq!(told(None, Some(&noticed)), [Change::UnderNotice, Change::Connected]);
        assert_eq!(told(Some(&noticed), None), [Change::Disconnected]);
        assert!(told(Some(&calm), Some(&calm)).is_empty());
    }
}
