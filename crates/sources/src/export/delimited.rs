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
    let mut lines = Lines { bytes, at: 0, row: 1 };
    loop {
        let row = lines.row_at(reader.position().byte());
        if !reader.read_record(&mut record).map_err(|error| explain(&error, row))? {
            return Ok(());
        }
        let row = record.position().map_or(row, |place| lines.row_at(place.byte()));
        let cells: Vec<String> = record.iter().take(COLUMNS_MAX).map(str::to_owned).collect();
        sheet.take(row, &cells)?;
    }
}

/// Counts lines as a person sees them; some programs end them with a bare carriage return, which `csv` does not count.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    row: usize,
}

impl Lines<'_> {
    /// The row, from 1, of what begins at a place or after the ends of lines there; places never go back.
    fn row_at(&mut self, place: u64) -> usize {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        while let Some(byte) = self.bytes.get(self.at) {
            let is_end = matches!(byte, b'\r' | b'\n');
            if self.at >= place && !is_end {
                break;
            }
            let is_half = *byte == b'\r' && self.bytes.get(self.at + 1) == Some(&b'\n');
            self.row += usize::from(is_end && !is_half);
            self.at += 1;
        }
        self.row
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
