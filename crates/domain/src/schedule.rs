//! When a job is due: cron patterns and intervals over local time, with our own policy for the nights the clocks change.
//!
//! Libraries disagree about those nights and several are wrong, so a pattern is matched against civil times, which know
//! no zone, and what becomes of a time that does not exist or comes twice is decided here.

mod civil;

use std::fmt;
use std::str::FromStr;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

/// Why a schedule cannot be used, for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct ScheduleError(String);

impl ScheduleError {
    /// Says what is wrong with a text as it was written.
    pub(crate) fn of(text: &str, wrong: &str) -> Self {
        Self(format!("\"{text}\" {wrong}"))
    }
}

/// When something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// A cron pattern of five fields: minute, hour, day of month, month, day of week.
    Cron(Box<Pattern>),
    /// So much elapsed time between two, counted from each local midnight.
    Every(SignedDuration),
}

/// A cron pattern that matches civil times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    cron: Cron,
    fires_every_hour: bool,
}

/// What becomes of a time that the clocks skip in spring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gap {
    /// It is due at the first instant after.
    #[default]
    Next,
    /// It is skipped, and a row says so.
    Skip,
}

/// Which of two passes counts for a time that comes twice in autumn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fold {
    /// The first.
    #[default]
    First,
    /// The second.
    Second,
}

/// What to do on the two nights a year when the clocks change; patterns that fire every hour have no choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockChange {
    /// A time that does not exist.
    pub gap: Gap,
    /// A time that comes twice.
    pub fold: Fold,
}

/// What a run is due for, and its identity: local date and time, and which pass of that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// Local date and time.
    pub civil: DateTime,
    /// 1, or 2 for the second pass of a time that comes twice.
    pub pass: u8,
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.civil.strftime("%Y-%m-%dT%H:%M"), self.pass)
    }
}

impl FromStr for Slot {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let wrong = || ScheduleError(format!("\"{text}\" is no slot such as 2026-10-25T01:30#1"));
        let (civil, pass) = text.split_once('#').ok_or_else(wrong)?;
        let civil: DateTime = civil.parse().map_err(|_| wrong())?;
        let pass = match pass {
            "1" => 1,
            "2" => 2,
            _ => return Err(wrong()),
        };
        // A slot is a minute: what says more would be another one once it is written.
        let is_minute = civil.second() == 0 && civil.subsec_nanosecond() == 0;
        if is_minute { Ok(Self { civil, pass }) } else { Err(wrong()) }
    }
}

/// One slot and the instant it falls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Its identity.
    pub slot: Slot,
    /// When; for a skipped one, the first instant after the gap.
    pub at: Timestamp,
    /// Whether the clock change took it away.
    pub is_skipped: bool,
}

impl Schedule {
    /// Reads `5 0 * * *` or `every 15m`.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        match text.trim().strip_prefix("every ") {
            Some(length) => interval(text, length.trim()).map(Self::Every),
            None => Pattern::parse(text).map(|pattern| Self::Cron(Box::new(pattern))),
        }
    }

    /// Gives everything due from `from` until before `until`, in order.
    pub fn expand(
        &self,
        zone: &TimeZone,
        change: ClockChange,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Due>, ScheduleError> {
        // A day more on either side: a gap may carry a time across midnight.
        let day = SignedDuration::from_hours(24);
        let first = zone.to_datetime(from).saturating_sub(day);
        let last = zone.to_datetime(until).saturating_add(day);
        let mut all = match self {
            Self::Every(length) => civil::elapsed(*length, zone, (first.date(), last.date()))?,
            Self::Cron(pattern) => pattern.between(zone, change, (first, last))?,
        };
        all.retain(|due| due.at >= from && due.at < until);
        all.sort_by_key(|due| (due.at, due.slot));
        Ok(all)
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, ScheduleError> {
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let told = |error| {
            let sentence =
                "five fields say minute, hour, day of month, month and day of week, such as \"5 0 * * *\"";
            ScheduleError(format!("\"{text}\" is no cron pattern ({error}); {sentence}"))
        };
        let cron = parser.parse(text).map_err(told)?;
        let fires_every_hour = (0..24).all(|hour| cron.pattern.hour_match(hour).unwrap_or(false));
        let pattern = Self { cron, fires_every_hour };
        // Any date will do: a pattern such as 30 February matches none.
        pattern
            .cron
            .find_next_occurrence(&jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0), true)
            .map_err(|_| ScheduleError(format!("\"{text}\" names a time that never comes")))?;
        Ok(pattern)
    }

    fn between(
        &self,
        zone: &TimeZone,
        change: ClockChange,
        civil: (DateTime, DateTime),
    ) -> Result<Vec<Due>, ScheduleError> {
        let mut all = Vec::new();
        let (mut at, last) = civil;
        let mut inclusive = true;
        while let Ok(next) = self.cron.find_next_occurrence(&at, inclusive) {
            if next > last {
                break;
            }
            if self.fires_every_hour {
                all.extend(civil::every_pass(next, zone)?);
            } else {
                all.push(civil::once(next, zone, change)?);
            }
            (at, inclusive) = (next, false);
        }
        Ok(all)
    }
}

fn interval(text: &str, length: &str) -> Result<SignedDuration, ScheduleError> {
    let wrong = || {
        ScheduleError(format!(
            "\"{text}\" is no interval; write \"every 15m\" or \"every 2h\", at most 24 hours"
        ))
    };
    let split = length.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = length.split_at(split);
    let minutes = match unit {
        "m" => 1,
        "h" => 60,
        _ => return Err(wrong()),
    };
    let number: i64 = number.parse().map_err(|_| wrong())?;
    let minutes = number.checked_mul(minutes).filter(|minutes| (1..=24 * 60).contains(minutes));
    minutes.map(SignedDuration::from_mins).ok_or_else(wrong)
}

#[cfg(test)]
mod tests;
