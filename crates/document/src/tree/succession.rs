//! A tree that follows another one: nodes that mean the same keep their identity, and no other node
//! gets the identity of one that is gone.

use std::sync::Arc;

use super::arena::Tree;
use super::id::NodeId;
use super::inherited::Inherited;
use super::node::Kind;

fn index_of(id: NodeId) -> Option<u32> {
    u32::try_from(id.index()).ok()
}

impl Tree {
    /// Makes an empty tree after this one. Its first node becomes `root`, elements with one of these
    /// ids the node that has it, and `others` are for [`create_as`](Self::create_as).
    pub(crate) fn successor(
        &self,
        root: NodeId,
        names: impl IntoIterator<Item = (Arc<str>, NodeId)>,
        others: impl IntoIterator<Item = NodeId>,
    ) -> Self {
        let mut inherited = Inherited {
            next: index_of(root),
            ..Inherited::default()
        };
        for (name, id) in names {
            inherited
                .names
                .extend(index_of(id).map(|index| (name, index)));
        }
        inherited.kept.extend(inherited.next);
        inherited.kept.extend(inherited.names.values());
        inherited
            .kept
            .extend(others.into_iter().filter_map(index_of));
        let mut new = Self::default();
        for (index, (generation, node)) in (0_u32..).zip(&self.slots) {
            let is_kept = inherited.kept.contains(&index);
            // The generation of a free slot is that of its next node already.
            let generation = generation + u32::from(node.is_some() && !is_kept);
            new.slots.push((generation, None));
            if !is_kept {
                new.free.push(index);
            }
        }
        new.inherited = inherited;
        new
    }

    /// Makes a node with an identity that was kept for it.
    pub(crate) fn create_as(&mut self, id: NodeId, kind: Kind) -> Option<NodeId> {
        self.inherited.next = index_of(id);
        self.create(kind)
    }

    /// Gives up the identities that nobody has taken.
    pub(crate) fn end_succession(&mut self) {
        for index in std::mem::take(&mut self.inherited).kept {
            if let Some(slot) = self.slots.get_mut(index as usize) {
                slot.0 += 1;
                self.free.push(index);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::node::Element;

    fn named(id: Option<&str>) -> Kind {
        Kind::Element(Box::new(Element {
            id: id.map(Arc::from),
            ..Element::default()
        }))
    }

    #[test]
    fn what_means_the_same_keeps_its_identity_and_nothing_else_gets_one_of_before() {
        let mut old = Tree::default();
        let root = old.create(named(None)).unwrap();
        let freed = old.create(named(None)).unwrap();
        let kept = old.create(named(Some("kept"))).unwrap();
        let gone = old.create(named(Some("gone"))).unwrap();
        let own = old.create(named(None)).unwrap();
        let plain = old.create(named(None)).unwrap();
        old.free(freed);
        let names = [(Arc::from("kept"), kept), (Arc::from("gone"), gone)];
        let mut new = old.successor(root, names, [own]);
        assert_eq!(new.create(named(None)), Some(root));
        assert_eq!(new.create(named(Some("kept"))), Some(kept));
        assert_eq!(new.create_as(own, named(None)), Some(own));
        new.end_succession();
        for _ in 0..6 {
            let id = new.create(named(None)).unwrap();
            assert!(![root, freed, kept, gone, own, plain].contains(&id));
        }
        assert_eq!(new.slots.len(), 9, "free slots are used again");
    }
}
