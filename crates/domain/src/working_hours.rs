//! Working hours: how much of a span of time is working time, by zone, days, hours and public holidays.

use jiff::civil::{Date, Time, Weekday, date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// Longest span that is looked at, in days. Arbitrary; whoever has not acted by then was asked for the last time long ago.
const LOOKED_AT: i64 = 60;

/// When people work.
#[derive(Clone, Debug)]
pub struct WorkingHours {
    /// Where.
    pub zone: TimeZone,
    /// On which days.
    pub days: Vec<Weekday>,
    /// From, by the clock there.
    pub from: Time,
    /// Until; after `from`.
    pub until: Time,
    /// Whether the public holidays of England and Wales are free.
    pub has_english_holidays: bool,
    /// Other free days.
    pub holidays: Vec<Date>,
}

impl Default for WorkingHours {
    fn default() -> Self {
        use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
        Self {
            zone: TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC),
            days: vec![Monday, Tuesday, Wednesday, Thursday, Friday],
            from: time(9, 0, 0, 0),
            until: time(17, 0, 0, 0),
            has_english_holidays: true,
            holidays: Vec::new(),
        }
    }
}

impl WorkingHours {
    /// Working time between two instants; of more than two months only the first two count.
    pub fn between(&self, from: Timestamp, until: Timestamp) -> SignedDuration {
        let first = from.to_zoned(self.zone.clone()).date();
        let last = until.to_zoned(self.zone.clone()).date();
        let days = (0..=LOOKED_AT).map(|days| first.saturating_add(days.days()));
        days.take_while(|day| *day <= last)
            .filter(|day| self.is_worked(*day))
            .map(|day| self.of_day(day, from, until))
            .sum()
    }

    fn is_worked(&self, day: Date) -> bool {
        let is_holiday =
            self.holidays.contains(&day) || (self.has_english_holidays && is_english_holiday(day));
        self.days.contains(&day.weekday()) && !is_holiday
    }

    fn of_day(&self, day: Date, from: Timestamp, until: Timestamp) -> SignedDuration {
        let at =
            |time: Time| day.to_datetime(time).to_zoned(self.zone.clone()).map(|zoned| zoned.timestamp());
        let (Ok(begin), Ok(end)) = (at(self.from), at(self.until)) else { return SignedDuration::ZERO };
        end.min(until).duration_since(begin.max(from)).max(SignedDuration::ZERO)
    }
}

/// Whether a date is a bank holiday of England and Wales by its rules; one-off ones must be named in the settings.
///
/// Source: gov.uk/bank-holidays; a holiday on a weekend moves to the next working day.
pub fn is_english_holiday(day: Date) -> bool {
    let year = day.year();
    let easter = easter(year);
    let moving = [easter.saturating_add((-2).days()), easter.saturating_add(1.day())];
    let is_monday_in = |month: i8, last: bool| {
        let is_week = if last { day.day() > day.days_in_month() - 7 } else { day.day() <= 7 };
        day.weekday() == Weekday::Monday && day.month() == month && is_week
    };
    let mondays = is_monday_in(5, false) || is_monday_in(5, true) || is_monday_in(8, true);
    moving.contains(&day) || mondays || fixed(year).contains(&day)
}

/// New Year's Day, Christmas Day and Boxing Day where they are kept.
fn fixed(year: i16) -> [Date; 3] {
    let moved = |day: Date, days: [i64; 2]| match day.weekday() {
        Weekday::Saturday => day.saturating_add(days[0].days()),
        Weekday::Sunday => day.saturating_add(days[1].days()),
        _ => day,
    };
    // Two holidays on one weekend move to Monday and Tuesday.
    let (christmas, boxing) = (moved(date(year, 12, 25), [2, 2]), moved(date(year, 12, 26), [2, 2]));
    let boxing = if boxing == christmas { boxing.saturating_add(1.day()) } else { boxing };
    [moved(date(year, 1, 1), [2, 1]), christmas, boxing]
}

/// Easter Sunday. Source: the anonymous Gregorian algorithm (Meeus, Jones, Butcher).
fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let part = |value: i32| i8::try_from(value).unwrap_or(1);
    Date::new(year, part(n / 31), part(n % 31 + 1)).unwrap_or(date(year, 4, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holidays_are_those_that_were_published() {
        // Source: gov.uk/bank-holidays for England and Wales.
        let published = [
            "2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28",
            "2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-08-29 2022-12-26 2022-12-27",
            "2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-29 2023-08-28 2023-12-25 2023-12-26",
            "2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28",
            "2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28",
        ];
        for day in published.iter().flat_map(|year| year.split(' ')) {
            assert!(day.parse().is_ok_and(is_english_holiday), "{day}");
        }
        let year = date(2026, 1, 1).series(1.day()).take(365);
        assert_eq!(year.filter(|day| is_english_holiday(*day)).count(), 8);
    }

    #[test]
    fn only_working_time_counts() {
        let hours = WorkingHours::default();
        let cases = [
            // A Wednesday night: the day begins at nine.
            ("2026-11-25T00:10:00Z", "2026-11-25T08:59:00Z", 0),
            ("2026-11-25T00:10:00Z", "2026-11-25T13:00:00Z", 4 * 60),
            ("2026-11-25T16:30:00Z", "2026-11-26T09:30:00Z", 60),
            // Over a weekend, and over Christmas.
            ("2026-11-27T16:00:00Z", "2026-11-30T10:00:00Z", 2 * 60),
            ("2026-12-24T16:00:00Z", "2026-12-29T10:00:00Z", 2 * 60),
            // British summer time.
            ("2026-07-01T07:00:00Z", "2026-07-01T09:00:00Z", 60),
            ("2026-11-25T13:00:00Z", "2026-11-25T00:00:00Z", 0),
        ];
        for (from, until, minutes) in cases {
            let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
            assert_eq!(hours.between(at(from), at(until)).as_mins(), minutes, "{from} {until}");
        }
    }
}
