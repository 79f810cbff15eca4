//! Any bytes in place of a file of responsible officers: taken whole and clean, or not.
#![no_main]

#[path = "../../crates/ops/tests/reads/officers.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Any outcome is as good as another; what must hold is asserted inside.
    let _ = property::judge(bytes);
});
