//! Which file of a crate uses which other file: read from `use` lines and inline paths.
//!
//! A file is one node. Modules written inside a file belong to it, `mod x;` is no use of `x`, and
//! code for tests does not count. The file that lists its parts may call them (`part::run()`). A name that is re-exported counts for the file that defines it:
//! `use crate::Report` leads to `report.rs`, whatever `lib.rs` re-exports. Methods are not followed,
//! since that takes the types that only the compiler has.

mod dependencies;
mod graph;
mod python;
mod resolve;
mod scan;
mod syntax;

pub(crate) use dependencies::Mentioned;
pub(crate) use graph::{Arrow, circles};
pub(crate) use python::arrows as python_arrows;
pub(crate) use resolve::arrows as rust_arrows;
