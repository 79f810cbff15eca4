#![doc = include_str!("../README.md")]

pub mod export;
pub mod fingerprint;
pub mod gmc;
pub mod past;
pub mod provider;
pub mod tis;
