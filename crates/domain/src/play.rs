//! Plays: an operational procedure as steps that are planned, carried out once each, proven, and taken back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where a play stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayState {
    /// One person asked for it; another has to.
    Waiting,
    /// It was begun, and some step is not done.
    Applying,
    /// Every step is done.
    Applied,
    /// It was looked at afterwards and is as it was meant.
    Verified,
    /// It was taken back.
    Undone,
}

impl PlayState {
    const ALL: [Self; 5] = [Self::Waiting, Self::Applying, Self::Applied, Self::Verified, Self::Undone];

    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Verified => "verified",
            Self::Undone => "undone",
        }
    }

    /// Reads a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What is done: a verb, and to what.
    pub name: String,
    /// What comes of it, in words and counts.
    pub effect: String,
}

/// What a procedure would do, made against a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The procedure.
    pub procedure: String,
    /// The program that made it.
    pub build: String,
    /// What it was made against, by name: it counts only while all of this is so.
    pub state: BTreeMap<String, String>,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

impl Plan {
    /// The text whose digest binds the plan to its state.
    pub fn text(&self) -> String {
        let mut text = self.recipe_text();
        for (name, value) in &self.state {
            text.push_str(&format!("state {name} {value}\n"));
        }
        for step in &self.steps {
            text.push_str(&format!("step {}: {}\n", step.name, step.effect));
        }
        text
    }

    /// The text whose digest is the same on every instance: the procedure and the program, and nothing of the place.
    pub fn recipe_text(&self) -> String {
        format!("procedure {}\nbuild {}\n", self.procedure, self.build)
    }
}

/// A play that stands in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Play {
    /// UUIDv7.
    pub id: String,
    /// Where it stands.
    pub state: PlayState,
    /// Digest of the plan with its state.
    pub plan_hash: String,
    /// Digest of procedure and program.
    pub recipe: String,
    /// The plan.
    pub plan: Plan,
    /// Who asked for it.
    pub asked_by: String,
    /// Who confirmed it, where two people are asked for.
    pub confirmed_by: String,
    /// Why.
    pub reason: String,
}

/// What must be so before a plan is carried out here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Whether real doctors are behind it.
    pub is_production: bool,
    /// Whether stage says that it has carried out and verified the same recipe.
    pub is_verified_on_stage: bool,
    /// Whether two people must ask.
    pub two_people: bool,
}

/// What to do about somebody's word to carry a plan out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Write it down and begin with the first step.
    Now,
    /// Write it down; another person must ask as well.
    Ask,
    /// Another person has asked: begin with the first step.
    Confirm,
    /// Go on with the first step that is not done.
    Resume,
}

/// Why a plan is not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotBegun {
    /// What it was made against is not so any more.
    Stale,
    /// Another plan of the same procedure is not done or taken back.
    UnderWay,
    /// Stage has not verified it.
    NotOnStage,
    /// The same person asked twice where two are needed.
    SamePerson,
}

/// Decides about a word of somebody: `typed` is the plan they mean, `now` the digest of the plan as it would be made now, `open` the
/// play of the same procedure that is not yet done.
pub fn begin(
    (typed, now): (&str, &str),
    open: Option<&Play>,
    terms: Terms,
    actor: &str,
) -> Result<Begin, NotBegun> {
    if let Some(open) = open.filter(|open| open.state == PlayState::Applying) {
        // Its own steps have changed what it was made against.
        return if open.plan_hash == typed { Ok(Begin::Resume) } else { Err(NotBegun::UnderWay) };
    }
    if typed != now {
        return Err(NotBegun::Stale);
    }
    if terms.is_production && !terms.is_verified_on_stage {
        return Err(NotBegun::NotOnStage);
    }
    match open.filter(|open| open.state == PlayState::Waiting && open.plan_hash == typed) {
        _ if !terms.two_people => Ok(Begin::Now),
        None => Ok(Begin::Ask),
        Some(open) if open.asked_by == actor => Err(NotBegun::SamePerson),
        Some(_) => Ok(Begin::Confirm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn play(state: PlayState, plan_hash: &str) -> Play {
        Play {
            id: "1".to_owned(),
            state,
            plan_hash: plan_hash.to_owned(),
            recipe: "r".to_owned(),
            plan: plan(&[]),
            asked_by: "os:ana".to_owned(),
            confirmed_by: String::new(),
            reason: "x".to_owned(),
        }
    }

    fn plan(state: &[(&str, &str)]) -> Plan {
        Plan {
            procedure: "rebuild-view".to_owned(),
            build: "1".to_owned(),
            state: state.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            steps: vec![Step { name: "swap".to_owned(), effect: "3 rows".to_owned() }],
        }
    }

    #[test]
    fn a_plan_is_carried_out_once_against_the_state_it_was_made_for() {
        use PlayState::{Applied, Applying, Undone, Verified, Waiting};
        let alone = Terms::default();
        let two = Terms { two_people: true, ..alone };
        let live = Terms { is_production: true, ..alone };
        let proven = Terms { is_verified_on_stage: true, ..live };
        let cases = [
            ("a", "a", None, alone, "os:ben", Ok(Begin::Now)),
            ("a", "b", None, alone, "os:ben", Err(NotBegun::Stale)),
            ("a", "b", Some((Applying, "a")), alone, "os:ben", Ok(Begin::Resume)),
            ("b", "b", Some((Applying, "a")), alone, "os:ben", Err(NotBegun::UnderWay)),
            ("a", "a", Some((Applied, "a")), alone, "os:ben", Ok(Begin::Now)),
            ("a", "a", Some((Verified, "a")), alone, "os:ben", Ok(Begin::Now)),
            ("a", "a", Some((Undone, "a")), alone, "os:ben", Ok(Begin::Now)),
            ("a", "a", None, live, "os:ben", Err(NotBegun::NotOnStage)),
            ("a", "a", None, proven, "os:ben", Ok(Begin::Now)),
            // Going on is never refused for want of stage: half a procedure is worse than none.
            ("a", "b", Some((Applying, "a")), live, "os:ben", Ok(Begin::Resume)),
            ("a", "a", None, two, "os:ana", Ok(Begin::Ask)),
            ("a", "a", Some((Waiting, "a")), two, "os:ana", Err(NotBegun::SamePerson)),
            ("a", "a", Some((Waiting, "a")), two, "os:ben", Ok(Begin::Confirm)),
            ("b", "b", Some((Waiting, "a")), two, "os:ben", Ok(Begin::Ask)),
            ("a", "b", Some((Waiting, "a")), two, "os:ben", Err(NotBegun::Stale)),
        ];
        for (typed, now, open, terms, actor, expected) in cases {
            let open = open.map(|(state, hash)| play(state, hash));
            assert_eq!(
                begin((typed, now), open.as_ref(), terms, actor),
                expected,
                "{typed} {now} {open:?} {terms:?}"
            );
        }
    }

    #[test]
    fn a_plan_is_bound_to_its_state_and_its_recipe_to_no_place() {
        let (one, other) = (plan(&[("node a", "UP")]), plan(&[("node a", "DRAIN")]));
        assert_ne!(one.text(), other.text());
        assert_eq!(one.recipe_text(), other.recipe_text());
        assert_ne!(one.recipe_text(), Plan { build: "2".to_owned(), ..other }.recipe_text());
        for state in PlayState::ALL {
            assert_eq!(PlayState::from_word(state.word()), Some(state));
        }
    }
}
