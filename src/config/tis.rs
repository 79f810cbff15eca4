//! Where the training records are, and how they are judged.

use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::reader::Reader;

/// Where TIS is.
pub struct TisSettings {
    /// The folder with the extracts.
    pub extracts: PathBuf,
    /// Days an ended membership still counts if no other is current.
    pub grace_days: u16,
    /// Where "today" is.
    pub zone: TimeZone,
}

/// Reads `[tis]`.
pub fn read(reader: &Reader) -> TisSettings {
    let name = reader.filled("tis.zone");
    let zone = TimeZone::get(&name).unwrap_or_else(|_| {
        let sentence = format!("is \"{name}\", which is no time zone; an example is \"Europe/London\"");
        reader.wrong("tis.zone", sentence);
        TimeZone::UTC
    });
    TisSettings {
        extracts: PathBuf::from(reader.filled("tis.extracts")),
        grace_days: u16::try_from(reader.count("tis.grace_days", 0, 365)).unwrap_or_default(),
        zone,
    }
}
