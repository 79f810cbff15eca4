//! Overrides: what somebody changes for a while, with an owner, a reason and an end; the settings stay the truth.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::brake::Limits;
use crate::exceptions::{Exceptions, Instead, Pause};
use crate::job::Job;
use crate::node::Labels;
use crate::schedule::Schedule;

/// Longest an override may last: what is needed for longer belongs into the settings. As long as a silence.
pub const LENGTH_MAX: SignedDuration = SignedDuration::from_hours(14 * 24);
/// So long before its end whoever watches is reminded of one.
pub const REMIND_BEFORE: SignedDuration = SignedDuration::from_hours(12);

/// What is different for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// Nothing of a job is begun by itself.
    Pause {
        /// The job.
        job: String,
    },
    /// A job is due at other times.
    Schedule {
        /// The job.
        job: String,
        /// A cron pattern or an interval.
        schedule: String,
    },
    /// The brake has other limits.
    Brake {
        /// One list; all if absent.
        list: Option<String>,
        /// The limits.
        limits: Limits,
    },
    /// A job is begun on other nodes.
    Labels {
        /// The job.
        job: String,
        /// What a node must have instead.
        labels: Labels,
    },
    /// The GMC is asked at another address.
    Target {
        /// The address.
        url: String,
    },
}

impl What {
    /// The job it is about; `None` where it is about all.
    pub fn job(&self) -> Option<&str> {
        match self {
            Self::Pause { job } | Self::Schedule { job, .. } | Self::Labels { job, .. } => Some(job),
            Self::Brake { .. } | Self::Target { .. } => None,
        }
    }

    /// The word of its kind.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pause { .. } => "pause",
            Self::Schedule { .. } => "schedule",
            Self::Labels { .. } => "labels",
            Self::Brake { .. } => "brake",
            Self::Target { .. } => "target",
        }
    }

    /// Whether both cannot count at once, because they say different things about the same.
    fn contradicts(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Brake { list: one, .. }, Self::Brake { list: another, .. }) => one == another,
            _ => self.word() == other.word() && self.job() == other.job(),
        }
    }

    /// What it does, in plain words.
    pub fn sentence(&self) -> String {
        match self {
            Self::Pause { job } => format!("{job} is paused"),
            Self::Schedule { job, schedule } => format!("{job} is due at \"{schedule}\""),
            Self::Labels { job, labels } => {
                let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
                format!("{job} is begun only on nodes with {}", labels.join(" and "))
            }
            Self::Brake { list, limits } => {
                let of = list.as_deref().unwrap_or("every list");
                let (min, share) = (limits.removed_min, limits.removed_percent);
                format!(
                    "the brake of {of} lets {min} doctors or {share}% leave and {}% change",
                    limits.changed_percent
                )
            }
            Self::Target { url } => format!("the GMC is asked at {url}"),
        }
    }
}

/// An override.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// UUIDv7.
    pub id: String,
    /// What is different.
    pub what: What,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// Key of the alert it answers, which cannot close before it.
    pub answers: Option<String>,
    /// From.
    pub starts_at: Timestamp,
    /// Until before, as planned.
    pub ends_at: Timestamp,
    /// When somebody ended it before its time.
    pub ended_at: Option<Timestamp>,
    /// Who ended it, and why; empty where it ends by itself.
    pub ended_by: String,
}

impl Override {
    /// Until when it counts.
    pub fn until(&self) -> Timestamp {
        self.ended_at.map_or(self.ends_at, |ended| ended.min(self.ends_at))
    }

    /// Whether it counts at an instant.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        self.starts_at <= at && at < self.until()
    }

    /// Whether it counted at some time of a span and is about a job.
    pub fn touches(&self, job: &str, from: Timestamp, until: Timestamp) -> bool {
        self.what.job().is_none_or(|about| about == job) && self.starts_at <= until && from < self.until()
    }

    /// What is different, until when, and who says so.
    pub fn sentence(&self) -> String {
        let until = self.until().strftime("%Y-%m-%d %H:%M UTC");
        format!(
            "{} until {until} by {}: {}",
            self.what.sentence(),
            self.owner,
            self.reason.trim_end_matches('.')
        )
    }

    /// Says why it must not be, or nothing; `others` are those that have not ended.
    pub fn refusal(&self, others: &[Self], now: Timestamp) -> Option<String> {
        let length = self.ends_at.duration_since(self.starts_at);
        let at = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
        if self.reason.trim().is_empty() {
            return Some("An override needs a reason.".to_owned());
        }
        if self.ends_at <= now {
            return Some(format!(
                "This override would have ended at {}, and it is {}.",
                at(self.ends_at),
                at(now)
            ));
        }
        if self.starts_at < now - SignedDuration::from_mins(1) {
            return Some(format!("An override cannot begin in the past: {} is over.", at(self.starts_at)));
        }
        if length <= SignedDuration::ZERO {
            return Some("This override would end before it begins.".to_owned());
        }
        if length > LENGTH_MAX {
            return Some(
                "An override lasts 14 days at most; what is needed for longer belongs into the settings."
                    .to_owned(),
            );
        }
        let meets = |other: &&Self| self.starts_at < other.until() && other.starts_at < self.until();
        let other = others.iter().filter(meets).find(|other| self.what.contradicts(&other.what))?;
        Some(format!(
            "Another one counts at that time: {} ({}). End that one first.",
            other.sentence(),
            other.id
        ))
    }
}

/// Lays overrides over declared jobs, those that have ended as well: a time that is past is judged by what counted then.
pub fn lay(jobs: &mut [Job], overrides: &[Override]) {
    for job in jobs {
        job.exceptions = Exceptions::default();
        for one in overrides.iter().filter(|one| one.what.job() == Some(&job.name)) {
            let (from, until) = (one.starts_at, one.until());
            match &one.what {
                What::Pause { .. } => {
                    let why = format!("paused by {}: {}", one.owner, one.reason);
                    job.exceptions.pauses.push(Pause { id: one.id.clone(), from, until, why });
                }
                // One that cannot be read is refused when it is made.
                What::Schedule { schedule, .. } => {
                    let schedule = Schedule::parse(schedule).ok();
                    job.exceptions.schedules.extend(schedule.map(|schedule| Instead {
                        from,
                        until,
                        schedule,
                    }));
                }
                What::Labels { labels, .. } => job.exceptions.labels.push((from, until, labels.clone())),
                What::Brake { .. } | What::Target { .. } => {}
            }
        }
    }
}

/// Reads an end as a person writes it: `72h` or `14d` from now, a local time such as `2026-11-30T08:00`, or an instant.
pub fn until(text: &str, zone: &TimeZone, now: Timestamp) -> Result<Timestamp, String> {
    let text = text.trim();
    let wrong = || {
        format!(
            "\"{text}\" is no end; write a length such as \"72h\", a local time such as \"2026-11-30T08:00\", or an \
             instant such as \"2026-11-30T08:00:00Z\""
        )
    };
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    if let Ok(local) = text.replace(' ', "T").parse::<DateTime>() {
        return zone.to_timestamp(local).map_err(|_| wrong());
    }
    let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(split);
    let minutes = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        _ => return Err(wrong()),
    };
    let minutes = number.parse::<i64>().ok().and_then(|number| number.checked_mul(minutes));
    let length = minutes.filter(|minutes| *minutes <= 60 * 24 * 366).map(SignedDuration::from_mins);
    length.and_then(|length| now.checked_add(length).ok()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests;
