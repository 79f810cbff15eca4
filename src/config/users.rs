//! How people come to what they may do.

use super::reader::Reader;

/// How people come to what they may do.
pub struct Users {
    /// Whether one asks and another confirms.
    pub two_people: bool,
}

/// Reads `[users]`.
pub fn read(reader: &Reader) -> Users {
    Users { two_people: reader.flag("users.two_people") }
}
