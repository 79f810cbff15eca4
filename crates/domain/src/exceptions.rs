//! What is different about a job for a while: times at which it rests, and times for which another schedule counts.

use jiff::Timestamp;

use crate::node::Labels;
use crate::schedule::{Due, Schedule, ScheduleError};

/// Dated exceptions from a job's declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exceptions {
    /// When it rests.
    pub pauses: Vec<Pause>,
    /// When another schedule counts; no two at once.
    pub schedules: Vec<Instead>,
    /// When it needs other labels: from, until before, and which.
    pub labels: Vec<(Timestamp, Timestamp, Labels)>,
}

/// A time during which nothing of a job is begun by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The override.
    pub id: String,
    /// From.
    pub from: Timestamp,
    /// Until before.
    pub until: Timestamp,
    /// Who and why, in plain words.
    pub why: String,
}

/// A time for which another schedule counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// From.
    pub from: Timestamp,
    /// Until before.
    pub until: Timestamp,
    /// The schedule.
    pub schedule: Schedule,
}

impl Exceptions {
    /// The pause that covers an instant.
    pub fn pause(&self, at: Timestamp) -> Option<&Pause> {
        self.pauses.iter().find(|pause| pause.from <= at && at < pause.until)
    }

    /// The labels that it needs instead at an instant.
    pub fn labels(&self, at: Timestamp) -> Option<&Labels> {
        self.labels.iter().find(|(from, until, _)| *from <= at && at < *until).map(|(_, _, labels)| labels)
    }

    /// Whether a pause has ended and no other goes on.
    pub fn has_resumed(&self, at: Timestamp) -> bool {
        self.pause(at).is_none() && self.pauses.iter().any(|pause| pause.until <= at)
    }

    /// What is due from one instant until before another: by the schedule that counts at each instant.
    pub(crate) fn expand(
        &self,
        usual: &Schedule,
        (from, until): (Timestamp, Timestamp),
        expand: impl Fn(&Schedule, Timestamp, Timestamp) -> Result<Vec<Due>, ScheduleError>,
    ) -> Result<Vec<Due>, ScheduleError> {
        let mut all = expand(usual, from, until)?;
        for instead in &self.schedules {
            all.retain(|due| due.at < instead.from || due.at >= instead.until);
            let (from, until) = (from.max(instead.from), until.min(instead.until));
            if from < until {
                all.extend(expand(&instead.schedule, from, until)?);
            }
        }
        all.sort_by_key(|due| (due.at, due.slot));
        Ok(all)
    }
}
