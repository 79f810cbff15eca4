#![doc = include_str!("../README.md")]

mod begin;
mod end;

pub mod abort;
pub mod command;
pub mod external;
pub mod ledger;
pub mod memory;
pub mod node;
pub mod program;
pub mod scheduler;
pub mod steady;

pub use begin::{Begun, Missing, Start};
pub use end::Ended;
pub use ledger::Ledger;
pub use scheduler::{Claimed, Scheduler};
pub use steady::Steady;
