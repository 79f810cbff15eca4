//! A generic receiver: the whole message as JSON, signed in the manner of Standard Webhooks, so that its libraries verify it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::secret::Secret;
use jiff::Timestamp;
use ring::hmac;
use serde::Serialize;
use serde_json::Value;

use super::answer::Refusal;
use super::post;
use super::{Message, Words};

/// Alerts told whole in one message; of the others the keys. Arbitrary; it bounds the message to about 200 kB.
const WHOLE_MAX: usize = 100;

#[derive(Serialize)]
struct Body<'a> {
    key: &'a str,
    count: usize,
    title: &'a str,
    sentence: &'a str,
    sent_at: Timestamp,
    incident_keys: Vec<&'a str>,
    alerts: &'a [domain::notification::Payload],
    left_out: usize,
}

/// Sends a message; any 2xx is a receipt unless its body says that it is none.
pub(super) async fn send(
    to: (&Secret, bool),
    secret: &Secret,
    message: &Message,
    at: Timestamp,
) -> Result<String, Refusal> {
    let words = Words::of(message);
    let whole = message.payloads.len().min(WHOLE_MAX);
    let body = Body {
        key: &message.key,
        count: message.payloads.len(),
        title: &words.title,
        sentence: &words.sentence,
        sent_at: at,
        incident_keys: message.payloads.iter().map(|payload| payload.incident_key.as_str()).collect(),
        alerts: &message.payloads[..whole],
        left_out: message.payloads.len() - whole,
    };
    let body = serde_json::to_vec(&body)
        .map_err(|error| Refusal::lasting(format!("the message cannot be written: {error}")))?;
    let headers = [
        ("webhook-id", message.key.clone()),
        ("webhook-timestamp", at.as_second().to_string()),
        ("webhook-signature", signature(secret, &message.key, at, &body)),
        ("idempotency-key", message.key.clone()),
    ];
    let answer = post::json(to, &headers, body).await?;
    let is_taken = (200..300).contains(&answer.status) && !denies(&answer.body);
    if is_taken { Ok(answer.said()) } else { Err(answer.refused(at)) }
}

/// The signature of a message. A secret that begins with `whsec_` is base64, any other is taken as it is.
fn signature(secret: &Secret, key: &str, at: Timestamp, body: &[u8]) -> String {
    let coded = secret.reveal().strip_prefix("whsec_").and_then(|coded| STANDARD.decode(coded).ok());
    let secret = coded.unwrap_or_else(|| secret.reveal().as_bytes().to_vec());
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &secret));
    context.update(format!("{key}.{}.", at.as_second()).as_bytes());
    context.update(body);
    format!("v1,{}", STANDARD.encode(context.sign()))
}

/// Whether a body says that all is not well although the status does.
fn denies(body: &str) -> bool {
    let Ok(Value::Object(said)) = serde_json::from_str(body) else { return false };
    let is = |name: &str, value: bool| said.get(name) == Some(&Value::Bool(value));
    let has_error = ["error", "errors"].iter().any(|name| match said.get(*name) {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(list)) => !list.is_empty(),
        Some(_) => true,
    });
    let status = said.get("status").and_then(Value::as_str).unwrap_or_default();
    is("ok", false) || is("success", false) || has_error || ["error", "failed", "failure"].contains(&status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_the_standard() {
        // Source: the example of the Standard Webhooks specification and its libraries.
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let at = Timestamp::from_second(1_614_265_330).unwrap_or_default();
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_good_status_with_an_error_inside_is_no_receipt() {
        let cases = [
            ("", false),
            ("ok", false),
            (r#"{"ok": true}"#, false),
            (r#"{"error": null, "errors": []}"#, false),
            (r#"{"status": "success"}"#, false),
            (r#"{"ok": false}"#, true),
            (r#"{"success": false}"#, true),
            (r#"{"error": "no such room"}"#, true),
            (r#"{"errors": [{"code": 4}]}"#, true),
            (r#"{"status": "error"}"#, true),
        ];
        for (body, is_denied) in cases {
            assert_eq!(denies(body), is_denied, "{body}");
        }
    }
}
