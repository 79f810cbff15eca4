#![doc = include_str!("../README.md")]

pub mod away;
pub mod channel;
mod daily_test;
pub mod declared;
pub mod deliver;
pub mod detect;
pub mod facts;
pub mod finding;
pub mod heartbeat;
pub mod load;
pub mod policy;
pub mod reconcile;
pub mod runbook;
pub mod turn;
