//! One CSV file of one table, row by row: what is wrong with it is said with its line and column.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

use csv::{ErrorKind, Position, Reader, ReaderBuilder, StringRecord};

use super::error::{Origin, Place, TisError};
use super::row::{Row, Table};

/// The longest row that is believed, in bytes; TIS's own text columns hold 64 KiB.
const ROW_MAX: u64 = 1024 * 1024;

/// One row of a file.
struct Line<'r> {
    table: &'static Table,
    line: u64,
    places: &'r [usize],
    record: &'r StringRecord,
}

impl Row for Line<'_> {
    /// Nothing, or the `\N` of a MySQL export, is `None`.
    fn raw(&self, column: usize) -> Option<&str> {
        self.record.get(self.places[column]).filter(|value| value.trim() != "\\N")
    }

    fn table(&self) -> &'static Table {
        self.table
    }

    fn origin(&self) -> Origin {
        Origin::File(self.table.name)
    }

    fn place(&self) -> Place {
        Place::Line(self.line)
    }
}

/// Reads all rows of a table, one in memory at a time.
pub(super) fn each_row(
    directory: &Path,
    table: &'static Table,
    mut take: impl FnMut(&dyn Row) -> Result<(), TisError>,
) -> Result<(), TisError> {
    let file = open(directory, table)?;
    let since_row = Rc::new(Cell::new(0));
    let counted = Counted { file, since_row: Rc::clone(&since_row) };
    let mut reader = ReaderBuilder::new().from_reader(counted);
    let places = places(&mut reader, table)?;
    let mut record = StringRecord::new();
    let mut rows = 0_u64;
    loop {
        since_row.set(0);
        let before = reader.position().line();
        if !reader.read_record(&mut record).map_err(|error| explain(error, table, before))? {
            break;
        }
        rows += 1;
        let line = record.position().map_or(before, Position::line);
        take(&Line { table, line, places: &places, record: &record })?;
    }
    if rows == 0 { Err(TisError::Empty { origin: Origin::File(table.name) }) } else { Ok(()) }
}

/// Opens a file that is whole as far as its last byte can tell.
fn open(directory: &Path, table: &'static Table) -> Result<File, TisError> {
    let path = directory.join(format!("{}.csv", table.name));
    let mut file = File::open(&path).map_err(|source| TisError::Open { path: path.clone(), source })?;
    let last = last_byte(&mut file).map_err(|source| TisError::Open { path, source })?;
    match last {
        None => Err(TisError::Empty { origin: Origin::File(table.name) }),
        Some(b'\n') => Ok(file),
        Some(_) => Err(TisError::Cut { table: table.name }),
    }
}

fn last_byte(file: &mut File) -> io::Result<Option<u8>> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(None);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    file.rewind()?;
    Ok(Some(last[0]))
}

fn places(reader: &mut Reader<Counted>, table: &'static Table) -> Result<Vec<usize>, TisError> {
    let header = reader.headers().map_err(|error| explain(error, table, 1))?;
    let mut places = Vec::new();
    for column in table.columns.iter().map(|column| column.name) {
        let mut found = header.iter().enumerate().filter(|(_, name)| name.trim() == column);
        match (found.next(), found.count()) {
            (Some((place, _)), 0) => places.push(place),
            (first, more) => {
                let found = usize::from(first.is_some()) + more;
                return Err(TisError::Column { table: table.name, column, found });
            }
        }
    }
    Ok(places)
}

fn explain(error: csv::Error, table: &'static Table, before: u64) -> TisError {
    let at = |position: &Option<Position>| position.as_ref().map_or(before, Position::line);
    let table = table.name;
    match error.into_kind() {
        ErrorKind::Utf8 { pos, .. } => TisError::Charset { table, line: at(&pos) },
        ErrorKind::UnequalLengths { pos, expected_len, len } => {
            TisError::Shape { table, line: at(&pos), columns: expected_len, found: len }
        }
        ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            TisError::Long { table, line: before, limit: ROW_MAX }
        }
        ErrorKind::Io(source) => TisError::Read { table, line: before, source },
        _ => TisError::Read { table, line: before, source: io::ErrorKind::InvalidData.into() },
    }
}

/// A file that refuses to feed a row without end into memory.
struct Counted {
    file: File,
    /// Bytes handed out since the last whole row.
    since_row: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.since_row.get() > ROW_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = self.file.read(buffer)?;
        self.since_row.set(self.since_row.get() + read as u64);
        Ok(read)
    }
}
