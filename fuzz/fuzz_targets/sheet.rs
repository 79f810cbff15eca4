//! Any cells in a file for people, CSV or XLSX: no formula, nothing lost.
#![no_main]

#[path = "../../crates/ops/tests/reads/sheet.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    property::judge(bytes);
});
