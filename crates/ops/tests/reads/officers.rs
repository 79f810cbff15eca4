//! What must hold for any bytes in place of a file of responsible officers; shared with the fuzzer.

use domain::ids::BodyCode;
use ops::officers::read;

/// Reads bytes as such a file; nothing about them may make it panic. Says whether it was taken.
///
/// What was taken would be sent to the GMC letter by letter: seven digits, a surname, no space around anything. Every
/// line of it is there.
pub fn judge(bytes: &[u8]) -> bool {
    let known = ["NW", "1-AIIDWT"];
    let body = |named: &str| {
        known.contains(&named).then(|| BodyCode::new(named)).ok_or_else(|| "no such body".to_owned())
    };
    let lines = match read(bytes, body) {
        Ok(lines) => lines,
        Err(wrong) => {
            assert!(!wrong.sentence.is_empty());
            return false;
        }
    };
    for line in &lines {
        let number = &line.officer.gmc_number;
        assert!(number.len() == 7 && number.bytes().all(|byte| byte.is_ascii_digit()), "no GMC number");
        assert!(!line.officer.surname.is_empty(), "no surname");
        for text in [&line.officer.surname, &line.officer.phone, &line.user_name, &line.email] {
            assert_eq!(domain::ids::trim(text), text, "space around a value");
        }
    }
    let records = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes).into_records().count();
    assert_eq!(records, lines.len() + 1, "a line was lost");
    true
}
