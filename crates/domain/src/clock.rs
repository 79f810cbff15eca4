//! Time and identifiers enter the program here and nowhere else, so that nights and years can be simulated.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// A source of the present instant.
pub trait Clock: Send + Sync {
    /// Says what time it is, in UTC.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is told to move.
#[derive(Clone)]
pub struct VirtualClock(Arc<Mutex<Timestamp>>);

impl VirtualClock {
    /// Makes a clock that shows `start`.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(start)))
    }

    /// Moves the clock to `instant`, forwards or back.
    pub fn set(&self, instant: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = instant;
    }

    /// Moves the clock forward by `step`.
    pub fn advance(&self, step: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += step;
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A source of identifiers: UUIDv7 text from our own clock and a seeded chance.
pub struct IdSource(Mutex<fastrand::Rng>);

impl IdSource {
    /// Makes a source whose ids follow from `seed` alone, given the same instants.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }

    /// Mints an id that sorts by `now`.
    pub fn mint(&self, now: Timestamp) -> String {
        let mut chance = [0u8; 10];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut chance);
        let ms = u64::try_from(now.as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(ms, &chance).into_uuid().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_their_instant_and_follow_from_the_seed() {
        let (a, b) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1));
        let one = IdSource::new(7);
        let two = IdSource::new(7);
        let first = one.mint(a);
        assert_eq!(first, two.mint(a));
        assert!(first < one.mint(b));
    }

    #[test]
    fn a_virtual_clock_moves_only_when_told() {
        let clock = VirtualClock::at(Timestamp::UNIX_EPOCH);
        let copy = clock.clone();
        assert_eq!(clock.now(), copy.now());
        clock.advance(SignedDuration::from_hours(26));
        assert_eq!(copy.now().as_second(), 26 * 3600);
    }
}
