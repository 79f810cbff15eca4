//! The GMC's return codes: meaning, whether a read may be tried again, and who must act.

/// A `ReturnCode` of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// `0`: carried out.
    Success,
    /// A code of the table.
    Known(&'static Meaning),
    /// Text that is no code we know, kept as received.
    Unknown(String),
}

/// What a code says.
#[derive(Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The code's text.
    pub code: &'static str,
    /// In plain words.
    pub sentence: &'static str,
    /// Who must act.
    pub who: Who,
}

/// Who must act on a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The program may try a read again by itself.
    Retry,
    /// Operations: accounts, addresses, access.
    Operations,
    /// Somebody must correct data or a profile.
    DataFix,
    /// The person who asked.
    User,
    /// A person must talk to the GMC.
    CallGmc,
    /// A defect of ours.
    Defect,
    /// The wanted state may already be reached: read again first.
    ReadAgain,
}

macro_rules! meanings {
    ($($code:literal $who:ident $sentence:literal,)*) => {
        /// The whole table.
        pub static MEANINGS: &[Meaning] = &[$(Meaning { code: $code, sentence: $sentence, who: Who::$who }),*];
    };
}

meanings! {
    "70" DataFix "the doctor's GMC number is missing or invalid",
    "80" DataFix "the designated body's code is missing or invalid",
    "81" Operations "this account may not act for that designated body",
    "82" DataFix "the doctor's surname is missing",
    "84" DataFix "the responsible officer's GMC number is missing or invalid",
    "85" DataFix "the responsible officer's surname is missing",
    "87" Defect "the kind of recommendation is invalid",
    "88" User "the reason is invalid",
    "89" User "the deferral date is invalid, or was sent without a deferral",
    "90" CallGmc "the doctor is not subject to revalidation",
    "91" ReadAgain "an open recommendation already exists",
    "92" User "the doctor is not under notice",
    "93" User "the doctor's revalidation is on hold",
    "94" User "the sub-reason is invalid",
    "95" CallGmc "the responsible officer is not licensed",
    "96" DataFix "the responsible officer is missing",
    "97" User "the sub-reason is missing",
    "98" Retry "the GMC had an internal error",
    "99" Operations "the GMC refused our credentials or our address",
    "100" ReadAgain "the doctor is already connected to this body",
    "106" CallGmc "the doctor has a revalidation lock",
    "110" Defect "the internal user is missing",
    "120" User "the reason for the change is missing or invalid",
    "130" DataFix "the recommendation's id is invalid",
    "140" ReadAgain "the doctor is not connected to this body",
    "150" DataFix "the internal user's e-mail address is missing",
    "160" CallGmc "the doctor's history of bodies is locked",
    "161" User "the deferral was sent too early",
}

impl Code {
    /// Reads the text of `ReturnCode`; anything but the exact code is unknown and no success.
    pub fn read(text: &str) -> Self {
        if text == "0" {
            return Self::Success;
        }
        MEANINGS.iter().find(|m| m.code == text).map_or_else(|| Self::Unknown(text.to_owned()), Self::Known)
    }

    /// The code in plain words.
    pub fn sentence(&self) -> String {
        match self {
            Self::Success => "carried out".to_owned(),
            Self::Known(meaning) => format!("code {}: {}", meaning.code, meaning.sentence),
            Self::Unknown(text) => {
                let shown: String = text.chars().filter(|c| c.is_ascii_graphic()).take(12).collect();
                format!("code \"{shown}\", which we do not know")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_exact_zero_is_success() {
        for text in ["", " 0", "0 ", "00", "zero", "-0"] {
            assert_eq!(Code::read(text), Code::Unknown(text.to_owned()), "{text:?}");
        }
        assert_eq!(Code::read("0"), Code::Success);
        assert!(matches!(Code::read("99"), Code::Known(m) if m.who == Who::Operations));
    }

    #[test]
    fn every_code_that_may_refuse_a_decision_has_its_sentence() {
        for (code, _) in domain::sending::REFUSALS {
            assert!(matches!(Code::read(code), Code::Known(_)), "{code}");
        }
    }

    #[test]
    fn every_code_stands_once() {
        let mut codes: Vec<&str> = MEANINGS.iter().map(|m| m.code).collect();
        let before = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!((codes.len(), before), (28, 28));
    }
}
