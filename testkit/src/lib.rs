#![doc = include_str!("../README.md")]

mod mariadb;
mod scratch;

pub mod world;

pub use domain::clock::VirtualClock;
pub use mariadb::{MariaDb, READER_PASSWORD, mariadb};
pub use scratch::{Engine, Scratch, engines, scratch, store};

/// A fixed instant at which tests begin: a November evening in 2026, UTC.
pub fn start() -> jiff::Timestamp {
    // 2026-11-24T20:00:00Z, in seconds since 1970.
    jiff::Timestamp::from_second(1_795_550_400).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_instant_is_a_november_evening() {
        assert_eq!(super::start().to_string(), "2026-11-24T20:00:00Z");
    }
}
