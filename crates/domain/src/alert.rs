//! Kinds and weights of alerts: open conditions that a person must see.

use serde::{Deserialize, Serialize};

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AlertKind {
    /// A run did not start by its deadline.
    Missed,
    /// A run is, or will be, later than its deadline.
    Late,
    /// A run lacks a complete answer.
    Failed,
    /// A run ended with too little evidence.
    Suspect,
    /// A list is older than promised.
    Stale,
    /// A publish waits for a person.
    Held,
    /// Our picture and the source's differ, or records were set aside.
    Drift,
    /// A message to the GMC is not settled.
    Submission,
    /// An alert could not be delivered.
    Delivery,
    /// Disk, memory or log growth.
    Resource,
    /// Overrides, drift between nodes, unschedulable jobs.
    Config,
    /// Credentials refused or about to expire.
    Credential,
}

impl AlertKind {
    const ALL: [Self; 12] = [
        Self::Missed,
        Self::Late,
        Self::Failed,
        Self::Suspect,
        Self::Stale,
        Self::Held,
        Self::Drift,
        Self::Submission,
        Self::Delivery,
        Self::Resource,
        Self::Config,
        Self::Credential,
    ];

    /// Reads a word as stored, or as a person types it.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word().eq_ignore_ascii_case(word))
    }

    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missed => "MISSED",
            Self::Late => "LATE",
            Self::Failed => "FAILED",
            Self::Suspect => "SUSPECT",
            Self::Stale => "STALE",
            Self::Held => "HELD",
            Self::Drift => "DRIFT",
            Self::Submission => "SUBMISSION",
            Self::Delivery => "DELIVERY",
            Self::Resource => "RESOURCE",
            Self::Config => "CONFIG",
            Self::Credential => "CREDENTIAL",
        }
    }
}

/// How loud an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing in the morning.
    Notice,
    /// Needs a person in working hours.
    Warn,
    /// Wakes a person.
    Page,
}

impl Severity {
    /// Reads a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Notice, Self::Warn, Self::Page].into_iter().find(|severity| severity.word() == word)
    }

    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warn => "warn",
            Self::Page => "page",
        }
    }
}
