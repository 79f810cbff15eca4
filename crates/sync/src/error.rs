//! What can go wrong on the way from a source to a snapshot.

use std::path::Path;

use sources::gmc::Incomplete;
use sources::gmc::client::AsIncomplete;
use store::StoreError;
use thiserror::Error;

/// An error of the journey.
#[derive(Debug, Error)]
pub enum SyncError {
    /// The source gave no complete answer.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was received could not be kept on the way.
    #[error("what was received could not be kept in {place}: {source}")]
    Spool {
        /// The folder.
        place: String,
        /// Why.
        source: std::io::Error,
    },
    /// TIS could not be read.
    #[error("{0}")]
    Tis(String),
    /// The account of an answer does not balance: a defect of ours, so nothing is published.
    #[error("the account of {list} does not balance; nothing was published")]
    Unbalanced {
        /// The list.
        list: String,
    },
    /// A person asked for what cannot be done.
    #[error("{0}")]
    Invalid(String),
    /// What a person named is not there.
    #[error("{0}")]
    NotFound(String),
    /// The program was asked to end or to step out, and stopped where another can go on.
    #[error("handed over to another node; everything published so far stays")]
    HandedOver,
    /// Stopped by a person.
    #[error("stopped; nothing was changed")]
    Aborted,
}

impl AsIncomplete for SyncError {
    fn incomplete(&self) -> Option<&Incomplete> {
        match self {
            Self::Incomplete(incomplete) => Some(incomplete),
            _ => None,
        }
    }
}

impl SyncError {
    /// An error of the place where answers wait, which it names.
    pub fn spool(place: &Path, source: std::io::Error) -> Self {
        Self::Spool { place: place.display().to_string(), source }
    }

    /// The class of the error, a closed word for programs.
    pub fn cause(&self) -> &'static str {
        match self {
            Self::Incomplete(incomplete) => incomplete.class.word(),
            Self::Store(StoreError::Full) => "disk_full",
            Self::Store(StoreError::Conflict(_)) => "conflict",
            Self::Store(_) => "store",
            Self::Spool { .. } => "spool",
            Self::Tis(_) => "tis_unreadable",
            Self::Unbalanced { .. } => "unbalanced",
            Self::Invalid(_) => "invalid",
            Self::NotFound(_) => "not_found",
            Self::HandedOver | Self::Aborted => "aborted",
        }
    }
}
