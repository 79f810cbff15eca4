//! Why a received record was set aside; on pages: "received, not processed".

use serde::{Deserialize, Serialize};

/// The rule that set a record aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The record carries no GMC number.
    NoNumber,
    /// The number is not seven digits.
    UnusableNumber,
    /// The item was nil.
    NilRecord,
    /// Two records with one number say different things.
    ConflictingRecords,
    /// One field is longer than the cap.
    OversizedField,
}

impl Reason {
    /// All reasons, for tables and filters.
    pub const ALL: [Self; 5] = [
        Self::NoNumber,
        Self::UnusableNumber,
        Self::NilRecord,
        Self::ConflictingRecords,
        Self::OversizedField,
    ];

    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoNumber => "no_number",
            Self::UnusableNumber => "unusable_number",
            Self::NilRecord => "nil_record",
            Self::ConflictingRecords => "conflicting_records",
            Self::OversizedField => "oversized_field",
        }
    }

    /// Reads a stored word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// The reason in plain words, for the admin of that body.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoNumber => {
                "The GMC sent this record without a GMC number, so we cannot tell which doctor it is about."
            }
            Self::UnusableNumber => {
                "The GMC number in this record is not seven digits, so we cannot tell which doctor it is about."
            }
            Self::NilRecord => "The GMC sent an empty record.",
            Self::ConflictingRecords => {
                "The GMC sent this GMC number more than once with different details, so we do not know which is right."
            }
            Self::OversizedField => {
                "A field of this record is too long to be real, so the record was not used."
            }
        }
    }

    /// Whether the record could be about anybody: while one such stands in an answer nobody is concluded absent.
    pub fn hides_its_doctor(self) -> bool {
        match self {
            Self::NoNumber | Self::UnusableNumber | Self::NilRecord | Self::OversizedField => true,
            Self::ConflictingRecords => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_word_and_reads_back() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_word(reason.word()), Some(reason));
            assert!(reason.sentence().ends_with('.'));
        }
    }
}
