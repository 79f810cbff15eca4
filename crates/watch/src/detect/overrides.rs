//! CONFIG: something is different for a while, and will not be for long.

use domain::alert::{AlertKind, Severity};
use domain::overrides::{Override, REMIND_BEFORE};
use jiff::{SignedDuration, Timestamp};

use crate::declared::Declared;
use crate::facts::Facts;
use crate::finding::{Finding, Proof};

/// So long after its end it is still said that one ended. Arbitrary; longer than any watch is away.
const SAID_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Finds overrides that count, and those that have just ended.
pub(super) fn find(facts: &Facts, _: &Declared) -> Vec<Finding> {
    facts.overrides.iter().filter_map(|one| of_override(one, facts.at)).collect()
}

fn of_override(one: &Override, at: Timestamp) -> Option<Finding> {
    let left = one.until().duration_since(at);
    let finding = Finding {
        job: one.what.job().map(str::to_owned),
        since: Some(one.starts_at),
        remedy: "The settings count again at its end. End it as soon as it is not needed.".to_owned(),
        command: format!("reval override list; reval override end {} --reason …", one.id),
        evidence: "active".to_owned(),
        sentence: format!("For a while, {}.", one.sentence()),
        ..Finding::new(AlertKind::Config, Severity::Warn, &format!("override/{}", one.id), "override_active")
    };
    if one.is_in_force(at) {
        let is_reminder = left <= REMIND_BEFORE && one.until().duration_since(one.starts_at) > REMIND_BEFORE;
        return Some(if is_reminder { reminding(finding) } else { finding });
    }
    let is_over = one.starts_at <= at && -left < SAID_FOR;
    is_over.then(|| Finding { proof: Proof::Over, sentence: over(one), ..finding })
}

fn reminding(finding: Finding) -> Finding {
    let sentence = format!("{} It ends within 12 hours; then the settings count again.", finding.sentence);
    Finding { sentence, evidence: "ends soon".to_owned(), ..finding }
}

fn over(one: &Override) -> String {
    let end = one.until().strftime("%Y-%m-%d %H:%M UTC");
    let by = if one.ended_by.is_empty() { "by itself".to_owned() } else { format!("by {}", one.ended_by) };
    format!("It ended at {end} {by}, and the settings count again: {} no more.", one.what.sentence())
}

#[cfg(test)]
mod tests {
    use domain::overrides::What;

    use super::super::sample::{GMC, at, declared, facts};
    use super::*;

    fn pause() -> Override {
        Override {
            id: "o-1".to_owned(),
            what: What::Pause { job: GMC.to_owned() },
            owner: "os:ana".to_owned(),
            reason: "the GMC is being upgraded".to_owned(),
            answers: None,
            starts_at: at("2026-11-27T08:00:00Z"),
            ends_at: at("2026-11-30T08:00:00Z"),
            ended_at: None,
            ended_by: String::new(),
        }
    }

    fn seen(one: &Override, now: &str) -> Option<(Proof, String)> {
        let mut facts = facts(now, Vec::new());
        facts.overrides = vec![one.clone()];
        find(&facts, &declared()).into_iter().next().map(|finding| (finding.proof, finding.evidence))
    }

    #[test]
    fn an_override_is_told_while_it_counts_before_it_ends_and_when_it_has_ended() {
        let holds = |evidence: &str| Some((Proof::Holds, evidence.to_owned()));
        let cases = [
            ("2026-11-27T07:59:59Z", None),
            ("2026-11-27T08:00:00Z", holds("active")),
            ("2026-11-29T19:59:59Z", holds("active")),
            ("2026-11-29T20:00:00Z", holds("ends soon")),
            ("2026-11-30T07:59:59Z", holds("ends soon")),
            ("2026-11-30T08:00:00Z", Some((Proof::Over, "active".to_owned()))),
            ("2026-12-01T08:00:00Z", None),
        ];
        for (now, expected) in cases {
            assert_eq!(seen(&pause(), now), expected, "{now}");
        }
        let short = Override { ends_at: at("2026-11-27T12:00:00Z"), ..pause() };
        assert_eq!(
            seen(&short, "2026-11-27T11:59:00Z"),
            holds("active"),
            "a short one was told a moment ago"
        );
    }

    #[test]
    fn it_says_who_ended_it() {
        assert!(over(&pause()).starts_with("It ended at 2026-11-30 08:00 UTC by itself"));
        let ended_at = Some(at("2026-11-28T08:00:00Z"));
        let by = Override { ended_at, ended_by: "os:ben: not needed".to_owned(), ..pause() };
        assert!(
            over(&by).starts_with("It ended at 2026-11-28 08:00 UTC by os:ben: not needed, and"),
            "{}",
            over(&by)
        );
    }
}
