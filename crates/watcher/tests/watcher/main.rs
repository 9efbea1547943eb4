//! The crate seen from outside: cases from data files, trees and parents, limits, stress.
#![expect(
    clippy::disallowed_methods,
    reason = "tests write plain files, as editors do"
)]

mod cases;
mod common;
#[cfg(target_os = "linux")]
mod limits;
mod stress;
mod trees;
