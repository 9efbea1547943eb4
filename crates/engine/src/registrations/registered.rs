//! The result of a registration.

/// The result of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registered {
    /// The id was free.
    New,
    /// Another panel with the id, of this or another plugin, was replaced.
    Replaced,
}
