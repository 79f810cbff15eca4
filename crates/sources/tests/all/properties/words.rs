//! What must hold for any text in place of a word, a code, a number or a date from outside.

use domain::ids::{GmcNumber, trim};
use domain::listing::{Listing, Notice, Stated, number_of};
use domain::raw::RawDoctor;
use domain::recommendation::Outcome;
use sources::gmc::codes::Code;

/// Reads a text as each kind of word; nothing about it may make it panic.
///
/// What is understood is exactly what stands there; what is not is kept as received; nothing is made up.
pub fn judge(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    code(text);
    outcome(text);
    let number = GmcNumber::parse(text);
    if let Some(number) = &number {
        assert!(
            text.contains(number.as_str()) && number.as_str().len() == 7,
            "another number than stands there"
        );
        assert_ne!(number.as_str(), "0000000");
    }
    let stated = RawDoctor { gmc_reference_number: Some(text.to_owned()), ..RawDoctor::default() };
    assert_eq!(number_of(&stated).ok(), number, "two ways to read a number");
    listing(text);
}

fn code(text: &str) {
    let code = Code::read(text);
    match &code {
        Code::Success => assert_eq!(text, "0"),
        Code::Known(meaning) => assert_eq!(meaning.code, text),
        Code::Unknown(kept) => assert_eq!(kept, text, "a code we do not know was changed"),
    }
    assert!(!code.sentence().contains(char::is_control), "{:?}", code.sentence());
}

fn outcome(text: &str) {
    let outcome = Outcome::read(text);
    if let Outcome::Unrecognised(kept) = &outcome {
        assert!(text.starts_with(kept.as_str()), "a word we do not know was changed");
    } else {
        let word = outcome.word().replace('_', " ");
        assert!(text.trim().eq_ignore_ascii_case(&word), "{text:?} was taken for {word}");
    }
}

fn listing(text: &str) {
    let said = || Some(text.to_owned());
    let raw = RawDoctor {
        first_name: said(),
        last_name: said(),
        submission_date: said(),
        date_added: said(),
        doctor_status: said(),
        under_notice: said(),
        sanction: said(),
        ..RawDoctor::default()
    };
    let number = GmcNumber::parse("9000001").expect("seven digits");
    let listing = Listing::of(number, raw);
    let trimmed = trim(text);
    let words = Some(trimmed.to_owned()).filter(|text| !text.is_empty());
    for kept in [&listing.first_name, &listing.last_name, &listing.doctor_status, &listing.sanction] {
        assert_eq!(*kept, words, "a word was changed");
    }
    match &listing.submission_date {
        Stated::Known(date) => assert_eq!(trimmed, date.strftime("%d/%m/%Y").to_string(), "another date"),
        Stated::Unrecognised(kept) => assert_eq!(kept, trimmed),
        Stated::Absent => assert!(words.is_none(), "a date was lost"),
    }
    assert_eq!(listing.date_added, listing.submission_date);
    match &listing.under_notice {
        Stated::Known(notice) => {
            let letters = trimmed.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
            let word = [(Notice::Yes, "yes"), (Notice::No, "no"), (Notice::OnHold, "on hold")];
            assert!(word.contains(&(*notice, letters.as_str())), "{text:?} was taken for {}", notice.word());
        }
        Stated::Unrecognised(kept) => assert_eq!(kept, trimmed),
        Stated::Absent => assert!(words.is_none(), "a word was lost"),
    }
    let json = serde_json::to_string(&listing).expect("a listing always serialises");
    assert!(
        serde_json::from_str::<Listing>(&json).is_ok_and(|again| again == listing),
        "not read back the same"
    );
}
