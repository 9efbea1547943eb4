//! The tests of this crate against the real uv, as one program.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests, which fail by panicking and say what they skip"
)]

mod agreeing;
mod author;
mod children;
mod common;
mod environments;
mod errors;
mod faults;
mod keeping;
#[cfg(feature = "failpoints")]
mod killed;
mod local;
mod network;
mod progress;
mod same_environment;
mod transcripts;
mod two_processes;
mod variables;
