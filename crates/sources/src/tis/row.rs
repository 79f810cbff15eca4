//! The seven tables that the rules read, and how a value of a row is taken, whichever source it comes from.

use jiff::civil::Date;

use super::error::{Origin, Place, TisError};
use super::gather::Gather;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number.
    Number,
    /// Text.
    Text,
    /// A date, perhaps with a midnight.
    Date,
}

/// A column that the rules read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// A table, the columns the rules read of it, and who takes its rows.
pub(super) struct Table {
    /// Name, and of the file before `.csv`.
    pub name: &'static str,
    /// The column by which the database knows a row; files know it by its line.
    pub key: Column,
    /// Columns by which values are asked, in this order.
    pub columns: &'static [Column],
    /// Takes one row.
    pub take: fn(&mut Gather<'_>, &dyn Row) -> Result<(), TisError>,
}

/// One row; columns are asked by their place in [`Table::columns`].
pub(super) trait Row {
    /// A value as written.
    fn raw(&self, column: usize) -> Option<&str>;
    /// The table it belongs to.
    fn table(&self) -> &'static Table;
    /// The file or table it stands in.
    fn origin(&self) -> Origin;
    /// Its line or key.
    fn place(&self) -> Place;
}

impl dyn Row + '_ {
    /// A value without the spaces around it; nothing is `None`.
    pub fn text(&self, column: usize) -> Option<String> {
        let value = self.raw(column)?.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// A value that must be there.
    pub fn key(&self, column: usize) -> Result<String, TisError> {
        self.text(column).ok_or_else(|| self.wrong(column, "no value, but it is a key"))
    }

    /// A date as `YYYY-MM-DD`, also with a midnight behind it.
    pub fn date(&self, column: usize) -> Result<Option<Date>, TisError> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let day = text.split_once([' ', 'T']).map_or(text.as_str(), |(day, time)| {
            if time.bytes().all(|b| matches!(b, b'0' | b':' | b'.')) { day } else { text.as_str() }
        });
        let plain = day.len() == 10 && day.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let date = if plain { day.parse().ok() } else { None };
        date.map(Some).ok_or_else(|| self.wrong(column, "a value that is no date as YYYY-MM-DD"))
    }

    /// A coded value; one we do not know is never given a default.
    pub fn code<T>(
        &self,
        column: usize,
        read: fn(&str) -> Option<T>,
        codes: &str,
    ) -> Result<Option<T>, TisError> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let unknown = || self.wrong(column, &format!("a code we do not know; it must be {codes}"));
        read(&text).map(Some).ok_or_else(unknown)
    }

    /// The sentence for a value of this row.
    pub fn wrong(&self, column: usize, problem: &str) -> TisError {
        TisError::Value {
            origin: self.origin(),
            place: self.place(),
            column: self.table().columns[column].name,
            problem: problem.to_owned(),
        }
    }
}
