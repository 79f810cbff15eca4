//! What an instance is made of, as facts by name, so that two instances can be laid side by side.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What is said of something that cannot be told here, such as packages where there is no list of them.
pub const UNKNOWN: &str = "unknown";
/// A program older than this no longer has the mended libraries of its day. Source: incident R5, an image three years old.
pub const OLD: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How long before its end a certificate is to be renewed. Source: what public authorities write at.
pub const ENDS_SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What an instance is made of at one instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Its environment.
    pub environment: String,
    /// Its node.
    pub node: String,
    /// When this was so.
    pub made_at: Timestamp,
    /// Day of the program's source; `None` where it was built without saying so.
    pub built_on: Option<Date>,
    /// Digest of every setting in force.
    pub config_hash: String,
    /// The certificates its settings name, and how each stands.
    pub certificates: Vec<Certificate>,
    /// Procedures that were carried out and verified here, each by its recipe.
    #[serde(default)]
    pub played: Vec<String>,
    /// What is compared, by name. A setting is a digest, so that none is read here.
    pub facts: BTreeMap<String, String>,
}

/// A file with a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The setting that names it.
    pub name: String,
    /// The last instant at which the first of the file's certificates to end is good.
    pub ends_at: Option<Timestamp>,
    /// Why that cannot be told; else empty.
    pub problem: String,
}

impl Certificate {
    /// How it stands, in a word that two instances with certificates of their own can share.
    pub fn standing(&self, at: Timestamp) -> &'static str {
        match self.ends_at {
            None => "unreadable",
            Some(ends_at) if ends_at <= at => "ended",
            Some(ends_at) if ends_at.duration_since(at) <= ENDS_SOON => "ends soon",
            Some(_) => "good",
        }
    }
}

impl Fingerprint {
    /// Whether it says the same as another, whenever each was taken.
    pub fn says_like(&self, other: &Self) -> bool {
        Self { made_at: other.made_at, ..self.clone() } == *other
    }

    /// How old its program is; `None` where nobody knows.
    pub fn age(&self, at: Timestamp) -> Option<SignedDuration> {
        let built = self.built_on?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(at.duration_since(built.timestamp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_certificate_is_good_until_a_month_before_its_end() {
        let now = at("2026-11-25T12:00:00Z");
        let cases = [
            ("2026-12-25T12:00:01Z", "good"),
            ("2026-12-25T12:00:00Z", "ends soon"),
            ("2026-11-25T12:00:01Z", "ends soon"),
            ("2026-11-25T12:00:00Z", "ended"),
        ];
        for (ends_at, standing) in cases {
            let one = Certificate { name: "x".into(), ends_at: Some(at(ends_at)), problem: String::new() };
            assert_eq!(one.standing(now), standing, "{ends_at}");
        }
        let unread = Certificate { name: "x".into(), ends_at: None, problem: "no".into() };
        assert_eq!(unread.standing(now), "unreadable");
    }

    #[test]
    fn the_instant_at_which_it_was_taken_is_no_difference() {
        let one = Fingerprint {
            environment: "stage".into(),
            node: "a".into(),
            made_at: at("2026-11-25T12:00:00Z"),
            built_on: Some(jiff::civil::date(2026, 11, 24)),
            config_hash: "abc".into(),
            certificates: Vec::new(),
            played: Vec::new(),
            facts: BTreeMap::from([("build".into(), "1".into())]),
        };
        let later = Fingerprint { made_at: at("2026-11-25T13:00:00Z"), ..one.clone() };
        assert!(one.says_like(&later));
        assert!(!one.says_like(&Fingerprint { config_hash: "def".into(), ..later }));
        assert_eq!(one.age(one.made_at), Some(SignedDuration::from_hours(36)));
    }
}
