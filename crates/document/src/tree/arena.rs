//! All nodes of a document. Every change is recorded here, for styles and for the front end.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::id::NodeId;
use super::inherited::Inherited;
use super::node::{Attributes, Element, Kind, Node, Touched};
use crate::limits::{MAX_DEPTH, MAX_NODES};
use crate::style::computed::Style;

/// Nodes outside of the document are kept up to this number; then the oldest are freed.
const MAX_LOOSE: usize = 1_000;

/// What makes styles out of date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stale {
    /// The element and all in it are new, or have another parent.
    Subtree,
    Class(Arc<str>),
    Attribute(Arc<str>),
    Id,
    State,
    /// The inline style.
    Inline,
    /// The children of the element.
    Children,
}

/// The nodes.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(super) slots: Vec<(u32, Option<Node>)>,
    pub(super) free: Vec<u32>,
    pub(super) count: usize,
    /// Identities of the tree before this one, for the nodes that replace those.
    pub(super) inherited: Inherited,
    loose: VecDeque<NodeId>,
    /// The elements by their ids. The first in the document counts, so this may be out of date.
    pub(crate) ids: FxHashMap<Arc<str>, Vec<NodeId>>,
    pub(crate) stale: Vec<(NodeId, Stale)>,
    pub(crate) touched: Vec<NodeId>,
    /// The children and styles of touched nodes in the last taken version.
    pub(crate) old_children: FxHashMap<NodeId, Vec<NodeId>>,
    pub(crate) old_styles: FxHashMap<NodeId, Style>,
    pub(crate) old_attributes: FxHashMap<NodeId, Attributes>,
}

impl Tree {
    pub(crate) fn get(&self, id: NodeId) -> Option<&Node> {
        let (generation, node) = self.slots.get(id.index())?;
        let is_same = NodeId::new(u32::try_from(id.index()).ok()?, *generation) == id;
        node.as_ref().filter(|_| is_same)
    }

    pub(crate) fn get_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.get(id)?;
        self.slots.get_mut(id.index())?.1.as_mut()
    }

    pub(crate) fn element(&self, id: NodeId) -> Option<&Element> {
        self.get(id)?.element()
    }

    pub(crate) fn element_mut(&mut self, id: NodeId) -> Option<&mut Element> {
        match &mut self.get_mut(id)?.kind {
            Kind::Element(element) => Some(element),
            Kind::Text { .. } => None,
        }
    }

    pub(crate) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.get(id)?.parent
    }

    pub(crate) fn children(&self, id: NodeId) -> &[NodeId] {
        self.get(id).map_or(&[], |node| &node.children)
    }

    /// Makes a node that is not in the document, or returns `None` at the limit.
    pub(crate) fn create(&mut self, kind: Kind) -> Option<NodeId> {
        if self.count >= MAX_NODES {
            return None;
        }
        self.count += 1;
        let node = Node {
            parent: None,
            children: Vec::new(),
            kind,
            is_known: false,
            is_own: false,
            touched: Touched::default(),
        };
        let inherited = self.inherited.take(&node.kind);
        let id = match inherited.or_else(|| self.free.pop()) {
            Some(index) => {
                let slot = self.slots.get_mut(index as usize)?;
                slot.1 = Some(node);
                NodeId::new(index, slot.0)
            }
            None => {
                let index = u32::try_from(self.slots.len()).ok()?;
                self.slots.push((1, Some(node)));
                NodeId::new(index, 1)
            }
        };
        if let Some(name) = self.element(id).and_then(|element| element.id.clone()) {
            self.ids.entry(name).or_default().push(id);
        }
        Some(id)
    }

    /// Keeps a node that is not in the document until there are too many. Returns those that are to
    /// be freed.
    pub(crate) fn keep_loose(&mut self, id: NodeId) -> Vec<NodeId> {
        self.loose.push_back(id);
        let mut old = Vec::new();
        while self.loose.len() > MAX_LOOSE {
            let Some(oldest) = self.loose.pop_front() else {
                break;
            };
            if self.get(oldest).is_some_and(|node| node.parent.is_none()) && oldest != id {
                old.push(oldest);
            }
        }
        old
    }

    /// Returns whether a node is `ancestor`, or in it.
    pub(crate) fn is_within(&self, id: NodeId, ancestor: NodeId) -> bool {
        let mut at = Some(id);
        while let Some(node) = at {
            if node == ancestor {
                return true;
            }
            at = self.parent(node);
        }
        false
    }

    pub(crate) fn depth(&self, id: NodeId) -> usize {
        let mut depth = 0;
        let mut at = self.parent(id);
        while let Some(node) = at {
            depth += 1;
            at = self.parent(node);
        }
        depth
    }

    /// Returns the number of levels of a node: 1 without children.
    fn height(&self, id: NodeId) -> usize {
        let below = self
            .children(id)
            .iter()
            .map(|child| self.height(*child))
            .max();
        1 + below.unwrap_or(0)
    }

    /// Returns a node and all in it, in the order of the document.
    pub(crate) fn subtree(&self, id: NodeId) -> Vec<NodeId> {
        let mut all = Vec::new();
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            if let Some(node) = self.get(id) {
                all.push(id);
                waiting.extend(node.children.iter().rev());
            }
        }
        all
    }

    /// Puts a node into a parent before its child with this index. Returns `false`, and changes
    /// nothing, if a node would be in itself, a text would have children, or the tree too deep.
    pub(crate) fn insert(&mut self, parent: NodeId, index: usize, child: NodeId) -> bool {
        let is_element = self.element(parent).is_some();
        if !is_element || self.get(child).is_none() || self.is_within(parent, child) {
            return false;
        }
        if self.depth(parent) + self.height(child) > MAX_DEPTH + 2 {
            return false;
        }
        self.detach(child);
        self.children_change(parent);
        if let Some(node) = self.get_mut(parent) {
            let index = index.min(node.children.len());
            node.children.insert(index, child);
        }
        if let Some(node) = self.get_mut(child) {
            node.parent = Some(parent);
        }
        self.stale.push((child, Stale::Subtree));
        self.stale.push((parent, Stale::Children));
        true
    }

    /// Puts new nodes into a parent before its child with this index, at once: one after the other,
    /// each would move all that follow.
    pub(crate) fn insert_all(&mut self, parent: NodeId, index: usize, children: &[NodeId]) -> bool {
        let height = children
            .iter()
            .map(|child| self.height(*child))
            .max()
            .unwrap_or(0);
        if self.element(parent).is_none() || self.depth(parent) + height > MAX_DEPTH + 2 {
            return false;
        }
        self.children_change(parent);
        for child in children {
            if let Some(node) = self.get_mut(*child) {
                node.parent = Some(parent);
            }
            self.stale.push((*child, Stale::Subtree));
        }
        if let Some(node) = self.get_mut(parent) {
            let index = index.min(node.children.len());
            node.children.splice(index..index, children.iter().copied());
        }
        self.stale.push((parent, Stale::Children));
        true
    }

    /// Puts a new node behind the other children of a new node. Nothing is recorded: that is done when
    /// the outermost one is inserted.
    pub(crate) fn append_new(&mut self, parent: NodeId, child: NodeId) {
        if let Some(node) = self.get_mut(parent) {
            node.children.push(child);
        }
        if let Some(node) = self.get_mut(child) {
            node.parent = Some(parent);
        }
    }

    /// Takes a new node out of its parent, without recording it.
    pub(crate) fn detach_new(&mut self, child: NodeId) {
        let Some(parent) = self.parent(child) else {
            return;
        };
        if let Some(node) = self.get_mut(parent) {
            node.children.retain(|other| *other != child);
        }
        if let Some(node) = self.get_mut(child) {
            node.parent = None;
        }
    }

    /// Takes a node out of its parent.
    pub(crate) fn detach(&mut self, child: NodeId) {
        let Some(parent) = self.parent(child) else {
            return;
        };
        self.children_change(parent);
        if let Some(node) = self.get_mut(parent) {
            node.children.retain(|other| *other != child);
        }
        if let Some(node) = self.get_mut(child) {
            node.parent = None;
        }
        self.stale.push((parent, Stale::Children));
    }

    /// Frees a node, which is not in a parent, and all in it.
    pub(crate) fn free(&mut self, id: NodeId) {
        for id in self.subtree(id) {
            let Some((generation, node)) = self.slots.get_mut(id.index()) else {
                continue;
            };
            let Some(node) = node.take() else { continue };
            *generation += 1;
            self.count -= 1;
            if let Ok(index) = u32::try_from(id.index()) {
                self.free.push(index);
            }
            // What was in it before is still to be compared with the last version.
            self.old_styles.remove(&id);
            self.old_attributes.remove(&id);
            if let Kind::Element(element) = node.kind
                && let Some(name) = &element.id
            {
                self.forget_id(name, id);
            }
        }
    }

    fn forget_id(&mut self, name: &Arc<str>, id: NodeId) {
        if let Some(known) = self.ids.get_mut(name) {
            known.retain(|known| *known != id);
            if known.is_empty() {
                self.ids.remove(name);
            }
        }
    }

    fn children_change(&mut self, parent: NodeId) {
        if self.touch(parent, Touched::CHILDREN) {
            let children = self.children(parent).to_vec();
            self.old_children.insert(parent, children);
        }
    }

    /// Records a change, and returns whether it is the first of its kind since the last version.
    fn touch(&mut self, id: NodeId, what: Touched) -> bool {
        let Some(node) = self.get_mut(id) else {
            return false;
        };
        if !node.is_known || node.touched.contains(what) {
            return false;
        }
        let is_first = node.touched.is_empty();
        node.touched.add(what);
        if is_first {
            self.touched.push(id);
        }
        true
    }

    pub(crate) fn set_text(&mut self, id: NodeId, new: &str) {
        let Some(Node {
            kind: Kind::Text { text, .. },
            ..
        }) = self.get_mut(id)
        else {
            return;
        };
        if *text != new {
            new.clone_into(text);
            self.touch(id, Touched::TEXT);
        }
    }

    /// Sets an attribute, or removes it. Returns whether it was another one before.
    pub(crate) fn set_attribute(
        &mut self,
        id: NodeId,
        name: &Arc<str>,
        value: Option<&str>,
    ) -> bool {
        let Some(element) = self.element(id) else {
            return false;
        };
        if element.attribute(name).map(|known| &**known) == value {
            return false;
        }
        if self.touch(id, Touched::ATTRIBUTES) {
            let old = self.element(id).map(|element| element.attributes.clone());
            self.old_attributes.insert(id, old.unwrap_or_default());
        }
        let Some(element) = self.element_mut(id) else {
            return false;
        };
        let at = element
            .attributes
            .iter()
            .position(|(known, _)| known == name);
        match (at, value) {
            (Some(at), Some(value)) => element.attributes[at].1 = Arc::from(value),
            (None, Some(value)) => element
                .attributes
                .push((Arc::clone(name), Arc::from(value))),
            (Some(at), None) => {
                element.attributes.remove(at);
            }
            (None, None) => {}
        }
        self.stale.push((id, Stale::Attribute(Arc::clone(name))));
        true
    }

    pub(crate) fn set_id(&mut self, id: NodeId, name: Option<Arc<str>>) {
        let Some(element) = self.element_mut(id) else {
            return;
        };
        let old = std::mem::replace(&mut element.id, name.clone());
        if let Some(old) = old {
            self.forget_id(&old, id);
        }
        if let Some(name) = name {
            self.ids.entry(name).or_default().push(id);
        }
        self.touch(id, Touched::ID);
        self.stale.push((id, Stale::Id));
    }

    pub(crate) fn set_class(&mut self, id: NodeId, class: &Arc<str>, is_on: bool) {
        let Some(element) = self.element_mut(id) else {
            return;
        };
        let at = element.classes.iter().position(|known| known == class);
        match at {
            None if is_on => element.classes.push(Arc::clone(class)),
            Some(at) if !is_on => {
                element.classes.remove(at);
            }
            _ => return,
        }
        self.touch(id, Touched::CLASSES);
        self.stale.push((id, Stale::Class(Arc::clone(class))));
    }

    pub(crate) fn set_style(&mut self, id: NodeId, style: Style) {
        let Some(element) = self.element_mut(id) else {
            return;
        };
        let old = std::mem::replace(&mut element.style, style);
        if self.touch(id, Touched::STYLE) {
            self.old_styles.insert(id, old);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tree: &mut Tree) -> NodeId {
        tree.create(Kind::Element(Box::default())).unwrap()
    }

    #[test]
    fn an_id_is_never_used_again() {
        let mut tree = Tree::default();
        let first = element(&mut tree);
        tree.free(first);
        let second = element(&mut tree);
        assert_eq!(first.index(), second.index());
        assert_ne!(first, second);
        assert!(tree.get(first).is_none());
        assert!(tree.get(NodeId::from_number(u64::MAX)).is_none());
    }

    #[test]
    fn a_node_is_never_in_itself_and_the_depth_is_bounded() {
        let mut tree = Tree::default();
        let outer = element(&mut tree);
        let inner = element(&mut tree);
        assert!(tree.insert(outer, 0, inner));
        assert!(!tree.insert(inner, 0, outer));
        assert!(!tree.insert(inner, 0, inner));
        let mut deepest = inner;
        let mut count = 0;
        loop {
            let next = element(&mut tree);
            if !tree.insert(deepest, 0, next) {
                break;
            }
            deepest = next;
            count += 1;
        }
        assert!(count <= MAX_DEPTH + 1);
        let text = tree
            .create(Kind::Text {
                text: String::new(),
                bindings: vec![],
            })
            .unwrap();
        assert!(!tree.insert(text, 0, deepest));
    }

    #[test]
    fn the_number_of_nodes_is_bounded_and_loose_ones_are_given_back() {
        let mut tree = Tree::default();
        for _ in 0..MAX_NODES {
            element(&mut tree);
        }
        assert!(tree.create(Kind::Element(Box::default())).is_none());
        let mut tree = Tree::default();
        let mut old = Vec::new();
        for _ in 0..MAX_LOOSE + 3 {
            let id = element(&mut tree);
            old.extend(tree.keep_loose(id));
        }
        assert_eq!(old.len(), 3);
    }
}
