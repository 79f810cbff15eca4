//! Whether a node's clock moves as clocks do: a jump that is taken back at once must not end a year of runs as missed.

use jiff::{SignedDuration, Timestamp};

/// A longer step between two looks is a jump: a clock set wrong, or a machine that slept.
const JUMP: SignedDuration = SignedDuration::from_hours(1);
/// Looks, one a second, for which a jump must last before it is believed; well within every start deadline.
const LOOKS: u32 = 60;

/// Watches a clock that is looked at once a second.
#[derive(Debug, Default)]
pub struct Steady {
    last: Option<Timestamp>,
    held: u32,
}

impl Steady {
    /// Takes a look; `false` while a jump is too fresh to be believed.
    pub fn believes(&mut self, now: Timestamp) -> bool {
        let step = self.last.map_or(SignedDuration::ZERO, |last| now.duration_since(last));
        self.last = Some(now);
        if step.abs() > JUMP {
            self.held = LOOKS;
        }
        self.held = self.held.saturating_sub(1);
        self.held == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_believed_only_once_it_has_lasted() {
        let mut steady = Steady::default();
        let mut now = Timestamp::UNIX_EPOCH;
        let mut look = |step: SignedDuration| {
            now += step;
            steady.believes(now)
        };
        let second = SignedDuration::from_secs(1);
        assert!(look(second) && look(second) && look(SignedDuration::from_mins(59)));
        let years = SignedDuration::from_hours(24 * 3650);
        assert!(!look(years) && !look(-years), "there and back: nothing was begun or ended in between");
        let waited = (0..).take_while(|_| !look(second)).count();
        assert_eq!(waited, 58);
        assert!(look(second));
    }
}
