//! One-time codes, six digits each half minute (RFC 6238), as every authenticator shows them.

use jiff::Timestamp;
use totp_rs::{Builder, Secret, Totp};

/// Who is named in the authenticator.
const ISSUER: &str = "Reval";
/// Bytes of a secret; RFC 4226 asks for 20.
const SECRET: usize = 20;

fn totp(secret: &str) -> Option<Totp> {
    // Half a minute early or late is taken as well.
    Builder::new().with_secret(Secret::try_from_base32(secret).ok()?).build().ok()
}

/// A secret as people type it into their authenticator: base32.
pub(super) fn secret(chance: [u8; 32]) -> String {
    Secret::from(chance[..SECRET].to_vec()).to_base32()
}

/// The address by which an authenticator takes a secret over.
pub(super) fn link(name: &str, secret: &str) -> String {
    format!("otpauth://totp/{ISSUER}:{name}?secret={secret}&issuer={ISSUER}")
}

/// A code for paper, in groups that people can type: 80 bits.
pub(super) fn paper(chance: [u8; 32]) -> String {
    let code = Secret::from(chance[..10].to_vec()).to_base32();
    let groups: Vec<&str> = [0, 4, 8, 12].iter().filter_map(|at| code.get(*at..at + 4)).collect();
    groups.join("-")
}

/// Reads a code from paper as it is kept, if it is one.
pub(super) fn on_paper(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let code = code.to_uppercase();
    let is_base32 = code.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'));
    (code.len() == 16 && is_base32).then_some(code)
}

/// The half minute whose code this is, if it is one of now.
pub(super) fn step(secret: &str, code: &str, now: Timestamp) -> Option<u64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    totp(secret)?.check(&code, u64::try_from(now.as_second()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_on_paper_is_read_however_it_is_typed() {
        let code = paper([7; 32]);
        assert_eq!((code.len(), code.matches('-').count()), (19, 3), "{code}");
        let kept = on_paper(&code).expect("a code");
        for typed in [code.to_lowercase(), code.replace('-', " "), code.replace('-', ""), format!(" {code} ")]
        {
            assert_eq!(on_paper(&typed), Some(kept.clone()), "{typed}");
        }
        for typed in ["", "123456", "ABCD-EFGH-IJKL-MNO1", "ABCD-EFGH-IJKL-MNO"] {
            assert_eq!(on_paper(typed), None, "{typed}");
        }
    }

    /// The secret of RFC 6238, appendix B.
    const RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn second(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(seconds)
    }

    #[test]
    fn codes_are_those_of_the_standard_half_a_minute_around() {
        let cases = [
            // The last six digits of the RFC's eight.
            ("287082", 59, Some(1)),
            ("081804", 1_111_111_109, Some(37_037_036)),
            ("279037", 2_000_000_000, Some(66_666_666)),
            ("287 082", 59, Some(1)),
            ("287082", 89, Some(1)),
            ("287082", 90, None),
            ("287082", 0, Some(1)),
            ("287083", 59, None),
            ("", 59, None),
            ("28708２", 59, None),
        ];
        for (code, at, expected) in cases {
            assert_eq!(step(RFC, code, second(at)), expected, "{code} at {at}");
        }
        assert_eq!(step("not base32!", "287082", second(59)), None);
    }

    #[test]
    fn a_secret_is_what_an_authenticator_takes() {
        let secret = secret([7; 32]);
        assert_eq!(secret.len(), 32);
        assert!(totp(&secret).is_some());
        assert!(link("amira", &secret).starts_with("otpauth://totp/Reval:amira?secret="));
    }
}
