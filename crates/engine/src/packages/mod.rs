//! Plugins as packages: what was fetched, where it came from, which files are the user's.

pub(crate) mod author_environment;
pub(crate) mod local_changes;
pub(crate) mod origin;
pub mod registry;
pub(crate) mod staged;
pub(crate) mod staging;
pub(crate) mod sweep;
pub mod types;
pub mod validate;
