//! One element or text.

use std::sync::Arc;

use super::id::NodeId;
use super::own::Own;
use crate::data::scope::{BindingId, Place};
use crate::style::computed::Style;
use crate::style::declarations::Declaration;
use crate::template::plan::TemplateElement;

/// States of an element that the front end reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct States(u8);

impl States {
    pub(crate) const HOVER: Self = Self(1);
    pub(crate) const ACTIVE: Self = Self(2);
    pub(crate) const FOCUS: Self = Self(4);
    pub(crate) const FOCUS_VISIBLE: Self = Self(8);

    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn set(&mut self, other: Self, is_on: bool) {
        if is_on {
            self.0 |= other.0;
        } else {
            self.0 &= !other.0;
        }
    }
}

/// Where an element lies, in pixels; the front end reports it after it has laid out the panel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Layout {
    /// The left edge, from that of the panel.
    pub absolute_left: f32,
    /// The upper edge, from that of the panel.
    pub absolute_top: f32,
    /// The upper edge, from that of the parent.
    pub offset_top: f32,
    /// The width with padding and border.
    pub offset_width: f32,
    /// The height with padding and border.
    pub offset_height: f32,
    /// The width of what is visible, without scroll bars.
    pub client_width: f32,
    /// The height of what is visible, without scroll bars.
    pub client_height: f32,
    /// The width of all content.
    pub scroll_width: f32,
    /// The height of all content.
    pub scroll_height: f32,
    /// How far the content is moved to the left.
    pub scroll_left: f32,
    /// How far the content is moved up.
    pub scroll_top: f32,
}

/// Why an element is not shown, besides its style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hidden {
    /// By `data-if`, or as the place of a `data-for`: without any room.
    pub(crate) is_absent: bool,
    /// By `data-visible`: its room stays.
    pub(crate) is_invisible: bool,
}

/// Names and values, in the order of the author.
pub(crate) type Attributes = Vec<(Arc<str>, Arc<str>)>;

/// An element.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: Arc<str>,
    pub(crate) id: Option<Arc<str>>,
    pub(crate) classes: Vec<Arc<str>>,
    pub(crate) attributes: Attributes,
    /// The declarations of the `style` attribute, and what was set afterwards.
    pub(crate) inline: Vec<Declaration>,
    pub(crate) hidden: Hidden,
    pub(crate) states: States,
    pub(crate) style: Style,
    /// The rules that apply, in the order of the cascade.
    pub(crate) rules: Arc<[u32]>,
    pub(crate) layout: Layout,
    /// The data model and the names of rows around the element.
    pub(crate) place: Place,
    pub(crate) bindings: Vec<BindingId>,
    /// What the element was made of, with its event bindings.
    pub(crate) template: Option<Arc<TemplateElement>>,
    /// The rows of a `data-for`, whose place this element marks.
    pub(crate) rows: Vec<NodeId>,
    /// What the plugin has changed by itself.
    pub(crate) own: Option<Box<Own>>,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&Arc<str>> {
        let found = self.attributes.iter().find(|(known, _)| &**known == name);
        found.map(|(_, value)| value)
    }

    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.classes.iter().any(|known| &**known == class)
    }
}

/// An element or a text.
#[derive(Debug)]
pub(crate) enum Kind {
    Element(Box<Element>),
    Text {
        text: String,
        bindings: Vec<BindingId>,
    },
}

/// A node of the tree.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) parent: Option<NodeId>,
    pub(crate) children: Vec<NodeId>,
    pub(crate) kind: Kind,
    /// Whether the last taken version contains the node.
    pub(crate) is_known: bool,
    /// Whether the plugin has made it, one by one, and not a text of RML.
    pub(crate) is_own: bool,
    pub(crate) touched: Touched,
}

/// What has changed since the last taken version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched(u8);

impl Touched {
    pub(crate) const TEXT: Self = Self(1);
    pub(crate) const ATTRIBUTES: Self = Self(2);
    pub(crate) const CLASSES: Self = Self(4);
    pub(crate) const STYLE: Self = Self(8);
    pub(crate) const CHILDREN: Self = Self(16);
    pub(crate) const ID: Self = Self(32);

    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Node {
    pub(crate) fn element(&self) -> Option<&Element> {
        match &self.kind {
            Kind::Element(element) => Some(element),
            Kind::Text { .. } => None,
        }
    }
}
