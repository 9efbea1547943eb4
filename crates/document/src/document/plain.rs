//! Selectors for elements that are not those of a document, such as the copy of a front end.

use std::sync::Arc;

use super::elements::NodeError;
use crate::limits::{MAX_DEPTH, MAX_NODES};
use crate::style::{matching, selector};
use crate::tree::arena::Tree;
use crate::tree::id::NodeId;
use crate::tree::node::{Attributes, Element, Kind};

/// An element or a text of a flat list, in the order of the document.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainNode<'a> {
    /// The number of elements around it.
    pub depth: usize,
    /// The name; empty for a text.
    pub name: &'a str,
    /// The `id`, or empty.
    pub id: &'a str,
    /// The classes.
    pub classes: &'a [&'a str],
    /// The attributes.
    pub attributes: &'a [(&'a str, &'a str)],
}

/// Returns the indices of the elements that a selector means. What is too much for a document is left
/// out. States of the pointer and the keyboard, such as `:hover`, mean no element.
///
/// # Errors
/// If the text is not a selector.
pub fn select_plain<'a>(
    nodes: impl IntoIterator<Item = PlainNode<'a>>,
    selector: &str,
) -> Result<Vec<usize>, NodeError> {
    let selectors = selector::parse_text(selector)
        .map_err(|why| NodeError::Selector(selector.to_owned(), why))?;
    let mut tree = Tree::default();
    let mut open: Vec<NodeId> = Vec::new();
    let mut made = Vec::new();
    for node in nodes.into_iter().take(MAX_NODES) {
        open.truncate(node.depth.min(MAX_DEPTH));
        let kind = if node.name.is_empty() {
            Kind::Text {
                text: String::new(),
                bindings: Vec::new(),
            }
        } else {
            element(&node)
        };
        let Some(id) = tree.create(kind) else { break };
        if let Some(parent) = open.last() {
            tree.append_new(*parent, id);
        }
        open.push(id);
        made.push(id);
    }
    let means = |id: &NodeId| {
        let mut selectors = selectors.iter();
        tree.element(*id).is_some()
            && selectors.any(|selector| matching::matches(selector, &tree, *id))
    };
    let found = made.iter().enumerate().filter(|(_, id)| means(id));
    Ok(found.map(|(index, _)| index).collect())
}

fn element(node: &PlainNode<'_>) -> Kind {
    let attributes = node.attributes.iter();
    let attributes: Attributes = attributes
        .map(|(name, value)| (Arc::from(*name), Arc::from(*value)))
        .collect();
    Kind::Element(Box::new(Element {
        name: Arc::from(node.name),
        id: (!node.id.is_empty()).then(|| Arc::from(node.id)),
        classes: node.classes.iter().map(|class| Arc::from(*class)).collect(),
        attributes,
        ..Element::default()
    }))
}
