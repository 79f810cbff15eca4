//! CONFIG and CREDENTIAL: a program that has grown old, and certificates that end.

use std::collections::BTreeMap;

use domain::alert::{AlertKind, Severity};
use domain::fingerprint::{Certificate, Fingerprint, OLD};
use domain::node::SILENT;
use jiff::SignedDuration;

use crate::declared::Declared;
use crate::facts::Facts;
use crate::finding::Finding;

/// A certificate this close to its end wakes somebody.
const ENDS_AT_ONCE: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Finds what has grown old on nodes that live.
pub(super) fn find(facts: &Facts, _: &Declared) -> Vec<Finding> {
    newest(facts).into_values().flat_map(|node| of_node(facts, node)).collect()
}

/// What each node that lives is made of now.
fn newest(facts: &Facts) -> BTreeMap<&str, &Fingerprint> {
    let lives = |name: &str| {
        let mut nodes = facts.nodes.iter();
        nodes.any(|node| node.name == name && facts.at.duration_since(node.beat_at) <= SILENT)
    };
    let all = facts.fingerprints.iter().filter(|one| lives(&one.node));
    all.map(|one| (one.node.as_str(), one)).collect()
}

fn of_node(facts: &Facts, node: &Fingerprint) -> Vec<Finding> {
    let certificates = node.certificates.iter().filter_map(|one| certificate(facts, (&node.node, one)));
    old(facts, node).into_iter().chain(certificates).collect()
}

fn old(facts: &Facts, node: &Fingerprint) -> Option<Finding> {
    let age = node.age(facts.at).filter(|age| *age > OLD)?;
    let (name, days) = (&node.node, age.as_hours() / 24);
    let build = node.facts.get("build").map_or("", String::as_str);
    Some(Finding {
        sentence: format!("The program on {name} ({build}) is {days} days old."),
        remedy: "Build it anew with today's libraries, try it on stage for a night, and roll it out."
            .to_owned(),
        command: "reval version".to_owned(),
        evidence: build.to_owned(),
        ..Finding::new(AlertKind::Config, Severity::Notice, &format!("build/{name}"), "build_old")
    })
}

fn certificate(facts: &Facts, (node, one): (&str, &Certificate)) -> Option<Finding> {
    let standing = one.standing(facts.at);
    let is_at_once = one.ends_at.is_some_and(|ends| ends.duration_since(facts.at) <= ENDS_AT_ONCE);
    let name = &one.name;
    let sentence = match (standing, one.ends_at) {
        ("good", _) => return None,
        ("ended", Some(at)) => format!("The certificate of {name} on {node} ended at {at}."),
        (_, Some(at)) => format!("The certificate of {name} on {node} ends at {at}."),
        (_, None) => format!("The certificate of {name} on {node} cannot be read: {}.", one.problem),
    };
    Some(Finding {
        sentence,
        remedy: "Put the new one in its place before the old one ends; it is read again within the hour."
            .to_owned(),
        command: "reval fingerprint".to_owned(),
        evidence: format!("{standing} {:?}", one.ends_at),
        ..Finding::new(
            AlertKind::Credential,
            if is_at_once { Severity::Page } else { Severity::Warn },
            &format!("certificate/{node}/{name}"),
            "certificate_ends",
        )
    })
}

#[cfg(test)]
mod tests {
    use domain::node::{Launch, Node};

    use super::super::sample::{at, declared, facts};
    use super::*;

    fn found(built_on: &str, ends_at: Option<&str>) -> Vec<(String, Severity)> {
        let mut facts = facts("2026-11-25T12:00:00Z", Vec::new());
        facts.nodes.push(Node {
            name: "a".to_owned(),
            labels: Default::default(),
            started_at: at("2026-11-25T00:00:00Z"),
            beat_at: at("2026-11-25T11:59:55Z"),
            build: "1".to_owned(),
            config_hash: "abc".to_owned(),
            launch: Launch::Works,
            launched_at: None,
            launch_error: String::new(),
            stance: domain::node::Stance::Serving,
        });
        let certificate = |ends: &str| Certificate {
            name: "tis.ca_file".to_owned(),
            ends_at: ends.parse().ok(),
            problem: "no such file".to_owned(),
        };
        let made = |node: &str| Fingerprint {
            environment: "test".to_owned(),
            node: node.to_owned(),
            made_at: at("2026-11-25T11:00:00Z"),
            built_on: built_on.parse().ok(),
            config_hash: "abc".to_owned(),
            certificates: ends_at.map(certificate).into_iter().collect(),
            played: Vec::new(),
            facts: BTreeMap::new(),
        };
        // A node that is gone is made of nothing.
        facts.fingerprints = vec![made("a"), made("gone")];
        find(&facts, &declared()).into_iter().map(|one| (one.cause, one.severity)).collect()
    }

    #[test]
    fn a_program_older_than_ninety_days_is_told_in_the_morning() {
        assert_eq!(found("2026-08-28", None), []);
        assert_eq!(found("2026-08-27", None), [("build_old".to_owned(), Severity::Notice)]);
        assert_eq!(found("nobody knows", None), []);
    }

    #[test]
    fn a_certificate_is_told_a_month_ahead_and_wakes_somebody_three_days_ahead() {
        let told = |severity| vec![("certificate_ends".to_owned(), severity)];
        let cases = [
            ("2027-01-01T00:00:00Z", vec![]),
            ("2026-12-25T12:00:00Z", told(Severity::Warn)),
            ("2026-11-28T12:00:01Z", told(Severity::Warn)),
            ("2026-11-28T12:00:00Z", told(Severity::Page)),
            ("2026-11-01T00:00:00Z", told(Severity::Page)),
            ("unreadable", told(Severity::Warn)),
        ];
        for (ends_at, expected) in cases {
            assert_eq!(found("2026-11-20", Some(ends_at)), expected, "{ends_at}");
        }
    }
}
