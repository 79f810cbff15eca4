//! A job as it is declared: what it does, when it is due, by when, and how little would be too little.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::alert::Severity;
use crate::exceptions::{Exceptions, Pause};
use crate::floors::Floors;
use crate::node::Labels;
use crate::schedule::{ClockChange, Due, Schedule, ScheduleError};

/// What makes a run of a job due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// The clock.
    Schedule(Schedule),
    /// The data of another job: a run has the slot of that job's run and waits until it has ended with something
    /// published.
    After(String),
}

/// Whether a run may be done again after its process died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Doing it again changes nothing that is done.
    Repeatable,
    /// Doing it again could do harm: a run whose process died is failed and waits for a person.
    OnceOnly,
}

/// Who does a job's work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// This program itself.
    #[default]
    Own,
    /// Another program of the node.
    Command(Command),
    /// Somebody else, who reports its beginning and its end.
    External,
}

/// A program of the node and how it is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its file, from the root.
    pub file: String,
    /// What it is told.
    pub arguments: Vec<String>,
    /// Its environment: names and values.
    pub environment: Vec<(String, String)>,
    /// Where it works; where this program was started if absent.
    pub directory: Option<String>,
    /// After this long it is ended, with all it started.
    pub time_limit: SignedDuration,
}

/// By when something must have happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// At the next such local time.
    At(Time),
    /// So long after it was due.
    Within(SignedDuration),
}

/// A declared job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its name.
    pub name: String,
    /// What people elsewhere call it; perhaps empty.
    pub alias: String,
    /// What it reads and what it changes.
    pub sentence: String,
    /// Who answers for it.
    pub owner: String,
    /// What makes it due.
    pub trigger: Trigger,
    /// Who does its work.
    pub kind: Kind,
    /// What a node must have on which it is begun; perhaps nothing.
    pub labels: Labels,
    /// What is different about it for a while.
    pub exceptions: Exceptions,
    /// Where its times are.
    pub zone: TimeZone,
    /// What to do on the nights the clocks change.
    pub change: ClockChange,
    /// By when a run must have begun.
    pub start_deadline: Deadline,
    /// By when it must have ended.
    pub finish_deadline: Deadline,
    /// The least a run must take and bring.
    pub floors: Floors,
    /// How old the data of its last good run may be, by that run's own word; `None` where it says nothing of it.
    pub fresh_within: Option<SignedDuration>,
    /// Tries within one run.
    pub attempts: u64,
    /// The wait before another try.
    pub retry_wait: SignedDuration,
    /// How long after its start deadline the newest missed run is still made good.
    pub catch_up: SignedDuration,
    /// Whether a run may be done again.
    pub class: Class,
    /// How loud it is that a run failed; missed and suspect runs always wake somebody.
    pub on_failed: Severity,
}

impl Job {
    /// What a node must have on which it is begun at an instant.
    pub fn needs(&self, at: Timestamp) -> &Labels {
        self.exceptions.labels(at).unwrap_or(&self.labels)
    }

    /// Whether this is the job's name or alias.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || (!name.is_empty() && self.alias == name)
    }
}

impl Deadline {
    /// The instant of a deadline of what is due at `due`.
    pub fn of(&self, due: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Within(length) => due.saturating_add(*length).unwrap_or(Timestamp::MAX),
            Self::At(time) => {
                let date = zone.to_datetime(due).date();
                let instant = |date: jiff::civil::Date| zone.to_timestamp(date.to_datetime(*time)).ok();
                let today = instant(date).filter(|at| *at >= due);
                today.or_else(|| date.tomorrow().ok().and_then(instant)).unwrap_or(Timestamp::MAX)
            }
        }
    }
}

impl FromStr for Deadline {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        if text.contains(':') {
            let time = Time::strptime("%H:%M", text);
            return time.map(Self::At).map_err(|_| ScheduleError::of(text, "is no time such as \"00:10\""));
        }
        let wrong =
            || ScheduleError::of(text, "is neither a time such as \"00:10\" nor a length such as \"5m\"");
        let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = text.split_at(split);
        let minutes = match unit {
            "m" => 1,
            "h" => 60,
            _ => return Err(wrong()),
        };
        let number: i64 = number.parse().map_err(|_| wrong())?;
        let minutes = number.checked_mul(minutes).filter(|minutes| *minutes <= 60 * 24 * 365);
        minutes.map(|minutes| Self::Within(SignedDuration::from_mins(minutes))).ok_or_else(wrong)
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(time) => write!(f, "by {}", time.strftime("%H:%M")),
            Self::Within(length) => write!(f, "within {} minutes", length.as_mins()),
        }
    }
}

/// Finds a job by name or alias.
pub fn find<'a>(jobs: &'a [Job], name: &str) -> Option<&'a Job> {
    jobs.iter().find(|job| job.is_called(name))
}

/// Gives what is due of a job from `from` until before `until`; a job after another has that one's slots.
pub fn due(jobs: &[Job], job: &Job, from: Timestamp, until: Timestamp) -> Result<Vec<Due>, ScheduleError> {
    let mut clocked = job;
    // The settings name only jobs declared before as predecessors, so this ends.
    for _ in 0..=jobs.len() {
        match &clocked.trigger {
            Trigger::Schedule(schedule) => {
                return clocked.exceptions.expand(schedule, (from, until), |schedule, from, until| {
                    schedule.expand(&clocked.zone, clocked.change, from, until)
                });
            }
            Trigger::After(name) => {
                clocked =
                    find(jobs, name).ok_or_else(|| ScheduleError::of(name, "is no job to come after"))?;
            }
        }
    }
    Err(ScheduleError::of(&job.name, "comes after itself"))
}

/// The pause under which nothing of a job is begun at an instant: its own, or that of a job it comes after.
pub fn paused<'a>(jobs: &'a [Job], job: &'a Job, at: Timestamp) -> Option<&'a Pause> {
    let mut asked = job;
    for _ in 0..=jobs.len() {
        if let Some(pause) = asked.exceptions.pause(at) {
            return Some(pause);
        }
        let Trigger::After(before) = &asked.trigger else { return None };
        asked = find(jobs, before)?;
    }
    None
}

/// Whether a job rested and does so no more, nor any that it comes after.
pub fn has_resumed(jobs: &[Job], job: &Job, at: Timestamp) -> bool {
    let mut asked = Some(job);
    let mut has_resumed = false;
    for _ in 0..=jobs.len() {
        let Some(one) = asked else { break };
        has_resumed |= one.exceptions.has_resumed(at);
        asked = match &one.trigger {
            Trigger::After(before) => find(jobs, before),
            Trigger::Schedule(_) => None,
        };
    }
    has_resumed && paused(jobs, job, at).is_none()
}

/// Gives the next `count` that are due of a job at or after `from` and not skipped; fewer if eight years hold fewer.
pub fn next(jobs: &[Job], job: &Job, from: Timestamp, count: usize) -> Result<Vec<Due>, ScheduleError> {
    let day = SignedDuration::from_hours(24);
    let mut found = Vec::new();
    // Each step is longer, because most jobs are daily.
    for (begin, end) in [(0, 8), (8, 60), (60, 400), (400, 3000)] {
        let at = |days: i32| from.saturating_add(day * days).unwrap_or(Timestamp::MAX);
        let due = due(jobs, job, at(begin), at(end))?;
        found.extend(due.into_iter().filter(|due| !due.is_skipped));
        if found.len() >= count {
            break;
        }
    }
    found.truncate(count);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_a_clock_time_or_a_length() {
        let zone = TimeZone::get("Europe/London").expect("a zone");
        let of = |text: &str, due: &str| {
            let deadline: Deadline = text.parse().expect("a deadline");
            deadline.of(due.parse().expect("an instant"), &zone).to_string()
        };
        assert_eq!(of("00:10", "2026-11-25T00:05:00Z"), "2026-11-25T00:10:00Z");
        assert_eq!(of("00:10", "2026-07-25T23:05:00Z"), "2026-07-25T23:10:00Z");
        assert_eq!(of("00:04", "2026-11-25T00:05:00Z"), "2026-11-26T00:04:00Z");
        assert_eq!(of("5m", "2026-11-25T00:05:00Z"), "2026-11-25T00:10:00Z");
        // In the gap the deadline moves with the clocks.
        assert_eq!(of("01:30", "2026-03-29T00:05:00Z"), "2026-03-29T01:30:00Z");
        for text in ["", "soon", "25:00", "10", "5 m", "99999999999999999999h"] {
            assert!(text.parse::<Deadline>().is_err(), "{text:?}");
        }
    }
}
