//! Settings as a node found them: what it runs on, and what its file says.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Settings that a node found sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The node.
    pub node: String,
    /// Digest of every value in force, secrets left out.
    pub hash: String,
    /// The values as JSON, without those of the store and without secrets.
    pub content: String,
    /// When.
    pub at: Timestamp,
}

/// What a node runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsState {
    /// The node.
    pub node: String,
    /// Digest of what it runs on.
    pub running: String,
    /// Digest of what its file says; empty where that is not sound.
    pub written: String,
    /// What is wrong with it, or what waits for the next start.
    pub problem: String,
    /// Since when this is so.
    pub since: Timestamp,
}

impl SettingsState {
    /// Whether the node runs on what its file says.
    pub fn is_true(&self) -> bool {
        self.running == self.written
    }

    /// The same but for its time.
    pub fn says_like(&self, other: &Self) -> bool {
        let said = |state: &Self| (state.running.clone(), state.written.clone(), state.problem.clone());
        said(self) == said(other)
    }
}
