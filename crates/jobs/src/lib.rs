#![doc = include_str!("../README.md")]

mod begin;
mod claim;
mod end;

pub mod abort;
pub mod ask;
pub mod command;
pub mod drain;
pub mod external;
pub mod ledger;
pub mod memory;
pub mod node;
pub mod program;
pub mod scheduler;
pub mod steady;

pub use begin::{Begun, Missing, Start};
pub use claim::{Claimed, Room};
pub use end::Ended;
pub use ledger::Ledger;
pub use scheduler::Scheduler;
pub use steady::Steady;
