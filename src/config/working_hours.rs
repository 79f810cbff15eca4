//! When people work, for what may wait until they do.

use domain::working_hours::WorkingHours;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use super::reader::Reader;

const DAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];

/// Reads `[working_hours]`.
pub fn read(reader: &Reader) -> WorkingHours {
    let usual = WorkingHours::default();
    let (from, until) = (time(reader, "working_hours.from"), time(reader, "working_hours.until"));
    if from >= until {
        reader.wrong("working_hours.until", "must be later than working_hours.from");
    }
    let days: Vec<Weekday> =
        parts(reader, "working_hours.days").iter().filter_map(|name| day(reader, name)).collect();
    if days.is_empty() {
        reader.wrong("working_hours.days", "must name at least one day, such as \"Monday | Tuesday\"");
    }
    let holidays = reader.word("working_hours.holidays", &["England and Wales", "none"]);
    WorkingHours {
        zone: zone(reader).unwrap_or(usual.zone),
        days,
        from,
        until,
        has_english_holidays: holidays != "none",
        holidays: parts(reader, "working_hours.days_off")
            .iter()
            .filter_map(|text| date(reader, text))
            .collect(),
    }
}

fn parts(reader: &Reader, key: &str) -> Vec<String> {
    let text = reader.text(key);
    text.split('|').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn zone(reader: &Reader) -> Option<TimeZone> {
    let name = reader.filled("working_hours.zone");
    let zone = TimeZone::get(&name).ok();
    if zone.is_none() {
        let sentence = format!("is \"{name}\", which is no time zone; an example is \"Europe/London\"");
        reader.wrong("working_hours.zone", sentence);
    }
    zone
}

fn time(reader: &Reader, key: &str) -> Time {
    let text = reader.filled(key);
    text.parse().unwrap_or_else(|_| {
        reader.wrong(key, format!("is \"{text}\"; it must be a time of day, such as \"09:00\""));
        Time::midnight()
    })
}

fn day(reader: &Reader, name: &str) -> Option<Weekday> {
    let found = DAYS.iter().find(|(word, _)| word.eq_ignore_ascii_case(name)).map(|(_, day)| *day);
    if found.is_none() {
        reader.wrong("working_hours.days", format!("names \"{name}\", which is no day of the week"));
    }
    found
}

fn date(reader: &Reader, text: &str) -> Option<Date> {
    let found = text.parse().ok();
    if found.is_none() {
        let sentence = format!("names \"{text}\"; write dates such as \"2026-12-24\"");
        reader.wrong("working_hours.days_off", sentence);
    }
    found
}
