//! What one body's list says about one doctor: the GMC's facts, read field by field and never guessed.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{GmcNumber, trim};
use crate::raw::RawDoctor;
use crate::reject::Reason;

/// A date the GMC stated, or what stood in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stated<T> {
    /// Nothing was stated: the element was absent, nil or blank.
    #[default]
    Absent,
    /// The value, understood.
    Known(T),
    /// Text we do not recognise, kept as received.
    Unrecognised(String),
}

impl<T> Stated<T> {
    /// The value, if it is understood.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Unrecognised(_) => None,
        }
    }

    /// The text as received, if it is not understood.
    pub fn raw(&self) -> Option<&str> {
        match self {
            Self::Unrecognised(text) => Some(text),
            Self::Absent | Self::Known(_) => None,
        }
    }

    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// Whether the GMC has asked for a recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Under notice.
    Yes,
    /// Not under notice.
    No,
    /// Revalidation is on hold.
    OnHold,
}

impl Notice {
    /// The word stored and shown to programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::OnHold => "on_hold",
        }
    }
}

/// One doctor on one body's list.
///
/// `DoctorStatus`, `Breach`, the investigations and `Sanction` have no published vocabulary: they are the GMC's
/// words verbatim, never interpreted. `Debug` shows nothing: this is personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The doctor's identity.
    pub gmc_number: GmcNumber,
    /// First name as the GMC spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name as the GMC spells it; also what the GMC expects back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The last day on which a recommendation may arrive.
    #[serde(default, skip_serializing_if = "Stated::is_absent")]
    pub submission_date: Stated<Date>,
    /// The day the doctor was connected to the body.
    #[serde(default, skip_serializing_if = "Stated::is_absent")]
    pub date_added: Stated<Date>,
    /// Under notice: yes, no, on hold, or not understood.
    #[serde(default, skip_serializing_if = "Stated::is_absent")]
    pub under_notice: Stated<Notice>,
    /// The GMC's `DoctorStatus`, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doctor_status: Option<String>,
    /// The GMC's `Breach`, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breach: Option<String>,
    /// The GMC's `Investigation`, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub investigation: Option<String>,
    /// The GMC's `PreliminaryInvestigation`, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preliminary_investigation: Option<String>,
    /// The GMC's `Sanction`, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sanction: Option<String>,
}

impl fmt::Debug for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listing(…)")
    }
}

/// What the GMC calls the fields that tell of sanctions and investigations; who sees them is a matter of its own.
pub const SENSITIVE: [&str; 3] = ["investigation", "preliminary_investigation", "sanction"];

impl Listing {
    /// The listing without what tells of sanctions and investigations.
    pub fn without_sensitive(self) -> Self {
        Self { investigation: None, preliminary_investigation: None, sanction: None, ..self }
    }

    /// Reads one raw doctor on its own; only a record without a usable GMC number is refused.
    pub fn read(raw: RawDoctor) -> Result<Self, Reason> {
        number_of(&raw).map(|gmc_number| Self::of(gmc_number, raw))
    }

    /// Reads the fields of a record whose number is known to be usable.
    pub fn of(gmc_number: GmcNumber, raw: RawDoctor) -> Self {
        Self {
            gmc_number,
            first_name: words(raw.first_name),
            last_name: words(raw.last_name),
            submission_date: date(raw.submission_date),
            date_added: date(raw.date_added),
            under_notice: notice(raw.under_notice),
            doctor_status: words(raw.doctor_status),
            breach: words(raw.breach),
            investigation: words(raw.investigation),
            preliminary_investigation: words(raw.preliminary_investigation),
            sanction: words(raw.sanction),
        }
    }
}

/// The number of a record, or why it has none that can be used.
pub fn number_of(raw: &RawDoctor) -> Result<GmcNumber, Reason> {
    if raw.nil {
        return Err(Reason::NilRecord);
    }
    let stated = raw.gmc_reference_number.as_deref().map(trim).unwrap_or_default();
    if stated.is_empty() {
        return Err(Reason::NoNumber);
    }
    GmcNumber::parse(stated).ok_or(Reason::UnusableNumber)
}

/// Text with its outer spaces gone; blank is absent.
fn words(raw: Option<String>) -> Option<String> {
    let text = raw?;
    let trimmed = trim(&text);
    match trimmed.len() {
        0 => None,
        all if all == text.len() => Some(text),
        _ => Some(trimmed.to_owned()),
    }
}

/// Reads `dd/MM/yyyy` and nothing else: two-digit years, other orders and impossible days stay raw.
fn date(raw: Option<String>) -> Stated<Date> {
    let Some(text) = words(raw) else { return Stated::Absent };
    match civil_date(&text) {
        Some(date) => Stated::Known(date),
        None => Stated::Unrecognised(text),
    }
}

fn civil_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| match i {
            2 | 5 => *b == b'/',
            _ => b.is_ascii_digit(),
        });
    if !shaped {
        return None;
    }
    let (day, month, year) = (text[0..2].parse().ok()?, text[3..5].parse().ok()?, text[6..10].parse().ok()?);
    Date::new(year, month, day).ok()
}

fn notice(raw: Option<String>) -> Stated<Notice> {
    let Some(text) = words(raw) else { return Stated::Absent };
    // The GMC's own spelling, of nearly every record.
    match text.as_str() {
        "Yes" => return Stated::Known(Notice::Yes),
        "No" => return Stated::Known(Notice::No),
        _ => {}
    }
    match text.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ").as_str() {
        "yes" => Stated::Known(Notice::Yes),
        "no" => Stated::Known(Notice::No),
        "on hold" => Stated::Known(Notice::OnHold),
        _ => Stated::Unrecognised(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered() -> RawDoctor {
        RawDoctor { gmc_reference_number: Some("9000001".into()), ..RawDoctor::default() }
    }

    #[test]
    fn a_date_is_day_month_year_or_stays_as_received() {
        let known = |y, m, d| Stated::Known(Date::new(y, m, d).expect("a date of the table"));
        let raw = |text: &str| Stated::Unrecognised(text.to_owned());
        let cases = [
            (Some("29/02/2024"), known(2024, 2, 29)),
            (Some(" 01/12/2026\u{A0}"), known(2026, 12, 1)),
            (Some("29/02/2023"), raw("29/02/2023")),
            (Some("12/25/2026"), raw("12/25/2026")),
            (Some("1/2/26"), raw("1/2/26")),
            (Some("2026-12-01"), raw("2026-12-01")),
            (Some("00/00/0000"), raw("00/00/0000")),
            (Some("+1/02/2026"), raw("+1/02/2026")),
            (Some("soon"), raw("soon")),
            (Some("  "), Stated::Absent),
            (Some(""), Stated::Absent),
            (None, Stated::Absent),
        ];
        for (text, expected) in cases {
            assert_eq!(date(text.map(str::to_owned)), expected, "{text:?}");
        }
    }

    #[test]
    fn an_unknown_notice_word_is_never_yes_or_no() {
        let raw = |text: &str| Stated::Unrecognised(text.to_owned());
        let cases = [
            (Some("Yes"), Stated::Known(Notice::Yes)),
            (Some(" NO "), Stated::Known(Notice::No)),
            (Some("On  Hold"), Stated::Known(Notice::OnHold)),
            (Some("Y"), raw("Y")),
            (Some("Perhaps"), raw("Perhaps")),
            (Some(" "), Stated::Absent),
            (None, Stated::Absent),
        ];
        for (text, expected) in cases {
            assert_eq!(notice(text.map(str::to_owned)), expected, "{text:?}");
        }
    }

    #[test]
    fn a_doctor_without_an_under_notice_flag_is_listed() {
        let listing = Listing::read(numbered()).expect("a usable number is enough");
        assert_eq!(listing.under_notice, Stated::Absent);
        assert_eq!(listing.first_name, None);
    }

    #[test]
    fn only_the_number_decides_whether_a_record_is_set_aside() {
        let with = |number: Option<&str>| RawDoctor {
            gmc_reference_number: number.map(str::to_owned),
            ..numbered()
        };
        assert_eq!(Listing::read(with(None)).err(), Some(Reason::NoNumber));
        assert_eq!(Listing::read(with(Some(" \u{A0}"))).err(), Some(Reason::NoNumber));
        assert_eq!(Listing::read(with(Some("TBC"))).err(), Some(Reason::UnusableNumber));
        assert_eq!(Listing::read(RawDoctor { nil: true, ..numbered() }).err(), Some(Reason::NilRecord));
    }

    #[test]
    fn what_is_stored_reads_back_the_same() {
        let raw = RawDoctor {
            under_notice: Some("Perhaps".into()),
            submission_date: Some("01/12/2026".into()),
            ..numbered()
        };
        let listing = Listing::read(raw).expect("usable");
        let stored = serde_json::to_string(&listing).expect("json");
        let back: Listing = serde_json::from_str(&stored).expect("json");
        assert!(listing == back);
    }
}
