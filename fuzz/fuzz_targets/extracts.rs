//! Any bytes in place of the files of a TIS extract: never a panic, nobody lost.
#![no_main]

#[path = "../../crates/sources/tests/all/properties/extracts.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Any outcome is as good as another; what must hold is asserted inside.
    let _ = property::judge(bytes);
});
