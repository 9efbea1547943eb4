//! Tests with real processes and files, as one program.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests, which fail by panicking"
)]

#[cfg(unix)]
mod forks;
mod outputs;
mod processes;
mod stores;
