//! Instants and days as people read them: British time with its zone, and how long ago.

use askama::Template;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// An instant on a page.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "parts/moment.html")]
pub struct Moment {
    /// RFC 3339, UTC, for programs.
    pub iso: String,
    /// "25 November 2026, 02:14 GMT".
    pub text: String,
    /// "3 hours ago".
    pub ago: String,
}

impl Moment {
    /// Shows an instant as seen from another.
    pub fn of(instant: Timestamp, now: Timestamp) -> Self {
        Self { iso: instant.to_string(), text: long(instant), ago: ago(now.duration_since(instant)) }
    }
}

/// An instant in British time, with the zone's letters.
pub fn long(instant: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    instant.to_zoned(zone).strftime("%-d %B %Y, %H:%M %Z").to_string()
}

/// The day in British time at an instant.
pub fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)).date()
}

/// The first instant of a day in British time.
pub fn start_of(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)).ok().map(|start| start.timestamp())
}

/// The time of day in British time: "03:00".
pub fn clock(instant: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    instant.to_zoned(zone).strftime("%H:%M").to_string()
}

/// A day in words.
pub fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// A stored day in words; what is no day stays as it is.
pub fn stored_day(text: &str) -> String {
    text.parse::<Date>().map_or_else(|_| text.to_owned(), day)
}

/// A span in its largest unit or two: "2 days 3 hours".
pub fn span(span: SignedDuration) -> String {
    let minutes = span.as_mins();
    let (days, hours) = (minutes / (24 * 60), minutes / 60 % 24);
    let unit = |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match (days, hours, minutes) {
        (0, 0, 0) => unit(span.as_secs(), "second"),
        (0, 0, minutes) => unit(minutes, "minute"),
        (0, hours, _) => unit(hours, "hour"),
        (days, 0, _) => unit(days, "day"),
        (days, hours, _) => format!("{} {}", unit(days, "day"), unit(hours, "hour")),
    }
}

fn ago(age: SignedDuration) -> String {
    if age.as_mins() < 0 {
        format!("in {}", span(age.abs()))
    } else if age.as_mins() == 0 {
        "just now".to_owned()
    } else {
        format!("{} ago", span(age))
    }
}

/// A count with its thousands parted: 54,005.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut parted = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            parted.push(',');
        }
        parted.push(digit);
    }
    parted
}

/// A count and its noun: "1 doctor", "54,005 doctors".
pub fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn winter_and_summer_say_their_zone() {
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        assert_eq!(long(at("2026-11-25T02:14:00Z")), "25 November 2026, 02:14 GMT");
        assert_eq!(long(at("2026-07-01T23:30:00Z")), "2 July 2026, 00:30 BST");
    }

    #[test]
    fn an_age_is_told_in_its_largest_units() {
        let minutes = |m: i64| ago(SignedDuration::from_mins(m));
        let cases = [
            (0, "just now"),
            (1, "1 minute ago"),
            (59, "59 minutes ago"),
            (60, "1 hour ago"),
            (20 * 60, "20 hours ago"),
            (24 * 60, "1 day ago"),
            (51 * 60, "2 days 3 hours ago"),
            (-120, "in 2 hours"),
        ];
        for (age, expected) in cases {
            assert_eq!(minutes(age), expected);
        }
    }

    #[test]
    fn thousands_are_parted() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (54_005, "54,005"), (5_400_000, "5,400,000")];
        for (number, expected) in cases {
            assert_eq!(count(number), expected);
        }
        assert_eq!(counted(1, "doctor"), "1 doctor");
    }

    #[test]
    fn what_is_no_day_stays_as_it_is() {
        assert_eq!(stored_day("2026-12-01"), "1 December 2026");
        assert_eq!(stored_day("soon"), "soon");
    }
}
