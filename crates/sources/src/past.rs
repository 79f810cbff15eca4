//! Recommendations of a service before ours, as CSV or JSON, row by row: a bad row is set aside and the rest is read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use csv::{ErrorKind, ReaderBuilder};
use domain::recommendation::past::{self, Past};
use serde_json::Value;

/// The largest file that is read, in bytes. Ten years of 60,000 doctors are under 100 MiB.
const FILE_MAX: u64 = 256 * 1024 * 1024;
/// Most rows that are read.
const ROWS_MAX: usize = 1_000_000;

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// The file is not there, or a disk fails.
    #[error("{} cannot be opened: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is larger than any history.
    #[error("the file is larger than {} MiB, or has more than {ROWS_MAX} rows; import it in parts", FILE_MAX / (1024 * 1024))]
    TooLarge,
    /// It is neither CSV nor JSON in UTF-8.
    #[error("the file is {0}; save it as CSV or JSON in UTF-8")]
    Kind(&'static str),
    /// There is no column of GMC numbers.
    #[error("the head line names no column gmc_number; these are read: {}", past::COLUMNS.map(|column| column.0).join(", "))]
    NoNumbers,
    /// Two columns claim to be the same.
    #[error("two columns are called like {0}; keep one of them")]
    Twice(&'static str),
}

/// One row: where it stands, and what it says or why it is refused.
#[derive(Debug)]
pub struct PastRow {
    /// The line of a CSV file, or the place in a JSON list, from 1.
    pub at: u64,
    /// What it says, or why it is refused.
    pub read: Result<Past, String>,
}

/// Reads a file; JSON is a list of objects, whose objects within are read as if they were part of it.
pub fn read(path: &Path) -> Result<Vec<PastRow>, PastError> {
    let open = |source| PastError::Open { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    File::open(path).map_err(open)?.take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(open)?;
    if bytes.len() as u64 > FILE_MAX {
        return Err(PastError::TooLarge);
    }
    of_bytes(&bytes)
}

fn of_bytes(bytes: &[u8]) -> Result<Vec<PastRow>, PastError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(PastError::Kind("text in UTF-16")),
        [b'P', b'K', 3, 4, ..] => return Err(PastError::Kind("a workbook or an archive")),
        _ if bytes.contains(&0) => return Err(PastError::Kind("no text")),
        _ => {}
    }
    let is_json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let rows = if is_json { json(bytes)? } else { delimited(bytes)? };
    if rows.len() > ROWS_MAX { Err(PastError::TooLarge) } else { Ok(rows) }
}

fn delimited(bytes: &[u8]) -> Result<Vec<PastRow>, PastError> {
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(bytes);
    let head = reader.headers().map_err(|_| PastError::Kind("text in another encoding than UTF-8"))?;
    let columns: Vec<Option<&'static str>> = head.iter().map(past::column).collect();
    for (own, _) in past::COLUMNS {
        if columns.iter().filter(|column| **column == Some(own)).count() > 1 {
            return Err(PastError::Twice(own));
        }
    }
    if !columns.contains(&Some("gmc_number")) {
        return Err(PastError::NoNumbers);
    }
    let mut rows = Vec::new();
    for record in reader.records().take(ROWS_MAX + 1) {
        let (at, read) = match record {
            Ok(record) => {
                let at = record.position().map_or(0, |at| line(bytes, at));
                let cells = columns.iter().zip(record.iter());
                let values = cells.filter_map(|(column, cell)| Some(((*column)?, cell.to_owned())));
                let is_long = record.len() > columns.len();
                let too_many = || "it has more cells than the head line has columns".to_owned();
                (at, if is_long { Err(too_many()) } else { past::read(&values.collect()) })
            }
            Err(error) => {
                let why = match error.kind() {
                    ErrorKind::Utf8 { .. } => "it is text in another encoding than UTF-8",
                    _ => "it cannot be read",
                };
                (error.position().map_or(0, |at| line(bytes, at)), Err(why.to_owned()))
            }
        };
        rows.push(PastRow { at, read });
    }
    Ok(rows)
}

/// The line of a record, which begins before the empty lines that stand above it.
fn line(bytes: &[u8], at: &csv::Position) -> u64 {
    let from = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let above = bytes.get(from..).unwrap_or_default().iter().take_while(|byte| b"\r\n".contains(byte));
    at.line() + above.filter(|byte| **byte == b'\n').count() as u64
}

fn json(bytes: &[u8]) -> Result<Vec<PastRow>, PastError> {
    let items: Vec<Value> =
        serde_json::from_slice(bytes).map_err(|_| PastError::Kind("no list of JSON in UTF-8"))?;
    let row = |(place, item): (usize, Value)| {
        let read = match item {
            Value::Object(_) => {
                let mut values = BTreeMap::new();
                flatten(&item, &mut values);
                past::read(&values)
            }
            _ => Err("it is no object".to_owned()),
        };
        PastRow { at: place as u64 + 1, read }
    };
    Ok(items.into_iter().enumerate().map(row).collect())
}

/// Takes the values of an object, and of objects one below.
fn flatten(object: &Value, values: &mut BTreeMap<&'static str, String>) {
    let named = object.as_object().into_iter().flatten();
    for (name, value) in named {
        match (value, past::column(name)) {
            (Value::Object(within), _) => {
                for (name, value) in within.iter().filter(|(_, value)| !value.is_object()) {
                    keep(past::column(name), value, values);
                }
            }
            (value, column) => keep(column, value, values),
        }
    }
}

fn keep(column: Option<&'static str>, value: &Value, values: &mut BTreeMap<&'static str, String>) {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => return,
        other => other.to_string(),
    };
    if let Some(column) = column {
        values.entry(column).or_insert(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &[u8]) -> Vec<(u64, Option<String>)> {
        let rows = of_bytes(text).expect("it can be read");
        rows.into_iter().map(|row| (row.at, row.read.err())).collect()
    }

    #[test]
    fn a_bad_row_is_set_aside_with_its_line_and_the_rest_is_read() {
        let csv = b"\xEF\xBB\xBFgmcNumber,kind,shoe\n9000001,1,44\n90,1,44\n\n9000002,\xFF,44\n9000003,2,44,more\n9000004,3\n";
        let rows = said(csv);
        let lines: Vec<u64> = rows.iter().map(|row| row.0).collect();
        assert_eq!(lines, [2, 3, 5, 6, 7]);
        let why: Vec<bool> = rows.iter().map(|row| row.1.is_none()).collect();
        assert_eq!(why, [true, false, false, false, true], "{rows:?}");
    }

    #[test]
    fn a_snapshot_as_json_is_read_with_what_lies_within_it() {
        let json = br#"[{"gmcNumber":"9000001","revalidation":{"proposedOutcomeCode":"DEFER","deferralDate":"2019-06-30",
            "gmcRecommendationId":null}}, 7, {"gmcNumber":9000002,"kind":"1"}]"#;
        let rows = of_bytes(json).expect("a list");
        let first = rows[0].read.as_ref().expect("it is read");
        assert_eq!((first.kind.as_deref(), first.gmc_id.as_deref()), (Some("defer"), None));
        assert_eq!((rows[1].at, rows[1].read.is_err(), rows[2].read.is_ok()), (2, true, true));
    }

    #[test]
    fn what_is_no_history_is_refused_with_a_sentence() {
        let cases: [(&[u8], &str); 6] = [
            (b"PK\x03\x04x", "a workbook"),
            (b"\xFF\xFEx", "UTF-16"),
            (b"a\0b", "no text"),
            (b"name,kind\nx,1\n", "names no column gmc_number"),
            (b"gmc_number,gmcReferenceNumber\n", "two columns"),
            (b"[{]", "no list of JSON"),
        ];
        for (bytes, why) in cases {
            let error = of_bytes(bytes).expect_err("it is refused").to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
