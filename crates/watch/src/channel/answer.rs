//! What a receiver said that did not take a message, and what that means for the next try.

use jiff::{SignedDuration, Timestamp};

/// Longest kept of what a receiver said, in characters.
const SAID_MAX: usize = 200;
/// Longest that a receiver may put us off. Arbitrary; a receiver that wants more is asked too early.
const PUT_OFF_MAX: SignedDuration = SignedDuration::from_hours(1);

/// A message that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What the receiver said, or what stood in the way; no secrets.
    pub answer: String,
    /// How long it asked us to wait.
    pub retry_after: Option<SignedDuration>,
    /// Whether waiting alone makes nothing better.
    pub is_final: bool,
}

impl Refusal {
    /// What may be better in a moment.
    pub fn passing(answer: impl AsRef<str>) -> Self {
        Self { answer: said(answer.as_ref()), retry_after: None, is_final: false }
    }

    /// What a person must put right.
    pub fn lasting(answer: impl AsRef<str>) -> Self {
        Self { is_final: true, ..Self::passing(answer) }
    }
}

/// A text of a stranger on one line, without control characters, and short.
pub(super) fn said(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SAID_MAX).collect()
}

/// How long a receiver asks us to wait: seconds, or an instant of HTTP.
pub(super) fn retry_after(value: &str, at: Timestamp) -> Option<SignedDuration> {
    let wait = match value.trim().parse::<u32>() {
        Ok(seconds) => SignedDuration::from_secs(i64::from(seconds)),
        Err(_) => {
            let until = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value.trim()).ok()?;
            until.duration_since(at)
        }
    };
    wait.is_positive().then(|| wait.min(PUT_OFF_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_in_both_forms_and_bounded() {
        let at = "2026-11-25T00:12:00Z".parse().unwrap_or_default();
        let cases = [
            ("30", Some(30)),
            (" 30 ", Some(30)),
            ("Wed, 25 Nov 2026 00:12:45 GMT", Some(45)),
            ("Wed, 25 Nov 2026 00:11:45 GMT", None),
            ("86400", Some(3600)),
            ("0", None),
            ("-3", None),
            ("soon", None),
        ];
        for (value, seconds) in cases {
            assert_eq!(retry_after(value, at), seconds.map(SignedDuration::from_secs), "{value:?}");
        }
    }

    #[test]
    fn what_a_stranger_said_is_one_short_line() {
        assert_eq!(said("no\r\nservice\u{1b}[31m\t!"), "no service [31m !");
        assert_eq!(said(&"x".repeat(5_000)).len(), SAID_MAX);
    }
}
