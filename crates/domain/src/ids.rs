//! Identities: a bare string never crosses a room.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A seven-digit GMC number, the identity of a doctor everywhere.
///
/// `Debug` and `Display` differ on purpose: `Debug` ends up in logs and shows nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GmcNumber(String);

impl GmcNumber {
    /// Reads a GMC number from outside text, trimmed of every Unicode space; `None` if it is no key.
    pub fn parse(text: &str) -> Option<Self> {
        let text = trim(text);
        let usable = text.len() == 7 && text.bytes().all(|b| b.is_ascii_digit()) && text != "0000000";
        usable.then(|| Self(text.to_owned()))
    }

    /// The seven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for GmcNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GmcNumber(…)")
    }
}

impl fmt::Display for GmcNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A designated body's code: opaque text, its shape is not fixed (`1-AIIDWT`, `1-25U-830`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BodyCode(String);

impl BodyCode {
    /// Takes a code as it is written.
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// The code's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BodyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Trims every Unicode space, also the invisible ones that `char::is_whitespace` does not count.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_seven_digits_are_a_gmc_number() {
        let cases = [
            ("9000001", true),
            (" 9000001\u{A0}", true),
            ("\u{FEFF}9000001\u{200B}", true),
            ("0123456", true),
            ("900000", false),
            ("90000011", false),
            ("UNKNOWN", false),
            ("N/A", false),
            ("0", false),
            ("0000000", false),
            ("", false),
            ("9000 001", false),
            ("９０００００１", false),
        ];
        for (text, usable) in cases {
            assert_eq!(GmcNumber::parse(text).is_some(), usable, "{text:?}");
        }
    }

    #[test]
    fn a_gmc_number_does_not_reach_a_log_by_debug() {
        let number = GmcNumber::parse("9000001").expect("seven digits");
        assert!(!format!("{number:?}").contains("9000001"));
    }
}
