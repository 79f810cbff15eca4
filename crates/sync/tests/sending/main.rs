//! Words to the simulated GMC by the real sender: every death between two points, times every way a reply can be lost, on
//! both stores; and afterwards the row agrees with what the GMC holds, or says that it does not know.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod deaths;
mod house;
mod outcomes;
mod turns;
