//! Why TIS was not used: table, row and column, never a person's data.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Which text is meant: a file of an extract, or a table of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The extract `TABLE.csv`.
    File(&'static str),
    /// The table itself.
    Table(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(table) => write!(f, "the TIS extract {table}.csv"),
            Self::Table(table) => write!(f, "the TIS table {table}"),
        }
    }
}

/// Where in a table something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of a file.
    Line(u64),
    /// A row of the database, by the name and the value of its key.
    Key(&'static str, String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Key(column, key) => write!(f, "the row with {column} {key}"),
        }
    }
}

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
    /// No rows at all.
    #[error("{origin} has no rows; an empty table is not believed")]
    Empty {
        /// The file or table.
        origin: Origin,
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
    #[error("{origin} has in {place}, column {column}, {problem}")]
    Value {
        /// The file or table.
        origin: Origin,
        /// The line or row.
        place: Place,
        /// The column.
        column: &'static str,
        /// What is wrong, without the value.
        problem: String,
    },
    /// The database did not let us in.
    #[error("the TIS database {address} cannot be used: {problem}")]
    Connect {
        /// Its address, without a password.
        address: String,
        /// What it or the network says.
        problem: String,
    },
    /// The database does not show the table as the rules need it.
    #[error("the TIS table {table} {problem}")]
    Table {
        /// The table.
        table: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A column is missing or holds something else than the rules read.
    #[error("the TIS table {table}, column {column}, {problem}")]
    Definition {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// Somebody keeps the table locked.
    #[error("the TIS table {table} is locked by somebody else; we waited {seconds} s and let go")]
    Locked {
        /// The table.
        table: &'static str,
        /// How long we waited.
        seconds: u64,
    },
    /// The reading took longer than it may.
    #[error("TIS was not read within {seconds} s, so the reading was given up{}", during(*table))]
    Slow {
        /// The table that was being read.
        table: Option<&'static str>,
        /// How long it may take.
        seconds: u64,
    },
    /// The connection broke while a table was read.
    #[error("the connection to the TIS database was lost after {rows} rows of the table {table}: {problem}")]
    Lost {
        /// The table.
        table: &'static str,
        /// Rows that had come.
        rows: u64,
        /// What the network says.
        problem: String,
    },
    /// The database refused or broke off a statement.
    #[error("the TIS database gave the table {table} no further after {rows} rows: {problem}")]
    Refused {
        /// The table.
        table: &'static str,
        /// Rows that had come.
        rows: u64,
        /// What the database says.
        problem: String,
    },
}

fn during(table: Option<&str>) -> String {
    table.map_or_else(String::new, |table| format!(" in the table {table}"))
}
