//! By which rules recommendations are taken.

use domain::ids::BodyCode;
use domain::recommendation::Window;
use domain::reference::Reference;
use jiff::SignedDuration;
use ops::Seconded;

use super::reader::Reader;

/// Days in three years: no deferral the GMC has ever granted is longer.
const LONGEST: u64 = 1_096;

/// Reads which bodies ask for a second person.
pub fn second_person(reader: &Reader, reference: &Reference) -> Seconded {
    let text = reader.text("recommendations.second_person");
    match text.trim() {
        "" => Seconded::Nobody,
        "all" => Seconded::Everybody,
        codes => Seconded::Bodies(
            codes
                .split('|')
                .map(|code| BodyCode::new(code.trim()))
                .inspect(|code| known(reader, reference, code))
                .collect(),
        ),
    }
}

fn known(reader: &Reader, reference: &Reference, code: &BodyCode) {
    if reference.body(code).is_none() {
        reader.wrong("recommendations.second_person", format!("there is no designated body {code}"));
    }
}

/// Reads how long the words of what was sent are kept once it is settled.
pub fn keep_words(reader: &Reader) -> SignedDuration {
    let days = i64::try_from(reader.count("recommendations.keep_words_days", 30, 3_660)).unwrap_or(30);
    SignedDuration::from_hours(days * 24)
}

/// Reads the bounds of a deferral.
pub fn window(reader: &Reader) -> Window {
    let days = |key: &str| i64::try_from(reader.count(key, 0, LONGEST)).unwrap_or_default();
    let window = Window {
        before_submission: days("recommendations.defer_before_days"),
        from: days("recommendations.defer_from_days"),
        until: days("recommendations.defer_until_days"),
    };
    if window.from > window.until {
        reader.wrong(
            "recommendations.defer_until_days",
            "must not be less than recommendations.defer_from_days",
        );
    }
    window
}
