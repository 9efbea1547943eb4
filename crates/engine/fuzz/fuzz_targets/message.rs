//! Arbitrary bytes as what a worker sends: `cargo fuzz run message` in this directory.
//!
//! What must hold is the same as in the crate's tests, which share the function.

#![no_main]

#[path = "../../tests/it/untrusted/checks.rs"]
#[expect(dead_code, reason = "each target uses one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| checks::messages::check_message(bytes));
