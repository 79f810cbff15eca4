//! One doctor as both worlds see them: the GMC owns body, notice and date; TIS owns programme and grade.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::discrepancy::{Discrepancy, judge};
use crate::ids::{BodyCode, GmcNumber};
use crate::listing::Listing;
use crate::trainee::Trainee;

/// How firmly a doctor stands on a body's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// In the body's last complete answer.
    Listed,
    /// A reject stands in the doctor's place: the last good row is kept, "not confirmed tonight".
    NotConfirmed,
    /// Left this body's complete answer and is in no other yet.
    Left,
}

impl Presence {
    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::NotConfirmed => "not_confirmed",
            Self::Left => "left",
        }
    }

    /// Reads a stored word back.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Listed, Self::NotConfirmed, Self::Left].into_iter().find(|presence| presence.word() == word)
    }
}

/// A listing and where it stands.
#[derive(Clone)]
pub struct Placed {
    /// The body whose list it is.
    pub body: BodyCode,
    /// The snapshot of that body in which this version began.
    pub snapshot: u64,
    /// How firmly.
    pub presence: Presence,
    /// When the doctor arrived on this list: request time, UTC, milliseconds.
    pub listed_since_ms: i64,
    /// The facts.
    pub listing: Listing,
}

/// A doctor joined from both worlds. `Debug` shows nothing: this is personal data.
#[derive(Clone)]
pub struct Joined {
    /// The identity.
    pub gmc_number: GmcNumber,
    /// The winning listing, if any body lists the doctor.
    pub placed: Option<Placed>,
    /// Another body that also lists the doctor.
    pub also_listed_by: Option<BodyCode>,
    /// What TIS says.
    pub trainee: Option<Trainee>,
    /// Where the two disagree.
    pub discrepancy: Option<Discrepancy>,
}

impl fmt::Debug for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Joined(…)")
    }
}

/// Joins what the lists and TIS say of one GMC number; `None` if neither says anything.
///
/// A doctor on two lists belongs to the one that listed them most recently anew, so that the order in which bodies
/// answer does not matter; a list the doctor has left never wins over one that still has them.
pub fn join(gmc_number: GmcNumber, mut placed: Vec<Placed>, trainee: Option<Trainee>) -> Option<Joined> {
    placed.sort_by(|a, b| rank(b).cmp(&rank(a)));
    let mut placed = placed.into_iter();
    let winner = placed.next();
    let also_listed_by = placed.find(|p| p.presence != Presence::Left).map(|p| p.body);
    if winner.is_none() && trainee.is_none() {
        return None;
    }
    let discrepancy = judge(winner.as_ref().map(|p| &p.body), trainee.as_ref());
    Some(Joined { gmc_number, placed: winner, also_listed_by, trainee, discrepancy })
}

fn rank(placed: &Placed) -> (bool, i64, &str) {
    (placed.presence != Presence::Left, placed.listed_since_ms, placed.body.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::RawDoctor;

    fn number() -> GmcNumber {
        GmcNumber::parse("9000001").expect("seven digits")
    }

    fn on(body: &str, presence: Presence, listed_since_ms: i64) -> Placed {
        let raw = RawDoctor { gmc_reference_number: Some("9000001".into()), ..RawDoctor::default() };
        let listing = Listing::read(raw).expect("usable");
        Placed { body: BodyCode::new(body), snapshot: 1, presence, listed_since_ms, listing }
    }

    fn body_of(placed: Vec<Placed>) -> Option<String> {
        join(number(), placed, None).and_then(|j| j.placed).map(|p| p.body.to_string())
    }

    #[test]
    fn the_latest_arrival_wins_whatever_the_order() {
        let (a, b) = (on("A", Presence::Listed, 10), on("B", Presence::Listed, 20));
        assert_eq!(body_of(vec![a.clone(), b.clone()]).as_deref(), Some("B"));
        assert_eq!(body_of(vec![b.clone(), a.clone()]).as_deref(), Some("B"));
        let joined = join(number(), vec![a, b], None).expect("listed");
        assert_eq!(joined.also_listed_by, Some(BodyCode::new("A")));
    }

    #[test]
    fn a_list_the_doctor_left_never_wins_but_keeps_who_is_nowhere_else() {
        assert_eq!(
            body_of(vec![on("A", Presence::Left, 30), on("B", Presence::Listed, 20)]).as_deref(),
            Some("B")
        );
        assert_eq!(body_of(vec![on("A", Presence::Left, 30)]).as_deref(), Some("A"));
    }

    #[test]
    fn nobody_is_made_of_nothing() {
        assert!(join(number(), vec![], None).is_none());
    }
}
