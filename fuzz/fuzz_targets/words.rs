//! Any text in place of a word, code, number or date of the GMC: never taken for another.
#![no_main]

#[path = "../../crates/sources/tests/all/properties/words.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    property::judge(bytes);
});
