//! The result of a registration.

/// The result of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registered {
    /// The id was free.
    New,
    /// The same owner had registered the id before, and this entry was replaced.
    Replaced,
}
