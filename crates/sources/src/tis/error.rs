//! Why an extract of TIS was not used: file, line and column, never a person's data.

use std::io;
use std::path::PathBuf;

/// Any of these keeps TIS on its last good snapshot; the GMC's side is not touched.
#[derive(Debug, thiserror::Error)]
pub enum TisError {
    /// The file is missing or shut.
    #[error("the TIS extract {} cannot be opened: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file broke off while it was read.
    #[error("the TIS extract {table}.csv could not be read from line {line} on: {source}")]
    Read {
        /// The table.
        table: &'static str,
        /// The first line that was not whole.
        line: u64,
        /// What the system says.
        source: io::Error,
    },
    /// The last line has no end.
    #[error("the TIS extract {table}.csv does not end with a line end, so it may have been cut off")]
    Cut {
        /// The table.
        table: &'static str,
    },
    /// Nothing below the header.
    #[error("the TIS extract {table}.csv has no rows; an empty table is not believed")]
    Empty {
        /// The table.
        table: &'static str,
    },
    /// A column the rules read is not there, or there twice.
    #[error("the TIS extract {table}.csv has {found} columns named {column} in its first line; it needs one")]
    Column {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// How often it is there.
        found: usize,
    },
    /// Not UTF-8.
    #[error("the TIS extract {table}.csv is not UTF-8 in line {line}; export it again as UTF-8")]
    Charset {
        /// The table.
        table: &'static str,
        /// The line.
        line: u64,
    },
    /// A row with more or fewer values than the header has columns.
    #[error("the TIS extract {table}.csv has {found} values in line {line}, but {columns} columns")]
    Shape {
        /// The table.
        table: &'static str,
        /// The line.
        line: u64,
        /// Columns of the header.
        columns: u64,
        /// Values of the row.
        found: u64,
    },
    /// A row that is too long to be real, such as one with an open quote.
    #[error(
        "the TIS extract {table}.csv has a row of more than {limit} bytes in line {line}; look for an open quote"
    )]
    Long {
        /// The table.
        table: &'static str,
        /// The line in which it starts.
        line: u64,
        /// The longest row that is believed, in bytes.
        limit: u64,
    },
    /// A value that cannot be used.
    #[error("the TIS extract {table}.csv has in line {line}, column {column}, {problem}")]
    Value {
        /// The table.
        table: &'static str,
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
        /// What is wrong, without the value.
        problem: String,
    },
}
