//! How long to wait: when to look at an unknown again, when somebody must be told, when "not there" may be said.

use jiff::{SignedDuration, Timestamp};

/// From claim to first byte: a worker that slept longer says nothing.
pub const FIRST_BYTE: SignedDuration = SignedDuration::from_secs(5);
/// First look after an intent became unknown.
const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(30);
/// Longest time between two looks.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
/// How long a request may still be travelling after the last instant at which it could have been written. Source: our
/// reply deadline of 60 s, with room for proxies that hold a request back.
const QUIET: SignedDuration = SignedDuration::from_mins(15);
/// When an unknown is no longer left to the look-ups alone.
const TELL_AFTER: SignedDuration = SignedDuration::from_mins(60);

/// The next look at an unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// Whether somebody must be told by then.
    pub is_overdue: bool,
}

/// When to look after so many looks that proved nothing: after 30 s, then twice as long each time, hourly at most.
pub fn look(unknown_since: Timestamp, looks: u32, now: Timestamp) -> Look {
    let wait = FIRST_LOOK.saturating_mul(1 << looks.min(16)).min(LONGEST);
    let at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
    Look { at, is_overdue: now.duration_since(unknown_since) >= TELL_AFTER }
}

/// Whether a person may now say that the GMC does not have it: what was last written cannot be travelling any more.
pub fn may_be_called_absent(last_possible_write: Timestamp, now: Timestamp) -> bool {
    now.duration_since(last_possible_write) >= QUIET
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(s: i64) -> Timestamp {
        Timestamp::from_second(s).expect("a second")
    }

    #[test]
    fn looks_double_from_half_a_minute_to_an_hour() {
        let waits: Vec<i64> = (0..9).map(|n| look(second(0), n, second(0)).at.as_second()).collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(look(second(0), u32::MAX, second(0)).at, second(3600));
    }

    #[test]
    fn an_hour_of_not_knowing_is_told() {
        assert!(!look(second(0), 3, second(3599)).is_overdue);
        assert!(look(second(0), 3, second(3600)).is_overdue);
    }

    #[test]
    fn nobody_says_not_there_before_the_quiet_period_is_over() {
        assert!(!may_be_called_absent(second(0), second(899)));
        assert!(may_be_called_absent(second(0), second(900)));
        assert!(!may_be_called_absent(second(900), second(0)), "a clock that was set back proves nothing");
    }
}
