//! Schedules by cases: both changes of the UK's clocks, leap days, year ends; and every daily pattern in many zones.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone of the database")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// Slots and instants as text; a skipped one has no instant.
fn due(text: &str, change: ClockChange, from: &str, until: &str) -> Vec<String> {
    let schedule = Schedule::parse(text).expect("a schedule");
    let due = schedule.expand(&zone("Europe/London"), change, at(from), at(until)).expect("dues");
    let say = |due: &Due| {
        let when =
            if due.is_skipped { "skipped".to_owned() } else { due.at.strftime("%dT%H:%MZ").to_string() };
        format!("{} {when}", due.slot)
    };
    due.iter().map(say).collect()
}

#[test]
fn a_time_in_the_gap_is_due_at_the_first_instant_after() {
    let spring = |text, change| due(text, change, "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z");
    let policy = ClockChange::default();
    assert_eq!(spring("30 1 * * *", policy), ["2026-03-29T01:30#1 29T01:00Z"]);
    assert_eq!(spring("30 1,13 * * *", policy), ["2026-03-29T01:30#1 29T01:00Z"]);
    assert_eq!(spring("5 0 * * *", policy), ["2026-03-29T00:05#1 29T00:05Z"]);
    assert_eq!(spring("30 2 * * *", policy), ["2026-03-29T02:30#1 29T01:30Z"]);
    let skip = ClockChange { gap: Gap::Skip, ..policy };
    assert_eq!(spring("30 1 * * *", skip), ["2026-03-29T01:30#1 skipped"]);
}

#[test]
fn a_time_in_the_fold_is_due_at_its_first_pass() {
    let autumn = |text, change| due(text, change, "2026-10-24T23:00:00Z", "2026-10-25T04:00:00Z");
    let policy = ClockChange::default();
    assert_eq!(autumn("30 1 * * *", policy), ["2026-10-25T01:30#1 25T00:30Z"]);
    assert_eq!(autumn("5 0 * * *", policy), ["2026-10-25T00:05#1 24T23:05Z"]);
    assert_eq!(autumn("30 2 * * *", policy), ["2026-10-25T02:30#1 25T02:30Z"]);
    let second = ClockChange { fold: Fold::Second, ..policy };
    assert_eq!(autumn("30 1 * * *", second), ["2026-10-25T01:30#2 25T01:30Z"]);
}

#[test]
fn what_fires_every_hour_follows_elapsed_time() {
    let policy = ClockChange::default();
    assert_eq!(
        due("30 * * * *", policy, "2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"),
        [
            "2026-10-25T00:30#1 24T23:30Z",
            "2026-10-25T01:30#1 25T00:30Z",
            "2026-10-25T01:30#2 25T01:30Z",
            "2026-10-25T02:30#1 25T02:30Z",
        ]
    );
    assert_eq!(
        due("30 * * * *", policy, "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"),
        ["2026-03-29T00:30#1 29T00:30Z", "2026-03-29T01:30#1 skipped", "2026-03-29T02:30#1 29T01:30Z"]
    );
    assert_eq!(
        due("every 30m", policy, "2026-03-29T00:30:00Z", "2026-03-29T02:00:00Z"),
        ["2026-03-29T00:30#1 29T00:30Z", "2026-03-29T02:00#1 29T01:00Z", "2026-03-29T02:30#1 29T01:30Z"]
    );
    let autumn = due("every 30m", policy, "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z");
    assert_eq!(autumn.len(), 50, "a day of twenty-five hours");
    assert_eq!(autumn[4], "2026-10-25T01:00#2 25T01:00Z");
    // Seven hours do not divide a day: each midnight begins anew.
    let sevens = due("every 7h", policy, "2026-11-25T00:00:00Z", "2026-11-26T07:00:00Z");
    assert_eq!(
        sevens.iter().map(|due| &due[..16]).collect::<Vec<_>>(),
        ["2026-11-25T00:00", "2026-11-25T07:00", "2026-11-25T14:00", "2026-11-25T21:00", "2026-11-26T00:00"]
    );
}

#[test]
fn leap_days_and_year_ends_come_in_their_years() {
    let policy = ClockChange::default();
    assert_eq!(
        due("5 0 29 2 *", policy, "2026-01-01T00:00:00Z", "2033-01-01T00:00:00Z"),
        ["2028-02-29T00:05#1 29T00:05Z", "2032-02-29T00:05#1 29T00:05Z"]
    );
    assert_eq!(
        due("59 23 31 12 *", policy, "2026-12-01T00:00:00Z", "2028-01-02T00:00:00Z"),
        ["2026-12-31T23:59#1 31T23:59Z", "2027-12-31T23:59#1 31T23:59Z"]
    );
    assert_eq!(
        due("5 0 * * *", policy, "2026-12-31T12:00:00Z", "2027-01-02T00:00:00Z"),
        ["2027-01-01T00:05#1 01T00:05Z"]
    );
    assert_eq!(due("0 6 31 * *", policy, "2037-12-31T00:00:00Z", "2038-02-01T00:00:00Z").len(), 2);
    assert_eq!(
        due("0 0 29 2 *", policy, "2096-03-01T00:00:00Z", "2104-03-01T00:00:00Z"),
        ["2104-02-29T00:00#1 29T00:00Z"],
        "2100 is no leap year"
    );
}

#[test]
fn a_schedule_that_makes_no_sense_is_refused_in_words() {
    for (text, said) in [
        ("5 0 * *", "no cron pattern"),
        ("5 0 * * * *", "no cron pattern"),
        ("61 0 * * *", "no cron pattern"),
        ("five past", "no cron pattern"),
        ("", "no cron pattern"),
        ("0 0 30 2 *", "never comes"),
        ("every day", "no interval"),
        ("every 0m", "no interval"),
        ("every 25h", "no interval"),
        ("every 10s", "no interval"),
    ] {
        let error = Schedule::parse(text).expect_err(text);
        assert!(error.to_string().contains(said), "{text}: {error}");
    }
}

#[test]
fn a_slot_is_read_back_as_it_is_written() {
    for text in ["2026-10-25T01:30#1", "2026-10-25T01:30#2", "2024-02-29T00:05#1"] {
        assert_eq!(text.parse::<Slot>().expect("a slot").to_string(), text);
    }
    for text in ["2026-10-25", "2026-10-25T01:30:30#1", "2026-10-25T01:30#3", "2026-10-25T01:30#01"] {
        assert!(text.parse::<Slot>().is_err(), "{text}");
    }
}

/// Each local date between two has exactly one run of a daily pattern, no instant comes twice, and none comes early.
fn once_a_day(name: &str, minute: u32, dates: (Date, Date)) {
    let (zone, text) = (zone(name), format!("{} {} * * *", minute % 60, minute / 60));
    let schedule = Schedule::parse(&text).expect("a schedule");
    let instant = |date: Date| date.to_zoned(zone.clone()).expect("a date").timestamp();
    // A day more on either side, because a gap at midnight carries a time into the next date.
    let (from, until) = (instant(dates.0 - 1.day()), instant(dates.1 + 2.days()));
    let due = schedule.expand(&zone, ClockChange::default(), from, until).expect("dues");
    let mut per_date: BTreeMap<Date, u32> = BTreeMap::new();
    for one in &due {
        assert!(!one.is_skipped, "{name} {text}: {one:?}");
        assert!(one.at >= instant(one.slot.civil.date()), "{name} {text}: {one:?}");
        *per_date.entry(one.slot.civil.date()).or_default() += 1;
    }
    let mut date = dates.0;
    while date <= dates.1 {
        // A zone may leave out a whole date when it moves across the date line; then the row is due after it.
        assert_eq!(per_date.get(&date), Some(&1), "{name} {text} on {date}");
        date = date.tomorrow().expect("a date");
    }
    assert!(due.windows(2).all(|pair| pair[0].at < pair[1].at), "{name} {text}: two at one instant");
}

fn zones() -> Vec<String> {
    let all: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    assert!(all.len() > 300, "the time zone database has only {} zones", all.len());
    all
}

/// All zones, each with all of 1,440 daily patterns over 2020 to 2040, take hours:
/// `REVAL_EVERY_DAY=all cargo test --release -p domain every_daily_pattern`. Without it, a seeded sample of windows
/// around clock changes.
#[test]
fn every_daily_pattern_runs_exactly_once_on_every_day() {
    let (first, last) = (date(2020, 1, 1), date(2040, 12, 31));
    let zones = zones();
    if std::env::var("REVAL_EVERY_DAY").is_ok_and(|value| value == "all") {
        zones.iter().for_each(|zone| (0..1440).for_each(|minute| once_a_day(zone, minute, (first, last))));
        return;
    }
    let mut chance = fastrand::Rng::with_seed(20_201_113);
    for name in &zones {
        let from = first.saturating_add(chance.i64(0..7600).days()).to_zoned(zone(name)).expect("a date");
        let near = zone(name)
            .following(from.timestamp())
            .next()
            .map_or(from.timestamp(), |change| change.timestamp());
        let near = zone(name).to_datetime(near);
        // Half of the patterns fall into the two hours around the change.
        let minute =
            (i64::from(near.hour()) * 60 + i64::from(near.minute()) + chance.i64(-90..90)).rem_euclid(1440);
        let minutes = [u32::try_from(minute).unwrap_or_default(), chance.u32(0..1440)];
        for minute in minutes {
            once_a_day(name, minute, (near.date() - 2.days(), near.date() + 3.days()));
        }
    }
    for minute in [5, 59, 60, 75, 90, 119, 120, 150] {
        once_a_day("Europe/London", minute, (first, date(2025, 12, 31)));
    }
}
