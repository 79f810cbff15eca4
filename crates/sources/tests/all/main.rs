//! What this room reads from outside, tried on files: extracts of TIS, and answers of the GMC in every shape.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod corpus;
mod property;
mod tis;
