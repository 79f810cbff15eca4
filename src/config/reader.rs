//! Reads settings by their type; a value that makes no sense is a problem with its place and a sentence.

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

use super::Problem;
use super::layers::{Entry, Found, Layers, Origin, Value};

/// Units of durations and their milliseconds.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Reads from the layers and collects what is wrong, so that a person hears of every mistake at once.
pub struct Reader {
    layers: Layers,
    problems: RefCell<Vec<Problem>>,
    asked: RefCell<Vec<String>>,
}

impl Reader {
    /// A reader of these layers.
    pub fn new(mut layers: Layers) -> Self {
        let problems = RefCell::new(std::mem::take(&mut layers.problems));
        Self { layers, problems, asked: RefCell::default() }
    }

    /// All names, in the order of the defaults.
    pub fn keys(&self) -> &[String] {
        &self.layers.keys
    }

    /// Names that some section has asked for.
    #[cfg(test)]
    pub fn asked(&self) -> Vec<String> {
        self.asked.borrow().clone()
    }

    /// What was wrong so far.
    pub fn problems(&self) -> Vec<Problem> {
        self.problems.borrow().clone()
    }

    /// The setting as found; a name that the defaults lack is our own mistake, met by the first test.
    pub fn found(&self, key: &str) -> Found {
        self.asked.borrow_mut().push(key.to_owned());
        let none = Found { value: Value::Other("nothing"), origin: Origin::Default };
        self.layers.get(key).cloned().unwrap_or(none)
    }

    /// Says what is wrong with a setting.
    pub fn wrong(&self, key: &str, sentence: impl AsRef<str>) {
        let origin = self.layers.get(key).map_or(Origin::Default, |found| found.origin.clone());
        self.wrong_at(&origin, key, sentence);
    }

    /// Says what is wrong with something at a place.
    pub fn wrong_at(&self, origin: &Origin, key: &str, sentence: impl AsRef<str>) {
        let sentence = format!("{key} {}", sentence.as_ref());
        self.problems.borrow_mut().push(Problem { place: origin.to_string(), sentence });
    }

    /// A text, perhaps empty.
    pub fn text(&self, key: &str) -> String {
        if let Value::Text(text) = self.found(key).value {
            return text;
        }
        self.wrong(key, "must be a text in quotation marks");
        String::new()
    }

    /// A text that says something.
    pub fn filled(&self, key: &str) -> String {
        let text = self.text(key);
        if text.trim().is_empty() {
            self.wrong(key, "must not be empty");
        }
        text
    }

    /// One of a few words.
    pub fn word(&self, key: &str, words: &[&str]) -> String {
        let text = self.text(key);
        if !words.contains(&text.as_str()) {
            self.wrong(key, format!("is \"{text}\"; it must be one of: {}", words.join(", ")));
        }
        text
    }

    /// On or off; TOML's true and false are understood too.
    pub fn flag(&self, key: &str) -> bool {
        match self.found(key).value {
            Value::Flag(flag) => flag,
            Value::Text(text) if ["on", "true"].contains(&text.as_str()) => true,
            Value::Text(text) if ["off", "false"].contains(&text.as_str()) => false,
            _ => {
                self.wrong(key, "must be \"on\" or \"off\"");
                false
            }
        }
    }

    /// A whole number within bounds, both inclusive.
    pub fn count(&self, key: &str, least: u64, most: u64) -> u64 {
        let found = self.found(key);
        match count(&found).filter(|number| (least..=most).contains(number)) {
            Some(number) => number,
            None => {
                self.wrong(key, format!("must be a whole number from {least} to {most}"));
                least
            }
        }
    }

    /// A path; `None` where the text is empty.
    pub fn path(&self, key: &str) -> Option<PathBuf> {
        Some(self.text(key)).filter(|text| !text.is_empty()).map(PathBuf::from)
    }

    /// A duration of at least a millisecond.
    pub fn duration(&self, key: &str) -> Duration {
        let text = self.text(key);
        match duration(&text) {
            Some(duration) => duration,
            None => {
                let sentence = "a duration is a whole number and a unit (ms, s, m, h or d), such as \"26h\"";
                self.wrong(key, format!("is \"{text}\"; {sentence}"));
                Duration::ZERO
            }
        }
    }

    /// A duration that may be none at all, written as "0s".
    pub fn duration_or_none(&self, key: &str) -> Duration {
        if self.text(key) == "0s" { Duration::ZERO } else { self.duration(key) }
    }

    /// Entries of a list such as `[[brake.override]]`.
    pub fn entries(&self, key: &str) -> Vec<Entry> {
        if let Value::Entries(entries) = self.found(key).value {
            return entries;
        }
        self.wrong(key, format!("must be written as entries in a file: [[{key}]]"));
        Vec::new()
    }

    /// The content of a file that holds a secret: its first line, without the space around it.
    pub fn secret(&self, key: &str) -> Option<String> {
        let path = self.path(key)?;
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(text.lines().next().unwrap_or_default().trim().to_owned()),
            Err(error) => {
                self.wrong(key, format!("names {}, which cannot be read: {error}", path.display()));
                None
            }
        }
    }
}

/// A whole number, also as the environment's text.
pub fn count(found: &Found) -> Option<u64> {
    match (&found.value, &found.origin) {
        (Value::Integer(number), _) => u64::try_from(*number).ok(),
        (Value::Text(text), Origin::Environment(_)) => text.replace('_', "").parse().ok(),
        _ => None,
    }
}

/// A whole number and a unit; of nothing, `None`.
pub fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let (_, ms) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let ms = number.parse::<u64>().ok()?.checked_mul(*ms)?;
    (ms > 0).then(|| Duration::from_millis(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        let cases = [
            ("26h", Some(93_600_000)),
            ("90s", Some(90_000)),
            ("500ms", Some(500)),
            ("5m", Some(300_000)),
            ("14d", Some(1_209_600_000)),
            ("26", None),
            ("h", None),
            ("26 h", None),
            ("1.5h", None),
            ("-5s", None),
            ("0s", None),
            ("26hours", None),
            ("", None),
            ("99999999999999999999d", None),
        ];
        for (text, ms) in cases {
            assert_eq!(duration(text), ms.map(Duration::from_millis), "{text:?}");
        }
    }
}
