//! DELIVERY: a channel whose receiver takes nothing, or on which messages stay; told over the channels that are left.

use domain::alert::{AlertKind, Severity};
use jiff::{SignedDuration, Timestamp};

use crate::declared::Declared;
use crate::facts::{ChannelFact, Facts};
use crate::finding::Finding;

/// One refusal may be a passing thing; so many in a row are not.
const TRIES: u64 = 2;

/// How long the receipt of a test may take. Source: written at 08:00, missed at 08:30.
const TEST_WITHIN: SignedDuration = SignedDuration::from_mins(30);

/// Finds channels that take nothing.
pub(super) fn find(facts: &Facts, _: &Declared) -> Vec<Finding> {
    let broken = facts.channels.iter().filter(|channel| is_broken(channel, facts.at));
    broken.map(|channel| say(facts, channel)).collect()
}

fn is_broken(channel: &ChannelFact, at: Timestamp) -> bool {
    let is_test_missed = channel.test_owed.is_some_and(|written| at.duration_since(written) >= TEST_WITHIN);
    (channel.is_failing && channel.failures >= TRIES) || channel.tries >= TRIES || is_test_missed
}

fn say(facts: &Facts, channel: &ChannelFact) -> Finding {
    let name = &channel.name;
    let is_alone = facts.channels.iter().all(|channel| is_broken(channel, facts.at));
    let severity = if is_alone { Severity::Page } else { Severity::Warn };
    let waiting = match channel.waiting {
        0 => String::new(),
        1 => " One message waits for it.".to_owned(),
        many => format!(" {many} messages wait for it."),
    };
    Finding {
        sentence: format!(
            "The channel {name} has taken no message since {}; its receiver said: {}.{waiting}",
            channel.since.strftime("%H:%M UTC on %-d %B"),
            channel.answer
        ),
        remedy: "Put its address, its account or its receiver right; what waits then goes by itself within a minute."
            .to_owned(),
        command: format!("reval channels test {name}"),
        last_good: channel.last_received_at,
        since: Some(channel.since),
        evidence: channel.since.to_string(),
        ..Finding::new(AlertKind::Delivery, severity, name, "channel_down")
    }
    .look_at("See the alerts", "/alerts")
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, declared, facts};
    use super::*;

    fn channel(name: &str, failures: u64, tries: u64) -> ChannelFact {
        ChannelFact {
            name: name.to_owned(),
            is_failing: failures > 0,
            since: at("2026-11-25T00:12:00Z"),
            failures,
            answer: "404 no_service".to_owned(),
            last_received_at: None,
            waiting: 3,
            tries,
            test_owed: None,
        }
    }

    #[test]
    fn a_channel_is_broken_by_its_second_refusal_and_loudly_if_it_is_the_last() {
        let cases = [
            (vec![channel("chat", 1, 1)], vec![]),
            (vec![channel("chat", 2, 2)], vec![Severity::Page]),
            (vec![channel("chat", 2, 2), channel("mail", 0, 0)], vec![Severity::Warn]),
            (vec![channel("chat", 2, 2), channel("mail", 2, 2)], vec![Severity::Page, Severity::Page]),
            (
                vec![ChannelFact { test_owed: Some(at("2026-11-25T00:31:00Z")), ..channel("chat", 0, 0) }],
                vec![],
            ),
            (
                vec![ChannelFact { test_owed: Some(at("2026-11-25T00:30:00Z")), ..channel("chat", 0, 0) }],
                vec![Severity::Page],
            ),
            // Others go through, but one message never does.
            (vec![channel("chat", 0, 5), channel("mail", 0, 0)], vec![Severity::Warn]),
        ];
        for (channels, expected) in cases {
            let mut facts = facts("2026-11-25T01:00:00Z", Vec::new());
            facts.channels = channels;
            let found = find(&facts, &declared());
            assert_eq!(found.iter().map(|one| one.severity).collect::<Vec<_>>(), expected);
            assert!(found.iter().all(|one| one.sentence.contains("404 no_service. 3 messages wait")));
        }
    }
}
