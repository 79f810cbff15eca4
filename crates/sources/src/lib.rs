#![doc = include_str!("../README.md")]

pub mod export;
pub mod fingerprint;
pub mod gmc;
pub mod provider;
pub mod tis;
