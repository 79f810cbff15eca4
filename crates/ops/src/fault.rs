//! What can go wrong for the person who asked, in six kinds, and the one table of what each kind means outside.

use std::error::Error;
use std::fmt;

use store::StoreError;

/// The kind of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What was asked makes no sense.
    Invalid,
    /// The person may not.
    Forbidden,
    /// It is not there, or not within the person's scope.
    NotFound,
    /// Somebody else was quicker, or the state has moved on.
    Conflict,
    /// Something needed is away for now.
    Unavailable,
    /// Our own mistake.
    Internal,
}

/// How loud a fault is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loudness {
    /// Usual life.
    Info,
    /// Somebody may be trying something.
    Warn,
    /// A person must look.
    Error,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// The kind.
    pub kind: Kind,
    /// Its word for programs.
    pub word: &'static str,
    /// HTTP status.
    pub http: u16,
    /// Exit code of the command line.
    pub exit: u8,
    /// How loud in the log.
    pub log: Loudness,
}

/// The table: kind, HTTP status, exit code, loudness. Pages and command line only read it.
pub const TABLE: [Meaning; 6] = [
    Meaning { kind: Kind::Invalid, word: "invalid", http: 422, exit: 10, log: Loudness::Info },
    Meaning { kind: Kind::Forbidden, word: "forbidden", http: 403, exit: 11, log: Loudness::Warn },
    Meaning { kind: Kind::NotFound, word: "not_found", http: 404, exit: 12, log: Loudness::Info },
    Meaning { kind: Kind::Conflict, word: "conflict", http: 409, exit: 13, log: Loudness::Info },
    Meaning { kind: Kind::Unavailable, word: "unavailable", http: 503, exit: 20, log: Loudness::Error },
    Meaning { kind: Kind::Internal, word: "internal", http: 500, exit: 70, log: Loudness::Error },
];

impl Kind {
    /// What this kind means outside.
    pub fn meaning(self) -> &'static Meaning {
        // The table is in the order of the kinds; a test holds it to that.
        &TABLE[self as usize]
    }
}

/// A fault: what to tell the person, and what went wrong for the log.
pub struct Fault {
    /// The kind.
    pub kind: Kind,
    /// For the person who asked: no secret, and no identifier they did not type.
    pub message: String,
    /// For the log.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// A fault of a kind with nothing more behind it.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// What was asked makes no sense.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    /// It is not there, or not within the person's scope: the same words for both.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, message)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fault({}: {})", self.kind.meaning().word, self.message)
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        let (kind, message) = match &error {
            StoreError::Unavailable(_) => {
                (Kind::Unavailable, "The store cannot be reached just now. Nothing was changed.".to_owned())
            }
            StoreError::Schema { .. } | StoreError::OtherEnvironment { .. } | StoreError::Full => {
                (Kind::Unavailable, error.to_string())
            }
            StoreError::Conflict(sentence) => (Kind::Conflict, sentence.clone()),
            StoreError::Internal(_) | StoreError::Corrupt { .. } => {
                (Kind::Internal, "Reval made a mistake. Nothing was changed.".to_owned())
            }
        };
        Self { kind, message, source: Some(Box::new(error)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_row_status_and_exit_code() {
        use Kind::{Conflict, Forbidden, Internal, Invalid, NotFound, Unavailable};
        let kinds = [Invalid, Forbidden, NotFound, Conflict, Unavailable, Internal];
        for kind in kinds {
            assert_eq!(kind.meaning().kind, kind);
            let same =
                |other: &&Meaning| other.http == kind.meaning().http || other.exit == kind.meaning().exit;
            assert_eq!(TABLE.iter().filter(same).count(), 1, "{kind:?}");
        }
    }

    #[test]
    fn the_address_of_the_store_is_told_to_nobody() {
        let fault = Fault::from(StoreError::Unavailable("postgres://reval:secret@host: refused".to_owned()));
        assert_eq!(fault.kind, Kind::Unavailable);
        assert!(!fault.message.contains("secret") && !format!("{fault:?}").contains("secret"));
    }
}
