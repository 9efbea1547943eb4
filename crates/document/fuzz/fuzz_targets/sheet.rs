//! Reads arbitrary text as a sheet and as a selector: `cargo xtask fuzz sheet`.
//!
//! It checks what the property tests of the crate check.

#![no_main]

#[path = "../../tests/support/mod.rs"]
#[expect(dead_code, reason = "each target checks one of the properties")]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        support::check_sheet(text);
    }
});
