//! The crate seen from outside: cases from data files, trees and parents, limits, stress.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests write plain files, as editors do, and fail by panicking"
)]

mod cases;
mod common;
#[cfg(target_os = "linux")]
mod limits;
mod stress;
mod trees;
