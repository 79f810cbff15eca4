//! GOV.UK Notify: an e-mail by a template of one's own, with the places `subject` and `body`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::secret::Secret;
use jiff::Timestamp;
use ring::hmac;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::post;
use super::{Message, Words};

/// Where messages go.
pub const EMAILS: &str = "https://api.notifications.service.gov.uk/v2/notifications/email";
/// A key ends in two UUIDs: the service's and the secret.
const UUID: usize = 36;

/// An account, a template and whom to write to.
#[derive(Clone, Debug)]
pub struct Notify {
    /// Where messages go.
    pub url: Secret,
    /// The key as Notify gave it out.
    pub key: Secret,
    /// The template's id.
    pub template: String,
    /// The address that is written to.
    pub to: String,
}

/// Sends a message; only 201 is a receipt. The message's key is the reference there.
pub(super) async fn send(to: (&Notify, bool), message: &Message, at: Timestamp) -> Result<String, Refusal> {
    let (notify, may_be_private) = to;
    let token = token(&notify.key, at)
        .ok_or_else(|| Refusal::lasting("the key is none of Notify: it must end in two UUIDs"))?;
    let body = serde_json::to_vec(&email(notify, message))
        .map_err(|error| Refusal::lasting(format!("the message cannot be written: {error}")))?;
    let headers = [("authorization", format!("Bearer {token}"))];
    let answer = post::json((&notify.url, may_be_private), &headers, body).await?;
    if answer.status == 201 { Ok(short(&answer.said())) } else { Err(answer.refused(at)) }
}

/// Notify repeats the whole message in its answer; the status says enough.
fn short(said: &str) -> String {
    said.split_whitespace().next().unwrap_or_default().to_owned()
}

fn email(notify: &Notify, message: &Message) -> Value {
    let words = Words::of(message);
    let facts = words.facts.iter().map(|(name, value)| format!("{name}: {value}"));
    let link = words.link.iter().map(|(label, url)| format!("{label}: {url}"));
    let parts = [words.sentence.clone(), words.remedy.clone(), words.items.clone()].into_iter().chain(link);
    let text: Vec<String> = parts.chain(facts).filter(|part| !part.is_empty()).collect();
    json!({
        "email_address": notify.to,
        "template_id": notify.template,
        "personalisation": { "subject": one_line(&words.title), "body": plain(&text.join("\n\n")) },
        "reference": message.key,
    })
}

/// Notify reads markdown at the beginning of lines and in brackets: a space and other brackets make it text.
fn plain(text: &str) -> String {
    let line = |line: &str| {
        let is_marked =
            line.starts_with(['#', '^', '*', '-', '>']) || line.starts_with(|c: char| c.is_ascii_digit());
        let tamed = line.replace('[', "(").replace(']', ")");
        if is_marked { format!("\u{2060}{tamed}") } else { tamed }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The token of a key: who asks and when, signed. Source: Notify's documentation of its API.
fn token(key: &Secret, at: Timestamp) -> Option<String> {
    let key = key.reveal();
    let secret = key.get(key.len().checked_sub(UUID)?..)?;
    let rest = key.get(..key.len() - UUID)?.strip_suffix('-')?;
    let service = rest.get(rest.len().checked_sub(UUID)?..)?;
    let head = URL_SAFE_NO_PAD.encode(json!({ "alg": "HS256", "typ": "JWT" }).to_string());
    let claims = URL_SAFE_NO_PAD.encode(json!({ "iss": service, "iat": at.as_second() }).to_string());
    let signed = format!("{head}.{claims}");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), signed.as_bytes());
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_names_the_service_and_is_signed_with_the_secret() {
        let (service, secret) =
            ("26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0");
        let key = Secret::new(format!("my-test-key-{service}-{secret}"));
        let token = token(&key, Timestamp::from_second(1_568_818_578).unwrap_or_default()).expect("a token");
        let parts: Vec<&str> = token.split('.').collect();
        let claims = URL_SAFE_NO_PAD.decode(parts[1]).expect("base64");
        assert_eq!(String::from_utf8_lossy(&claims), format!("{{\"iat\":1568818578,\"iss\":\"{service}\"}}"));
        let signed = format!("{}.{}", parts[0], parts[1]);
        let tag = URL_SAFE_NO_PAD.decode(parts[2]).expect("base64");
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        assert!(hmac::verify(&key, signed.as_bytes(), &tag).is_ok());
        for wrong in ["", "short", service] {
            assert_eq!(super::token(&Secret::new(wrong), Timestamp::UNIX_EPOCH), None, "{wrong}");
        }
    }

    #[test]
    fn no_text_formats_itself() {
        assert_eq!(
            plain("# big\n* [click](https://x)\n1. one"),
            "\u{2060}# big\n\u{2060}* (click)(https://x)\n\u{2060}1. one"
        );
    }
}
