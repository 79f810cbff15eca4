#![doc = include_str!("../README.md")]

pub mod canary;
pub mod compare;
pub mod context;
pub mod derive;
pub mod error;
pub mod holds;
pub mod night;
pub mod outcomes;
pub mod parity;
pub mod publish;
pub mod rebuild;
pub mod reconcile;
pub mod recount;
pub mod refusal;
pub mod rename;
pub mod rollback;
pub mod sending;
pub mod spool;
pub mod stage;
pub mod tis;
pub mod turn;

pub use context::{Context, Step};
pub use error::SyncError;
