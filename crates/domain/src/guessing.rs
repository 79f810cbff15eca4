//! How guessing is slowed: what failed before decides when the next try is taken, for a name and for an address.
//!
//! A colleague whose name somebody else guesses at is not shut out: tries from an address at which the name was right before
//! are counted apart from all others. Names that nobody has are counted like any other, so that no answer tells them apart.

use jiff::{SignedDuration, Timestamp};

/// Failures are counted within so long. Source: OWASP authentication guidance; the counts below are ours.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(5);
/// Failures of one name in the window.
const OF_A_NAME: usize = 10;
/// Failures from one address in the window: several people may share it.
const OF_AN_ADDRESS: usize = 30;
/// Failures in a row after which a name is locked.
pub const LOCKED_AFTER: u32 = 10;
/// For how long: at most a quarter of an hour, because a lock can be meant to keep a colleague out.
const LOCKED_FOR: SignedDuration = SignedDuration::from_mins(15);
/// Failures in a row that cost no wait: people mistype.
const FREE: u32 = 2;
/// How long an address at which the name was right counts as the person's own.
pub const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What tries are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// A name, at one known address or at all others.
    Name,
    /// An address, whatever the name.
    Address,
}

/// What failed so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guesses {
    /// When, oldest first; the newest 30.
    pub failed: Vec<Timestamp>,
    /// How many since the last that was right.
    pub in_a_row: u32,
}

impl Guesses {
    /// Until when no try is taken; `None` if one may be made now.
    pub fn wait(&self, bucket: Bucket, now: Timestamp) -> Option<Timestamp> {
        let until = match bucket {
            Bucket::Name => self.after_window(OF_A_NAME).max(self.after_delay()),
            Bucket::Address => self.after_window(OF_AN_ADDRESS),
        };
        until.filter(|until| *until > now)
    }

    /// Counts a try as failed; it is counted before it is looked at, so that many at once are counted as well.
    pub fn fail(&mut self, now: Timestamp) {
        self.failed.push(now);
        let surplus = self.failed.len().saturating_sub(OF_AN_ADDRESS);
        self.failed.drain(..surplus);
        self.in_a_row = self.in_a_row.saturating_add(1);
    }

    /// Takes back the try of an instant: it was right.
    pub fn forgive(&mut self, at: Timestamp) {
        if let Some(place) = self.failed.iter().rposition(|failed| *failed == at) {
            self.failed.remove(place);
        }
        self.in_a_row = 0;
    }

    /// When the window holds fewer than `most` again.
    fn after_window(&self, most: usize) -> Option<Timestamp> {
        let oldest = self.failed.len().checked_sub(most)?;
        self.failed.get(oldest).map(|at| *at + WINDOW)
    }

    /// When the growing delay after failures in a row is over.
    fn after_delay(&self) -> Option<Timestamp> {
        let last = self.failed.last()?;
        let delay = match self.in_a_row {
            0..=FREE => return None,
            LOCKED_AFTER.. => LOCKED_FOR,
            failures => SignedDuration::from_secs(1 << (failures - FREE - 1)),
        };
        Some(*last + delay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn after(failures: u32) -> Guesses {
        let mut guesses = Guesses::default();
        for at in 0..failures {
            guesses.fail(second(i64::from(at) * 60));
        }
        guesses
    }

    #[test]
    fn each_failure_in_a_row_costs_twice_the_wait_and_the_tenth_a_quarter_of_an_hour() {
        let waits = [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 900, 900];
        for (failures, wait) in (0..).zip(waits) {
            let guesses = after(failures);
            let last = guesses.failed.last().copied().unwrap_or(second(0));
            let until = guesses.wait(Bucket::Name, last);
            assert_eq!(
                until.map_or(0, |until| until.duration_since(last).as_secs()),
                wait,
                "{failures} failures"
            );
        }
    }

    #[test]
    fn at_the_end_of_its_wait_a_try_is_taken() {
        let guesses = after(3);
        assert_eq!(guesses.wait(Bucket::Name, second(120)), Some(second(121)));
        assert_eq!(guesses.wait(Bucket::Name, second(121)), None);
    }

    #[test]
    fn ten_failures_of_a_name_in_five_minutes_fill_the_window_also_where_some_were_right_between() {
        let mut guesses = Guesses::default();
        for at in 0..10 {
            guesses.fail(second(at));
            guesses.in_a_row = 0;
        }
        assert_eq!(guesses.wait(Bucket::Name, second(10)), Some(second(300)));
        assert_eq!(guesses.wait(Bucket::Name, second(300)), None);
    }

    #[test]
    fn an_address_is_slowed_at_the_thirtieth_failure_alone() {
        let mut guesses = Guesses::default();
        for at in 0..29 {
            guesses.fail(second(at));
        }
        assert_eq!(guesses.wait(Bucket::Address, second(29)), None);
        guesses.fail(second(29));
        assert_eq!(guesses.wait(Bucket::Address, second(30)), Some(second(300)));
        guesses.fail(second(301));
        assert_eq!(guesses.failed.len(), 30, "memory does not grow");
    }

    #[test]
    fn a_try_that_was_right_is_taken_back_and_ends_the_row() {
        let mut guesses = after(4);
        guesses.fail(second(500));
        guesses.forgive(second(500));
        assert_eq!(guesses, Guesses { in_a_row: 0, ..after(4) });
    }
}
