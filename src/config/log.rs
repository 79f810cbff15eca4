//! What is logged, and for whom.

use jiff::SignedDuration;

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
    /// How long the lines of a run's own log are kept.
    pub keep_runs: SignedDuration,
}

/// Reads `[log]`.
pub fn read(reader: &Reader) -> Log {
    let format =
        if reader.word("log.format", &["json", "text"]) == "text" { Format::Text } else { Format::Json };
    let days = i64::try_from(reader.count("log.keep_runs_days", 1, 3660)).unwrap_or(1);
    Log {
        level: reader.word("log.level", &["error", "warn", "info", "debug"]),
        format,
        keep_runs: SignedDuration::from_hours(24 * days),
    }
}
