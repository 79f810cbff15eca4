//! Reads the fields of one entry such as `[[channel]]`; every mistake is said with its line and what the entry is called.

use std::path::PathBuf;

use domain::secret::Secret;
use jiff::SignedDuration;

use super::Shown;
use super::layers::{Entry, Found, Value};
use super::nearest::nearest;
use super::reader::{Reader, count, duration};

/// One entry as it is being read.
pub struct Fields<'a> {
    /// Collects what is wrong.
    pub reader: &'a Reader,
    /// The entry.
    pub entry: &'a Entry,
    /// The section.
    pub section: &'static str,
}

/// What an entry is called.
fn name(entry: &Entry) -> Option<&str> {
    match entry.values.get("name").map(|found| &found.value) {
        Some(Value::Text(name)) => Some(name),
        _ => None,
    }
}

/// Every value of an entry by itself, for people; `masked` is what of an address may be shown.
pub fn shown(section: &str, entry: &Entry, masked: fn(&str) -> String) -> Vec<Shown> {
    let one = |(field, found): (&String, &Found)| Shown {
        key: format!("{section} {}: {field}", name(entry).unwrap_or("?")),
        value: match &found.value {
            Value::Text(text) if field == "url" => format!("\"{}\"", masked(text)),
            other => other.to_string(),
        },
        origin: found.origin.to_string(),
    };
    entry.values.iter().map(one).collect()
}

impl Fields<'_> {
    /// Says what is wrong with a field.
    pub fn wrong(&self, field: &str, sentence: impl AsRef<str>) {
        let origin = self.entry.values.get(field).map_or(&self.entry.origin, |found| &found.origin);
        let label =
            name(self.entry).map_or(self.section.to_owned(), |name| format!("{} {name}", self.section));
        self.reader.wrong_at(origin, &label, sentence);
    }

    /// Refuses fields that are none.
    pub fn refuse_unknown(&self, known: &[&str]) {
        for name in self.entry.values.keys().filter(|name| !known.contains(&name.as_str())) {
            let meant = nearest(name, known.iter().copied()).unwrap_or_default();
            self.wrong(name, format!("has no {name}; did you mean {meant}?"));
        }
    }

    /// Whether a field is there.
    pub fn has(&self, field: &str) -> bool {
        self.entry.values.contains_key(field)
    }

    /// A text; `None` where it is absent or says nothing.
    pub fn text(&self, field: &str) -> Option<String> {
        match &self.entry.values.get(field)?.value {
            Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => {
                self.wrong(field, format!("has `{field}`, which must be a text in quotation marks"));
                None
            }
        }
    }

    /// A text that must be there, with what it is needed for.
    pub fn needed(&self, field: &str, why: &str) -> Option<String> {
        let text = self.text(field);
        if text.is_none() {
            self.wrong(field, format!("needs `{field}`: {why}"));
        }
        text
    }

    /// One of a few words; the first where it is absent.
    pub fn word(&self, field: &str, words: &[&'static str]) -> &'static str {
        let first = words.first().copied().unwrap_or_default();
        let Some(text) = self.text(field) else { return first };
        words.iter().copied().find(|word| *word == text).unwrap_or_else(|| {
            self.wrong(field, format!("has {field} \"{text}\"; it must be one of: {}", words.join(", ")));
            first
        })
    }

    /// Texts that are parted by a bar; none where it is absent or says `all`.
    pub fn list(&self, field: &str) -> Vec<String> {
        let text = self.text(field).filter(|text| text != "all").unwrap_or_default();
        text.split('|').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    }

    /// On or off; off where it is absent.
    pub fn flag(&self, field: &str) -> bool {
        match self.entry.values.get(field).map(|found| &found.value) {
            None => false,
            Some(Value::Flag(flag)) => *flag,
            Some(Value::Text(text)) if ["on", "true"].contains(&text.as_str()) => true,
            Some(Value::Text(text)) if ["off", "false"].contains(&text.as_str()) => false,
            Some(_) => {
                self.wrong(field, format!("has {field}, which must be true or false"));
                false
            }
        }
    }

    /// A whole number from 1 to a bound; `or` where it is absent.
    pub fn count(&self, field: &str, or: u64, most: u64) -> u64 {
        let Some(found) = self.entry.values.get(field) else { return or };
        count(found).filter(|number| (1..=most).contains(number)).unwrap_or_else(|| {
            self.wrong(field, format!("has {field}, which must be a whole number from 1 to {most}"));
            or
        })
    }

    /// Whether a field is there and says 0.
    pub fn is_zero(&self, field: &str) -> bool {
        self.entry.values.get(field).and_then(count) == Some(0)
    }

    /// A length of time; `or` where it is absent.
    pub fn length(&self, field: &str, or: SignedDuration) -> SignedDuration {
        let Some(text) = self.text(field) else { return or };
        duration(&text).and_then(|length| SignedDuration::try_from(length).ok()).unwrap_or_else(|| {
            let sentence = "a duration is a whole number and a unit (ms, s, m, h or d), such as \"10m\"";
            self.wrong(field, format!("has {field} \"{text}\"; {sentence}"));
            or
        })
    }

    /// The content of a file.
    pub fn file(&self, field: &str) -> Option<String> {
        let path = PathBuf::from(self.text(field)?);
        let read = std::fs::read_to_string(&path);
        let wrong = |error: &std::io::Error| {
            let path = path.display();
            self.wrong(field, format!("names in {field} the file {path}, which cannot be read: {error}"));
        };
        read.inspect_err(wrong).ok()
    }

    /// A secret: the first line of a file.
    pub fn secret(&self, field: &str) -> Option<Secret> {
        let text = self.file(field)?;
        let line = text.lines().next().unwrap_or_default().trim();
        if line.is_empty() {
            self.wrong(field, format!("names in {field} a file whose first line says nothing"));
        }
        Some(Secret::new(line))
    }
}
