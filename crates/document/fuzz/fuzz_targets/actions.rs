//! Does arbitrary things with the elements of a document: `cargo xtask fuzz actions`.
//!
//! It checks what the property tests of the crate check.

#![no_main]

#[path = "../../tests/support/mod.rs"]
#[expect(dead_code, reason = "each target checks one of the properties")]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    support::check_actions(bytes);
});
