#![doc = include_str!("../README.md")]

pub mod gmc;
pub mod tis;
