//! How old a list is and what that means; no page is built without it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Ages at which a list turns amber and red.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Older than this is late.
    pub amber: SignedDuration,
    /// Older than this is stale.
    pub red: SignedDuration,
}

impl Default for Promise {
    fn default() -> Self {
        Self { amber: SignedDuration::from_hours(26), red: SignedDuration::from_hours(50) }
    }
}

/// The weight of an age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Age {
    /// Within the promise.
    Fresh,
    /// Past the first threshold, or tonight's answer was held or failed.
    Amber,
    /// Past the second threshold.
    Red,
    /// Nothing was ever published.
    Never,
}

impl Age {
    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Never => "never",
        }
    }
}

/// Judges an age at the instant a page is made. `data_as_of` is when the request for the list was sent.
///
/// At the threshold itself the list is late: a promise of 26 hours is broken when 26 hours have gone.
pub fn judge(promise: &Promise, data_as_of: Option<Timestamp>, now: Timestamp) -> Age {
    let Some(as_of) = data_as_of else { return Age::Never };
    let age = now.duration_since(as_of);
    if age >= promise.red {
        Age::Red
    } else if age >= promise.amber {
        Age::Amber
    } else {
        Age::Fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_turns_amber_and_red_at_its_hours() {
        let as_of = Timestamp::UNIX_EPOCH;
        let at = |minutes: i64| as_of + SignedDuration::from_mins(minutes);
        let cases = [
            (0, Age::Fresh),
            (26 * 60 - 1, Age::Fresh),
            (26 * 60, Age::Amber),
            (50 * 60 - 1, Age::Amber),
            (50 * 60, Age::Red),
        ];
        for (minutes, age) in cases {
            assert_eq!(judge(&Promise::default(), Some(as_of), at(minutes)), age, "{minutes} minutes");
        }
        assert_eq!(judge(&Promise::default(), None, as_of), Age::Never);
    }
}
