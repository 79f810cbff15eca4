//! What must hold night after night, beyond the drills that have a name.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod crashes;
mod faults;
mod sameness;
mod written;
