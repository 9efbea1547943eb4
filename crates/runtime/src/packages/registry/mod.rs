//! Registries of plugins: an index of what there is, static files on any server.
//!
//! What an index says is not trusted: archives are checked by their hash, and what is in them by
//! its manifest. The last good index is remembered, and used when the registry cannot be reached.

mod cache;
mod client;
mod describe;
mod error;
mod index;
mod manage;
mod place;
mod search;

pub use client::Freshness;
pub use error::{RegistryError, RegistryErrorKind};
pub use index::{FORMAT, PluginId, RegistryIndex, RegistryPlugin, RegistryVersion};
pub(super) use manage::Chosen;
pub use manage::{FromRegistry, Outdated, Wanted};
pub use search::Among;

#[cfg(test)]
mod tests;
