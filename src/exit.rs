//! How the program ends: one number for each kind of ending, for people and schedulers.

use std::fmt;

use ops::Fault;
use store::StoreError;
use sync::SyncError;

use crate::config::ConfigError;

/// The exit codes. They are part of the program's contract and stand in `reval --help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// The command line itself was wrong.
    Usage = 2,
    /// What was asked, or a setting, makes no sense.
    Invalid = 10,
    /// The person may not.
    Forbidden = 11,
    /// It is not there.
    NotFound = 12,
    /// Somebody else was quicker, or is at work.
    Conflict = 13,
    /// The store, the GMC, TIS, a port or a disk is away.
    Unavailable = 20,
    /// Nothing, or not everything, was published or queued: held, failed, refused, or stopped by a person.
    Refused = 30,
    /// Two lists were compared and do not say the same.
    Differs = 32,
    /// A channel's receiver did not take a message.
    NotReceived = 33,
    /// The audit's chain does not hold.
    Tampered = 34,
    /// Our own mistake.
    Internal = 70,
}

/// The codes as `--help` shows them.
pub const HELP: &str = "Exit codes:
   0  done
   2  the command line is wrong
  10  a setting or what was asked makes no sense
  11  this may not be done here
  12  it is not there
  13  somebody else was quicker, or is at work
  20  the store, the GMC, TIS, a port or a disk is away
  30  not everything was published or queued: held, failed, refused or stopped
  32  the lists that were compared differ
  33  a channel did not take its test
  34  the audit was changed: its chain does not hold
  70  a mistake of Reval's own";

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }

    fn of(code: u8) -> Self {
        [Self::Invalid, Self::Forbidden, Self::NotFound, Self::Conflict, Self::Unavailable]
            .into_iter()
            .find(|exit| exit.code() == code)
            .unwrap_or(Self::Internal)
    }
}

/// Why a command did not do what it was asked: what to say, and the code to end with.
#[derive(Debug)]
pub struct Failure {
    /// The code.
    pub exit: Exit,
    /// For the person at the terminal.
    pub message: String,
}

impl Failure {
    /// A failure of a kind with its sentence.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(Exit::Invalid, error.to_string())
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::new(Exit::of(fault.kind.meaning().exit), fault.message)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        Self { message, ..Self::from(Fault::from(error)) }
    }
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        let exit = match error {
            SyncError::Store(inner) => return inner.into(),
            SyncError::Incomplete(_) | SyncError::Spool { .. } | SyncError::Tis(_) => Exit::Unavailable,
            SyncError::Invalid(_) => Exit::Invalid,
            SyncError::NotFound(_) => Exit::NotFound,
            SyncError::HandedOver => Exit::Conflict,
            SyncError::Aborted => Exit::Refused,
            SyncError::Unbalanced { .. } => Exit::Internal,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::new(Exit::Internal, format!("{error:#}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_fault_has_its_own_code() {
        for meaning in ops::fault::TABLE {
            assert_eq!(Exit::of(meaning.exit).code(), meaning.exit, "{}", meaning.word);
        }
    }

    #[test]
    fn the_help_names_every_code() {
        use Exit::{
            Conflict, Differs, Done, Forbidden, Internal, Invalid, NotFound, NotReceived, Refused,
            Unavailable, Usage,
        };
        let published = [Refused, Differs, NotReceived];
        let faults = [Done, Usage, Invalid, Forbidden, NotFound, Conflict, Unavailable, Internal];
        for exit in faults.into_iter().chain(published) {
            assert!(HELP.lines().any(|line| line.starts_with(&format!("{:>4}  ", exit.code()))), "{exit:?}");
        }
    }

    #[test]
    fn a_store_that_is_not_brought_up_to_date_says_what_to_run() {
        let error = StoreError::Schema { found: 0, needed: 1, advice: "run `reval migrate`" };
        let failure = Failure::from(SyncError::from(error));
        assert_eq!(failure.exit, Exit::Unavailable);
        assert!(failure.message.contains("reval migrate"));
    }
}
