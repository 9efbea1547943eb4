//! The RML of an element: read and written.

use super::elements::NodeError;
use super::state::Document;
use crate::limits::MAX_TEXT;
use crate::rml::{entities, vocabulary};
use crate::source::Source;
use crate::template::{self, plan::TemplateNode};
use crate::tree::arena::Stale;
use crate::tree::id::NodeId;
use crate::tree::node::Kind;

impl Document {
    /// Replaces the children of an element by RML. Bindings in it belong to the data model around
    /// the element. Mistakes are reported.
    ///
    /// # Errors
    /// If there is no such element, or the text is too large.
    pub fn set_inner_rml(&mut self, node: NodeId, rml: &str) -> Result<(), NodeError> {
        self.known(node)?;
        if rml.len() > MAX_TEXT {
            return Err(NodeError::TooLarge("the text"));
        }
        let source = Source::new("inner RML", rml);
        let nodes = template::fragment(&source, &mut self.report);
        self.put_children(node, &nodes);
        self.note(node, |own| own.rml(rml));
        Ok(())
    }

    /// Replaces the children of an element.
    pub(super) fn put_children(&mut self, node: NodeId, nodes: &[TemplateNode]) {
        self.clear(node);
        let Some(element) = self.tree.element(node) else {
            return;
        };
        let place = element.place.clone();
        let depth = self.tree.depth(node);
        let mut new = Vec::with_capacity(nodes.len());
        for child in nodes {
            new.extend(self.instantiate(child, &place, depth + 1));
        }
        if !self.tree.insert_all(node, 0, &new) {
            for child in new {
                self.free(child);
            }
        }
        self.is_dirty = true;
    }

    /// Records that an element has other children, which were put in without being recorded.
    pub(super) fn children_replaced(&mut self, node: NodeId) {
        let children = self.tree.children(node).to_vec();
        for child in &children {
            self.tree.detach_new(*child);
        }
        self.tree.insert_all(node, 0, &children);
        self.tree.stale.push((node, Stale::Subtree));
    }

    /// Returns the RML of the children of an element, as they are now.
    #[must_use]
    pub fn inner_rml(&self, node: NodeId) -> String {
        let mut rml = String::new();
        for child in self.tree.children(node) {
            self.write(*child, &mut rml);
        }
        rml
    }

    /// The depth of the tree is bounded.
    fn write(&self, node: NodeId, rml: &mut String) {
        let Some(found) = self.tree.get(node) else {
            return;
        };
        match &found.kind {
            Kind::Text { text, .. } => rml.push_str(&entities::encode(text)),
            Kind::Element(element) => {
                if element.template.is_none() && element.hidden.is_absent {
                    // The place of rows.
                    return;
                }
                rml.push('<');
                rml.push_str(&element.name);
                let mut attribute = |name: &str, value: &str| {
                    rml.push_str(&format!(" {name}=\"{}\"", entities::encode(value)));
                };
                if let Some(id) = &element.id {
                    attribute("id", id);
                }
                if !element.classes.is_empty() {
                    attribute("class", &element.classes.join(" "));
                }
                for (name, value) in &element.attributes {
                    attribute(name, value);
                }
                if found.children.is_empty() && vocabulary::VOID.contains(&&*element.name) {
                    rml.push_str("/>");
                    return;
                }
                rml.push('>');
                for child in &found.children {
                    self.write(*child, rml);
                }
                rml.push_str(&format!("</{}>", element.name));
            }
        }
    }
}
