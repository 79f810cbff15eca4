//! Mail: over SMTP, encrypted unless the relay is next door. The receipt is the relay's 250 after the whole message.

use std::time::SystemTime;

use domain::secret::Secret;
use jiff::Timestamp;
use lettre::Message as Letter;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use super::answer::Refusal;
use super::{Message, SEND_MAX, Words, guard};

/// Longest subject, in characters. Arbitrary; programs cut it far earlier.
const SUBJECT_MAX: usize = 180;

/// How the way to the relay is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Encrypted from the first byte.
    Tls,
    /// Encrypted after the greeting, or not at all used.
    StartTls,
    /// In the clear: only to a relay on this machine or next door.
    Clear,
}

/// A relay and whom to write to.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The relay.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub security: Security,
    /// Account and password; never sent in the clear.
    pub account: Option<(String, Secret)>,
    /// The certificate of the authority that signed the relay's, PEM; `None` for the public authorities.
    pub authority: Option<Vec<u8>>,
    /// Who writes.
    pub from: Mailbox,
    /// To whom.
    pub to: Vec<Mailbox>,
}

/// Sends a message; gives what the relay said after the whole of it.
pub(super) async fn send(to: (&Mail, bool), message: &Message, at: Timestamp) -> Result<String, Refusal> {
    hand_over(to, &of_message(to.0, message, at)?).await
}

fn of_message(mail: &Mail, message: &Message, at: Timestamp) -> Result<Letter, Refusal> {
    // Mail programs gather what refers to the same thing.
    let about = match message.payloads.as_slice() {
        [one] => Some(one.incident_key.as_str()),
        _ => None,
    };
    letter(mail, &Words::of(message), (&message.key, about), at)
}

/// Sends words that are about no alert.
pub(super) async fn write(
    to: (&Mail, bool),
    words: &Words,
    key: &str,
    at: Timestamp,
) -> Result<String, Refusal> {
    hand_over(to, &letter(to.0, words, (key, None), at)?).await
}

async fn hand_over(to: (&Mail, bool), letter: &Letter) -> Result<String, Refusal> {
    let (mail, may_be_private) = to;
    let addresses = guard::resolve(&mail.host, mail.port, may_be_private).await?;
    let (name, tls) = (hello(mail), tls(mail)?);
    let at_once = tls.clone().filter(|_| mail.security == Security::Tls);
    let connecting =
        AsyncSmtpConnection::connect_tokio1(&addresses[..], Some(SEND_MAX), &name, at_once, None);
    let mut relay = connecting.await.map_err(refused)?;
    if let Some(tls) = tls.filter(|_| mail.security == Security::StartTls) {
        relay.starttls(tls, &name).await.map_err(refused)?;
    }
    if let Some((user, password)) = &mail.account {
        let credentials = Credentials::new(user.clone(), password.reveal().to_owned());
        relay.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(refused)?;
    }
    let said = relay.send(letter.envelope(), &letter.formatted()).await.map_err(refused)?;
    // The message is the relay's now; how the line is closed changes nothing.
    let _ = relay.quit().await;
    let text = said.message().collect::<Vec<_>>().join(" ");
    Ok(super::answer::said(&format!("{} {text}", said.code())))
}

/// What a relay that said no, or nothing, means: 5xx is its last word, anything else may pass.
fn refused(error: lettre::transport::smtp::Error) -> Refusal {
    let answer = error.to_string();
    if error.is_permanent() || error.is_client() {
        Refusal::lasting(answer)
    } else {
        Refusal::passing(answer)
    }
}

fn tls(mail: &Mail) -> Result<Option<TlsParameters>, Refusal> {
    if mail.security == Security::Clear {
        return Ok(None);
    }
    let wrong = |error| Refusal::lasting(format!("the encryption cannot be prepared: {error}"));
    let mut builder = TlsParameters::builder(mail.host.clone());
    if let Some(pem) = &mail.authority {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(wrong)?);
    }
    builder.build().map(Some).map_err(wrong)
}

/// How we call ourselves: by the domain we write from.
fn hello(mail: &Mail) -> ClientId {
    ClientId::Domain(mail.from.email.domain().to_owned())
}

fn letter(
    mail: &Mail,
    words: &Words,
    (key, about): (&str, Option<&str>),
    at: Timestamp,
) -> Result<Letter, Refusal> {
    let domain = mail.from.email.domain();
    let header = |name: &'static str, value: &str| {
        HeaderValue::new(HeaderName::new_from_ascii_str(name), one_line(value))
    };
    let mut builder = Letter::builder()
        .from(mail.from.clone())
        .date(SystemTime::from(at))
        .subject(one_line(&words.title).chars().take(SUBJECT_MAX).collect::<String>())
        .message_id(Some(format!("<{}@{domain}>", token(key))))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Reval-Key", &token(key)))
        .header(ContentType::TEXT_PLAIN);
    for to in &mail.to {
        builder = builder.to(to.clone());
    }
    if let Some(about) = about {
        builder = builder.references(format!("<{}@{domain}>", token(about)));
    }
    builder
        .body(text(words))
        .map_err(|error| Refusal::lasting(format!("the message cannot be written: {error}")))
}

/// Header lines end at a line's end: nothing that we were told may contain one.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A key as a part of a message's identity.
fn token(key: &str) -> String {
    key.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '.' }).collect()
}

fn text(words: &Words) -> String {
    let mut text = format!("{}\r\n\r\n", words.sentence);
    for part in [&words.remedy, &words.items].into_iter().filter(|part| !part.is_empty()) {
        text.push_str(&format!("{part}\r\n\r\n"));
    }
    if let Some((label, url)) = &words.link {
        text.push_str(&format!("{label}: {url}\r\n\r\n"));
    }
    for (name, value) in &words.facts {
        text.push_str(&format!("{name}: {}\r\n", one_line(value)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::words::tests::payload;

    fn mail() -> Mail {
        let mailbox = |text: &str| text.parse::<Mailbox>().expect("a mailbox");
        Mail {
            host: "relay.example".to_owned(),
            port: 25,
            security: Security::StartTls,
            account: None,
            authority: None,
            from: mailbox("Reval <reval@trust.example>"),
            to: vec![mailbox("team@trust.example")],
        }
    }

    #[test]
    fn no_text_can_add_a_header() {
        let mut evil = payload();
        evil.kind = "MISSED\r\nBcc: thief@evil.example\r\n\r\nhello".to_owned();
        evil.incident_key = "a\r\nBcc: b@evil.example".to_owned();
        let message = Message { key: "message/1\r\nX: y".to_owned(), payloads: vec![evil], instead_of: None };
        let letter = of_message(&mail(), &message, Timestamp::UNIX_EPOCH).expect("a letter").formatted();
        let letter = String::from_utf8(letter).expect("text");
        let (head, _) = letter.split_once("\r\n\r\n").expect("a head");
        let names: Vec<&str> = head
            .lines()
            .filter(|line| !line.starts_with(' '))
            .filter_map(|line| line.split(':').next())
            .collect();
        assert!(!names.iter().any(|name| ["Bcc", "X"].contains(name)), "{head}");
        assert!(names.contains(&"Message-ID") && names.contains(&"Auto-Submitted"), "{head}");
    }

    #[test]
    fn a_second_try_is_the_same_letter() {
        let message = Message { key: "message/1".to_owned(), payloads: vec![payload()], instead_of: None };
        let at = |seconds| Timestamp::from_second(seconds).unwrap_or_default();
        let id = |seconds| {
            let letter = of_message(&mail(), &message, at(seconds)).expect("a letter").formatted();
            let text = String::from_utf8_lossy(&letter).into_owned();
            text.lines().find(|line| line.starts_with("Message-ID")).map(str::to_owned)
        };
        assert_eq!(id(1), id(90));
        assert_eq!(id(1).as_deref(), Some("Message-ID: <message.1@trust.example>"));
    }
}
