//! Documents in frames as C reads them.

use crate::given_text::{Arena, lfp_text, pointer_of};
use lichtfeld_embed::panel::{DocumentEffect, DocumentNode, FrameDocument, Text};
use std::ptr;
use std::sync::Arc;

/// How a panel that is made from a template is drawn.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_document_form {
    /// As widgets.
    Widgets = 0,
    /// As elements, see `lfp_frame_document`. The widgets of the frame are those that the panel itself
    /// draws, and belong into the element with the id `im-root`.
    Tree = 1,
    /// As both.
    Both = 2,
}

/// The colours of the application, for sheets of documents.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_theme {
    /// Light text on a dark background.
    Dark = 0,
    /// Dark text on a light background.
    Light = 1,
}

/// A name and a value.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_pair {
    /// The name of an attribute or a property.
    pub name: lfp_text,
    /// Its value.
    pub value: lfp_text,
}

/// An element or a text of a document.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_node {
    /// Its identity, for `lfp_element_input`: the same as long as the element exists, and never that of
    /// another one.
    pub node: u64,
    /// The number of elements around it.
    pub depth: u32,
    /// The name, such as `div`; empty for a text.
    pub tag: lfp_text,
    /// The `id`, or empty.
    pub id: lfp_text,
    /// The classes, separated by spaces.
    pub classes: lfp_text,
    /// The text of a text.
    pub text: lfp_text,
    /// The attributes, without `id`, `class` and `style`.
    pub attributes: *const lfp_pair,
    /// The number of attributes.
    pub attribute_count: usize,
    /// The computed style as RCSS: the properties that do not have their initial values.
    pub style: *const lfp_pair,
    /// The number of properties.
    pub style_count: usize,
}

/// What a front end does once.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_effect_kind {
    /// A later version has a kind that this one does not know. Skip it.
    Other = 0,
    /// Give the element the keyboard; the node 0 takes it from all.
    Focus = 1,
    /// Scroll the content of the element to `x` and `y`.
    Scroll = 2,
    /// Scroll until the element is visible; its upper edge at the top if `flag`.
    ScrollIntoView = 3,
    /// Select the whole text of the control.
    SelectText = 4,
    /// Move `property` from `from`, or from where it is, to `to` within `seconds`, by `tween`.
    Animate = 5,
}

/// Something that a front end does once, when the version is shown first.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_effect {
    /// An `lfp_effect_kind`.
    pub kind: u32,
    /// Not 0 for true.
    pub flag: u32,
    /// The element; 0 for none.
    pub node: u64,
    /// From the left, in pixels.
    pub x: f32,
    /// From above, in pixels.
    pub y: f32,
    /// How long it takes.
    pub seconds: f32,
    /// The property that moves.
    pub property: lfp_text,
    /// Where it begins; empty for where it is.
    pub from: lfp_text,
    /// Where it ends.
    pub to: lfp_text,
    /// The name of the movement.
    pub tween: lfp_text,
}

/// The document of a panel that is made from a template. It lives as long as its frame. The node `i` is at
/// `lfp_node_at(document, i)`.
#[repr(C)]
#[derive(Debug)]
pub struct lfp_document {
    /// The size of this struct in bytes.
    pub size: usize,
    /// The size of a node in bytes: a newer library may have longer ones.
    pub node_size: usize,
    /// All elements and texts in the order of the document, in one list: the content of an element is what
    /// follows it with a larger depth.
    pub nodes: *const lfp_node,
    /// The number of nodes.
    pub node_count: usize,
    /// The number of this version. Equal numbers mean equal documents.
    pub version: u64,
    /// The version to which `changed` and `removed` refer. With another one, or 0, take all nodes as new.
    pub base: u64,
    /// Its title.
    pub title: lfp_text,
    /// The element that has the keyboard; 0 for none.
    pub focus: u64,
    /// The nodes that are new or different, or have other children.
    pub changed: *const u64,
    /// The number of changed nodes.
    pub changed_count: usize,
    /// The nodes that are gone.
    pub removed: *const u64,
    /// The number of removed nodes.
    pub removed_count: usize,
    /// The size of an effect in bytes.
    pub effect_size: usize,
    /// What to do once.
    pub effects: *const lfp_effect,
    /// The number of effects.
    pub effect_count: usize,
}

/// A document with what it points to.
pub(crate) struct HeldDocument {
    pub(crate) shown: lfp_document,
    _nodes: Box<[lfp_node]>,
    _pairs: Vec<Box<[lfp_pair]>>,
    _effects: Box<[lfp_effect]>,
    _texts: Arena,
    /// Lists of numbers are not copied.
    _document: Arc<FrameDocument>,
}

#[derive(Default)]
struct Kept {
    texts: Arena,
    pairs: Vec<Box<[lfp_pair]>>,
}

impl Kept {
    fn pairs(&mut self, pairs: &[(Text, Text)]) -> (*const lfp_pair, usize) {
        if pairs.is_empty() {
            return (ptr::null(), 0);
        }
        let texts = &mut self.texts;
        let pairs = pairs.iter().map(|(name, value)| lfp_pair {
            name: texts.keep(name),
            value: texts.keep(value),
        });
        let pairs: Box<[_]> = pairs.collect();
        let given = (pairs.as_ptr(), pairs.len());
        self.pairs.push(pairs);
        given
    }

    fn node(&mut self, node: &DocumentNode) -> lfp_node {
        let (attributes, attribute_count) = self.pairs(&node.attributes);
        let (style, style_count) = self.pairs(&node.style);
        let classes: Vec<&str> = node.classes.iter().map(|class| &**class).collect();
        lfp_node {
            node: node.node,
            depth: node.depth.into(),
            tag: self.texts.keep(&node.tag),
            id: self.texts.keep(&node.id),
            classes: self.texts.keep(&classes.join(" ")),
            text: self.texts.keep(&node.text),
            attributes,
            attribute_count,
            style,
            style_count,
        }
    }

    fn effect(&mut self, effect: &DocumentEffect) -> lfp_effect {
        let mut kept = lfp_effect {
            kind: lfp_effect_kind::Other as u32,
            flag: 0,
            node: 0,
            x: 0.0,
            y: 0.0,
            seconds: 0.0,
            property: lfp_text::EMPTY,
            from: lfp_text::EMPTY,
            to: lfp_text::EMPTY,
            tween: lfp_text::EMPTY,
        };
        let mut set = |kind: lfp_effect_kind, node: u64| {
            kept.kind = kind as u32;
            kept.node = node;
        };
        match effect {
            DocumentEffect::Focus { node } => set(lfp_effect_kind::Focus, node.unwrap_or(0)),
            DocumentEffect::Scroll { node, to } => {
                set(lfp_effect_kind::Scroll, *node);
                (kept.x, kept.y) = (to.x(), to.y());
            }
            DocumentEffect::ScrollIntoView { node, at_top } => {
                set(lfp_effect_kind::ScrollIntoView, *node);
                kept.flag = (*at_top).into();
            }
            DocumentEffect::SelectText { node } => set(lfp_effect_kind::SelectText, *node),
            DocumentEffect::Animate {
                node,
                property,
                from,
                to,
                seconds,
                tween,
            } => {
                set(lfp_effect_kind::Animate, *node);
                kept.seconds = *seconds;
                kept.property = self.texts.keep(property);
                kept.from = self.texts.keep(from);
                kept.to = self.texts.keep(to);
                kept.tween = self.texts.keep(tween);
            }
            _ => {}
        }
        kept
    }
}

impl HeldDocument {
    pub(crate) fn new(document: Arc<FrameDocument>) -> Self {
        let mut kept = Kept::default();
        let nodes: Box<[_]> = document.nodes.iter().map(|node| kept.node(node)).collect();
        let effects = document.effects.iter();
        let effects: Box<[_]> = effects.map(|effect| kept.effect(effect)).collect();
        let shown = lfp_document {
            size: size_of::<lfp_document>(),
            node_size: size_of::<lfp_node>(),
            nodes: pointer_of(&nodes),
            node_count: nodes.len(),
            version: document.version,
            base: document.base,
            title: kept.texts.keep(&document.title),
            focus: document.focus.unwrap_or(0),
            changed: pointer_of(&document.changed),
            changed_count: document.changed.len(),
            removed: pointer_of(&document.removed),
            removed_count: document.removed.len(),
            effect_size: size_of::<lfp_effect>(),
            effects: pointer_of(&effects),
            effect_count: effects.len(),
        };
        Self {
            shown,
            _nodes: nodes,
            _pairs: kept.pairs,
            _effects: effects,
            _texts: kept.texts,
            _document: document,
        }
    }
}
