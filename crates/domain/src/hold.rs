//! The life of a hold: a snapshot the brake keeps back for a person's word.

use serde::{Deserialize, Serialize};

/// The state of a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldState {
    /// Waits for a person.
    Open,
    /// One person approved; another must confirm.
    Proposed,
    /// Published exactly as held.
    Approved,
    /// Thrown away by a person.
    Rejected,
    /// A later complete answer took its place.
    Superseded,
}

impl HoldState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Open, Self::Proposed, Self::Approved, Self::Rejected, Self::Superseded];

    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Superseded => "superseded",
        }
    }

    /// Reads a stored word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether a person may still decide.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Proposed)
    }
}
