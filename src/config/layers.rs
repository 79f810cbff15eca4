//! Settings in layers: the defaults in the binary, the file of the person who runs it, the environment on top.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;
use super::nearest::nearest;

/// The defaults.
pub const EMBEDDED: &str = include_str!("../../config/reval.toml");
/// What the environment's settings begin with.
pub const PREFIX: &str = "REVAL__";

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The defaults.
    Default,
    /// A line of a file.
    File(String, usize),
    /// A variable.
    Environment(String),
    /// Settings that were found sound before; their digest.
    Accepted(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(name, line) => write!(f, "{name}, line {line}"),
            Self::Environment(variable) => write!(f, "environment, {variable}"),
            Self::Accepted(hash) => write!(f, "last accepted, {hash}"),
        }
    }
}

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text, and dates as text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// true or false.
    Flag(bool),
    /// A list of texts.
    Texts(Vec<String>),
    /// Entries such as `[[brake.override]]`.
    Entries(Vec<Entry>),
    /// What no setting can be; its kind.
    Other(&'static str),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Texts(texts) => write!(f, "{texts:?}"),
            Self::Entries(_) => f.write_str("entries"),
            Self::Other(kind) => f.write_str(kind),
        }
    }
}

/// A value and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// As written.
    pub value: Value,
    /// From where.
    pub origin: Origin,
}

/// One entry of a list of entries.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where it begins.
    pub origin: Origin,
    /// Its values by name.
    pub values: BTreeMap<String, Found>,
}

/// All settings, each from the topmost layer that has it.
pub struct Layers {
    /// `section.key` in the order of the defaults.
    pub keys: Vec<String>,
    found: BTreeMap<String, Found>,
    /// What was refused on the way.
    pub problems: Vec<Problem>,
}

impl Layers {
    /// The defaults alone.
    pub fn defaults() -> Self {
        let mut layers = Self { keys: Vec::new(), found: BTreeMap::new(), problems: Vec::new() };
        let mut all = parse("config/reval.toml", EMBEDDED, &mut layers.problems);
        all.sort_by_key(|(_, found)| match found.origin {
            Origin::File(_, line) => line,
            _ => 0,
        });
        for (key, mut found) in all {
            if let Value::Entries(entries) = &mut found.value {
                let values = entries.iter_mut().flat_map(|entry| entry.values.values_mut());
                values.for_each(|value| value.origin = Origin::Default);
            }
            layers.keys.push(key.clone());
            layers.found.insert(key, Found { origin: Origin::Default, ..found });
        }
        layers
    }

    /// Lays a file and the environment's variables over the defaults.
    pub fn read(file: Option<&Path>, variables: impl Iterator<Item = (String, String)>) -> Self {
        let mut layers = Self::defaults();
        if let Some(path) = file {
            layers.lay_file(path);
        }
        let mut variables: Vec<(String, String)> =
            variables.filter(|(name, _)| name.starts_with(PREFIX)).collect();
        variables.sort();
        for (name, value) in variables {
            let key = name.trim_start_matches(PREFIX).to_lowercase().replacen("__", ".", 1);
            let found = Found { value: Value::Text(value), origin: Origin::Environment(name) };
            layers.lay(key, found);
        }
        layers
    }

    fn lay_file(&mut self, path: &Path) {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => {
                for (key, found) in parse(&name, &text, &mut self.problems) {
                    self.lay(key, found);
                }
            }
            Err(error) => {
                self.problems.push(Problem { place: name, sentence: format!("cannot be read: {error}") });
            }
        }
    }

    fn lay(&mut self, key: String, found: Found) {
        if let Some(below) = self.found.get_mut(&key) {
            match (&mut below.value, found.value) {
                // A declared job is changed field by field: a file that names one must not make the others vanish.
                (Value::Entries(all), Value::Entries(entries)) if key == super::jobs::JOB => {
                    self.problems.extend(repeated(&entries));
                    entries.into_iter().for_each(|entry| lay_entry(all, entry));
                    below.origin = found.origin;
                }
                (_, value) => *below = Found { value, origin: found.origin },
            }
            return;
        }
        let meant = nearest(&key, self.keys.iter().map(String::as_str)).unwrap_or_default();
        let sentence = format!("{key} is no setting of Reval; did you mean {meant}?");
        self.problems.push(Problem { place: found.origin.to_string(), sentence });
    }

    /// Puts a value in place of another.
    pub fn replace(&mut self, key: &str, found: Found) {
        self.found.insert(key.to_owned(), found);
    }

    /// Finds a setting; every setting asked for stands in the defaults.
    pub fn get(&self, key: &str) -> Option<&Found> {
        self.found.get(key)
    }
}

fn name(entry: &Entry) -> Option<&Value> {
    entry.values.get("name").map(|found| &found.value)
}

/// Entries of one file with a name that an earlier one of it has: which of the two would count?
fn repeated(entries: &[Entry]) -> Vec<Problem> {
    let is_second = |(nth, entry): &(usize, &Entry)| {
        name(entry).is_some() && entries[..*nth].iter().any(|before| name(before) == name(entry))
    };
    let problem = |(_, entry): (usize, &Entry)| Problem {
        place: entry.origin.to_string(),
        sentence: format!(
            "{} is declared twice in this file",
            name(entry).map_or_else(String::new, Value::to_string)
        ),
    };
    entries.iter().enumerate().filter(is_second).map(problem).collect()
}

/// Lays an entry over the one of the same name, or puts it behind the last.
fn lay_entry(all: &mut Vec<Entry>, entry: Entry) {
    let is_named = name(&entry).is_some();
    match all.iter_mut().find(|below| is_named && name(below) == name(&entry)) {
        Some(below) => {
            below.values.extend(entry.values);
            below.origin = entry.origin;
        }
        None => all.push(entry),
    }
}

/// Takes a text apart into `section.key` and value, in order of the names; what is no TOML is a problem.
fn parse(name: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<(String, Found)> {
    let place = Place { name, text };
    // What can be understood of a text that is not sound may still say where the store is.
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let origin = place.origin(error.span().map_or(0, |span| span.start));
        problems.push(Problem { place: origin.to_string(), sentence: error.message().to_owned() });
    }
    let table = table.into_inner();
    let mut all = Vec::new();
    for (section, value) in &table {
        match value.get_ref() {
            DeValue::Table(keys) => {
                for (key, value) in place.values(keys) {
                    all.push((format!("{}.{key}", section.get_ref()), value));
                }
            }
            _ => all.push((section.get_ref().to_string(), place.found(section.span().start, value))),
        }
    }
    all
}

/// A text with a name, to say where something stands.
struct Place<'a> {
    name: &'a str,
    text: &'a str,
}

impl Place<'_> {
    fn origin(&self, at: usize) -> Origin {
        let line = self.text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        Origin::File(self.name.to_owned(), line)
    }

    fn values(&self, table: &DeTable<'_>) -> BTreeMap<String, Found> {
        let found = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let key: &Spanned<std::borrow::Cow<'_, str>> = key;
            (key.get_ref().to_string(), self.found(key.span().start, value))
        };
        table.iter().map(found).collect()
    }

    fn found(&self, at: usize, value: &Spanned<DeValue<'_>>) -> Found {
        Found { value: self.value(value.get_ref()), origin: self.origin(at) }
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Datetime(instant) => Value::Text(instant.to_string()),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or(Value::Other("a number beyond all bounds"), Value::Integer),
            DeValue::Array(array) if !array.is_empty() && array.iter().all(|one| one.get_ref().is_str()) => {
                Value::Texts(
                    array.iter().filter_map(|one| one.get_ref().as_str().map(str::to_owned)).collect(),
                )
            }
            DeValue::Array(array) => {
                let entries: Option<Vec<Entry>> = array.iter().map(|entry| self.entry(entry)).collect();
                entries.map_or(Value::Other("a list"), Value::Entries)
            }
            DeValue::Float(_) => Value::Other("a number with a fraction"),
            DeValue::Table(_) => Value::Other("a table"),
        }
    }

    fn entry(&self, value: &Spanned<DeValue<'_>>) -> Option<Entry> {
        let DeValue::Table(table) = value.get_ref() else { return None };
        Some(Entry { origin: self.origin(value.span().start), values: self.values(table) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layered(text: &str, variables: &[(&str, &str)]) -> Layers {
        let mut layers = Layers::defaults();
        for (key, found) in parse("my.toml", text, &mut layers.problems) {
            layers.lay(key, found);
        }
        for (name, value) in variables {
            let origin = Origin::Environment((*name).to_owned());
            let key = name.trim_start_matches(PREFIX).to_lowercase().replacen("__", ".", 1);
            layers.lay(key, Found { value: Value::Text((*value).to_owned()), origin });
        }
        layers
    }

    fn said(layers: &Layers) -> Vec<String> {
        layers.problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_environment_overrules_the_file_and_the_file_the_defaults() {
        let layers = layered(
            "[web]\n\nlisten = \"127.0.0.1:1\"\n[gmc]\nattempts = 2",
            &[("REVAL__WEB__LISTEN", "127.0.0.1:2")],
        );
        assert_eq!(said(&layers), [""; 0]);
        let origin = |key| layers.get(key).expect("a setting").origin.to_string();
        assert_eq!(origin("web.listen"), "environment, REVAL__WEB__LISTEN");
        assert_eq!(origin("gmc.attempts"), "my.toml, line 5");
        assert_eq!(origin("gmc.user"), "default");
        assert_eq!(layers.get("gmc.attempts").expect("a setting").value, Value::Integer(2));
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest_known_one() {
        let layers = layered("[freshness]\nambr = \"26h\"\n", &[("REVAL__WEB__LISTN", "127.0.0.1:1")]);
        assert_eq!(
            said(&layers),
            [
                "my.toml, line 2: freshness.ambr is no setting of Reval; did you mean freshness.amber?",
                "environment, REVAL__WEB__LISTN: web.listn is no setting of Reval; did you mean web.listen?",
            ]
        );
        assert_eq!(
            said(&layered("colour = \"red\"", &[])),
            ["my.toml, line 1: colour is no setting of Reval; did you mean site.colour?"]
        );
    }

    #[test]
    fn what_is_no_toml_names_its_line() {
        let said = said(&layered("[web]\nlisten = 127.0.0.1:8080\n", &[]));
        assert!(said[0].starts_with("my.toml, line 2: "), "{said:?}");
    }
}
