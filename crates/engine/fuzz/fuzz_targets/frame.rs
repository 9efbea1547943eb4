//! Arbitrary bytes as a frame that a worker has drawn: `cargo fuzz run frame` in this directory.
//!
//! What must hold is the same as in the crate's tests, which share the function.

#![no_main]

#[path = "../../tests/it/untrusted/checks.rs"]
#[expect(dead_code, reason = "each target uses one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::check_frame(bytes));
