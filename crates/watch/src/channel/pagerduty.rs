//! PagerDuty: Events v2. An alert is one incident there from its opening to its resolution, by its key.

use domain::notification::{NoticeKind, Payload};
use domain::secret::Secret;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::post;
use super::{Message, Words};

/// Where events go.
pub const EVENTS: &str = "https://events.pagerduty.com/v2/enqueue";
/// Alerts told one by one; more of them are one event with a count, which a person closes there.
const EACH_MAX: usize = 20;
/// Longest summary. Source: the reference of Events v2.
const SUMMARY_MAX: usize = 1_024;

/// Sends a message; only 202 is a receipt. A repeat under the same key changes nothing there.
pub(super) async fn send(
    to: (&Secret, bool),
    key: &Secret,
    message: &Message,
    at: Timestamp,
) -> Result<String, Refusal> {
    let events: Vec<Value> = if message.payloads.len() <= EACH_MAX {
        message.payloads.iter().map(|payload| of_one(payload, message)).collect()
    } else {
        vec![of_many(message)]
    };
    let mut said = String::new();
    for mut event in events {
        event["routing_key"] = key.reveal().into();
        let body = serde_json::to_vec(&event)
            .map_err(|error| Refusal::lasting(format!("the message cannot be written: {error}")))?;
        let answer = post::json(to, &[], body).await?;
        if answer.status != 202 {
            return Err(answer.refused(at));
        }
        said = answer.said();
    }
    Ok(said)
}

fn of_one(payload: &Payload, message: &Message) -> Value {
    let one = Message { payloads: vec![payload.clone()], ..message.clone() };
    let words = Words::of(&one);
    let action = match (payload.notice, payload.state.as_str()) {
        (NoticeKind::Resolved, _) | (NoticeKind::Test, "resolved") => "resolve",
        (_, "acknowledged") => "acknowledge",
        _ => "trigger",
    };
    let links: Vec<Value> =
        words.link.iter().map(|(label, url)| json!({ "href": url, "text": label })).collect();
    json!({
        "event_action": action,
        "dedup_key": format!("reval/{}/{}", payload.env, payload.incident_key),
        "payload": {
            "summary": short(&format!("{}: {}", words.title, words.sentence)),
            "source": format!("reval/{}", payload.env),
            "severity": severity(&payload.severity),
            "timestamp": payload.since,
            "component": payload.job,
            "class": payload.kind,
            "custom_details": payload,
        },
        "links": links,
    })
}

fn of_many(message: &Message) -> Value {
    let words = Words::of(message);
    let env = message.payloads.first().map_or("", |payload| payload.env.as_str());
    let is_page = message.payloads.iter().any(|payload| payload.severity == "page");
    json!({
        "event_action": "trigger",
        "dedup_key": format!("reval/{env}/{}", message.key),
        "payload": {
            "summary": short(&words.title),
            "source": format!("reval/{env}"),
            "severity": if is_page { "critical" } else { "warning" },
            "custom_details": { "alerts": words.items },
        },
    })
}

fn severity(word: &str) -> &'static str {
    match word {
        "page" => "critical",
        "warn" => "warning",
        _ => "info",
    }
}

fn short(text: &str) -> String {
    text.chars().take(SUMMARY_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::tests::payload;

    #[test]
    fn an_alert_is_one_incident_from_its_opening_to_its_end() {
        let event = |notice, state: &str| {
            let one = Payload { notice, state: state.to_owned(), ..payload() };
            let message =
                Message { key: "message/1".to_owned(), payloads: vec![one.clone()], instead_of: None };
            let event = of_one(&one, &message);
            (event["event_action"].clone(), event["dedup_key"].clone())
        };
        let key = serde_json::Value::from("reval/production/missed/gmc-sync");
        assert_eq!(event(NoticeKind::Opened, "open"), ("trigger".into(), key.clone()));
        assert_eq!(event(NoticeKind::Changed, "acknowledged"), ("acknowledge".into(), key.clone()));
        assert_eq!(event(NoticeKind::Resolved, "resolved"), ("resolve".into(), key));
    }

    #[test]
    fn a_thousand_alerts_are_one_event_with_a_count() {
        let message =
            Message { key: "message/1".to_owned(), payloads: vec![payload(); 1_000], instead_of: None };
        let event = of_many(&message);
        assert_eq!(event["payload"]["summary"], "1000 alerts (1000 page), production");
        assert_eq!(
            (&event["payload"]["severity"], &event["dedup_key"]),
            (&"critical".into(), &"reval/production/message/1".into())
        );
    }
}
