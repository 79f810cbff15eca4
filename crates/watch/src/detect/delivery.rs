//! DELIVERY: a channel takes nothing, or the daily test has no receipt.

use domain::alert::{AlertKind, Severity};

use crate::declared::Declared;
use crate::facts::{ChannelFact, Facts};
use crate::finding::Finding;

/// Finds channels that fail.
pub(super) fn find(facts: &Facts, _: &Declared) -> Vec<Finding> {
    facts.channels.iter().filter_map(of_channel).collect()
}

fn of_channel(channel: &ChannelFact) -> Option<Finding> {
    let name = &channel.name;
    let (sentence, cause) = match (channel.failing_since, &channel.test_owed) {
        (Some(_), _) if channel.undelivered > 0 => (
            format!("The channel {name} takes no messages; {} wait for it.", channel.undelivered),
            "channel_failing",
        ),
        (_, Some(day)) => {
            (format!("The test of {day} through the channel {name} has no receipt."), "no_receipt")
        }
        _ => return None,
    };
    Some(
        Finding {
            sentence,
            remedy: format!(
                "Look at its address and its receiver; it said last: \"{}\".",
                channel.last_answer
            ),
            command: format!("reval channels test {name}"),
            since: channel.failing_since,
            evidence: cause.to_owned(),
            ..Finding::new(AlertKind::Delivery, Severity::Warn, name, cause)
        }
        .look_at("See the alerts", "/alerts"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, declared, facts};
    use super::*;

    #[test]
    fn a_channel_that_takes_nothing_or_sent_no_receipt_is_told() {
        let failing = Some(at("2026-11-25T00:30:00Z"));
        let day = Some("2026-11-25".to_owned());
        let cases = [
            (None, 0, None, None),
            (failing, 0, None, None),
            (failing, 2, None, Some("channel_failing")),
            (None, 2, None, None),
            (None, 0, day, Some("no_receipt")),
        ];
        for (failing_since, undelivered, test_owed, expected) in cases {
            let mut facts = facts("2026-11-25T01:00:00Z", Vec::new());
            let last_answer = "404 no service".to_owned();
            facts.channels = vec![ChannelFact {
                name: "chat".to_owned(),
                failing_since,
                undelivered,
                last_answer,
                test_owed,
            }];
            let found = find(&facts, &declared());
            assert_eq!(found.first().map(|finding| finding.cause.as_str()), expected);
        }
    }
}
