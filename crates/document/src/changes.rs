//! What has changed between two versions of a document, and a copy that follows.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::style::computed::Style;
use crate::style::value::StyleValue;
use crate::tree::id::NodeId;

/// An element or text of a version, with all in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Snapshot {
    /// Its identity.
    pub node: NodeId,
    /// What it is.
    #[serde(flatten)]
    pub content: Content,
}

/// An element or a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Content {
    /// A text, as it is written: whether white space counts, `white-space` of the parent says.
    Text {
        /// The text.
        text: String,
    },
    /// An element.
    #[non_exhaustive]
    Element {
        /// The name, such as `div`.
        element: String,
        /// The `id`.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// The classes.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        classes: Vec<String>,
        /// The attributes, without `id`, `class`, `style` and bindings.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        attributes: BTreeMap<String, String>,
        /// The computed style; what is missing has its initial value.
        style: Style,
        /// The children.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        children: Vec<Snapshot>,
    },
}

/// A child that a change puts into an element.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Child {
    /// A new one.
    New(Snapshot),
    /// One that the last version has, elsewhere.
    Moved(NodeId),
}

/// A change. Apply changes in order; a node that is taken out may be put in again by a later one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Change {
    /// Children of an element are taken out and others put in at their place.
    Children {
        /// The element.
        node: NodeId,
        /// The index of the first child.
        at: usize,
        /// How many are taken out.
        remove: usize,
        /// Those that are put in.
        insert: Vec<Child>,
    },
    /// A text is another one.
    Text {
        /// The text.
        node: NodeId,
        /// What it is now.
        text: String,
    },
    /// An attribute is set, or removed.
    Attribute {
        /// The element.
        node: NodeId,
        /// The name.
        name: String,
        /// The value; `None` if it is removed.
        value: Option<String>,
    },
    /// The classes of an element are these.
    Classes {
        /// The element.
        node: NodeId,
        /// All its classes.
        classes: Vec<String>,
    },
    /// Properties of the computed style have other values.
    Style {
        /// The element.
        node: NodeId,
        /// The new values; `None` is the initial value.
        #[serde(serialize_with = "write_values")]
        values: BTreeMap<&'static str, Option<StyleValue>>,
        /// The whole style, for Rust.
        #[serde(skip)]
        style: Style,
    },
}

fn write_values<S: serde::Serializer>(
    values: &BTreeMap<&'static str, Option<StyleValue>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let texts = values
        .iter()
        .map(|(name, value)| (name, value.as_ref().map(ToString::to_string)));
    serializer.collect_map(texts)
}

/// Something that a front end does once.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// Give an element the keyboard, or take it from all.
    Focus {
        /// The element.
        node: Option<NodeId>,
    },
    /// Scroll until an element is visible.
    ScrollIntoView {
        /// The element.
        node: NodeId,
        /// Whether its upper edge is to be at that of what is visible.
        is_at_top: bool,
    },
    /// Scroll the content of an element.
    Scroll {
        /// The element.
        node: NodeId,
        /// From the left, in pixels.
        left: f32,
        /// From above, in pixels.
        top: f32,
    },
    /// Select the whole text of a control.
    SelectText {
        /// The control.
        node: NodeId,
    },
    /// Move a property to a value. Its style has the value already.
    Animate {
        /// The element.
        node: NodeId,
        /// The property.
        property: String,
        /// Where it begins; `None` for where it is.
        from: Option<String>,
        /// Where it ends.
        to: String,
        /// How long it takes, in seconds.
        seconds: f32,
        /// The name of the movement, such as `quadratic-out`.
        tween: String,
    },
}

/// What has changed since the last version.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Changes {
    /// The whole document, if there is no last version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<Snapshot>,
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// What to do once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// All that is wrong with the document, if that is not what the last version had. It replaces
    /// what was shown before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
}

impl Changes {
    /// Returns whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.whole.is_none()
            && self.changes.is_empty()
            && self.effects.is_empty()
            && self.diagnostics.is_empty()
    }
}

/// A copy of a document that follows its changes, such as that of a front end.
#[derive(Clone, Debug, Default)]
pub struct Mirror {
    root: Option<NodeId>,
    nodes: FxHashMap<NodeId, Copied>,
}

#[derive(Clone, Debug)]
struct Copied {
    content: Content,
    children: Vec<NodeId>,
}

impl Mirror {
    /// Applies changes. What refers to nodes that the copy does not have is left out.
    pub fn apply(&mut self, changes: &Changes) {
        if let Some(whole) = &changes.whole {
            self.nodes.clear();
            self.root = Some(whole.node);
            self.add(whole);
        }
        let mut removed = Vec::new();
        for change in &changes.changes {
            self.change(change, &mut removed);
        }
        // What no later change has put in again is gone.
        let mut kept = Vec::new();
        for node in self.nodes.values() {
            kept.extend(node.children.iter().copied());
        }
        let kept: rustc_hash::FxHashSet<NodeId> = kept.into_iter().collect();
        while let Some(node) = removed.pop() {
            if !kept.contains(&node)
                && let Some(gone) = self.nodes.remove(&node)
            {
                removed.extend(
                    gone.children
                        .into_iter()
                        .filter(|child| !self.is_child(*child)),
                );
            }
        }
    }

    fn is_child(&self, node: NodeId) -> bool {
        self.nodes
            .values()
            .any(|other| other.children.contains(&node))
    }

    fn change(&mut self, change: &Change, removed: &mut Vec<NodeId>) {
        match change {
            Change::Children {
                node,
                at,
                remove,
                insert,
            } => {
                let mut ids = Vec::with_capacity(insert.len());
                for child in insert {
                    ids.push(match child {
                        Child::New(snapshot) => {
                            self.add(snapshot);
                            snapshot.node
                        }
                        Child::Moved(node) => *node,
                    });
                }
                if let Some(copied) = self.nodes.get_mut(node) {
                    let end = (at + remove).min(copied.children.len());
                    let gone = copied.children.splice((*at).min(end)..end, ids);
                    removed.extend(gone);
                }
            }
            Change::Text { node, text } => {
                if let Some(Content::Text { text: known }) = self.content(*node) {
                    known.clone_from(text);
                }
            }
            Change::Attribute { node, name, value } => {
                if let Some(Content::Element { attributes, id, .. }) = self.content(*node) {
                    match value {
                        _ if name == "id" => id.clone_from(value),
                        Some(value) => {
                            attributes.insert(name.clone(), value.clone());
                        }
                        None => {
                            attributes.remove(name);
                        }
                    }
                }
            }
            Change::Classes { node, classes } => {
                if let Some(Content::Element { classes: known, .. }) = self.content(*node) {
                    known.clone_from(classes);
                }
            }
            Change::Style { node, style, .. } => {
                if let Some(Content::Element { style: known, .. }) = self.content(*node) {
                    known.clone_from(style);
                }
            }
        }
    }

    fn content(&mut self, node: NodeId) -> Option<&mut Content> {
        self.nodes.get_mut(&node).map(|copied| &mut copied.content)
    }

    fn add(&mut self, snapshot: &Snapshot) {
        let mut content = snapshot.content.clone();
        let mut ids = Vec::new();
        if let Content::Element { children, .. } = &mut content {
            for child in std::mem::take(children) {
                ids.push(child.node);
                self.add(&child);
            }
        }
        self.nodes.insert(
            snapshot.node,
            Copied {
                content,
                children: ids,
            },
        );
    }

    /// Returns the copy as one snapshot, or `None` before the first changes.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        self.build(self.root?, 0)
    }

    fn build(&self, node: NodeId, depth: usize) -> Option<Snapshot> {
        let copied = self.nodes.get(&node)?;
        let mut content = copied.content.clone();
        if let Content::Element { children, .. } = &mut content
            && depth <= crate::limits::MAX_DEPTH + 2
        {
            *children = copied
                .children
                .iter()
                .filter_map(|child| self.build(*child, depth + 1))
                .collect();
        }
        Some(Snapshot { node, content })
    }
}
