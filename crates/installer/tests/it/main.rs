//! The tests of this crate against the real uv, as one program.

mod common;
mod environments;
mod errors;
mod faults;
#[cfg(feature = "failpoints")]
mod killed;
mod processes;
mod progress;
mod two_processes;
