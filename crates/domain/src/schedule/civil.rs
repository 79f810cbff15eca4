//! From a local time to the instant it falls on, on the nights the clocks change too.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::{ClockChange, Due, Fold, Gap, ScheduleError, Slot};

fn beyond(error: &jiff::Error) -> ScheduleError {
    ScheduleError(format!("the time is beyond the calendar: {error}"))
}

/// Gives the one instant of a time that is due once a day at most.
pub(super) fn once(civil: DateTime, zone: &TimeZone, change: ClockChange) -> Result<Due, ScheduleError> {
    let found = zone.to_ambiguous_timestamp(civil);
    let (at, pass) = match found.offset() {
        AmbiguousOffset::Unambiguous { .. } => (found.compatible(), 1),
        AmbiguousOffset::Fold { .. } if change.fold == Fold::Second => (found.later(), 2),
        AmbiguousOffset::Fold { .. } => (found.earlier(), 1),
        AmbiguousOffset::Gap { .. } => {
            let slot = Slot { civil, pass: 1 };
            return Ok(Due { slot, at: after_gap(civil, zone)?, is_skipped: change.gap == Gap::Skip });
        }
    };
    Ok(Due { slot: Slot { civil, pass }, at: at.map_err(|error| beyond(&error))?, is_skipped: false })
}

/// Gives every instant of a time that comes each hour: none, one or two.
pub(super) fn every_pass(civil: DateTime, zone: &TimeZone) -> Result<Vec<Due>, ScheduleError> {
    let both = [
        ClockChange { gap: Gap::Skip, fold: Fold::First },
        ClockChange { gap: Gap::Skip, fold: Fold::Second },
    ];
    let first = once(civil, zone, both[0])?;
    let second = once(civil, zone, both[1])?;
    Ok(if first.slot == second.slot { vec![first] } else { vec![first, second] })
}

/// The first instant after the gap that swallows `civil`.
fn after_gap(civil: DateTime, zone: &TimeZone) -> Result<Timestamp, ScheduleError> {
    // Read with the offset after the gap, the time lies before it.
    let before = zone.to_ambiguous_timestamp(civil).earlier().map_err(|error| beyond(&error))?;
    let change = zone.following(before).next();
    change.map(|change| change.timestamp()).ok_or_else(|| ScheduleError("a gap without an end".to_owned()))
}

/// Gives the instants of an interval on each of these dates, both included, counted from local midnight.
pub(super) fn elapsed(
    length: SignedDuration,
    zone: &TimeZone,
    dates: (Date, Date),
) -> Result<Vec<Due>, ScheduleError> {
    let mut all = Vec::new();
    let (mut date, last) = dates;
    while date <= last {
        let tomorrow = date.tomorrow().map_err(|error| beyond(&error))?;
        let (mut at, end) = (midnight(date, zone)?, midnight(tomorrow, zone)?);
        while at < end {
            all.push(Due { slot: slot(at, zone), at, is_skipped: false });
            at = at.checked_add(length).map_err(|error| beyond(&error))?;
        }
        date = tomorrow;
    }
    Ok(all)
}

/// The first instant of a date.
fn midnight(date: Date, zone: &TimeZone) -> Result<Timestamp, ScheduleError> {
    let civil = date.to_datetime(jiff::civil::Time::midnight());
    once(civil, zone, ClockChange::default()).map(|due| due.at)
}

fn slot(at: Timestamp, zone: &TimeZone) -> Slot {
    let civil = zone.to_datetime(at);
    let is_second = matches!(zone.to_ambiguous_timestamp(civil).offset(), AmbiguousOffset::Fold { .. })
        && zone.to_ambiguous_timestamp(civil).later().is_ok_and(|later| later == at);
    Slot { civil, pass: if is_second { 2 } else { 1 } }
}
