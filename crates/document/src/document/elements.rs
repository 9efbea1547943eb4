//! What plugins do with elements by themselves: create, move, remove; attributes, classes,
//! properties. Each change of an element is noted, so that another version of the template keeps it.

use std::sync::Arc;

use super::state::Document;
use crate::limits::{MAX_ATTRIBUTES, MAX_DECLARATIONS, MAX_DEPTH, MAX_NODES, MAX_TEXT};
use crate::source::{Origin, Source};
use crate::style::computed::Style;
use crate::style::declarations::{self, Declaration, Refusal};
use crate::style::value::StyleValue;
use crate::tree::arena::Stale;
use crate::tree::id::NodeId;
use crate::tree::node::{Element, Kind};

/// Why something was not done to an element.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The node has been removed, or never was one.
    #[error("the element {0} does not exist any more")]
    Gone(NodeId),
    /// The node is a text.
    #[error("{0} is a text, and only elements have this")]
    Text(NodeId),
    /// The two nodes are not parent and child.
    #[error("the element {child} is not a child of {parent}")]
    NotAChild {
        /// The node that was given as the child.
        child: NodeId,
        /// The node that was given as the parent.
        parent: NodeId,
    },
    /// A node would be in itself, or too deep.
    #[error("an element cannot be put into itself, or more than {MAX_DEPTH} deep")]
    Nesting,
    /// The document is full.
    #[error("the document has {MAX_NODES} elements and texts already")]
    Full,
    /// A text, or a number of attributes or properties, is larger than its limit.
    #[error("{0} is larger than its limit")]
    TooLarge(&'static str),
    /// The property does not exist; the second text is the most similar one.
    #[error("`{0}` is not a property of RCSS")]
    Property(String, Option<&'static str>),
    /// The property does not take the value.
    #[error("`{0}` does not take the value `{1}`")]
    Value(String, String),
    /// The text is not a selector.
    #[error("`{0}` is not a selector: {1}")]
    Selector(String, String),
}

pub(super) type Done = Result<(), NodeError>;

impl Document {
    pub(super) fn known(&self, node: NodeId) -> Result<&Element, NodeError> {
        match self.tree.get(node).map(|node| &node.kind) {
            Some(Kind::Element(element)) => Ok(element),
            Some(Kind::Text { .. }) => Err(NodeError::Text(node)),
            None => Err(NodeError::Gone(node)),
        }
    }

    /// Returns whether a node exists.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        self.tree.get(node).is_some()
    }

    /// Returns whether a node is in the document, and not only created.
    #[must_use]
    pub fn is_attached(&self, node: NodeId) -> bool {
        self.contains(node) && self.tree.is_within(node, self.root)
    }

    /// Returns the name of an element, or `None` for a text.
    #[must_use]
    pub fn name(&self, node: NodeId) -> Option<&str> {
        self.tree.element(node).map(|element| &*element.name)
    }

    /// Returns the `id` of an element.
    #[must_use]
    pub fn id(&self, node: NodeId) -> Option<&str> {
        self.tree.element(node)?.id.as_deref()
    }

    /// Sets the `id` of an element; an empty one removes it.
    ///
    /// # Errors
    /// If there is no such element.
    pub fn set_id(&mut self, node: NodeId, id: &str) -> Done {
        self.known(node)?;
        self.tree
            .set_id(node, (!id.is_empty()).then(|| Arc::from(id)));
        Ok(())
    }

    /// Returns the parent of a node.
    #[must_use]
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.tree.parent(node)
    }

    /// Returns the children of an element: elements and texts.
    #[must_use]
    pub fn children(&self, node: NodeId) -> &[NodeId] {
        self.tree.children(node)
    }

    /// Makes an element that is in no document yet. Only the last 1,000 such nodes are kept.
    ///
    /// # Errors
    /// If the document is full.
    pub fn create_element(&mut self, name: &str) -> Result<NodeId, NodeError> {
        let name: Arc<str> = Arc::from(name.to_ascii_lowercase());
        self.create_loose(Kind::Element(Box::new(Element {
            name,
            ..Element::default()
        })))
    }

    /// Makes a text that is in no document yet.
    ///
    /// # Errors
    /// If the document is full, or the text too large.
    pub fn create_text(&mut self, text: &str) -> Result<NodeId, NodeError> {
        bounded(text)?;
        self.create_loose(Kind::Text {
            text: text.to_owned(),
            bindings: Vec::new(),
        })
    }

    fn create_loose(&mut self, kind: Kind) -> Result<NodeId, NodeError> {
        let node = self.tree.create(kind).ok_or(NodeError::Full)?;
        if let Some(made) = self.tree.get_mut(node) {
            made.is_own = true;
        }
        self.keep_loose(node);
        Ok(node)
    }

    fn keep_loose(&mut self, node: NodeId) {
        for old in self.tree.keep_loose(node) {
            self.free(old);
        }
    }

    /// Puts a node behind the other children of an element.
    ///
    /// # Errors
    /// If there are no such nodes, or the child would be in itself.
    pub fn append(&mut self, parent: NodeId, child: NodeId) -> Done {
        let end = self.tree.children(parent).len();
        self.put(parent, end, child)
    }

    /// Puts a node before another child of an element.
    ///
    /// # Errors
    /// If there are no such nodes, or the child would be in itself.
    pub fn insert_before(&mut self, parent: NodeId, child: NodeId, before: NodeId) -> Done {
        if child == before {
            return Ok(());
        }
        let index = self.child_index(parent, before)?;
        // The node may be in front of the place, and leaves it first.
        let own = self
            .tree
            .children(parent)
            .iter()
            .position(|other| *other == child);
        let shift = usize::from(own.is_some_and(|own| own < index));
        self.put(parent, index - shift, child)
    }

    fn put(&mut self, parent: NodeId, index: usize, child: NodeId) -> Done {
        self.known(parent)?;
        if !self.contains(child) {
            return Err(NodeError::Gone(child));
        }
        if child == self.root || !self.tree.insert(parent, index, child) {
            return Err(NodeError::Nesting);
        }
        self.is_dirty = true;
        Ok(())
    }

    fn child_index(&self, parent: NodeId, child: NodeId) -> Result<usize, NodeError> {
        self.known(parent)?;
        let found = self
            .tree
            .children(parent)
            .iter()
            .position(|other| *other == child);
        found.ok_or(NodeError::NotAChild { child, parent })
    }

    /// Takes a child out of an element. It can be put in again.
    ///
    /// # Errors
    /// If it is not a child of the element.
    pub fn remove_child(&mut self, parent: NodeId, child: NodeId) -> Done {
        self.child_index(parent, child)?;
        self.tree.detach(child);
        self.keep_loose(child);
        self.is_dirty = true;
        Ok(())
    }

    /// Replaces the children of an element by a text, which is not read as RML; or the text of a
    /// text.
    ///
    /// # Errors
    /// If there is no such node, or the text is too large.
    pub fn set_text(&mut self, node: NodeId, text: &str) -> Done {
        bounded(text)?;
        if self.is_text(node) {
            self.tree.set_text(node, text);
            return Ok(());
        }
        self.known(node)?;
        self.clear(node);
        let child = self
            .tree
            .create(Kind::Text {
                text: text.to_owned(),
                bindings: Vec::new(),
            })
            .ok_or(NodeError::Full)?;
        self.note(node, |own| own.text(text));
        self.put(node, 0, child)
    }

    /// Returns the text of a node and all in it.
    #[must_use]
    pub fn text(&self, node: NodeId) -> String {
        let mut all = String::new();
        for node in self.tree.subtree(node) {
            if let Some(Kind::Text { text, .. }) = self.tree.get(node).map(|node| &node.kind) {
                all.push_str(text);
            }
        }
        all
    }

    /// Discards all children of an element.
    pub(super) fn clear(&mut self, node: NodeId) {
        for child in self.tree.children(node).to_vec() {
            self.discard(child);
        }
    }

    /// Returns the value of an attribute; also of `id`, `class` and `style`.
    #[must_use]
    pub fn attribute(&self, node: NodeId, name: &str) -> Option<String> {
        let element = self.tree.element(node)?;
        match name {
            "id" => element.id.as_ref().map(ToString::to_string),
            "class" => (!element.classes.is_empty()).then(|| element.classes.join(" ")),
            _ => element.attribute(name).map(ToString::to_string),
        }
    }

    /// Sets an attribute; also `id`, `class` and `style`.
    ///
    /// # Errors
    /// If there is no such element, or something is too large.
    pub fn set_attribute(&mut self, node: NodeId, name: &str, value: &str) -> Done {
        bounded(value)?;
        match name {
            "id" => return self.set_id(node, value),
            "class" => return self.set_classes(node, value),
            _ => {}
        }
        let count = self.known(node)?.attributes.len();
        if count >= MAX_ATTRIBUTES && self.attribute(node, name).is_none() {
            return Err(NodeError::TooLarge("the number of attributes"));
        }
        self.put_attribute(node, &Arc::from(name), Some(value));
        self.note(node, |own| own.attribute(name));
        Ok(())
    }

    /// Removes an attribute.
    ///
    /// # Errors
    /// If there is no such element.
    pub fn remove_attribute(&mut self, node: NodeId, name: &str) -> Done {
        self.known(node)?;
        self.put_attribute(node, &Arc::from(name), None);
        self.note(node, |own| own.attribute(name));
        Ok(())
    }

    /// Sets or removes an attribute, with what it means.
    pub(super) fn put_attribute(&mut self, node: NodeId, name: &Arc<str>, value: Option<&str>) {
        match &**name {
            "id" => {
                let id = value.filter(|id| !id.is_empty()).map(Arc::from);
                self.tree.set_id(node, id);
            }
            "class" => self.replace_classes(node, value.unwrap_or("")),
            "style" => {
                let source = Source::new("style", value.unwrap_or(""));
                let origin = Origin::new(&source, 0);
                let inline = declarations::inline(&source.text, &origin, &mut self.report);
                if let Some(element) = self.tree.element_mut(node) {
                    element.inline = inline;
                    self.tree.stale.push((node, Stale::Inline));
                }
            }
            _ => {
                self.tree.set_attribute(node, name, value);
            }
        }
    }

    fn replace_classes(&mut self, node: NodeId, classes: &str) {
        let Some(element) = self.tree.element(node) else {
            return;
        };
        let new: Vec<&str> = classes.split_whitespace().collect();
        for old in element.classes.clone() {
            if !new.contains(&&*old) {
                self.tree.set_class(node, &old, false);
            }
        }
        for class in new {
            self.tree.set_class(node, &Arc::from(class), true);
        }
    }

    /// Adds or removes a class.
    ///
    /// # Errors
    /// If there is no such element.
    pub fn set_class(&mut self, node: NodeId, class: &str, is_on: bool) -> Done {
        if self.known(node)?.classes.len() >= MAX_ATTRIBUTES && is_on {
            return Err(NodeError::TooLarge("the number of classes"));
        }
        self.tree.set_class(node, &Arc::from(class), is_on);
        self.note(node, |own| own.class(class, is_on));
        Ok(())
    }

    /// Returns whether an element has a class.
    #[must_use]
    pub fn has_class(&self, node: NodeId, class: &str) -> bool {
        self.tree
            .element(node)
            .is_some_and(|element| element.has_class(class))
    }

    /// Sets all classes, separated by spaces.
    ///
    /// # Errors
    /// If there is no such element.
    pub fn set_classes(&mut self, node: NodeId, classes: &str) -> Done {
        let before = self.known(node)?.classes.clone();
        self.replace_classes(node, classes);
        self.note(node, |own| own.all_classes(&before, classes));
        Ok(())
    }

    /// Returns all classes.
    #[must_use]
    pub fn classes(&self, node: NodeId) -> Vec<&str> {
        let element = self.tree.element(node);
        element.map_or(Vec::new(), |element| {
            element.classes.iter().map(|class| &**class).collect()
        })
    }

    /// Sets a property of the inline style; also a shorthand, and a custom property.
    ///
    /// # Errors
    /// If there is no such element or property, or the property does not take the value.
    pub fn set_property(&mut self, node: NodeId, name: &str, value: &str) -> Done {
        if self.known(node)?.inline.len() >= MAX_DECLARATIONS {
            return Err(NodeError::TooLarge("the number of properties"));
        }
        let all = declarations::declare(name, value).map_err(|refusal| match refusal {
            Refusal::Unknown(nearest) => NodeError::Property(name.to_owned(), nearest),
            Refusal::Value => NodeError::Value(name.to_owned(), declarations::start_of(value)),
        })?;
        self.remove_inline(node, name);
        let origin = Origin::new(&Source::new("style", ""), 0);
        if let Some(element) = self.tree.element_mut(node) {
            let all = all.into_iter().map(|declared| Declaration {
                declared,
                is_important: false,
                origin: origin.clone(),
            });
            element.inline.extend(all);
        }
        self.note(node, |own| own.property(name));
        Ok(())
    }

    /// Removes a property from the inline style.
    ///
    /// # Errors
    /// If there is no such element.
    pub fn remove_property(&mut self, node: NodeId, name: &str) -> Done {
        self.known(node)?;
        self.remove_inline(node, name);
        self.note(node, |own| own.property(name));
        Ok(())
    }

    /// Returns the computed value of a property, as it is after the last update.
    #[must_use]
    pub fn property(&self, node: NodeId, name: &str) -> Option<StyleValue> {
        self.tree.element(node)?.style.get(name)
    }

    /// Returns the computed style of an element.
    #[must_use]
    pub fn style_of(&self, node: NodeId) -> Option<&Style> {
        self.tree.element(node).map(|element| &element.style)
    }
}

fn bounded(text: &str) -> Done {
    if text.len() > MAX_TEXT {
        return Err(NodeError::TooLarge("the text"));
    }
    Ok(())
}
