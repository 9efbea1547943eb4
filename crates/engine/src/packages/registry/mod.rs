//! Registries of plugins: an index of what there is, static files on any server.
//!
//! What an index says is not trusted: archives are checked by their hash, and what is in them by
//! its manifest. The last good index is remembered, and used when the registry cannot be reached.

pub(crate) mod cache;
pub mod choice;
pub mod client;
mod describe;
pub mod index;
pub(crate) mod location;
pub(crate) mod older;
pub mod search;
pub(crate) mod service;

#[cfg(test)]
mod tests;
