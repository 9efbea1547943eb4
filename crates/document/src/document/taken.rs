//! Versions for a front end: the whole document, then what has changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::state::Document;
use crate::changes::{Change, Changes, Child, Content, Snapshot};
use crate::diagnostic::Diagnostic;
use crate::tree::id::NodeId;
use crate::tree::node::{Kind, Touched};

impl Document {
    /// Returns all elements and texts as they are.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        self.snapshot_of(self.root)
    }

    /// Returns what has changed since this was called the last time; the whole document at first.
    /// Call it after an [`update`](Self::update).
    pub fn take_changes(&mut self) -> Changes {
        self.restyle();
        let effects = std::mem::take(&mut self.effects);
        let touched = std::mem::take(&mut self.tree.touched);
        let old_children = std::mem::take(&mut self.tree.old_children);
        let old_styles = std::mem::take(&mut self.tree.old_styles);
        let old_attributes = std::mem::take(&mut self.tree.old_attributes);
        let diagnostics = self.new_diagnostics();
        if !self.is_taken {
            self.is_taken = true;
            self.know(self.root);
            let whole = self.snapshot();
            return Changes {
                whole,
                effects,
                diagnostics,
                ..Changes::default()
            };
        }
        if touched.is_empty() {
            return Changes {
                effects,
                diagnostics,
                ..Changes::default()
            };
        }
        let mut changes = Vec::new();
        let mut forgotten = Vec::new();
        let mut in_document: Vec<(usize, NodeId)> = Vec::with_capacity(touched.len());
        for node in touched {
            if self.tree.is_within(node, self.root) {
                in_document.push((self.tree.depth(node), node));
            } else if self.tree.get(node).is_some() {
                forgotten.push(node);
            }
        }
        // Parents first, so that a child is in the copy before it changes.
        in_document.sort_unstable();
        // A node is known only as long as it stays in the document.
        for old in old_children.values() {
            forgotten.extend(
                old.iter()
                    .filter(|child| !self.tree.is_within(**child, self.root)),
            );
        }
        for node in forgotten {
            self.forget(node);
        }
        for (_, node) in &in_document {
            // A node that has just become known is not touched any more: it is in a snapshot.
            let touched = self
                .tree
                .get(*node)
                .map(|node| node.touched)
                .unwrap_or_default();
            if let Some(old) = old_children.get(node)
                && touched.contains(Touched::CHILDREN)
            {
                changes.extend(self.children_change(*node, old));
            }
        }
        for (_, node) in in_document {
            let Some(found) = self.tree.get_mut(node) else {
                continue;
            };
            let touched = std::mem::take(&mut found.touched);
            match &found.kind {
                Kind::Text { text, .. } => {
                    if touched.contains(Touched::TEXT) {
                        changes.push(Change::Text {
                            node,
                            text: text.clone(),
                        });
                    }
                }
                Kind::Element(element) => {
                    if let Some(old) = old_attributes.get(&node)
                        && touched.contains(Touched::ATTRIBUTES)
                    {
                        attributes(node, old, &element.attributes, &mut changes);
                    }
                    if touched.contains(Touched::ID) {
                        let value = element.id.as_ref().map(ToString::to_string);
                        changes.push(Change::Attribute {
                            node,
                            name: "id".to_owned(),
                            value,
                        });
                    }
                    if touched.contains(Touched::CLASSES) {
                        let classes = element.classes.iter().map(ToString::to_string).collect();
                        changes.push(Change::Classes { node, classes });
                    }
                    if let Some(old) = old_styles.get(&node)
                        && touched.contains(Touched::STYLE)
                    {
                        let values: BTreeMap<_, _> =
                            old.differences(&element.style).into_iter().collect();
                        if !values.is_empty() || *old != element.style {
                            let style = element.style.clone();
                            changes.push(Change::Style {
                                node,
                                values,
                                style,
                            });
                        }
                    }
                }
            }
        }
        Changes {
            whole: None,
            changes,
            effects,
            diagnostics,
        }
    }

    /// Returns all diagnostics if there are others than in the last version.
    fn new_diagnostics(&mut self) -> Vec<Diagnostic> {
        let count = self.report.list().len();
        if count == self.taken_diagnostics {
            return Vec::new();
        }
        self.taken_diagnostics = count;
        self.diagnostics()
    }

    /// Returns the change of the children of an element. New ones are known from now on.
    fn children_change(&mut self, node: NodeId, old: &[NodeId]) -> Option<Change> {
        let new = self.tree.children(node).to_vec();
        let same = old
            .iter()
            .zip(&new)
            .take_while(|(old, new)| old == new)
            .count();
        let behind = old[same..].iter().rev().zip(new[same..].iter().rev());
        let behind = behind.take_while(|(old, new)| old == new).count();
        let inserted = &new[same..new.len() - behind];
        let remove = old.len() - same - behind;
        if inserted.is_empty() && remove == 0 {
            return None;
        }
        let mut insert = Vec::with_capacity(inserted.len());
        for child in inserted {
            let is_known = self.tree.get(*child).is_some_and(|child| child.is_known);
            if is_known {
                insert.push(Child::Moved(*child));
            } else {
                self.know(*child);
                insert.extend(self.snapshot_of(*child).map(Child::New));
            }
        }
        Some(Change::Children {
            node,
            at: same,
            remove,
            insert,
        })
    }

    fn know(&mut self, node: NodeId) {
        for node in self.tree.subtree(node) {
            if let Some(node) = self.tree.get_mut(node) {
                node.is_known = true;
                node.touched = Touched::default();
            }
        }
    }

    fn forget(&mut self, node: NodeId) {
        for node in self.tree.subtree(node) {
            if let Some(node) = self.tree.get_mut(node) {
                node.is_known = false;
                node.touched = Touched::default();
            }
        }
    }

    /// Returns a node and all in it. The depth of the tree is bounded.
    pub(super) fn snapshot_of(&self, node: NodeId) -> Option<Snapshot> {
        let found = self.tree.get(node)?;
        let content = match &found.kind {
            Kind::Text { text, .. } => Content::Text { text: text.clone() },
            Kind::Element(element) => {
                let attributes = element.attributes.iter();
                let attributes =
                    attributes.map(|(name, value)| (name.to_string(), value.to_string()));
                let children = found.children.iter();
                Content::Element {
                    element: element.name.to_string(),
                    id: element.id.as_ref().map(ToString::to_string),
                    classes: element.classes.iter().map(ToString::to_string).collect(),
                    attributes: attributes.collect(),
                    style: element.style.clone(),
                    children: children
                        .filter_map(|child| self.snapshot_of(*child))
                        .collect(),
                }
            }
        };
        Some(Snapshot { node, content })
    }
}

type Attributes = [(Arc<str>, Arc<str>)];

fn attributes(node: NodeId, old: &Attributes, new: &Attributes, changes: &mut Vec<Change>) {
    let find = |list: &Attributes, name: &Arc<str>| {
        let found = list.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| Arc::clone(value))
    };
    for (name, value) in new {
        if find(old, name).as_ref() != Some(value) {
            let (name, value) = (name.to_string(), Some(value.to_string()));
            changes.push(Change::Attribute { node, name, value });
        }
    }
    for (name, _) in old {
        if find(new, name).is_none() {
            changes.push(Change::Attribute {
                node,
                name: name.to_string(),
                value: None,
            });
        }
    }
}
