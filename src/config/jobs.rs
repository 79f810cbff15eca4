//! The declared jobs, and whether this program begins them when they are due.

mod kind;

use domain::alert::Severity;
use domain::exceptions::Exceptions;
use domain::floors::Floors;
use domain::job::{self, Class, Deadline, Job, Kind, Trigger};
use domain::node::Labels;
use domain::schedule::{ClockChange, Fold, Gap, Schedule};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sync::{canary, night, outcomes, parity, reconcile, tis};

use super::layers::{Entry, Found, Value};
use super::nearest::nearest;
use super::reader::{Reader, count, duration};

/// Where jobs are declared.
pub const JOB: &str = "job";
/// The jobs that this program can do.
const KNOWN: [&str; 6] = [night::JOB, tis::JOB, reconcile::JOB, canary::JOB, outcomes::JOB, parity::JOB];
const FIELDS: [&str; 27] = [
    "name",
    "alias",
    "sentence",
    "owner",
    "schedule",
    "after",
    "zone",
    "gap",
    "fold",
    "start_deadline",
    "finish_deadline",
    "floor_duration",
    "floor_records",
    "fresh_within",
    "attempts",
    "retry_wait",
    "catch_up",
    "class",
    "on_failed",
    "labels",
    "enabled",
    "external",
    "command",
    "arguments",
    "environment",
    "directory",
    "time_limit",
];
/// Tries within one run at most. Arbitrary; more would hide a fault.
const ATTEMPTS_MAX: u64 = 10;
/// A Monday from which deadlines are tried out. Arbitrary; nothing depends on it.
const TRIED_FROM: i64 = 1_767_571_200;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Reads `[schedule]` and every `[[job]]`; a job after another stands after it.
pub fn read(reader: &Reader) -> (bool, Vec<Job>) {
    let mut jobs: Vec<Job> = Vec::new();
    for entry in &reader.entries(JOB) {
        let declared = Declared { reader, entry };
        if declared.word("enabled", &["on", "off"]) == Some("off") {
            declared.refuse_unknown();
        } else if let Some(job) = declared.read(&jobs) {
            jobs.push(job);
        }
    }
    (reader.flag("schedule.enabled"), jobs)
}

/// One job as it is being read.
struct Declared<'a> {
    reader: &'a Reader,
    entry: &'a Entry,
}

impl Declared<'_> {
    fn read(&self, before: &[Job]) -> Option<Job> {
        self.refuse_unknown();
        let name = self.name(before);
        let kind = name.as_deref().and_then(|name| self.kind(name));
        let (sentence, owner) = (self.needed("sentence"), self.needed("owner"));
        let (trigger, zone) = (self.trigger(before), self.zone());
        let (start, finish) = (self.deadline("start_deadline"), self.deadline("finish_deadline"));
        let (floors, on_failed) = (self.floors(), self.severity());
        let gap = if self.word("gap", &["next", "skip"])? == "skip" { Gap::Skip } else { Gap::Next };
        let fold =
            if self.word("fold", &["first", "second"])? == "second" { Fold::Second } else { Fold::First };
        let class = self.word("class", &["repeatable", "once_only"])?;
        let job = Job {
            name: name?,
            alias: self.optional("alias").unwrap_or_default(),
            sentence: sentence?,
            owner: owner?,
            trigger: trigger?,
            kind: kind?,
            labels: self.labels()?,
            exceptions: Exceptions::default(),
            zone: zone?,
            change: ClockChange { gap, fold },
            start_deadline: start?,
            finish_deadline: finish?,
            floors: floors?,
            fresh_within: self.fresh_within(),
            attempts: self.attempts(),
            retry_wait: self.length("retry_wait", SignedDuration::from_mins(1))?,
            catch_up: self.length("catch_up", SignedDuration::ZERO)?,
            class: if class == "once_only" { Class::OnceOnly } else { Class::Repeatable },
            on_failed: on_failed?,
        };
        self.tried(before, &job);
        Some(job)
    }

    /// How problems call the job.
    fn label(&self) -> String {
        match self.entry.values.get("name").map(|found| &found.value) {
            Some(Value::Text(name)) => format!("{JOB} {name}"),
            _ => JOB.to_owned(),
        }
    }

    fn wrong(&self, field: &str, sentence: impl AsRef<str>) {
        let origin = self.entry.values.get(field).map_or(&self.entry.origin, |found| &found.origin);
        self.reader.wrong_at(origin, &self.label(), sentence);
    }

    fn refuse_unknown(&self) {
        for name in self.entry.values.keys().filter(|name| !FIELDS.contains(&name.as_str())) {
            let meant = nearest(name, FIELDS).unwrap_or_default();
            self.wrong(name, format!("has no {name}; did you mean {meant}?"));
        }
    }

    fn optional(&self, field: &str) -> Option<String> {
        match &self.entry.values.get(field)?.value {
            Value::Text(text) => Some(text.clone()),
            _ => {
                self.wrong(field, format!("has `{field}`, which must be a text in quotation marks"));
                None
            }
        }
    }

    fn needed(&self, field: &str) -> Option<String> {
        let text = self.optional(field).filter(|text| !text.trim().is_empty());
        if text.is_none() {
            self.wrong(
                field,
                format!("needs `{field}`: without it nobody can tell whether a night went well"),
            );
        }
        text
    }

    fn name(&self, before: &[Job]) -> Option<String> {
        let name = self.needed("name")?;
        let others = before.iter().find(|job| job.is_called(&name) || job.is_called(&self.alias()));
        if others.is_some() {
            self.wrong("name", "has a name or an alias that another job has");
        }
        Some(name)
    }

    fn alias(&self) -> String {
        match self.entry.values.get("alias").map(|found| &found.value) {
            Some(Value::Text(alias)) => alias.clone(),
            _ => String::new(),
        }
    }

    fn trigger(&self, before: &[Job]) -> Option<Trigger> {
        let has = |field: &str| self.entry.values.contains_key(field);
        if has("schedule") == has("after") {
            self.wrong("after", "needs `schedule` or `after`, and not both: what makes it due?");
            return None;
        }
        if let Some(name) = self.optional("after") {
            let found = before.iter().find(|job| job.name == name);
            if found.is_some_and(|job| job.kind != Kind::Own) {
                self.wrong("after", format!("comes after \"{name}\", which publishes nothing to wait for"));
                return None;
            }
            if found.is_none() {
                self.wrong(
                    "after",
                    format!("comes after \"{name}\", which no job declared before it is called"),
                );
                return None;
            }
            return Some(Trigger::After(name));
        }
        let schedule = Schedule::parse(&self.optional("schedule")?);
        schedule
            .map(Trigger::Schedule)
            .map_err(|error| self.wrong("schedule", format!("has a schedule: {error}")))
            .ok()
    }

    fn zone(&self) -> Option<TimeZone> {
        let name = self.needed("zone")?;
        let wrong = || {
            let sentence =
                format!("has the zone \"{name}\", which is no time zone; an example is \"Europe/London\"");
            self.wrong("zone", sentence);
        };
        TimeZone::get(&name).map_err(|_| wrong()).ok()
    }

    fn deadline(&self, field: &str) -> Option<Deadline> {
        let text = self.needed(field)?;
        text.parse().map_err(|error| self.wrong(field, format!("has a {field}: {error}"))).ok()
    }

    /// A word of a few; the first where it is absent.
    fn word(&self, field: &str, words: &[&'static str]) -> Option<&'static str> {
        let Some(found) = self.entry.values.get(field) else { return words.first().copied() };
        let Found { value: Value::Text(text), .. } = found else { return self.optional(field).and(None) };
        let word = words.iter().copied().find(|word| word == text);
        if word.is_none() {
            self.wrong(field, format!("has {field} \"{text}\"; it must be one of: {}", words.join(", ")));
        }
        word
    }

    fn labels(&self) -> Option<Labels> {
        let text = self.optional("labels").unwrap_or_default();
        domain::node::labels(&text).map_err(|error| self.wrong("labels", format!("has labels: {error}"))).ok()
    }

    fn severity(&self) -> Option<Severity> {
        self.needed("on_failed")?;
        match self.word("on_failed", &["notice", "warn", "page"])? {
            "page" => Some(Severity::Page),
            "warn" => Some(Severity::Warn),
            _ => Some(Severity::Notice),
        }
    }

    fn floors(&self) -> Option<Floors> {
        self.needed("floor_duration")?;
        let duration = self.length("floor_duration", SignedDuration::ZERO)?;
        let records = self.entry.values.get("floor_records").and_then(count);
        if records.is_none() {
            self.wrong(
                "floor_records",
                "needs `floor_records`, a whole number: how few records would be too few?",
            );
        }
        Some(Floors { duration, records: records? })
    }

    fn fresh_within(&self) -> Option<SignedDuration> {
        if !self.entry.values.contains_key("fresh_within") {
            return None;
        }
        if self.word("external", &["off", "on"]) != Some("on") {
            self.wrong(
                "fresh_within",
                "has fresh_within, which only what somebody else runs has; lists have [freshness]",
            );
        }
        self.length("fresh_within", SignedDuration::ZERO).filter(|length| !length.is_zero())
    }

    fn attempts(&self) -> u64 {
        let Some(found) = self.entry.values.get("attempts") else { return 1 };
        let attempts = count(found).filter(|attempts| (1..=ATTEMPTS_MAX).contains(attempts));
        attempts.unwrap_or_else(|| {
            self.wrong(
                "attempts",
                format!("has attempts, which must be a whole number from 1 to {ATTEMPTS_MAX}"),
            );
            1
        })
    }

    /// A length of time, also none; `or` where it is absent.
    fn length(&self, field: &str, or: SignedDuration) -> Option<SignedDuration> {
        if !self.entry.values.contains_key(field) {
            return Some(or);
        }
        let text = self.optional(field)?;
        if text == "0s" {
            return Some(SignedDuration::ZERO);
        }
        let length = duration(&text).and_then(|length| SignedDuration::try_from(length).ok());
        if length.is_none() {
            let sentence = "a duration is a whole number and a unit (ms, s, m, h or d), such as \"5m\"";
            self.wrong(field, format!("has {field} \"{text}\"; {sentence}"));
        }
        length
    }

    /// Tries the first forty days: what cannot be planned, or must end before it must begin, is refused here.
    fn tried(&self, before: &[Job], job: &Job) {
        let from = Timestamp::from_second(TRIED_FROM).unwrap_or_default();
        let until = from.saturating_add(DAY * 40).unwrap_or(Timestamp::MAX);
        let due = match job::due(before, job, from, until) {
            Ok(due) => due,
            Err(error) => return self.wrong("schedule", format!("cannot be planned: {error}")),
        };
        let begins_last = |at| job.start_deadline.of(at, &job.zone) > job.finish_deadline.of(at, &job.zone);
        if due.iter().any(|due| begins_last(due.at)) {
            self.wrong("finish_deadline", "has a finish_deadline that comes before its start_deadline");
        }
    }
}
