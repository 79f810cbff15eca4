#![doc = include_str!("../README.md")]

pub mod catalogue;
pub mod child;
pub mod demo;
pub mod error;
pub mod facts;
pub mod invariants;
mod nights;
mod receiver;
mod recommending;
pub mod sandbox;
mod scenarios;
mod watching;
mod weeks;
mod weeks_report;

pub use catalogue::{SCENARIOS, Scenario, play, rehearse};
pub use error::DrillError;
pub use facts::{Fact, Facts};
pub use sandbox::{Own, Place, Sandbox};
