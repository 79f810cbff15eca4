//! "GMC says N, we show N": a fresh count of a body's list at the GMC laid beside the list we show.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::BodyCode;

/// What two counts of one list, laid side by side, come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// They are the same.
    Equal,
    /// They differ by what a hold or records set aside account for.
    Explained,
    /// They differ, and nothing we know accounts for it.
    Differs,
    /// There is no count of the GMC's to compare with.
    Unknown,
}

impl Verdict {
    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Explained => "explained",
            Self::Differs => "differs",
            Self::Unknown => "unknown",
        }
    }

    /// Reads a stored word back.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Equal, Self::Explained, Self::Differs, Self::Unknown];
        all.into_iter().find(|verdict| verdict.word() == word)
    }
}

/// What is known of one list when it is counted again. Units: doctors, but for `rejected`, which are records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// By a fresh answer of the GMC, or why there is no number.
    pub gmc: Result<u64, String>,
    /// On the list we show.
    pub ours: u64,
    /// Of those, kept because a record set aside stands in their place.
    pub not_confirmed: u64,
    /// Set aside from the newest answer.
    pub rejected: u64,
    /// On the list that waits for a person, if one does.
    pub held: Option<u64>,
}

/// Judges the two counts, and says why in plain words; nothing where they are equal.
///
/// A hold explains only what lies between the list we show and the one that waits. Records set aside explain as many
/// doctors more, and those kept for them as many fewer.
pub fn judge(counts: &Counts) -> (Verdict, String) {
    let gmc = match &counts.gmc {
        Ok(gmc) => *gmc,
        Err(reason) => return (Verdict::Unknown, reason.clone()),
    };
    let ours = counts.ours;
    if gmc == ours {
        return (Verdict::Equal, String::new());
    }
    let held = counts.held.unwrap_or(ours);
    let (low, high) = (ours.min(held), ours.max(held));
    let is_of_hold = low <= gmc && gmc <= high;
    let is_of_rejects = low.saturating_sub(counts.not_confirmed) <= gmc && gmc <= high + counts.rejected;
    let mut reasons = Vec::new();
    if let Some(held) = counts.held {
        reasons.push(format!("an answer of {held} doctors waits for a person"));
    }
    if !is_of_hold && gmc > ours && counts.rejected > 0 {
        reasons.push(format!("{} records were received and not processed", counts.rejected));
    }
    if !is_of_hold && gmc < ours && counts.not_confirmed > 0 {
        reasons.push(format!(
            "{} doctors are kept although the answer does not confirm them",
            counts.not_confirmed
        ));
    }
    if is_of_hold || is_of_rejects {
        return (Verdict::Explained, reasons.join("; "));
    }
    let apart = format!("{} {} than we show", gmc.abs_diff(ours), if gmc > ours { "more" } else { "fewer" });
    if reasons.is_empty() {
        return (Verdict::Differs, format!("{apart}, and nothing explains it"));
    }
    (Verdict::Differs, format!("{apart}; this does not explain all of it: {}", reasons.join("; ")))
}

/// Both counts of one list after one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recount {
    /// The list.
    pub body: BodyCode,
    /// The run after which it was counted.
    pub run_id: String,
    /// When the GMC was asked.
    pub at: Timestamp,
    /// Doctors by the GMC's fresh answer; `None` where it gave no whole one.
    pub gmc_count: Option<u64>,
    /// Doctors on the list we show.
    pub our_count: u64,
    /// What the two come to.
    pub verdict: Verdict,
    /// Why they differ, or why there is no number; empty where they are equal.
    pub reason: String,
}

impl Recount {
    /// Both counts in a line: "GMC says 4500, we show 4499".
    pub fn sentence(&self) -> String {
        let told = self.gmc_count.map_or_else(|| "no number".to_owned(), |count| count.to_string());
        format!("GMC says {told}, we show {}", self.our_count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(gmc: u64, ours: u64) -> Counts {
        Counts { gmc: Ok(gmc), ours, not_confirmed: 0, rejected: 0, held: None }
    }

    #[test]
    fn each_difference_is_explained_or_it_is_not() {
        use Verdict::{Differs, Equal, Explained};
        let cases = [
            (counts(45, 45), Equal),
            (counts(46, 45), Differs),
            (counts(44, 45), Differs),
            (counts(0, 45), Differs),
            (Counts { rejected: 1, ..counts(46, 45) }, Explained),
            (Counts { rejected: 1, ..counts(47, 45) }, Differs),
            (Counts { rejected: 1, ..counts(44, 45) }, Differs),
            (Counts { rejected: 1, not_confirmed: 2, ..counts(43, 45) }, Explained),
            (Counts { rejected: 1, not_confirmed: 2, ..counts(42, 45) }, Differs),
            (Counts { held: Some(18), ..counts(18, 45) }, Explained),
            (Counts { held: Some(18), ..counts(30, 45) }, Explained),
            (Counts { held: Some(18), ..counts(17, 45) }, Differs),
            (Counts { held: Some(18), ..counts(46, 45) }, Differs),
            (Counts { held: Some(18), ..counts(45, 45) }, Equal),
            (Counts { held: Some(18), rejected: 1, ..counts(46, 45) }, Explained),
            (Counts { held: Some(45), ..counts(45, 0) }, Explained),
        ];
        for (counts, expected) in cases {
            let (verdict, reason) = judge(&counts);
            assert_eq!(verdict, expected, "{counts:?}: {reason}");
            assert_eq!(reason.is_empty(), expected == Equal, "{counts:?}");
            assert_eq!(Verdict::from_word(verdict.word()), Some(verdict));
        }
    }

    #[test]
    fn without_a_number_of_theirs_nothing_is_said_of_ours() {
        let counts = Counts { gmc: Err("it was cut off".to_owned()), ..counts(0, 45) };
        assert_eq!(judge(&counts), (Verdict::Unknown, "it was cut off".to_owned()));
    }
}
