//! What this room reads from outside, tried on files: extracts of TIS, and answers of the GMC in every shape.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod any_rows;
mod corpus;
mod database;
mod edges;
mod property;
mod proxy;
mod tis;
