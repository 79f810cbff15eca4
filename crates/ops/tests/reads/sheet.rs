//! What must hold for any cells that are written to a file; shared with the fuzzer.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use ops::sheet::{Form, Sheet};

/// What a spreadsheet may take for the beginning of a formula. Source: OWASP, CSV injection; wide forms included.
const FORMULA: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
/// More would try nothing new.
const ROWS_MAX: usize = 20;
const COLUMNS_MAX: usize = 8;

/// Writes a text as a file of each form, lines parted by U+001E and cells by U+001F, and reads it again.
///
/// No cell is a formula, and every cell is what went in: with an apostrophe before what would be one as CSV, letter by
/// letter as XLSX.
pub fn judge(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let mut rows: Vec<Vec<String>> = text
        .split('\u{1e}')
        .take(ROWS_MAX)
        .map(|line| line.split('\u{1f}').take(COLUMNS_MAX).map(str::to_owned).collect())
        .collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(1);
    rows.iter_mut().for_each(|row| row.resize(width, String::new()));
    csv(&rows);
    xlsx(&rows);
}

fn written(rows: &[Vec<String>], form: Form) -> Vec<u8> {
    let mut sheet = Sheet::begin(form).expect("a sheet");
    rows.iter().for_each(|row| sheet.line(row).expect("a line"));
    let (mut file, length) = sheet.end().expect("a file");
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).expect("its bytes");
    assert_eq!(bytes.len() as u64, length);
    bytes
}

fn csv(rows: &[Vec<String>]) {
    let bytes = written(rows, Form::Csv);
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    let again: Vec<Vec<String>> =
        reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
    assert_eq!(again.len(), rows.len(), "a line was lost");
    for (cell, written) in rows.iter().flatten().zip(again.iter().flatten()) {
        assert!(!written.starts_with(FORMULA), "{written:?} begins like a formula");
        assert!(written == cell || written.strip_prefix('\'') == Some(cell), "{cell:?} became {written:?}");
    }
}

fn xlsx(rows: &[Vec<String>]) {
    let mut book = Xlsx::new(Cursor::new(written(rows, Form::Xlsx))).expect("a workbook");
    assert!(book.worksheet_formula("Doctors").expect("its formulas").is_empty(), "a cell is a formula");
    let sheet = book.worksheet_range("Doctors").expect("its sheet");
    for (y, row) in (0..).zip(rows) {
        for (x, cell) in (0..).zip(row) {
            let written = match sheet.get_value((y, x)) {
                None | Some(Data::Empty) => "",
                Some(Data::String(text)) => text,
                Some(other) => panic!("{cell:?} became {other:?}"),
            };
            assert_eq!(written, cell, "a cell was changed");
        }
    }
}
