//! How people decide on holds, and how long what is set aside is kept.

use jiff::SignedDuration;

use super::reader::Reader;

/// How people decide on holds.
pub struct Holds {
    /// Whether one proposes and another confirms.
    pub two_people: bool,
    /// How long rejects and held answers are kept.
    pub keep: SignedDuration,
}

/// Reads `[holds]`.
pub fn read(reader: &Reader) -> Holds {
    let days = i64::try_from(reader.count("holds.keep_days", 1, 90)).unwrap_or(1);
    Holds { two_people: reader.flag("holds.two_people"), keep: SignedDuration::from_hours(days * 24) }
}
