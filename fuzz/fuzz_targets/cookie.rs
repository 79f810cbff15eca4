//! Any bytes in place of a browser's cookies: no secret but the one that was brought.
#![no_main]

#[path = "../../crates/web/tests/pages/cookies.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Any outcome is as good as another; what must hold is asserted inside.
    let _ = property::judge(bytes);
});
