//! A recommendation of a service before ours, as its snapshot says: text values, and often without the GMC's id.
//!
//! What an older service wrote is kept as it was written; only what could not be meant is refused, with a sentence.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Kind;
use crate::ids::{GmcNumber, trim};

/// Longest value that is taken in, in characters. Arbitrary; a comment is shorter.
const VALUE_MAX: usize = 10_000;

/// The columns, and what older services call them beside; case and punctuation make no difference.
pub const COLUMNS: [(&str, &[&str]); 11] = [
    ("gmc_number", &["gmcReferenceNumber", "doctorGmcNumber"]),
    ("gmc_id", &["gmcRecommendationId", "gmcRevalidationId", "recommendationId"]),
    ("body", &["designatedBodyCode", "designatedBody"]),
    ("kind", &["recommendationType", "proposedOutcomeCode", "type"]),
    ("outcome", &["gmcOutcome", "recommendationOutcome"]),
    ("submitted_on", &["actualSubmissionDate", "gmcSubmissionDateTime", "submittedDate"]),
    ("submission_date", &["gmcSubmissionDate", "dueDate"]),
    ("deferral_date", &[]),
    ("reason", &["deferralReason"]),
    ("sub_reason", &["deferralSubReason"]),
    ("admin", &["submitter", "submittedBy"]),
];

/// One of them. `Debug` shows no doctor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Of whom.
    pub gmc_number: GmcNumber,
    /// `RecommendationID`; older rows often lack it.
    pub gmc_id: Option<String>,
    /// The designated body, as it was written.
    pub body: Option<String>,
    /// What was recommended; a word that is not known is kept as it was written.
    pub kind: Option<String>,
    /// What the GMC made of it, as it was written.
    pub outcome: Option<String>,
    /// When it was submitted.
    pub submitted_on: Option<Date>,
    /// By when it was due then.
    pub submission_date: Option<Date>,
    /// The date a deferral asked for.
    pub deferral_date: Option<Date>,
    /// Its reason, a code or words.
    pub reason: Option<String>,
    /// Its sub-reason, a code or words.
    pub sub_reason: Option<String>,
    /// Who submitted it.
    pub admin: Option<String>,
}

impl fmt::Debug for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Past({})", self.gmc_id.as_deref().unwrap_or("without an id"))
    }
}

/// The column that a name means, if one does.
pub fn column(name: &str) -> Option<&'static str> {
    let plain = |name: &str| {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    let meant = plain(name);
    let is_called = |(own, others): &(&str, &[&str])| {
        plain(own) == meant || others.iter().any(|other| plain(other) == meant)
    };
    COLUMNS.iter().find(|column| is_called(column)).map(|(own, _)| *own)
}

/// Reads one from its values by column; what is empty is missing.
///
/// Errors: a sentence that says what cannot be meant; it repeats no value.
pub fn read(values: &BTreeMap<&'static str, String>) -> Result<Past, String> {
    for (column, value) in values {
        if value.chars().count() > VALUE_MAX || value.contains('\0') {
            return Err(format!("{column} is longer than {VALUE_MAX} characters, or no text"));
        }
    }
    let text = |column: &str| {
        let value = values.get(column).map(|value| trim(value)).unwrap_or_default();
        (!value.is_empty() && !value.eq_ignore_ascii_case("null")).then(|| value.to_owned())
    };
    let date = |column: &'static str| text(column).map(|text| day(column, &text)).transpose();
    let number = text("gmc_number").ok_or("gmc_number is missing")?;
    let kind = text("kind").map(|word| known(&word).map_or(word, |kind| kind.word().to_owned()));
    let past = Past {
        gmc_number: GmcNumber::parse(&number).ok_or("gmc_number is no GMC number: seven digits")?,
        gmc_id: text("gmc_id"),
        body: text("body"),
        kind,
        outcome: text("outcome"),
        submitted_on: date("submitted_on")?,
        submission_date: date("submission_date")?,
        deferral_date: date("deferral_date")?,
        reason: text("reason"),
        sub_reason: text("sub_reason"),
        admin: text("admin"),
    };
    let says_nothing = past.kind.is_none() && past.outcome.is_none() && past.gmc_id.is_none();
    if says_nothing { Err("it has neither kind nor outcome nor gmc_id".to_owned()) } else { Ok(past) }
}

/// A kind by our word, its code at the GMC, or the words of older pages.
fn known(word: &str) -> Option<Kind> {
    let plain = word.to_lowercase().replace([' ', '-'], "_");
    let found = Kind::ALL.into_iter().find(|kind| kind.code() == plain || kind.word() == plain);
    let by_older_pages = match plain.as_str() {
        "deferral" => Some(Kind::Defer),
        "nonengagement" | "notification_of_non_engagement" => Some(Kind::NonEngagement),
        _ => None,
    };
    found.or(by_older_pages)
}

/// A day as older services write it, perhaps with a time after it.
fn day(column: &str, text: &str) -> Result<Date, String> {
    let first = text.split([' ', 'T']).next().unwrap_or_default();
    let read = Date::strptime("%Y-%m-%d", first).or_else(|_| Date::strptime("%d/%m/%Y", first));
    read.map_err(|_| format!("{column} is no date: write it as 2019-06-30 or 30/06/2019"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(&'static str, &str)]) -> Result<Past, String> {
        read(&values.iter().map(|(column, value)| (*column, (*value).to_owned())).collect())
    }

    #[test]
    fn a_column_is_found_by_what_older_services_call_it() {
        for (name, meant) in [
            ("gmc_number", Some("gmc_number")),
            ("gmcReferenceNumber", Some("gmc_number")),
            ("GMC Recommendation ID", Some("gmc_id")),
            ("deferralDate", Some("deferral_date")),
            ("shoe size", None),
        ] {
            assert_eq!(column(name), meant, "{name}");
        }
    }

    #[test]
    fn what_is_missing_is_tolerated_and_what_cannot_be_meant_is_refused() {
        let number = ("gmc_number", "9000001");
        let past = of(&[number, ("kind", "Deferral"), ("deferral_date", "30/06/2019"), ("gmc_id", "null")]);
        let past = past.expect("one without an id");
        assert_eq!((past.kind.as_deref(), past.gmc_id), (Some("defer"), None));
        assert_eq!(past.deferral_date, Some(jiff::civil::date(2019, 6, 30)));
        let timed = of(&[number, ("kind", "1"), ("submitted_on", "2018-03-15T10:02:33")]).expect("a time");
        assert_eq!(timed.submitted_on, Some(jiff::civil::date(2018, 3, 15)));
        let strange = of(&[number, ("kind", "sideways"), ("outcome", "Pending?")]).expect("kept as it is");
        assert_eq!(
            (strange.kind.as_deref(), strange.outcome.as_deref()),
            (Some("sideways"), Some("Pending?"))
        );
        let long = "x".repeat(VALUE_MAX + 1);
        let refused: [(&[(&'static str, &str)], &str); 6] = [
            (&[("kind", "1")], "gmc_number is missing"),
            (&[("gmc_number", "90000"), ("kind", "1")], "gmc_number is no GMC number"),
            (&[number, ("kind", "1"), ("submitted_on", "June")], "submitted_on is no date"),
            (&[number, ("body", "1-AIIDWT")], "neither kind nor outcome"),
            (&[number, ("kind", &long)], "kind is longer"),
            (&[number, ("kind", "a\0b")], "or no text"),
        ];
        for (values, why) in refused {
            let said = of(values).expect_err("it is refused");
            assert!(said.contains(why), "{said}");
        }
    }
}
