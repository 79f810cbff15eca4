//! Cells as a file that people open in a spreadsheet, where text stays text: values parted by commas, or XLSX.

use std::fs::File;
use std::io::{Seek, Write};

use domain::spreadsheet::safe;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::fault::{Fault, Kind};

/// Longest text of a cell, characters. Source: XLSX takes 32,767.
const CELL_MAX: usize = 32_000;
/// A mark by which spreadsheets know that a file is UTF-8; without it they spoil every accent.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Values parted by commas.
    Csv,
    /// A spreadsheet.
    Xlsx,
}

impl Form {
    /// Its word in addresses, and the ending of its files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Reads a word back.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Csv, Self::Xlsx].into_iter().find(|form| form.word() == word)
    }
}

enum Writer {
    Csv(Box<csv::Writer<File>>),
    Xlsx(Box<Workbook>, u32),
}

/// A file on its way; its first line is its heading.
pub struct Sheet(Writer);

impl Sheet {
    /// Begins an empty one.
    pub fn begin(form: Form) -> Result<Self, Fault> {
        match form {
            Form::Csv => {
                let mut file = tempfile::tempfile().map_err(unwritten)?;
                file.write_all(BYTE_ORDER_MARK).map_err(unwritten)?;
                Ok(Self(Writer::Csv(Box::new(csv::Writer::from_writer(file)))))
            }
            Form::Xlsx => {
                let mut book = Workbook::new();
                let sheet = book.add_worksheet_with_constant_memory().map_err(unwritten)?;
                sheet.set_name("Doctors").map_err(unwritten)?;
                sheet.set_freeze_panes(1, 0).map_err(unwritten)?;
                Ok(Self(Writer::Xlsx(Box::new(book), 0)))
            }
        }
    }

    /// Writes one line; every line has as many cells as the first.
    pub fn line(&mut self, cells: &[String]) -> Result<(), Fault> {
        match &mut self.0 {
            Writer::Csv(writer) => {
                writer.write_record(cells.iter().map(|cell| safe(cell).into_owned())).map_err(unwritten)
            }
            Writer::Xlsx(book, at) => {
                xlsx_line(book, *at, cells).map_err(unwritten)?;
                *at += 1;
                Ok(())
            }
        }
    }

    /// Gives the file, to be read from its beginning, and how many bytes it has; it is gone once it is dropped.
    pub fn end(self) -> Result<(File, u64), Fault> {
        let mut file = match self.0 {
            Writer::Csv(writer) => writer.into_inner().map_err(|error| unwritten(error.into_error()))?,
            Writer::Xlsx(mut book, _) => {
                let mut file = tempfile::tempfile().map_err(unwritten)?;
                book.save_to_writer(&mut file).map_err(unwritten)?;
                file
            }
        };
        let bytes = file.stream_position().map_err(unwritten)?;
        file.rewind().map_err(unwritten)?;
        Ok((file, bytes))
    }
}

/// Writes text cells alone: a formula in a name stays a name.
fn xlsx_line(book: &mut Workbook, at: u32, cells: &[String]) -> Result<(), XlsxError> {
    let sheet = book.worksheet_from_index(0)?;
    let bold = Format::new().set_bold();
    for (column, cell) in (0..).zip(cells) {
        let cell: String = cell.chars().take(CELL_MAX).collect();
        if at == 0 {
            sheet.write_string_with_format(at, column, cell, &bold)?;
        } else {
            sheet.write_string(at, column, cell)?;
        }
    }
    Ok(())
}

fn unwritten(error: impl std::error::Error + Send + Sync + 'static) -> Fault {
    let message = "The file could not be written; the list itself is safe. Try again in a minute.".to_owned();
    Fault { kind: Kind::Unavailable, message, source: Some(Box::new(error)) }
}
