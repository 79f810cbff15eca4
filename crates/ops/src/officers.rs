//! A file of responsible officers: one line for each body, whole or not taken at all.

use std::io::Read;

use domain::ids::{BodyCode, GmcNumber, trim};
use domain::recommendation::{Officer, officer_problems};

/// The columns of a file; their order does not matter, and others are not looked at.
const COLUMNS: [&str; 6] = ["body", "gmc_number", "surname", "phone", "user_name", "email"];

/// A body's officer as a line names them. `Debug` would show a person, so there is none.
#[derive(Clone, PartialEq, Eq)]
pub struct OfficerLine {
    /// The body.
    pub body: BodyCode,
    /// Who.
    pub officer: Officer,
    /// Their name as a user.
    pub user_name: String,
    /// Where the GMC may write to.
    pub email: String,
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongLine {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub sentence: String,
}

/// Reads a file of comma-separated values with a head line; `body` knows what a body is called.
///
/// Errors: the first line that is no officer of a known body. Spaces around values, invisible ones too, are no part of them.
pub fn read(
    file: impl Read,
    body: impl Fn(&str) -> Result<BodyCode, String>,
) -> Result<Vec<OfficerLine>, WrongLine> {
    let mut reader = csv::ReaderBuilder::new().from_reader(file);
    let head = reader.headers().map_err(|error| wrong(1, error.to_string()))?.clone();
    let mut at = [0; COLUMNS.len()];
    for (place, column) in at.iter_mut().zip(COLUMNS) {
        let found = head.iter().position(|one| trim(one) == column);
        *place = found.ok_or_else(|| wrong(1, format!("the column {column} is missing")))?;
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record
            .map_err(|error| wrong(error.position().map_or(0, csv::Position::line), error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let [named, gmc_number, surname, phone, user_name, email] =
            at.map(|place| trim(record.get(place).unwrap_or_default()).to_owned());
        let body = body(&named).map_err(|sentence| wrong(line, sentence))?;
        let gmc_number = GmcNumber::parse(&gmc_number).map_or(gmc_number, |number| number.to_string());
        let officer = Officer { gmc_number, surname, phone };
        if let Some(problem) = officer_problems(Some(&officer)).first() {
            return Err(wrong(line, problem.sentence.clone()));
        }
        lines.push(OfficerLine { body, officer, user_name, email });
    }
    Ok(lines)
}

fn wrong(line: u64, sentence: String) -> WrongLine {
    WrongLine { line, sentence }
}
