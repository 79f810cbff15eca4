#![doc = include_str!("../README.md")]

pub mod answer;
pub mod chance;
mod control;
pub mod desk;
pub mod edits;
pub mod faults;
pub mod journal;
pub mod population;
pub mod register;
mod reply;
pub mod server;
pub mod story;
pub mod tis;

pub use faults::{Fault, Rule};
pub use population::World;
pub use server::{SimConfig, Simulator};
pub use story::Story;

/// The codes of the thirteen bodies in the order the nightly run asks for them; the last is the small one.
pub const BODIES: [&str; 13] = [
    "1-1RSG4X0",
    "1-1RSSPZ7",
    "1-1RSSQ05",
    "1-1RSSQ1B",
    "1-1RSSQ2H",
    "1-1RSSQ5L",
    "1-1RSSQ6R",
    "1-1RUZUSF",
    "1-1RUZUVB",
    "1-1RUZUYF",
    "1-1RUZV1D",
    "1-1RUZV4H",
    "1-1RUZV6H",
];
