#![doc = include_str!("../README.md")]

mod around;
mod assets;
mod fault;
mod frame;
mod freshness;
mod guard;
mod health;
mod host;
mod moment;
mod pages;
mod params;
mod parts;
mod reader;
mod routes;
mod status;
mod words;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

pub use routes::{paths, router};

/// What the pages stand on, filled in by the wiring.
pub struct App {
    /// Everything a person may do.
    pub ops: ops::Ops,
    /// Version and commit of this program.
    pub build: String,
    /// Gives the metrics as text.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Whether requests may come; false before the start is over and while draining.
    pub ready: Arc<AtomicBool>,
    /// How many alerts have reached nobody; every page says so.
    pub unheard: Arc<AtomicU64>,
}
