//! What is told to the service manager that started this process, where one did: that it is ready, that it still turns, and that
//! it is about to end.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::time::Instant;

use super::standing::Standing;

/// Tells the service manager.
pub struct Supervisor {
    /// How long it waits for a sign of life; nothing where it waits for none.
    patience: Option<Duration>,
    last: (u64, Instant),
}

impl Supervisor {
    /// Says that requests may come.
    pub fn ready() -> Self {
        say(&[NotifyState::Ready]);
        Self { patience: sd_notify::watchdog_enabled(), last: (0, Instant::now()) }
    }

    /// Says that the process is about to end.
    pub fn stopping() {
        say(&[NotifyState::Stopping]);
    }

    /// Gives a sign of life, but only if the schedule was looked at since the last: a process that lives and does nothing more is to
    /// be started anew.
    pub fn beat(&mut self, standing: &Standing) {
        let Some(patience) = self.patience else { return };
        if is_due((self.last.0, standing.turns()), self.last.1.elapsed(), patience) {
            say(&[NotifyState::Watchdog]);
            self.last = (standing.turns(), Instant::now());
        }
    }
}

/// Whether a sign of life is due: four within its patience, and none for a schedule that was not looked at since.
fn is_due((before, turns): (u64, u64), since: Duration, patience: Duration) -> bool {
    before != turns && since >= patience / 4
}

fn say(what: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(what) {
        tracing::warn!(%error, "service_manager_not_told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_lives_and_does_nothing_more_gives_no_sign_of_life() {
        let seconds = Duration::from_secs;
        assert!(is_due((1, 2), seconds(5), seconds(20)));
        assert!(!is_due((1, 2), seconds(4), seconds(20)), "it is not asked for more");
        assert!(!is_due((2, 2), seconds(30), seconds(20)), "the schedule stands still");
    }
}
