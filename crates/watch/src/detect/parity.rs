//! CONFIG: another instance that is not as this one, and nobody said that it should not be.

use domain::alert::{AlertKind, Severity};

use crate::declared::Declared;
use crate::facts::{Facts, ParityFact};
use crate::finding::Finding;

/// Differences named in the sentence; the command shows all.
const NAMED: usize = 5;

/// Finds instances with undeclared differences.
pub(super) fn find(facts: &Facts, _: &Declared) -> Vec<Finding> {
    facts.parities.iter().filter(|one| !one.undeclared.is_empty()).map(of).collect()
}

fn of(one: &ParityFact) -> Finding {
    let (instance, count) = (&one.instance, one.undeclared.len());
    let named = one.undeclared.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() };
    Finding {
        sentence: format!("{instance} differs from this instance in what nobody declared: {named}{more}."),
        remedy: "Make both alike, or declare the difference with its reason and end ([[difference]])."
            .to_owned(),
        command: format!("reval parity here {instance}"),
        since: Some(one.since),
        evidence: one.undeclared.join(" "),
        ..Finding::new(AlertKind::Config, Severity::Warn, &format!("parity/{instance}"), "parity")
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, declared, facts};
    use super::*;

    #[test]
    fn an_undeclared_difference_is_told_until_it_is_gone() {
        let mut facts = facts("2026-11-25T12:00:00Z", Vec::new());
        let since = at("2026-11-25T11:17:00Z");
        facts.parities = vec![ParityFact { instance: "live".to_owned(), since, undeclared: Vec::new() }];
        assert!(find(&facts, &declared()).is_empty());
        facts.parities[0].undeclared = ["build", "kernel"].map(str::to_owned).to_vec();
        let found = find(&facts, &declared());
        assert_eq!((found[0].key.as_str(), found[0].severity), ("config/parity/live", Severity::Warn));
        assert!(found[0].sentence.contains("build, kernel."), "{}", found[0].sentence);
        facts.parities[0].undeclared = (0..9).map(|n| format!("fact-{n}")).collect();
        assert!(find(&facts, &declared())[0].sentence.ends_with("fact-4 and 4 more."));
    }
}
