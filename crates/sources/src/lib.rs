//! Where plugins come from: a directory, a zip archive here or on a server, a repository.
//!
//! [`PluginSource::fetch`] brings the files of one into an empty directory and judges nothing but
//! their safety: nothing leaves that directory, and there are limits to number and size. What is
//! fetched is not trusted before its manifest was read; publishing it is the caller's.

mod archive;
pub mod download;
mod error;
mod exchange;
mod forge;
mod git;
mod parse;
mod remote;
mod source;
mod transport;
mod tree;

pub use error::SourceError;
pub use exchange::exchange;
pub use source::PluginSource;
pub use transport::Transport;
pub use tree::Tree;
