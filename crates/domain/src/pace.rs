//! How often somebody may ask: so many at once, and one more after each while.

use jiff::{SignedDuration, Timestamp};

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// In a minute, at most, over any long time. At least one.
    pub per_minute: u32,
}

impl Pace {
    /// As many as a quarter of a minute's may come at once: a page brings its pieces along.
    fn at_once(self) -> i64 {
        i64::from(self.per_minute / 4).max(1)
    }

    /// The while after which there is room for one more.
    fn each(self) -> SignedDuration {
        SignedDuration::from_micros(60_000_000 / i64::from(self.per_minute.max(1)))
    }

    /// From empty to full.
    fn whole(self) -> SignedDuration {
        SignedDuration::from_micros(
            i64::try_from(self.each().as_micros()).unwrap_or(i64::MAX).saturating_mul(self.at_once()),
        )
    }
}

/// What is left for one who asks. Source: the generic cell rate algorithm, ITU-T I.371; one instant says it all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// When it is full again.
    full_at: Timestamp,
}

impl Bucket {
    /// A full one.
    pub fn full(now: Timestamp) -> Self {
        Self { full_at: now }
    }

    /// Whether nothing of it is missing any more: then it need not be remembered.
    pub fn is_full(self, now: Timestamp) -> bool {
        self.full_at <= now
    }

    /// Takes room for one; otherwise says after how long there is some.
    pub fn take(&mut self, pace: Pace, now: Timestamp) -> Result<(), SignedDuration> {
        let latest = now.saturating_add(pace.whole()).unwrap_or(now);
        // A clock that was put back empties nobody's bucket for longer than it takes to fill.
        self.full_at = self.full_at.clamp(now, latest);
        let next = self.full_at.saturating_add(pace.each()).unwrap_or(latest);
        if next > latest {
            return Err(next.duration_since(latest));
        }
        self.full_at = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + ms).expect("an instant")
    }

    #[test]
    fn so_many_at_once_and_one_more_after_each_while() {
        // Instant in ms, and after how many ms there is room; 0 where there was.
        let cases = [
            (0, 0),
            (0, 0),
            (0, 0),
            (0, 5_000),
            (4_999, 1),
            (5_000, 0),
            (5_000, 5_000),
            (15_000, 0),
            (15_000, 0),
            (15_000, 5_000),
            (60_000, 0),
            (60_000, 0),
            (60_000, 0),
            (60_000, 5_000),
        ];
        let (pace, mut bucket) = (Pace { per_minute: 12 }, Bucket::full(at(0)));
        for (step, (ms, wait)) in cases.into_iter().enumerate() {
            let took = bucket.take(pace, at(ms)).map_or_else(|wait| wait.as_millis(), |()| 0);
            assert_eq!(took, wait, "step {step} at {ms} ms");
        }
    }

    #[test]
    fn over_any_long_time_no_more_than_the_pace_and_what_was_at_once() {
        let (pace, mut bucket) = (Pace { per_minute: 600 }, Bucket::full(at(0)));
        let taken = (0..60_000).filter(|ms| bucket.take(pace, at(*ms)).is_ok()).count();
        assert!((740..=751).contains(&taken), "{taken}");
        assert!(!bucket.is_full(at(60_000)) && bucket.is_full(at(60_000 + 15_001)));
    }

    #[test]
    fn a_clock_that_is_put_back_shuts_nobody_out() {
        let (pace, mut bucket) = (Pace { per_minute: 12 }, Bucket::full(at(3_600_000)));
        bucket.take(pace, at(3_600_000)).expect("room");
        assert_eq!(bucket.take(pace, at(0)), Err(SignedDuration::from_secs(5)));
        assert_eq!(bucket.take(pace, at(5_000)), Ok(()));
    }

    #[test]
    fn the_smallest_pace_is_one_in_a_minute() {
        let mut bucket = Bucket::full(at(0));
        for pace in [Pace { per_minute: 1 }, Pace { per_minute: 0 }] {
            bucket = Bucket::full(at(0));
            assert_eq!(bucket.take(pace, at(0)), Ok(()));
            assert_eq!(bucket.take(pace, at(0)), Err(SignedDuration::from_mins(1)));
        }
        assert!(bucket.is_full(at(60_000)));
    }
}
