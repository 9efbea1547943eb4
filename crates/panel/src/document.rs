//! The document of a panel that is made from a template, for front ends that draw elements.
//!
//! A frame has one only if the surface asks for it ([`crate::Surface::document`]). All elements and
//! texts are in one flat list, as widgets are. What has changed since the version before is named
//! beside it, so that a front end that keeps elements of its own need not compare.

use crate::frame_bounds::{self, Nested};
use crate::mouse::MouseButton;
use crate::text_value::Text;
use crate::value::{Value, Vec2};
use schemars::JsonSchema;
use serde::de::{Deserializer, Error};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The largest number of elements that a frame names as changed or removed, or effects that it has.
const MAX_NAMED: usize = 100_000;

/// How a panel that is made from a template is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DocumentForm {
    /// As widgets, which every front end can draw.
    #[default]
    Widgets,
    /// As elements: the only widgets of the frame are those that the panel itself draws, which belong
    /// into the element with the id `im-root`.
    Tree,
    /// Both, for tools and tests.
    Both,
}

/// The colours that a front end uses: sheets of documents follow them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ThemeKind {
    /// Light text on a dark background.
    #[default]
    Dark,
    /// Dark text on a light background.
    Light,
}

/// One version of a panel's document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct FrameDocument {
    /// The number of this version, below 2 to the power of 53. Equal numbers mean equal documents. It
    /// grows, but not by one.
    pub version: u64,
    /// The version to which `changed` and `removed` refer. A front end that has another one, or 0 here,
    /// takes all nodes as new.
    #[serde(default)]
    pub base: u64,
    /// Its title.
    #[serde(default, skip_serializing_if = "is_blank")]
    pub title: Text,
    /// All elements and texts, in the order of the document.
    #[serde(default, deserialize_with = "frame_bounds::widgets")]
    pub nodes: Vec<DocumentNode>,
    /// The nodes that are new or different, or have other children.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "bounded"
    )]
    pub changed: Vec<u64>,
    /// The nodes that are gone.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "bounded"
    )]
    pub removed: Vec<u64>,
    /// What to do once, when this version is shown first.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "bounded"
    )]
    pub effects: Vec<DocumentEffect>,
    /// The element that has the keyboard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<u64>,
}

/// An element or a text of a document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct DocumentNode {
    /// Its identity, for inputs: the same as long as the element exists, and never that of another one.
    /// Below 2 to the power of 53.
    pub node: u64,
    /// The number of elements around it: 0 for the body.
    pub depth: u16,
    /// The name of the element, such as `div`; empty for a text.
    #[serde(default, skip_serializing_if = "is_blank")]
    pub tag: Text,
    /// The `id` of the element.
    #[serde(default, skip_serializing_if = "is_blank")]
    pub id: Text,
    /// Its classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Text>,
    /// Its attributes, without `id`, `class`, `style` and bindings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(Text, Text)>,
    /// The text of a text.
    #[serde(default, skip_serializing_if = "is_blank")]
    pub text: Text,
    /// Its computed style as RCSS: the properties that do not have their initial values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub style: Vec<(Text, Text)>,
}

impl Nested for DocumentNode {
    fn depth(&self) -> u16 {
        // Two more than widgets: see `lichtfeld_document::limits::MAX_DEPTH`.
        self.depth.saturating_sub(2)
    }
}

/// Something that a front end does once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "effect", rename_all = "snake_case")]
#[non_exhaustive]
pub enum DocumentEffect {
    /// Give an element the keyboard, or take it from all.
    Focus {
        /// The element.
        node: Option<u64>,
    },
    /// Scroll the content of an element.
    Scroll {
        /// The element.
        node: u64,
        /// From the left and from above, in pixels.
        to: Vec2,
    },
    /// Scroll until an element is visible.
    ScrollIntoView {
        /// The element.
        node: u64,
        /// Whether its upper edge is to be at that of what is visible.
        at_top: bool,
    },
    /// Select the whole text of a control.
    SelectText {
        /// The control.
        node: u64,
    },
    /// Move a property to a value; its style has the value already.
    Animate {
        /// The element.
        node: u64,
        /// The property.
        property: Text,
        /// Where it begins; empty for where it is.
        from: Text,
        /// Where it ends.
        to: Text,
        /// How long it takes, in seconds.
        seconds: f32,
        /// The name of the movement, such as `quadratic-out`.
        tween: Text,
    },
}

impl FrameDocument {
    /// Makes one with this version.
    #[must_use]
    pub fn new(version: u64) -> Self {
        Self {
            version,
            ..Self::default()
        }
    }

    /// Returns the node with this identity.
    #[must_use]
    pub fn find(&self, node: u64) -> Option<&DocumentNode> {
        self.nodes.iter().find(|known| known.node == node)
    }

    /// Returns this version with the changes and effects of the version before it, which nobody has
    /// seen.
    #[must_use]
    pub fn after(self: Arc<Self>, unseen: &Self) -> Arc<Self> {
        if self.version == unseen.version || self.base != unseen.version {
            return self;
        }
        let mut merged = (*self).clone();
        merged.base = unseen.base;
        merged.effects.splice(0..0, unseen.effects.iter().cloned());
        for (all, more) in [
            (&mut merged.changed, &unseen.changed),
            (&mut merged.removed, &unseen.removed),
        ] {
            all.extend(more);
            all.sort_unstable();
            all.dedup();
        }
        let removed = &merged.removed;
        merged
            .changed
            .retain(|node| removed.binary_search(node).is_err());
        Arc::new(merged)
    }

    /// Returns whether both are the same version.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.version == other.version
    }

    /// Returns this version without its content, for a process that has it.
    #[must_use]
    pub fn known(&self) -> Self {
        Self::new(self.version)
    }
}

impl DocumentNode {
    /// Makes a node without content.
    #[must_use]
    pub fn new(node: u64, depth: u16) -> Self {
        Self {
            node,
            depth,
            ..Self::default()
        }
    }

    /// Returns the value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| &**known == name);
        found.map(|(_, value)| &**value)
    }
}

fn is_blank(text: &Text) -> bool {
    text.is_empty()
}

/// Reads a list of things that are named. Refuses more than [`MAX_NAMED`].
fn bounded<'de, D, T>(reader: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let all = Vec::<T>::deserialize(reader)?;
    if all.len() > MAX_NAMED {
        return Err(D::Error::custom(format_args!(
            "more than {MAX_NAMED} changes of a document in one drawing"
        )));
    }
    Ok(all)
}

/// Writes the document of a frame.
pub(crate) fn write<S: Serializer>(
    document: &Option<Arc<FrameDocument>>,
    writer: S,
) -> Result<S::Ok, S::Error> {
    document.as_deref().serialize(writer)
}

/// Reads the document of a frame.
pub(crate) fn read<'de, D: Deserializer<'de>>(
    reader: D,
) -> Result<Option<Arc<FrameDocument>>, D::Error> {
    Ok(Option::<FrameDocument>::deserialize(reader)?.map(Arc::new))
}

/// What the user did with an element of a document, or what the front end says of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ElementInput {
    /// The identity of the node.
    pub node: u64,
    /// The action.
    #[serde(flatten)]
    pub action: ElementAction,
}

impl ElementInput {
    /// Describes an action.
    #[must_use]
    pub fn new(node: u64, action: ElementAction) -> Self {
        Self { node, action }
    }
}

/// What the user did with an element. Serialized, it is a field with the variant's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ElementAction {
    /// Clicked it. Only the primary button does anything by itself.
    Click(MouseButton),
    /// Entered a value into a control: a text, a number, whether a checkbox is on.
    Set(Value),
    /// Moved the pointer onto it, or away from all.
    Hover(bool),
    /// Gave it the keyboard, or took it away.
    Focus(bool),
    /// Scrolled its content so far to the left and up, in pixels.
    Scroll(Vec2),
    /// Where it lies after the layout of the front end.
    Layout(ElementBox),
}

/// Where an element lies, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[non_exhaustive]
pub struct ElementBox {
    /// Its upper left corner, from that of the panel.
    pub at: Vec2,
    /// Its width and height with padding and border.
    pub size: Vec2,
    /// The part of it that shows content, without borders and scroll bars.
    pub client: Vec2,
    /// The size of all its content.
    pub content: Vec2,
}

impl ElementBox {
    /// Describes an element without borders, all of whose content is visible.
    #[must_use]
    pub fn new(at: Vec2, size: Vec2) -> Self {
        Self {
            at,
            size,
            client: size,
            content: size,
        }
    }
}
