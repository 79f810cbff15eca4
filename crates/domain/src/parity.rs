//! Parity: two instances laid side by side. Every difference is listed; one that is meant is declared with a reason and an end.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::fingerprint::{Fingerprint, UNKNOWN};

/// What is said of a fact that one side does not have.
pub const ABSENT: &str = "absent";
/// What an instance is called is no difference: two with one name would be a mistake.
const NAMES: [&str; 5] = [
    "setting.site.environment",
    "setting.site.colour",
    "setting.site.public_url",
    "setting.site.production",
    "setting.node.name",
];

/// A difference that is meant, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The fact's name; one that ends in a star stands for all that begin so.
    pub what: String,
    /// Why.
    pub reason: String,
    /// From then on it counts as any other.
    pub until: Timestamp,
}

impl Meant {
    fn is_about(&self, what: &str) -> bool {
        self.what.strip_suffix('*').map_or(self.what == what, |beginning| what.starts_with(beginning))
    }
}

/// Something that two instances do not share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The fact.
    pub what: String,
    /// What the first has.
    pub left: String,
    /// What the second has.
    pub right: String,
    /// Why it is meant; `None` where it is not declared, or not any more.
    pub meant: Option<String>,
    /// What else is to be said of it; perhaps empty.
    pub note: String,
}

/// Two instances laid side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parity {
    /// The environment and node of the first.
    pub left: String,
    /// The environment and node of the second.
    pub right: String,
    /// Facts compared.
    pub compared: u64,
    /// What differs, by name.
    pub differences: Vec<Difference>,
    /// What neither can tell.
    pub untold: Vec<String>,
}

impl Parity {
    /// What differs and is not meant.
    pub fn undeclared(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|difference| difference.meant.is_none())
    }
}

/// Compares two instances.
///
/// Shape: differences sorted by name. Cost: one pass over the facts of both.
pub fn compare(left: &Fingerprint, right: &Fingerprint, meant: &[Meant], at: Timestamp) -> Parity {
    let names: BTreeSet<&String> = left.facts.keys().chain(right.facts.keys()).collect();
    let names: Vec<&String> = names.into_iter().filter(|name| !NAMES.contains(&name.as_str())).collect();
    let mut parity = Parity {
        left: called(left),
        right: called(right),
        compared: u64::try_from(names.len()).unwrap_or(u64::MAX),
        differences: Vec::new(),
        untold: Vec::new(),
    };
    for what in names {
        let of = |side: &Fingerprint| side.facts.get(what).cloned().unwrap_or_else(|| ABSENT.to_owned());
        let (ours, theirs) = (of(left), of(right));
        if ours != theirs {
            parity.differences.push(judge(what, (ours, theirs), meant, at));
        } else if ours == UNKNOWN {
            parity.untold.push(what.clone());
        }
    }
    parity
}

fn called(one: &Fingerprint) -> String {
    format!("{} ({})", one.environment, one.node)
}

fn judge(what: &str, (left, right): (String, String), meant: &[Meant], at: Timestamp) -> Difference {
    let about: Vec<&Meant> = meant.iter().filter(|one| one.is_about(what)).collect();
    let counts = about.iter().find(|one| at < one.until);
    let note = match about.first().filter(|_| counts.is_none()) {
        Some(ended) => format!("it was meant until {}: {}", ended.until, ended.reason),
        None => String::new(),
    };
    let meant = counts.map(|one| format!("{} (until {})", one.reason, one.until));
    Difference { what: what.to_owned(), left, right, meant, note }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn with(environment: &str, facts: &[(&str, &str)]) -> Fingerprint {
        Fingerprint {
            environment: environment.to_owned(),
            node: "a".to_owned(),
            made_at: at("2026-11-25T12:00:00Z"),
            built_on: None,
            config_hash: String::new(),
            certificates: Vec::new(),
            played: Vec::new(),
            facts: facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        }
    }

    fn found(left: &[(&str, &str)], right: &[(&str, &str)], meant: &[Meant]) -> Vec<(String, bool)> {
        let now = at("2026-11-25T12:00:00Z");
        let parity = compare(&with("stage", left), &with("live", right), meant, now);
        parity.differences.into_iter().map(|one| (one.what, one.meant.is_some())).collect()
    }

    fn meant(what: &str, until: &str) -> Meant {
        Meant { what: what.to_owned(), reason: "tried on stage first".to_owned(), until: at(until) }
    }

    #[test]
    fn every_difference_is_found_and_only_a_declared_one_is_meant() {
        let undeclared = |what: &str| vec![(what.to_owned(), false)];
        let cases = [
            (vec![("build", "2")], vec![("build", "2")], vec![]),
            (vec![("build", "2")], vec![("build", "1")], undeclared("build")),
            (vec![("schema", "24")], vec![], undeclared("schema")),
            (vec![], vec![("package.docker-ce", "20.10")], undeclared("package.docker-ce")),
            (vec![("kernel", UNKNOWN)], vec![("kernel", "6.1")], undeclared("kernel")),
            (vec![("kernel", UNKNOWN)], vec![("kernel", UNKNOWN)], vec![]),
            (vec![("setting.site.environment", "x")], vec![("setting.site.environment", "y")], vec![]),
        ];
        for (left, right, expected) in cases {
            assert_eq!(found(&left, &right, &[]), expected, "{left:?} and {right:?}");
        }
    }

    #[test]
    fn what_is_meant_is_meant_until_its_end_and_not_beyond_its_name() {
        let (left, right) = ([("setting.gmc.url", "a")], [("setting.gmc.url", "b")]);
        let cases = [
            ("setting.gmc.url", "2026-11-25T12:00:01Z", true),
            ("setting.gmc.url", "2026-11-25T12:00:00Z", false),
            ("setting.gmc.*", "2026-12-01T00:00:00Z", true),
            ("setting.gmc", "2026-12-01T00:00:00Z", false),
            ("setting.tis.*", "2026-12-01T00:00:00Z", false),
        ];
        for (what, until, is_meant) in cases {
            let found = found(&left, &right, &[meant(what, until)]);
            assert_eq!(found, [("setting.gmc.url".to_owned(), is_meant)], "{what} until {until}");
        }
    }

    #[test]
    fn a_declaration_that_has_ended_is_said_with_the_difference() {
        let now = at("2026-11-25T12:00:00Z");
        let (left, right) = (with("stage", &[("build", "2")]), with("live", &[("build", "1")]));
        let parity = compare(&left, &right, &[meant("build", "2026-11-01T00:00:00Z")], now);
        assert_eq!(parity.undeclared().count(), 1);
        assert!(parity.differences[0].note.contains("meant until 2026-11-01"), "{parity:?}");
        assert_eq!((parity.left.as_str(), parity.right.as_str()), ("stage (a)", "live (a)"));
    }
}
