//! How much one answer may move a list, and the planned exceptions.

use std::collections::BTreeMap;

use domain::brake::Limits;
use domain::ids::BodyCode;
use domain::reference::Reference;
use jiff::{SignedDuration, Timestamp};
use sync::context::{Brake, Override};

use super::layers::{Entry, Found, Value};
use super::nearest::nearest;
use super::reader::{Reader, count};

/// Longest a planned exception may last. Source: rotation days, of which none lasts longer.
const LONGEST: SignedDuration = SignedDuration::from_hours(14 * 24);
const OVERRIDE: &str = "brake.override";
/// The limits, with the most each may be.
const LIMITS: [(&str, u64); 6] = [
    ("removed_min", 1_000_000),
    ("removed_percent", 100),
    ("changed_percent", 100),
    ("median_percent", 100),
    ("median_slack", 1_000_000),
    ("median_runs", 100),
];
const TEXTS: [&str; 5] = ["list", "from", "until", "owner", "reason"];

/// Reads `[brake]`.
pub fn read(reader: &Reader, reference: &Reference) -> Brake {
    let mut limits = Limits::default();
    for (name, most) in LIMITS {
        let least = u64::from(name == "median_runs");
        *limit(&mut limits, name) = reader.count(&format!("brake.{name}"), least, most);
    }
    let entries = reader.entries(OVERRIDE);
    let planned = entries.iter().filter_map(|entry| Planned { reader, entry }.read(limits, reference));
    Brake { limits, overrides: planned.collect() }
}

fn limit<'a>(limits: &'a mut Limits, name: &str) -> &'a mut u64 {
    match name {
        "removed_min" => &mut limits.removed_min,
        "removed_percent" => &mut limits.removed_percent,
        "changed_percent" => &mut limits.changed_percent,
        "median_percent" => &mut limits.median_percent,
        "median_slack" => &mut limits.median_slack,
        _ => &mut limits.median_runs,
    }
}

/// The limits with some of them changed, each written `NAME=NUMBER`; or what is wrong with one.
pub fn changed_limits(usual: Limits, set: &[String]) -> Result<Limits, String> {
    let mut limits = usual;
    for text in set {
        let (name, number) = text.split_once('=').unwrap_or((text, ""));
        let known = LIMITS.iter().find(|(known, _)| *known == name);
        let Some((known, most)) = known else {
            let meant = nearest(name, LIMITS.map(|(name, _)| name)).unwrap_or_default();
            return Err(format!("the brake has no {name}; did you mean {meant}?"));
        };
        let number = number.parse().ok().filter(|number| number <= most);
        let number = number.ok_or_else(|| format!("{known} must be a whole number up to {most}"))?;
        *limit(&mut limits, known) = number;
    }
    Ok(limits)
}

/// One planned exception as it is being read.
struct Planned<'a> {
    reader: &'a Reader,
    entry: &'a Entry,
}

impl Planned<'_> {
    fn read(&self, usual: Limits, reference: &Reference) -> Option<Override> {
        self.refuse_unknown();
        let limits = self.limits(usual);
        let list = self.list(reference);
        let (from, until) = (self.instant("from"), self.instant("until"));
        let (owner, reason) = (self.filled("owner"), self.filled("reason"));
        let (from, until) = (from?, until?);
        if until <= from {
            self.wrong("ends before it begins");
        } else if until.duration_since(from) > LONGEST {
            self.wrong("lasts longer than 14 days; plan a shorter one");
        }
        Some(Override { list, from, until, limits: limits?, owner: owner?, reason: reason? })
    }

    fn wrong(&self, sentence: &str) {
        self.reader.wrong_at(&self.entry.origin, OVERRIDE, sentence);
    }

    fn refuse_unknown(&self) {
        let known = || TEXTS.into_iter().chain(LIMITS.map(|(name, _)| name));
        for (name, found) in &self.entry.values {
            if !known().any(|known| known == name) {
                let meant = nearest(name, known()).unwrap_or_default();
                let sentence = format!("has no {name}; did you mean {meant}?");
                self.reader.wrong_at(&found.origin, OVERRIDE, sentence);
            }
        }
    }

    fn filled(&self, name: &str) -> Option<String> {
        match self.entry.values.get(name).map(|found| &found.value) {
            Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.clone()),
            _ => {
                self.wrong(&format!("needs `{name}`: an exception without it is not planned"));
                None
            }
        }
    }

    fn instant(&self, name: &str) -> Option<Timestamp> {
        let text = self.filled(name)?;
        let instant = text.parse().ok();
        if instant.is_none() {
            self.wrong(&format!(
                "has `{name}` \"{text}\"; write an instant such as \"2026-08-05T00:00:00Z\""
            ));
        }
        instant
    }

    fn list(&self, reference: &Reference) -> Option<String> {
        self.entry.values.get("list")?;
        let list = self.filled("list")?;
        if list != ::store::list::TIS && reference.body(&BodyCode::new(list.as_str())).is_none() {
            self.wrong(&format!("names the list {list}, which is neither a body's code nor TIS"));
        }
        Some(list)
    }

    fn limits(&self, usual: Limits) -> Option<Limits> {
        let mut limits = usual;
        let mut named = 0;
        for (name, most) in LIMITS {
            let Some(found) = self.entry.values.get(name) else { continue };
            named += 1;
            match count(found).filter(|number| *number <= most) {
                Some(number) => *limit(&mut limits, name) = number,
                None => self.wrong(&format!("has {name}, which must be a whole number up to {most}")),
            }
        }
        if named == 0 {
            self.wrong("changes no limit; name at least one, such as changed_percent");
            return None;
        }
        Some(limits)
    }
}

/// The planned exceptions in one line, for people.
pub fn shown(entries: &[Entry]) -> String {
    let text = |found: &Found| match &found.value {
        Value::Text(text) => format!("\"{text}\""),
        Value::Integer(number) => number.to_string(),
        _ => "?".to_owned(),
    };
    let one = |values: &BTreeMap<String, Found>| {
        let pairs: Vec<String> =
            values.iter().map(|(name, found)| format!("{name} = {}", text(found))).collect();
        format!("{{ {} }}", pairs.join(", "))
    };
    let all: Vec<String> = entries.iter().map(|entry| one(&entry.values)).collect();
    format!("[{}]", all.join(", "))
}
