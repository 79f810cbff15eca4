//! What must hold for any bytes at all in place of what we read from outside; each is shared with the fuzzer.

pub mod answer;
pub mod export;
pub mod extracts;
pub mod reply;
pub mod words;
