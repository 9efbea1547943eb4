//! Identities of a tree that was replaced by another one.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::node::Kind;

/// Identities that are kept for nodes to come, as indices of their slots.
#[derive(Debug, Default)]
pub(crate) struct Inherited {
    /// That of the node that is made next.
    pub(super) next: Option<u32>,
    /// Those of elements, by their ids.
    pub(super) names: FxHashMap<Arc<str>, u32>,
    pub(super) kept: FxHashSet<u32>,
}

impl Inherited {
    /// Returns the slot that is kept for a new node.
    pub(super) fn take(&mut self, kind: &Kind) -> Option<u32> {
        let index = match (self.next.take(), kind) {
            (Some(index), _) => index,
            (None, Kind::Element(element)) if !self.names.is_empty() => {
                self.names.remove(element.id.as_ref()?)?
            }
            _ => return None,
        };
        self.kept.remove(&index).then_some(index)
    }
}
