//! Trainees out of a directory with CSV extracts of seven tables of TIS.

use std::path::Path;

use domain::tis_rules::Rules;
use jiff::Timestamp;
use jiff::civil::Date;

use super::error::TisError;
use super::file::each_row;
use super::gather::{Gather, TABLES, TisExtract};

/// When the oldest of the files was written: what they say is no fresher than that.
pub fn oldest_change(directory: &Path) -> Result<Timestamp, TisError> {
    let mut oldest = Timestamp::MAX;
    for table in &TABLES {
        let path = directory.join(format!("{}.csv", table.name));
        let written = std::fs::metadata(&path).and_then(|file| file.modified());
        let written = written.map_err(|source| TisError::Open { path, source })?;
        oldest = oldest.min(Timestamp::try_from(written).unwrap_or(Timestamp::MIN));
    }
    Ok(oldest)
}

/// Reads the extracts as of a day: all of them or none.
pub fn read(directory: &Path, rules: &Rules<'_>, today: Date) -> Result<TisExtract, TisError> {
    let mut gather = Gather::new(rules, today);
    for table in &TABLES {
        each_row(directory, table, |row| (table.take)(&mut gather, row))?;
    }
    Ok(gather.finish())
}
