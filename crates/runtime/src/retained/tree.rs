//! A document as elements in a frame, and what front ends do with elements.

use lichtfeld_document::{Change, Child, Content, Dispatch, Document, Effect, Layout, NodeId};
use lichtfeld_document::{Snapshot, Value};
use lichtfeld_panel::{
    DocumentEffect, DocumentNode, ElementAction, ElementBox, FrameDocument, MouseButton, Text,
    Value as PanelValue, Vec2,
};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The last version of any document. A process that starts later begins with larger ones, so that a
/// front end never takes two documents for the same.
static VERSION: LazyLock<AtomicU64> = LazyLock::new(|| {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let microseconds = now.map_or(1, |now| now.as_micros());
    AtomicU64::new(u64::try_from(microseconds).unwrap_or(1))
});

/// Returns the document for a frame; `last` is that of the frame before.
pub(super) fn taken(
    document: &mut Document,
    last: Option<&Arc<FrameDocument>>,
) -> Option<Arc<FrameDocument>> {
    let changes = document.take_changes();
    let is_same = |last: &&Arc<FrameDocument>| {
        changes.whole.is_none()
            && changes.changes.is_empty()
            && changes.effects.is_empty()
            && *last.title == *document.title()
    };
    if let Some(last) = last.filter(is_same) {
        return Some(Arc::clone(last));
    }
    let mut new = FrameDocument::new(VERSION.fetch_add(1, Ordering::Relaxed) + 1);
    new.title = Text::new(document.title());
    new.focus = document.focused().map(NodeId::number);
    if document.is_shown() {
        nodes(&document.snapshot()?, 0, &mut new.nodes);
    }
    new.effects = changes.effects.iter().filter_map(effect).collect();
    if let (Some(last), None) = (last, &changes.whole) {
        let now: HashSet<u64> = new.nodes.iter().map(|node| node.node).collect();
        let before: HashSet<u64> = last.nodes.iter().map(|node| node.node).collect();
        let mut changed: BTreeSet<u64> = now.difference(&before).copied().collect();
        changed.extend(changes.changes.iter().flat_map(nodes_of));
        changed.retain(|node| now.contains(node));
        new.base = last.version;
        new.changed = changed.into_iter().collect();
        new.removed = before.difference(&now).copied().collect();
        new.removed.sort_unstable();
    }
    Some(Arc::new(new))
}

/// The depth of documents is bounded.
fn nodes(snapshot: &Snapshot, depth: u16, all: &mut Vec<DocumentNode>) {
    let mut node = DocumentNode::new(snapshot.node.number(), depth);
    match &snapshot.content {
        Content::Text { text } => {
            node.text = Text::new(text);
            all.push(node);
        }
        Content::Element {
            element,
            id,
            classes,
            attributes,
            style,
            children,
            ..
        } => {
            let pair = |name: &str, value: &str| (Text::new(name), Text::new(value));
            node.tag = Text::new(element);
            node.id = Text::new(id.as_deref().unwrap_or_default());
            node.classes = classes.iter().map(Text::new).collect();
            let attributes = attributes.iter();
            node.attributes = attributes.map(|(name, value)| pair(name, value)).collect();
            let style = style.iter();
            node.style = style
                .map(|(name, value)| pair(name, &value.to_string()))
                .collect();
            all.push(node);
            for child in children {
                nodes(child, depth.saturating_add(1), all);
            }
        }
        _ => {}
    }
}

/// The nodes that a change concerns. New children are found by comparing.
fn nodes_of(change: &Change) -> Vec<u64> {
    match change {
        Change::Children { node, insert, .. } => {
            let moved = insert.iter().filter_map(|child| match child {
                Child::Moved(node) => Some(node.number()),
                _ => None,
            });
            std::iter::once(node.number()).chain(moved).collect()
        }
        Change::Text { node, .. }
        | Change::Attribute { node, .. }
        | Change::Classes { node, .. }
        | Change::Style { node, .. } => vec![node.number()],
        _ => Vec::new(),
    }
}

fn effect(effect: &Effect) -> Option<DocumentEffect> {
    Some(match effect {
        Effect::Focus { node } => DocumentEffect::Focus {
            node: node.map(NodeId::number),
        },
        Effect::ScrollIntoView { node, is_at_top } => DocumentEffect::ScrollIntoView {
            node: node.number(),
            at_top: *is_at_top,
        },
        Effect::Scroll { node, left, top } => DocumentEffect::Scroll {
            node: node.number(),
            to: Vec2::new(*left, *top),
        },
        Effect::SelectText { node } => DocumentEffect::SelectText {
            node: node.number(),
        },
        Effect::Animate {
            node,
            property,
            from,
            to,
            seconds,
            tween,
        } => DocumentEffect::Animate {
            node: node.number(),
            property: Text::new(property),
            from: Text::new(from.as_deref().unwrap_or_default()),
            to: Text::new(to),
            seconds: *seconds,
            tween: Text::new(tween),
        },
        _ => return None,
    })
}

/// Begins what the user did with an element; `None` if it does not exist.
pub(super) fn act(
    document: &mut Document,
    node: u64,
    action: ElementAction,
) -> Option<Option<Dispatch>> {
    let node = NodeId::from_number(node);
    if !document.is_attached(node) {
        return None;
    }
    Some(match action {
        ElementAction::Click(MouseButton::Primary) => Some(document.click(node)),
        ElementAction::Set(value) => Some(document.change(node, entered(value))),
        ElementAction::Hover(is_over) => Some(document.hover(is_over.then_some(node))),
        ElementAction::Focus(true) => Some(document.focus(Some(node))),
        ElementAction::Focus(false) if document.focused() == Some(node) => {
            Some(document.focus(None))
        }
        ElementAction::Scroll(to) => {
            let mut layout = document.layout(node);
            (layout.scroll_left, layout.scroll_top) = (to.x(), to.y());
            document.set_layout(node, layout);
            Some(document.event(lichtfeld_document::Event::new("scroll", node)))
        }
        ElementAction::Layout(place) => {
            lay_out(document, node, &place);
            None
        }
        _ => None,
    })
}

fn entered(value: PanelValue) -> Value {
    match value {
        PanelValue::Bool(value) => Value::Bool(value),
        PanelValue::Int(value) => Value::Int(value),
        PanelValue::Text(text) => Value::text(&*text),
        PanelValue::Float(number) => Value::Float(number),
        other => {
            let numbers = other.to_numbers();
            Value::list(numbers.iter().map(|number| Value::Float(*number)))
        }
    }
}

fn lay_out(document: &mut Document, node: NodeId, place: &ElementBox) {
    let parent = document.parent(node).map(|parent| document.layout(parent));
    let before = document.layout(node);
    let mut layout = Layout::default();
    layout.absolute_left = place.at.x();
    layout.absolute_top = place.at.y();
    layout.offset_top = place.at.y() - parent.map_or(0.0, |parent| parent.absolute_top);
    layout.offset_width = place.size.x();
    layout.offset_height = place.size.y();
    layout.client_width = place.client.x();
    layout.client_height = place.client.y();
    layout.scroll_width = place.content.x();
    layout.scroll_height = place.content.y();
    layout.scroll_left = before.scroll_left;
    layout.scroll_top = before.scroll_top;
    document.set_layout(node, layout);
}
