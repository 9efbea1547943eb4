//! Arbitrary bytes as a manifest: `cargo xtask fuzz parse`.
//!
//! What must hold is the same as in the crate's property test, which shares the function.

#![no_main]

#[path = "../../tests/support/mod.rs"]
#[expect(dead_code, reason = "the property test also uses the good manifests")]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| support::check_bytes(bytes));
