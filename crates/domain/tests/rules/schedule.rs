//! What must hold for any text in place of a schedule, a slot, a deadline or an end; shared with the fuzzer.

use std::collections::BTreeMap;

use domain::job::Deadline;
use domain::overrides;
use domain::schedule::{ClockChange, Due, Fold, Gap, Schedule, Slot};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// How long is looked at: three local days are whole within it, whatever the clocks do.
const WINDOW: SignedDuration = SignedDuration::from_hours(4 * 24);

/// Reads lines as a schedule, a zone, an instant and a policy; nothing about them may make it panic. Says how much is due
/// within four days, or nothing where the schedule is none.
///
/// What is due is in order, each slot once, within what was asked; where it falls is where its local time is, and in a
/// gap or a fold where the policy says; asking in two parts gives the same; a daily pattern comes once on each day.
pub fn judge(bytes: &[u8]) -> Option<usize> {
    let text = str::from_utf8(bytes).ok()?;
    let mut lines = text.lines();
    let mut next = || lines.next().unwrap_or_default();
    let (pattern, zone, from, policy) = (next(), next(), next(), next());
    times(pattern, from);
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let from = from.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    // The patterns' library knows no year after 5000, and nobody here has to.
    let until = from.checked_add(WINDOW).ok().filter(|until| zone.to_datetime(*until).year() < 5000)?;
    let change = ClockChange {
        gap: if policy.contains("skip") { Gap::Skip } else { Gap::Next },
        fold: if policy.contains("second") { Fold::Second } else { Fold::First },
    };
    let schedule = Schedule::parse(pattern).ok()?;
    let expand = |from, until| schedule.expand(&zone, change, from, until);
    let whole = expand(from, until).ok()?;
    let middle = from + WINDOW / 3;
    let parts = [expand(from, middle).ok()?, expand(middle, until).ok()?].concat();
    assert_eq!(whole, parts, "two parts give something else than the whole");
    assert!(whole.iter().all(|due| due.at >= from && due.at < until), "due outside of what was asked");
    let key = |due: &Due| (due.at, due.slot);
    assert!(whole.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])), "out of order, or twice");
    whole.iter().for_each(|due| falls_where_it_says(due, &zone));
    if let Some(daily) = daily(pattern) {
        comes_once_a_day(&whole, &zone, (from, until));
        whole.iter().for_each(|due| follows_the_policy(due, &zone, change, daily));
    }
    Some(whole.len())
}

/// An instant has one local time, and a slot in a gap falls on the gap's end.
fn falls_where_it_says(due: &Due, zone: &TimeZone) {
    let local = zone.to_datetime(due.at);
    match zone.to_ambiguous_timestamp(due.slot.civil).offset() {
        AmbiguousOffset::Unambiguous { .. } => {
            assert!(local == due.slot.civil && due.slot.pass == 1 && !due.is_skipped, "{due:?} at {local}");
        }
        AmbiguousOffset::Fold { before, after } => {
            let offset = if due.slot.pass == 2 { after } else { before };
            assert!(local == due.slot.civil && !due.is_skipped, "{due:?} at {local}");
            assert_eq!(zone.to_offset(due.at), offset, "{due:?} is another pass");
        }
        AmbiguousOffset::Gap { .. } => {
            assert!(local > due.slot.civil && due.slot.pass == 1, "{due:?} at {local}");
            let just_before = zone.to_datetime(due.at - SignedDuration::from_nanos(1));
            assert!(just_before < due.slot.civil, "{due:?} is not the first instant after the gap");
        }
    }
}

fn follows_the_policy(due: &Due, zone: &TimeZone, change: ClockChange, (hour, minute): (i8, i8)) {
    assert_eq!((due.slot.civil.hour(), due.slot.civil.minute()), (hour, minute), "{due:?}");
    match zone.to_ambiguous_timestamp(due.slot.civil).offset() {
        AmbiguousOffset::Unambiguous { .. } => {}
        AmbiguousOffset::Fold { .. } => {
            assert_eq!(due.slot.pass, if change.fold == Fold::Second { 2 } else { 1 }, "{due:?}");
        }
        AmbiguousOffset::Gap { .. } => assert_eq!(due.is_skipped, change.gap == Gap::Skip, "{due:?}"),
    }
}

/// Hour and minute of a pattern that names one of each, and any day.
fn daily(pattern: &str) -> Option<(i8, i8)> {
    let fields: Vec<&str> = pattern.split_ascii_whitespace().collect();
    let [minute, hour, "*", "*", "*"] = fields[..] else { return None };
    Some((hour.parse().ok()?, minute.parse().ok()?))
}

/// Days whose whole local time was asked for have one slot each; a zone that leaves out a whole day has it after it.
fn comes_once_a_day(dues: &[Due], zone: &TimeZone, (from, until): (Timestamp, Timestamp)) {
    let mut per_date = BTreeMap::new();
    for due in dues {
        *per_date.entry(due.slot.civil.date()).or_insert(0) += 1;
    }
    let last = zone.to_datetime(until).date();
    let mut date = zone.to_datetime(from).date();
    while date <= last {
        let Ok(tomorrow) = date.tomorrow() else { return };
        let times = per_date.get(&date).copied().unwrap_or(0);
        let begins = zone.to_timestamp(date.to_datetime(jiff::civil::Time::midnight()));
        let ends = zone.to_timestamp(tomorrow.to_datetime(jiff::civil::Time::midnight()));
        // A gap at midnight carries the end of a day into the next: an hour more, and a day the zone left out.
        let is_whole = begins.is_ok_and(|at| at >= from)
            && ends.is_ok_and(|at| at < until - SignedDuration::from_hours(25));
        assert!(times <= 1 && (times == 1 || !is_whole), "{times} on {date} from {from}");
        date = tomorrow;
    }
}

/// The other texts that say when: what is read is read back the same.
fn times(text: &str, now: &str) {
    for text in [text, now] {
        if let Ok(slot) = text.parse::<Slot>() {
            assert_eq!(slot.to_string().parse(), Ok(slot), "a slot is not read back as it is written");
        }
        if let Ok(deadline) = text.parse::<Deadline>() {
            let (due, zone) = (Timestamp::UNIX_EPOCH, TimeZone::UTC);
            assert!(deadline.of(due, &zone) >= due, "a deadline before what is due");
        }
        let _ = overrides::until(text, &TimeZone::UTC, now.parse().unwrap_or(Timestamp::MAX));
    }
}
