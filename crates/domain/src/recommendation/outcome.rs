//! What the GMC made of a recommendation, by its answers to questions about it.

/// An outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not decided.
    UnderReview,
    /// The GMC followed it.
    Approved,
    /// It did not.
    Rejected,
    /// A word we do not know, as received.
    Unrecognised(String),
}

impl Outcome {
    /// Reads `Status`; letter case and surrounding space do not matter, everything else does.
    pub fn read(text: &str) -> Self {
        let known =
            [("under review", Self::UnderReview), ("approved", Self::Approved), ("rejected", Self::Rejected)];
        let folded = text.trim().to_lowercase();
        let found = known.into_iter().find(|(word, _)| *word == folded).map(|(_, outcome)| outcome);
        found.unwrap_or_else(|| Self::Unrecognised(text.chars().take(60).collect()))
    }

    /// The word stored and shown.
    pub fn word(&self) -> &str {
        match self {
            Self::UnderReview => "under_review",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Unrecognised(_) => "unrecognised",
        }
    }

    /// Reads a stored word back; the text of what was not understood stands beside it.
    pub fn from_word(word: &str) -> Self {
        match word {
            "under_review" => Self::UnderReview,
            "approved" => Self::Approved,
            "rejected" => Self::Rejected,
            _ => Self::Unrecognised(String::new()),
        }
    }

    /// Whether the GMC has decided.
    pub fn is_decided(&self) -> bool {
        matches!(self, Self::Approved | Self::Rejected)
    }
}

/// The outcome after one more answer: what was decided stands, whatever comes late, and a word we do not know changes nothing
/// but is never lost.
pub fn after(before: Option<Outcome>, answer: Outcome) -> Outcome {
    match before {
        Some(decided) if decided.is_decided() => decided,
        _ => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_unknown_ones_are_kept() {
        let cases = [
            ("Approved", Outcome::Approved),
            (" approved\u{a0}", Outcome::Approved),
            ("REJECTED", Outcome::Rejected),
            ("Under Review", Outcome::UnderReview),
            ("Withdrawn", Outcome::Unrecognised("Withdrawn".into())),
            ("", Outcome::Unrecognised(String::new())),
        ];
        for (text, expected) in cases {
            assert_eq!(Outcome::read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_late_answer_never_reverts_a_decision() {
        for late in [Outcome::UnderReview, Outcome::Rejected, Outcome::Unrecognised("?".into())] {
            assert_eq!(after(Some(Outcome::Approved), late), Outcome::Approved);
        }
        assert_eq!(after(None, Outcome::UnderReview), Outcome::UnderReview);
        assert_eq!(after(Some(Outcome::UnderReview), Outcome::Approved), Outcome::Approved);
    }
}
