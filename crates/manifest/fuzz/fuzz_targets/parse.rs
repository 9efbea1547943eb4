//! Parses arbitrary bytes as a manifest: `cargo xtask fuzz parse`.
//!
//! It checks the property of the crate's property test, which uses the same function. The files in
//! `corpus/parse` are the starting points for mutations; libFuzzer adds new ones to the first
//! directory that it is given, so give it another one first.

#![no_main]

#[path = "../../tests/support/mod.rs"]
#[expect(dead_code, reason = "the property test also uses the good manifests")]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| support::check_bytes(bytes));
