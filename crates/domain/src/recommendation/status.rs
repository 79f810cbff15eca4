//! Where a recommendation stands: derived from its intent and the GMC's answers, never kept a second time.

use super::Outcome;
use crate::sending::Standing;

/// What a person is told of it; exactly one at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It can be changed and submitted.
    Draft,
    /// The GMC, or nobody, has it: refused by a code, or given up; it is a draft again.
    Returned,
    /// Submitted; it waits to be sent, or is being sent.
    Submitted,
    /// Submitted; nobody knows whether the GMC has it.
    Confirming,
    /// The GMC has it and has not decided.
    UnderReview,
    /// The GMC has decided.
    Decided(Outcome),
    /// Taken back before it was submitted.
    Withdrawn,
}

impl Status {
    /// The word for programs.
    pub fn word(&self) -> &str {
        match self {
            Self::Draft => "draft",
            Self::Returned => "returned",
            Self::Submitted => "submitted",
            Self::Confirming => "unknown_confirming",
            Self::UnderReview => "under_review",
            Self::Decided(outcome) => outcome.word(),
            Self::Withdrawn => "withdrawn",
        }
    }

    /// In plain words.
    pub fn sentence(&self) -> &str {
        match self {
            Self::Draft => "Draft",
            Self::Returned => "Not with the GMC; draft again",
            Self::Submitted => "Submitted, on its way to the GMC",
            Self::Confirming => "Submitted, confirming with the GMC",
            Self::UnderReview => "Accepted by the GMC, under review",
            Self::Decided(Outcome::Approved) => "Approved by the GMC",
            Self::Decided(_) => "Rejected by the GMC",
            Self::Withdrawn => "Withdrawn before it was submitted",
        }
    }

    /// Whether its words can still be changed.
    pub fn is_draft(&self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

/// Derives it: whether it is closed, where its newest intent stands, and what the GMC has answered so far.
pub fn status(is_closed: bool, intent: Option<Standing>, outcome: Option<&Outcome>) -> Status {
    match (intent, outcome) {
        (Some(Standing::Accepted), Some(decided)) if decided.is_decided() => Status::Decided(decided.clone()),
        (Some(Standing::Accepted), _) => Status::UnderReview,
        (Some(Standing::Queued | Standing::Sending), _) => Status::Submitted,
        (Some(Standing::Unknown), _) => Status::Confirming,
        _ if is_closed => Status::Withdrawn,
        (Some(Standing::Rejected | Standing::Abandoned), _) => Status::Returned,
        (None, _) => Status::Draft,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_of_affairs_has_exactly_one_status() {
        let approved = Outcome::Approved;
        let cases = [
            (false, None, None, "draft"),
            (true, None, None, "withdrawn"),
            (false, Some(Standing::Queued), None, "submitted"),
            (false, Some(Standing::Sending), None, "submitted"),
            (false, Some(Standing::Unknown), None, "unknown_confirming"),
            (false, Some(Standing::Rejected), None, "returned"),
            (false, Some(Standing::Abandoned), None, "returned"),
            (true, Some(Standing::Rejected), None, "withdrawn"),
            (false, Some(Standing::Accepted), None, "under_review"),
            (false, Some(Standing::Accepted), Some(&Outcome::UnderReview), "under_review"),
            (true, Some(Standing::Accepted), Some(&approved), "approved"),
            (true, Some(Standing::Accepted), Some(&Outcome::Rejected), "rejected"),
        ];
        for (closed, intent, outcome, expected) in cases {
            assert_eq!(status(closed, intent, outcome).word(), expected, "{closed} {intent:?} {outcome:?}");
        }
    }
}
