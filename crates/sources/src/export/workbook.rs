//! An export as XLSX: the first sheet, cell by cell, after it is known how much the file unpacks to.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader as _, Xlsx};
use zip::ZipArchive;

use super::{COLUMNS_MAX, ExportError, Sheet};

/// Hands every row to the sheet.
pub(super) fn each_row(bytes: &[u8], unpacked_max: u64, sheet: &mut Sheet<'_>) -> Result<(), ExportError> {
    refuse_a_bomb(bytes, unpacked_max)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(1, error))?;
    let Some(name) = book.sheet_names().into_iter().next() else {
        return Err(ExportError::Kind("a workbook without a sheet"));
    };
    let mut cells = book.worksheet_cells_reader(&name).map_err(|error| broken(1, error))?;
    let (mut at, mut row): (u32, Vec<String>) = (0, Vec::new());
    let mut before = None;
    while let Some(cell) = cells.next_cell().map_err(|error| broken(at as usize + 1, error))? {
        let (line, column) = cell.get_position();
        // One that comes again would take the place of a doctor.
        if before.replace((line, column)) >= Some((line, column)) {
            return Err(broken(line as usize + 1, "its cells are not in order"));
        }
        if line != at {
            sheet.take(at as usize + 1, &row)?;
            row.clear();
            at = line;
        }
        let column = column as usize;
        if column < COLUMNS_MAX {
            row.resize(row.len().max(column + 1), String::new());
            row[column] = text(cell.get_value());
        }
    }
    sheet.take(at as usize + 1, &row)
}

/// A workbook is a packed file, and a small one can unpack to anything: what it really unpacks to is counted first,
/// because what it says about itself may be wrong.
pub(super) fn refuse_a_bomb(bytes: &[u8], most: u64) -> Result<(), ExportError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(1, error))?;
    let mut left = most;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| broken(1, error))?;
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let unpacked = unpacked.map_err(|error| broken(1, error))?;
        left = left.checked_sub(unpacked).ok_or(ExportError::TooLarge { bytes: most })?;
    }
    Ok(())
}

fn broken(row: usize, error: impl std::fmt::Display) -> ExportError {
    ExportError::Broken { row, why: error.to_string() }
}

/// A cell as text: whole numbers without a point, dates as ISO.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(instant) => {
            let (year, month, day, ..) = instant.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::Error(error) => format!("{error}"),
        DataRef::Empty => String::new(),
    }
}
