//! SUBMISSION: words to the GMC of which nobody knows what became, that wait though they could be sent, or that the GMC answers
//! by a word we do not know.

use domain::alert::{AlertKind, Severity};
use domain::sending::{Standing, look};
use jiff::{SignedDuration, Timestamp};

use crate::declared::Declared;
use crate::facts::{Facts, IntentFact};
use crate::finding::Finding;

/// How long a look-up may take before anybody is told.
const TOLD: SignedDuration = SignedDuration::from_mins(5);
/// So many that nobody knows about are no accident of one reply.
const MANY: u64 = 3;
/// A wish is sent within seconds; what waits so long is held up by something.
const WAITS: SignedDuration = SignedDuration::from_mins(15);

/// Finds what stays unknown, and a queue that stands still.
pub(super) fn find(facts: &Facts, _: &Declared) -> Vec<Finding> {
    let stands = facts.intents.iter().filter_map(|intents| of(facts, intents));
    stands.chain(facts.unread_outcomes.map(unread)).collect()
}

fn of(facts: &Facts, intents: &IntentFact) -> Option<Finding> {
    match intents.standing {
        Standing::Unknown if look(intents.since, 0, facts.at).is_overdue || intents.many >= MANY => {
            Some(unknown(intents, Severity::Page))
        }
        Standing::Unknown if facts.at.duration_since(intents.since) >= TOLD => {
            Some(unknown(intents, Severity::Notice))
        }
        Standing::Queued if facts.at.duration_since(intents.since) >= WAITS => Some(queue(intents)),
        _ => None,
    }
}

fn unknown(intents: &IntentFact, severity: Severity) -> Finding {
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
        ..Finding::new(AlertKind::Submission, severity, "unknown", "decision_unknown")
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

fn unread((many, since): (u64, Timestamp)) -> Finding {
    Finding {
        doctors: many,
        sentence: format!(
            "The GMC answers about {many} of its recommendations by a word that Reval does not know, the oldest since {}.",
            since.strftime("%H:%M UTC on %-d %B")
        ),
        remedy: "The word is kept as it came and counts for nothing. Ask the GMC what it means; until then each is asked \
                 about as before."
            .to_owned(),
        command: "reval recommendations".to_owned(),
        since: Some(since),
        evidence: since.to_string(),
        ..Finding::new(AlertKind::Submission, Severity::Warn, "outcome", "outcome_not_recognised")
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, declared, facts};
    use super::*;

    fn found(standing: Standing, many: u64, since: &str) -> Vec<(String, Severity)> {
        let mut facts = facts("2026-11-25T12:00:00Z", Vec::new());
        facts.intents = vec![IntentFact { standing, many, since: at(since) }];
        find(&facts, &declared()).into_iter().map(|finding| (finding.cause, finding.severity)).collect()
    }

    #[test]
    fn a_word_that_nobody_knows_is_told() {
        let mut facts = facts("2026-11-25T12:00:00Z", Vec::new());
        assert!(find(&facts, &declared()).is_empty());
        facts.unread_outcomes = Some((2, at("2026-11-25T11:59:00Z")));
        let told = find(&facts, &declared());
        assert_eq!(told[0].cause, "outcome_not_recognised");
        assert!(told[0].sentence.contains("about 2 of its"), "{}", told[0].sentence);
    }

    #[test]
    fn not_knowing_is_told_after_five_minutes_and_wakes_somebody_after_an_hour_or_three_in_a_row() {
        let unknown = |severity| vec![("decision_unknown".to_owned(), severity)];
        let cases = [
            (Standing::Unknown, 2, "2026-11-25T11:55:01Z", vec![]),
            (Standing::Unknown, 2, "2026-11-25T11:55:00Z", unknown(Severity::Notice)),
            (Standing::Unknown, 2, "2026-11-25T11:00:00Z", unknown(Severity::Page)),
            (Standing::Unknown, 3, "2026-11-25T11:59:59Z", unknown(Severity::Page)),
            (
                Standing::Queued,
                1,
                "2026-11-25T11:45:00Z",
                vec![("decision_waits".to_owned(), Severity::Warn)],
            ),
            (Standing::Queued, 9, "2026-11-25T11:45:01Z", vec![]),
            (Standing::Sending, 9, "2026-11-25T01:00:00Z", vec![]),
        ];
        for (standing, many, since, expected) in cases {
            assert_eq!(found(standing, many, since), expected, "{many} {standing:?} since {since}");
        }
    }
}
