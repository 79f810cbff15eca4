//! SUBMISSION: words to the GMC of which nobody knows what became, or that wait though they could be sent.

use domain::alert::{AlertKind, Severity};
use domain::sending::{Standing, look};
use jiff::SignedDuration;

use crate::declared::Declared;
use crate::facts::{Facts, IntentFact};
use crate::finding::Finding;

/// A wish is sent within seconds; what waits so long is held up by something.
const WAITS: SignedDuration = SignedDuration::from_mins(15);

/// Finds what stays unknown, and a queue that stands still.
pub(super) fn find(facts: &Facts, _: &Declared) -> Vec<Finding> {
    facts.intents.iter().filter_map(|intents| of(facts, intents)).collect()
}

fn of(facts: &Facts, intents: &IntentFact) -> Option<Finding> {
    match intents.standing {
        Standing::Unknown if look(intents.since, 0, facts.at).is_overdue => Some(unknown(intents)),
        Standing::Queued if facts.at.duration_since(intents.since) >= WAITS => Some(queue(intents)),
        _ => None,
    }
}

fn unknown(intents: &IntentFact) -> Finding {
    let many = match intents.many {
        1 => "One decision was sent to the GMC and nobody knows".to_owned(),
        many => format!("{many} decisions were sent to the GMC and nobody knows"),
    };
    Finding {
        doctors: intents.many,
        sentence: format!(
            "{many} whether it took them; the oldest since {}. None is sent again by itself.",
            intents.since.strftime("%H:%M UTC on %-d %B")
        ),
        remedy: "Look for each in GMC Connect and say what is there; it is then settled, or sent once more."
            .to_owned(),
        command: "reval connections".to_owned(),
        since: Some(intents.since),
        evidence: intents.since.to_string(),
        ..Finding::new(AlertKind::Submission, Severity::Page, "unknown", "decision_unknown")
    }
}

fn queue(intents: &IntentFact) -> Finding {
    Finding {
        doctors: intents.many,
        sentence: format!(
            "The queue of decisions for the GMC stands still: {} wait, the oldest since {}.",
            intents.many,
            intents.since.strftime("%H:%M UTC on %-d %B")
        ),
        remedy: "Nothing is lost and nothing was sent. See that `reval serve` runs with gmc.send on, and that the GMC takes \
                 our account."
            .to_owned(),
        command: "reval connections".to_owned(),
        since: Some(intents.since),
        evidence: intents.since.to_string(),
        ..Finding::new(AlertKind::Submission, Severity::Warn, "queue", "decision_waits")
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, declared, facts};
    use super::*;

    fn found(standing: Standing, since: &str) -> Vec<String> {
        let mut facts = facts("2026-11-25T12:00:00Z", Vec::new());
        facts.intents = vec![IntentFact { standing, many: 2, since: at(since) }];
        find(&facts, &declared()).into_iter().map(|finding| finding.cause).collect()
    }

    #[test]
    fn an_hour_of_not_knowing_and_a_quarter_of_waiting_are_told() {
        let cases = [
            (Standing::Unknown, "2026-11-25T11:00:00Z", vec!["decision_unknown"]),
            (Standing::Unknown, "2026-11-25T11:00:01Z", vec![]),
            (Standing::Queued, "2026-11-25T11:45:00Z", vec!["decision_waits"]),
            (Standing::Queued, "2026-11-25T11:45:01Z", vec![]),
            (Standing::Sending, "2026-11-25T01:00:00Z", vec![]),
        ];
        for (standing, since, expected) in cases {
            assert_eq!(found(standing, since), expected, "{standing:?} since {since}");
        }
    }
}
