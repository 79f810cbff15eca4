//! How long a session lasts: it ends by itself after a while of nothing, and after a day's work in any case.

use jiff::{SignedDuration, Timestamp};

/// Without any request, a session ends after this.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// Whatever happens, it ends so long after the sign-in.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// Sessions of one person at a time; a further one ends the oldest.
pub const AT_MOST: u64 = 3;
/// A request is noted at most so often: fewer writes, and the idle time is right to the minute.
pub const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Whether a session still stands at an instant.
pub fn stands(signed_in_at: Timestamp, last_seen_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(signed_in_at) < LONGEST && now.duration_since(last_seen_at) < IDLE
}

/// Whether a request is to be noted.
pub fn is_to_be_noted(last_seen_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(last_seen_at) >= NOTED_EVERY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn a_session_stands_for_half_an_hour_of_nothing_and_twelve_hours_of_work() {
        let cases = [
            // last seen, now, stands
            (0, 0, true),
            (0, 29, true),
            (0, 30, false),
            (719, 719, true),
            (719, 720, false),
            (700, 719, true),
        ];
        for (last_seen, now, expected) in cases {
            let found = stands(minute(0), minute(last_seen), minute(now));
            assert_eq!(found, expected, "seen at {last_seen}, asked at {now}");
        }
    }

    #[test]
    fn a_request_is_noted_once_a_minute() {
        assert!(!is_to_be_noted(minute(0), minute(0)));
        assert!(is_to_be_noted(minute(0), minute(1)));
    }
}
