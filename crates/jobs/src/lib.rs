#![doc = include_str!("../README.md")]

pub mod ledger;
pub mod memory;

pub use ledger::{Begun, Ledger};
