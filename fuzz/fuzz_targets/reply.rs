//! Any bytes in place of the GMC's reply: never a panic, never whole though cut.
#![no_main]

#[path = "../../crates/sources/tests/all/properties/reply.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Any outcome is as good as another; what must hold is asserted inside.
    let _ = property::judge(bytes);
});
