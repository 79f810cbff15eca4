//! What is logged, and for whom.

use super::reader::Reader;

/// For whom lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For programs.
    Json,
    /// For people.
    Text,
}

/// What is logged.
pub struct Log {
    /// Least weight of our own lines.
    pub level: String,
    /// For whom.
    pub format: Format,
}

/// Reads `[log]`.
pub fn read(reader: &Reader) -> Log {
    let format =
        if reader.word("log.format", &["json", "text"]) == "text" { Format::Text } else { Format::Json };
    Log { level: reader.word("log.level", &["error", "warn", "info", "debug"]), format }
}
