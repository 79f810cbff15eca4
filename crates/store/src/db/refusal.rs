//! What a driver's refusal means to a caller of the store.

use crate::error::StoreError;

/// What is said where PostgreSQL did not wait any longer for a lock.
const LOCKED: &str = "another transaction holds what this one needs";

impl StoreError {
    /// Whether somebody held a lock for longer than this one waits: the same may be tried again.
    pub(crate) fn is_locked(&self) -> bool {
        matches!(self, Self::Unavailable(why) if why == LOCKED)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) => {
                let code = inner.code().unwrap_or_default();
                // 13: SQLITE_FULL; 53100: PostgreSQL disk_full.
                if code == "13" || code == "53100" {
                    return Self::Full;
                }
                // 2067: SQLITE_CONSTRAINT_UNIQUE; 23505: PostgreSQL unique_violation; 40P01: its deadlock_detected.
                if code == "2067" || code == "23505" || code == "40P01" {
                    return Self::Conflict("somebody else was quicker; nothing was written".to_owned());
                }
                // 5 and 517: SQLITE_BUSY and its snapshot form.
                if code == "5" || code == "517" {
                    return Self::Unavailable("another process holds the write lock".to_owned());
                }
                // 55P03: PostgreSQL lock_not_available, after lock_timeout.
                if code == "55P03" {
                    return Self::Unavailable(LOCKED.to_owned());
                }
                Self::Internal(Box::new(error))
            }
            sqlx::Error::Io(inner) => Self::Unavailable(inner.to_string()),
            sqlx::Error::PoolTimedOut => Self::Unavailable("no connection came free in time".to_owned()),
            _ => Self::Internal(Box::new(error)),
        }
    }
}
