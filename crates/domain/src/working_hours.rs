//! Working hours: when somebody may be expected to look, with the bank holidays of England and Wales as default.

use jiff::civil::{Date, Time, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// Days looked through at most; beyond that an answer is of no use.
const DAYS_MAX: i64 = 366;

/// Which bank holidays count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holidays {
    /// None.
    None,
    /// Those of England and Wales, by their rule and the proclamations known so far.
    EnglandAndWales,
}

/// When people work.
#[derive(Clone, Debug)]
pub struct WorkingHours {
    /// Where.
    pub zone: TimeZone,
    /// On which days.
    pub days: Vec<Weekday>,
    /// From when.
    pub from: Time,
    /// Until when.
    pub until: Time,
    /// Which holidays count by rule.
    pub holidays: Holidays,
    /// Further days on which nobody works.
    pub closed: Vec<Date>,
}

impl WorkingHours {
    /// Whether somebody works on a day.
    pub fn is_working_day(&self, day: Date) -> bool {
        let is_holiday = self.holidays == Holidays::EnglandAndWales && is_bank_holiday(day);
        self.days.contains(&day.weekday()) && !is_holiday && !self.closed.contains(&day)
    }

    /// Whether somebody works at an instant.
    pub fn covers(&self, at: Timestamp) -> bool {
        let local = self.zone.to_datetime(at);
        self.is_working_day(local.date()) && local.time() >= self.from && local.time() < self.until
    }

    /// How much working time lies between two instants.
    pub fn between(&self, from: Timestamp, until: Timestamp) -> SignedDuration {
        let mut sum = SignedDuration::ZERO;
        let mut day = self.zone.to_datetime(from).date();
        for _ in 0..DAYS_MAX {
            let Some((opens, closes)) = self.span(day) else { break };
            if opens >= until {
                break;
            }
            if self.is_working_day(day) {
                let worked = closes.min(until).duration_since(opens.max(from));
                sum += worked.max(SignedDuration::ZERO);
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        sum
    }

    fn span(&self, day: Date) -> Option<(Timestamp, Timestamp)> {
        let at = |time: Time| self.zone.to_timestamp(day.to_datetime(time)).ok();
        Some((at(self.from)?, at(self.until)?))
    }
}

/// Days that were moved or added by proclamation. Source: gov.uk/bank-holidays and its archive.
const PROCLAIMED: [Date; 6] = [
    date(2020, 5, 8),
    date(2022, 6, 2),
    date(2022, 6, 3),
    date(2022, 9, 19),
    date(2023, 5, 8),
    date(2011, 4, 29),
];
/// Days that would be holidays by rule, and were moved to one of those.
const MOVED_AWAY: [Date; 2] = [date(2020, 5, 4), date(2022, 5, 30)];

/// Whether a day is a bank holiday in England and Wales.
pub fn is_bank_holiday(day: Date) -> bool {
    if MOVED_AWAY.contains(&day) {
        return false;
    }
    PROCLAIMED.contains(&day)
        || is_easter(day)
        || is_may_or_august(day)
        || is_new_year(day)
        || is_christmas(day)
}

/// Good Friday and Easter Monday.
fn is_easter(day: Date) -> bool {
    let easter = easter_sunday(day.year());
    easter.is_some_and(|easter| {
        let around = [easter.checked_sub(2.days()), easter.checked_add(1.day())];
        around.into_iter().flatten().any(|holiday| holiday == day)
    })
}

/// The first and the last Monday of May, and the last of August.
fn is_may_or_august(day: Date) -> bool {
    if day.weekday() != Weekday::Monday {
        return false;
    }
    let is_last = day.day() > 24;
    (day.month() == 5 && (day.day() <= 7 || is_last)) || (day.month() == 8 && is_last)
}

/// New Year's Day; the Monday after where it falls on a weekend.
fn is_new_year(day: Date) -> bool {
    let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let stands_in = day.weekday() == Weekday::Monday && (2..=3).contains(&day.day());
    day.month() == 1 && ((day.day() == 1 && !is_weekend) || stands_in)
}

/// Christmas and Boxing Day, each with its substitute where it falls on a weekend.
fn is_christmas(day: Date) -> bool {
    if day.month() != 12 {
        return false;
    }
    let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    match day.day() {
        25 | 26 => !is_weekend,
        27 => matches!(day.weekday(), Weekday::Monday | Weekday::Tuesday),
        28 => matches!(day.weekday(), Weekday::Monday | Weekday::Tuesday),
        _ => false,
    }
}

/// Easter by the Gregorian reckoning (Meeus, Jones and Butcher).
fn easter_sunday(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let (month, day) = ((h + l - 7 * m + 114) / 31, (h + l - 7 * m + 114) % 31 + 1);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> WorkingHours {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        WorkingHours {
            zone: TimeZone::get("Europe/London").expect("a zone"),
            days: vec![Monday, Tuesday, Wednesday, Thursday, Friday],
            from: jiff::civil::time(9, 0, 0, 0),
            until: jiff::civil::time(17, 0, 0, 0),
            holidays: Holidays::EnglandAndWales,
            closed: vec![date(2026, 11, 27)],
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn the_bank_holidays_are_those_of_gov_uk() {
        // Source: gov.uk/bank-holidays, England and Wales.
        let years: [(i16, &[(i8, i8)]); 6] = [
            (2020, &[(1, 1), (4, 10), (4, 13), (5, 8), (5, 25), (8, 31), (12, 25), (12, 28)]),
            (2021, &[(1, 1), (4, 2), (4, 5), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)]),
            (2022, &[(1, 3), (4, 15), (4, 18), (5, 2), (6, 2), (6, 3), (8, 29), (9, 19), (12, 26), (12, 27)]),
            (2023, &[(1, 2), (4, 7), (4, 10), (5, 1), (5, 8), (5, 29), (8, 28), (12, 25), (12, 26)]),
            (2026, &[(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]),
            (2027, &[(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)]),
        ];
        for (year, expected) in years {
            let mut found = Vec::new();
            let mut day = date(year, 1, 1);
            while day.year() == year {
                if is_bank_holiday(day) {
                    found.push((day.month(), day.day()));
                }
                day = day.tomorrow().expect("a day");
            }
            assert_eq!(found, expected, "{year}");
        }
    }

    #[test]
    fn only_working_time_counts() {
        let cases = [
            ("a morning", "2026-11-25T09:00:00Z", "2026-11-25T13:00:00Z", 240),
            ("before and after", "2026-11-25T03:00:00Z", "2026-11-25T20:00:00Z", 480),
            ("a night", "2026-11-25T17:00:00Z", "2026-11-26T09:00:00Z", 0),
            ("over a night", "2026-11-25T16:00:00Z", "2026-11-26T10:00:00Z", 120),
            ("over a closed Friday and a weekend", "2026-11-26T16:00:00Z", "2026-11-30T10:00:00Z", 120),
            ("over Christmas", "2026-12-24T16:00:00Z", "2026-12-29T10:00:00Z", 120),
            ("in summer the office opens earlier by UTC", "2026-07-01T08:00:00Z", "2026-07-01T09:00:00Z", 60),
            ("backwards", "2026-11-25T13:00:00Z", "2026-11-25T09:00:00Z", 0),
        ];
        for (what, from, until, minutes) in cases {
            assert_eq!(office().between(at(from), at(until)).as_mins(), minutes, "{what}");
        }
        assert!(office().covers(at("2026-11-25T09:00:00Z")));
        assert!(!office().covers(at("2026-11-25T17:00:00Z")));
        assert!(!office().covers(at("2026-11-27T12:00:00Z")));
    }
}
