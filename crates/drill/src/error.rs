//! Why a drill could not be played to its end; a fact that does not hold is no error.

use thiserror::Error;

/// An error of the drill itself.
#[derive(Debug, Error)]
pub enum DrillError {
    /// No scenario has that name.
    #[error("there is no drill named {name}; there are {known}")]
    Unknown {
        /// As asked.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The journey of the data failed where the scenario needs it.
    #[error("{0}")]
    Sync(#[from] sync::SyncError),
    /// The sandbox's store failed.
    #[error("{0}")]
    Store(#[from] store::StoreError),
    /// A file, a socket or a process of the sandbox failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The sandbox could not be furnished.
    #[error("{0}")]
    Furnish(String),
}
