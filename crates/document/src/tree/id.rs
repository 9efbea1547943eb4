//! Identities of elements and texts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The identity of an element or text. It stays the same as long as the node exists, and is never
/// given to another node.
///
/// It is written as a whole number below 2 to the power of 53, which every language can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(u64);

/// The bits of the index; a document has far fewer nodes.
const INDEX_BITS: u32 = 20;

impl NodeId {
    pub(crate) fn new(index: u32, generation: u32) -> Self {
        Self((u64::from(generation) << INDEX_BITS) | u64::from(index))
    }

    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0 & ((1 << INDEX_BITS) - 1)).unwrap_or(usize::MAX)
    }

    /// Returns the number, for programs that keep it.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }

    /// Makes an id of a number that [`number`](Self::number) returned. Any other number is the id of
    /// no node.
    #[must_use]
    pub fn from_number(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
