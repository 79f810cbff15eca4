//! The chain walked from its first row: where it no longer holds, and what is missing of it.

use futures_util::TryStreamExt;

use super::chain::{Head, Known};
use super::{Deed, head};
use crate::db::{Tx, args};
use crate::{StoreError, sql};

/// The hash before the first row.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What is wrong at a place of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The row does not say what it said when it was written, or does not follow the one before it.
    Altered,
    /// The row is not there.
    Missing,
    /// The row, and all after it, were written anew: they fit each other, and not what is known outside.
    Rewritten,
    /// A row that is no part of the chain.
    Outside,
    /// The row is there, and the head of the chain does not know of it.
    BeyondHead,
    /// A head that was known outside is the hash of no row: the store is older, or another.
    UnknownHead,
}

impl Flaw {
    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Missing => "missing",
            Self::Rewritten => "rewritten",
            Self::Outside => "outside",
            Self::BeyondHead => "beyond_head",
            Self::UnknownHead => "unknown_head",
        }
    }
}

/// The first place at which the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The place; none for what has none.
    pub seq: Option<u64>,
    /// Id of the row, where one is there.
    pub id: Option<String>,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What a walk found.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Rows that hold, from the first on.
    pub sound: u64,
    /// The head, as the store has it.
    pub head: Head,
    /// The first place that does not hold.
    pub broken: Option<Broken>,
}

/// Walks the whole chain, and compares it with heads that were written down outside the store.
///
/// Without any of those, whoever may write the whole store can take rows off the end and set the head back unnoticed.
/// Cost: one pass; memory does not grow with the rows.
pub async fn verify(tx: &mut Tx, known: &[Known]) -> Result<Verdict, StoreError> {
    let head = head(tx).await?;
    let loose = tx.row(sql!("audit/first_loose"), args![]).await?;
    let mut walk = Walk { last: Head { seq: 0, hash: NOTHING.to_owned() }, unseen: known.to_vec() };
    let mut broken = walk.compare(None);
    let mut rows = tx.stream(sql!("audit/chain"), args![]);
    while broken.is_none()
        && let Some(row) = rows.try_next().await?
    {
        let linked = (row.count("seq")?, row.text("prev_hash")?, row.text("hash")?);
        broken = walk.step(&Deed::read(&row)?, linked);
    }
    drop(rows);
    let broken = match (broken, loose) {
        (None, Some(row)) => Some(Broken { seq: None, id: Some(row.text("id")?), flaw: Flaw::Outside }),
        (broken, _) => broken.or_else(|| walk.end(&head)),
    };
    Ok(Verdict { sound: walk.last.seq, head, broken })
}

struct Walk {
    /// The last row that holds.
    last: Head,
    /// Heads known outside that were not met so far.
    unseen: Vec<Known>,
}

impl Walk {
    fn step(&mut self, deed: &Deed, linked: (u64, String, String)) -> Option<Broken> {
        let (seq, prev_hash, hash) = linked;
        let due = self.last.seq + 1;
        if seq > due {
            return Some(Broken { seq: Some(due), id: None, flaw: Flaw::Missing });
        }
        if seq < due || prev_hash != self.last.hash || hash != deed.hash(seq, &prev_hash) {
            return Some(Broken { seq: Some(seq), id: Some(deed.id.clone()), flaw: Flaw::Altered });
        }
        let before = std::mem::replace(&mut self.last, Head { seq, hash });
        let broken = self.compare(Some(&deed.id));
        if broken.is_some() {
            self.last = before;
        }
        broken
    }

    /// Compares the last row with what is known outside of its place.
    fn compare(&mut self, id: Option<&str>) -> Option<Broken> {
        let last = &self.last;
        let differs = |one: &Known| one.seq == Some(last.seq) && one.hash != last.hash;
        if self.unseen.iter().any(differs) {
            return Some(Broken { seq: Some(last.seq), id: id.map(str::to_owned), flaw: Flaw::Rewritten });
        }
        self.unseen.retain(|one| one.hash != last.hash);
        None
    }

    /// Compares the end with the head, and with what is known outside of later rows.
    fn end(&self, head: &Head) -> Option<Broken> {
        let next = Some(self.last.seq + 1);
        let is_later = |one: &Known| one.seq.is_some_and(|seq| seq > self.last.seq);
        if head.seq > self.last.seq || self.unseen.iter().any(is_later) {
            return Some(Broken { seq: next, id: None, flaw: Flaw::Missing });
        }
        if head.seq < self.last.seq {
            return Some(Broken { seq: Some(head.seq + 1), id: None, flaw: Flaw::BeyondHead });
        }
        if head.hash != self.last.hash {
            return Some(Broken { seq: Some(head.seq), id: None, flaw: Flaw::Rewritten });
        }
        (!self.unseen.is_empty()).then_some(Broken { seq: next, id: None, flaw: Flaw::UnknownHead })
    }
}
