//! What can go wrong in the store, by what a caller can do about it.

use thiserror::Error;

/// An error of the store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The store cannot be reached or opened.
    #[error("the store cannot be opened: {0}")]
    Unavailable(String),
    /// Its tables are older or newer than this program.
    #[error("the store's tables are at version {found}, this program needs {needed}: {advice}")]
    Schema {
        /// Version found.
        found: i64,
        /// Version needed.
        needed: i64,
        /// What to do.
        advice: &'static str,
    },
    /// It belongs to another environment.
    #[error(
        "this store belongs to the environment \"{store}\", and this program is configured for \"{program}\"; nothing was changed"
    )]
    OtherEnvironment {
        /// The store's.
        store: String,
        /// The program's.
        program: String,
    },
    /// Somebody else was quicker, or the data at hand are older than what is published.
    #[error("{0}")]
    Conflict(String),
    /// No space is left.
    #[error("the disk of the store is full; nothing was half-done")]
    Full,
    /// Anything else.
    #[error("the store failed: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored value that this program does not understand.
    #[error("the store holds a {what} that this program does not understand")]
    Corrupt {
        /// What was being read.
        what: &'static str,
    },
}

impl StoreError {
    /// Whether the same call may succeed a little later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
