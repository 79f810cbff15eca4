//! States of a run and of its attempts: the one table of what may follow what.

use serde::{Deserialize, Serialize};

/// The state of one due occurrence of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// A row before its hour.
    Due,
    /// An attempt is at work, or the last one died and another will follow.
    Running,
    /// Every body published, with evidence.
    Succeeded,
    /// It ended, but a body is held or a floor was missed.
    Suspect,
    /// Some body lacks a complete answer.
    Failed,
    /// Nobody could start it in time.
    Missed,
    /// Nobody should have started it; a reason and an actor are recorded.
    Skipped,
    /// A person ended it.
    Cancelled,
}

impl RunState {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Due,
        Self::Running,
        Self::Succeeded,
        Self::Suspect,
        Self::Failed,
        Self::Missed,
        Self::Skipped,
        Self::Cancelled,
    ];

    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Suspect => "suspect",
            Self::Failed => "failed",
            Self::Missed => "missed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads a stored word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing may follow.
    pub fn is_end(self) -> bool {
        !matches!(self, Self::Due | Self::Running)
    }

    /// Whether `next` may follow this state.
    pub fn may_become(self, next: Self) -> bool {
        use RunState::{Cancelled, Due, Failed, Missed, Running, Skipped, Succeeded, Suspect};
        matches!(
            (self, next),
            (Due, Running | Missed | Skipped | Cancelled)
                | (Running, Succeeded | Suspect | Failed | Cancelled)
        )
    }
}

/// The state of one try within a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// At work.
    Running,
    /// Came to its end and settled the run.
    Done,
    /// Came to its end with an error.
    Failed,
    /// Its process died; only the last heartbeat is known.
    Lost,
    /// Asked to stop at a safe point; another attempt goes on.
    Interrupted,
}

impl AttemptState {
    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Lost => "lost",
            Self::Interrupted => "interrupted",
        }
    }
}

/// What became of one body in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyOutcome {
    /// A snapshot was published, perhaps equal to the last one.
    Published,
    /// The brake keeps the snapshot for a person's word.
    Held,
    /// No complete answer was to be had; the last good list stays.
    Failed,
}

impl BodyOutcome {
    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Held => "held",
            Self::Failed => "failed",
        }
    }

    /// Reads a stored word back.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Published, Self::Held, Self::Failed].into_iter().find(|outcome| outcome.word() == word)
    }
}

/// Gives the end state of a run from what became of its bodies; a run of no body moved nothing and is suspect.
pub fn verdict(outcomes: &[BodyOutcome]) -> RunState {
    if outcomes.contains(&BodyOutcome::Failed) {
        RunState::Failed
    } else if outcomes.is_empty() || outcomes.contains(&BodyOutcome::Held) {
        RunState::Suspect
    } else {
        RunState::Succeeded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_state_has_no_way_on() {
        for from in RunState::ALL {
            for to in RunState::ALL {
                assert!(!(from.is_end() && from.may_become(to)), "{from:?} -> {to:?}");
            }
            assert_eq!(RunState::from_word(from.word()), Some(from));
        }
    }

    #[test]
    fn a_run_cannot_succeed_without_having_run() {
        assert!(!RunState::Due.may_become(RunState::Succeeded));
        assert!(RunState::Due.may_become(RunState::Missed));
        assert!(!RunState::Running.may_become(RunState::Missed));
    }

    #[test]
    fn twelve_published_and_one_failed_is_failed() {
        use BodyOutcome::{Failed, Held, Published};
        assert_eq!(verdict(&[Published; 13]), RunState::Succeeded);
        assert_eq!(verdict(&[Published, Failed]), RunState::Failed);
        assert_eq!(verdict(&[Published, Held]), RunState::Suspect);
        assert_eq!(verdict(&[Held, Failed]), RunState::Failed);
        assert_eq!(verdict(&[]), RunState::Suspect);
    }
}
