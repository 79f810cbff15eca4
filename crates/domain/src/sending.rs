//! Words to the GMC, sent at most once: the states of an intent, the closed table of its edges, and what a reply proves.
//!
//! The GMC cannot say afterwards whether it carried out a call whose reply was lost, and a decision made on a wrong
//! recommendation cannot be withdrawn. So an intent is sent once, and whatever is not proven stays unknown until somebody
//! or something proves it. `sending/model.rs` searches every interleaving of this protocol.

use serde::{Deserialize, Serialize};

mod patience;
mod point;
mod reply;

#[cfg(test)]
mod model;

pub use patience::{FIRST_BYTE, Look, look, may_be_called_absent};
pub use point::{Point, Witness};
pub use reply::{Proof, REFUSALS, Reply, proof};

/// What somebody wishes of the GMC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// `TryRecommendationV2`
    Recommend,
    /// `TryAddDoctor`
    Connect,
    /// `TryRemoveDoctor`
    Disconnect,
}

impl Wish {
    /// All wishes.
    pub const ALL: [Self; 3] = [Self::Recommend, Self::Connect, Self::Disconnect];

    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Recommend => "recommend",
            Self::Connect => "connect",
            Self::Disconnect => "disconnect",
        }
    }

    /// Reads a stored word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wish| wish.word() == word)
    }
}

/// Where an intent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Wished and recorded; nothing of it has left this house.
    Queued,
    /// Claimed by one sender, durably, before the first byte.
    Sending,
    /// It may or may not have been carried out; nobody has proven either.
    Unknown,
    /// The GMC carried it out, or it was so already.
    Accepted,
    /// The GMC refused it by a code that says so.
    Rejected,
    /// A person gave it up, knowing that the GMC does not have it.
    Abandoned,
}

impl Standing {
    /// All standings.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Sending, Self::Unknown, Self::Accepted, Self::Rejected, Self::Abandoned];

    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Abandoned => "abandoned",
        }
    }

    /// Reads a stored word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.word() == word)
    }

    /// Whether nothing may follow.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Accepted | Self::Rejected | Self::Abandoned)
    }

    /// Whether `next` may follow; the store refuses what is not in [`EDGES`].
    pub fn may_become(self, next: Self) -> bool {
        EDGES.iter().any(|edge| edge.from == self && edge.to == next)
    }
}

/// Who moves an intent along an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mover {
    /// The worker that holds the claim, under the fence of its claim.
    Sender,
    /// Whoever finds a claim whose lease is over.
    Reaper,
    /// The look-ups that follow an unknown.
    Reconciler,
    /// Somebody with the right to submit.
    Person,
}

/// One permitted step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// From where.
    pub from: Standing,
    /// To where.
    pub to: Standing,
    /// By whom; one edge may stand once for each.
    pub by: Mover,
    /// On what ground, in plain words.
    pub ground: &'static str,
}

const fn edge(from: Standing, to: Standing, by: Mover, ground: &'static str) -> Edge {
    Edge { from, to, by, ground }
}

/// Every step there is; no other exists.
pub const EDGES: [Edge; 13] = [
    edge(Standing::Queued, Standing::Sending, Mover::Sender, "claimed, with the connection open already"),
    edge(Standing::Queued, Standing::Abandoned, Mover::Person, "given up before anything was sent"),
    edge(Standing::Sending, Standing::Queued, Mover::Sender, "proven not carried out"),
    edge(Standing::Sending, Standing::Accepted, Mover::Sender, "a whole reply says so"),
    edge(Standing::Sending, Standing::Rejected, Mover::Sender, "a whole reply says so"),
    edge(Standing::Sending, Standing::Unknown, Mover::Sender, "nothing is proven"),
    edge(Standing::Sending, Standing::Unknown, Mover::Reaper, "its sender is gone"),
    edge(Standing::Unknown, Standing::Accepted, Mover::Sender, "a late reply says so"),
    edge(Standing::Unknown, Standing::Rejected, Mover::Sender, "a late reply says so"),
    edge(Standing::Unknown, Standing::Accepted, Mover::Reconciler, "a look-up proves it"),
    edge(Standing::Unknown, Standing::Accepted, Mover::Person, "found at the GMC"),
    edge(Standing::Unknown, Standing::Queued, Mover::Person, "not at the GMC after the quiet period; once"),
    edge(Standing::Unknown, Standing::Abandoned, Mover::Person, "not at the GMC after the quiet period"),
];

/// Times a person may let one intent be sent again. Source: reliability of the sending protocol; a second doubt about the
/// same words is for the GMC's telephone.
pub const RESENDS_MAX: u64 = 1;

/// Whether one more send is permitted after so many sends and grants.
pub fn may_send(sends: u64, grants: u64) -> bool {
    grants <= RESENDS_MAX && sends <= grants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_has_no_way_on_and_every_other_standing_has_one() {
        for standing in Standing::ALL {
            let ways = EDGES.iter().filter(|edge| edge.from == standing).count();
            assert_eq!(ways == 0, standing.is_end(), "{standing:?}");
        }
    }

    #[test]
    fn nothing_that_may_have_left_the_house_returns_to_the_queue_by_itself() {
        let back: Vec<&Edge> = EDGES.iter().filter(|edge| edge.to == Standing::Queued).collect();
        assert!(back.iter().all(|edge| matches!(
            (edge.from, edge.by),
            (Standing::Sending, Mover::Sender) | (Standing::Unknown, Mover::Person)
        )));
    }

    #[test]
    fn words_read_back() {
        for standing in Standing::ALL {
            assert_eq!(Standing::from_word(standing.word()), Some(standing));
        }
        for wish in Wish::ALL {
            assert_eq!(Wish::from_word(wish.word()), Some(wish));
        }
        assert_eq!(Standing::from_word("sent"), None);
    }

    #[test]
    fn a_second_send_needs_a_grant_and_there_is_one() {
        let cases = [(0, 0, true), (1, 0, false), (1, 1, true), (2, 1, false), (1, 2, false)];
        for (sends, grants, may) in cases {
            assert_eq!(may_send(sends, grants), may, "{sends} sends, {grants} grants");
        }
    }
}
