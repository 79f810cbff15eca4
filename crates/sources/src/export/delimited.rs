//! An export as CSV: text in UTF-8, by commas, semicolons or tabs.

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use super::{COLUMNS_MAX, ExportError, Sheet};

/// Hands every row to the sheet.
pub(super) fn each_row(bytes: &[u8], sheet: &mut Sheet<'_>) -> Result<(), ExportError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(ExportError::Kind("no text"));
    }
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter(bytes)).from_reader(bytes);
    let mut record = StringRecord::new();
    loop {
        let row = usize::try_from(reader.position().line()).unwrap_or(usize::MAX);
        if !reader.read_record(&mut record).map_err(|error| explain(&error, row))? {
            return Ok(());
        }
        let row = record.position().map_or(row, |at| usize::try_from(at.line()).unwrap_or(row));
        let cells: Vec<String> = record.iter().take(COLUMNS_MAX).map(str::to_owned).collect();
        sheet.take(row, &cells)?;
    }
}

/// What parts the cells: whichever of the usual ones the first thousand bytes hold most.
fn delimiter(bytes: &[u8]) -> u8 {
    let start = &bytes[..bytes.len().min(1_000)];
    let often = |delimiter: &u8| start.iter().filter(|byte| *byte == delimiter).count();
    // Of equals the last is taken, so the comma stands last.
    b"\t;,".iter().copied().max_by_key(often).unwrap_or(b',')
}

fn explain(error: &csv::Error, row: usize) -> ExportError {
    match error.kind() {
        ErrorKind::Utf8 { .. } => ExportError::Kind("text in another encoding than UTF-8"),
        _ => ExportError::Broken { row, why: error.to_string() },
    }
}
