//! Another version of the template in place of the one that is shown.
//!
//! The document is made anew, and keeps what does not come from the template. An element of before is
//! the one with the same `id`, and has the same identity; so is the body. Nodes that the plugin has
//! made one by one are in the new version too, with their identities.

use std::sync::Arc;

use super::controls::is_control;
use super::state::Document;
use crate::changes::Effect;
use crate::data::model::Model;
use crate::event::ListenerId;
use crate::style::declarations::is_of;
use crate::template::Template;
use crate::tree::id::NodeId;
use crate::tree::node::{Element, Kind, States};
use crate::tree::own::{Own, OwnContent};

impl Document {
    /// Shows another version of the template. All values are asked for again. Elements with an `id`
    /// that the new version has as well keep their identity, listeners, scroll position and focus,
    /// what the user has entered into them, and what the plugin has changed: content, classes,
    /// attributes, properties. So do nodes that it has made. Other identities end.
    ///
    /// The next [`take_changes`](Self::take_changes) returns the whole document. Returns the listeners
    /// whose elements are gone.
    pub fn replace_template(&mut self, template: &Template, models: Vec<Model>) -> Vec<ListenerId> {
        let all = self.tree.subtree(self.root);
        let is_own = |node: &NodeId| self.tree.get(*node).is_some_and(|node| node.is_own);
        let names = self.tree.ids.keys().filter_map(|name| {
            let node = self.element_by_id(name)?;
            (!is_own(&node)).then(|| (Arc::clone(name), node))
        });
        let own = all.iter().copied().filter(is_own);
        let tree = self.tree.successor(self.root, names, own);
        let mut new = Self::on_tree(tree, template, models, self.options.clone());
        for node in all {
            if new.tree.get(node).is_some() {
                new.take_over(self, node);
            }
        }
        new.tree.end_succession();
        let gone = new.take_listeners(self);
        new.is_shown = self.is_shown;
        let is_known = |node: &NodeId| new.tree.is_within(*node, new.root);
        if let Some(focus) = self.focus.filter(is_known) {
            new.focus = Some(focus);
            new.set_chain(None, Some(focus), States::FOCUS);
            new.effects.push(Effect::Focus { node: Some(focus) });
        }
        new.restyle();
        *self = new;
        gone
    }

    /// Notes a change that a plugin has made to an element.
    pub(super) fn note(&mut self, node: NodeId, note: impl FnOnce(&mut Own)) {
        if let Some(element) = self.tree.element_mut(node) {
            note(element.own.get_or_insert_default());
        }
    }

    /// Takes over what an element of before has beside its template.
    fn take_over(&mut self, old: &Self, node: NodeId) {
        let Some(before) = old.tree.element(node) else {
            return;
        };
        if !old.tree.get(node).is_some_and(|node| node.is_own) {
            self.take_changes_of(before, node);
        }
        let (left, top) = (before.layout.scroll_left, before.layout.scroll_top);
        if let Some(element) = self.tree.element_mut(node) {
            element.layout = before.layout;
        }
        if left != 0.0 || top != 0.0 {
            self.effects.push(Effect::Scroll { node, left, top });
        }
        match before.own.as_ref().and_then(|own| own.content.as_ref()) {
            // Its limits have been checked when it was set.
            Some(OwnContent::Rml(rml)) => {
                let _ = self.set_inner_rml(node, rml);
            }
            Some(OwnContent::Text(text)) => {
                let _ = self.set_text(node, text);
            }
            None => {}
        }
        for (index, child) in old.tree.children(node).iter().enumerate() {
            self.take_node(old, node, index, *child);
        }
    }

    /// Takes over a node that the plugin has made. What is in it follows.
    fn take_node(&mut self, old: &Self, parent: NodeId, index: usize, node: NodeId) {
        let Some(before) = old.tree.get(node).filter(|node| node.is_own) else {
            return;
        };
        let kind = match &before.kind {
            Kind::Text { text, .. } => Kind::Text {
                text: text.clone(),
                bindings: Vec::new(),
            },
            Kind::Element(element) => Kind::Element(Box::new(Element {
                name: Arc::clone(&element.name),
                id: element.id.clone(),
                classes: element.classes.clone(),
                attributes: element.attributes.clone(),
                inline: element.inline.clone(),
                own: element.own.clone(),
                ..Element::default()
            })),
        };
        let Some(made) = self.tree.create_as(node, kind) else {
            return;
        };
        if let Some(made) = self.tree.get_mut(made) {
            made.is_own = true;
        }
        if !self.tree.insert(parent, index, made) {
            self.free(made);
        }
    }

    fn take_changes_of(&mut self, before: &Element, node: NodeId) {
        let Some(element) = self.tree.element(node) else {
            return;
        };
        if element.name == before.name && is_control(&element.name) {
            let template = before.template.as_ref();
            for (name, value) in entered(before) {
                let written = template.and_then(|template| {
                    let all = template.attributes.iter();
                    all.clone().find(|(known, _)| *known == name)
                });
                if written.map(|(_, value)| value) != value.as_ref() {
                    self.tree.set_attribute(node, &name, value.as_deref());
                }
            }
        }
        let Some(own) = &before.own else { return };
        for (class, is_on) in &own.classes {
            self.tree.set_class(node, class, *is_on);
        }
        for name in &own.attributes {
            if &**name != "style" {
                let value = before.attribute(name).map(|value| &**value);
                self.put_attribute(node, name, value);
            } else if let Some(element) = self.tree.element_mut(node) {
                element.inline.clone_from(&before.inline);
            }
        }
        for name in &own.properties {
            self.remove_inline(node, name);
            let set = before.inline.iter();
            let set = set.filter(|declaration| is_of(&declaration.declared, name));
            if let Some(element) = self.tree.element_mut(node) {
                element.inline.extend(set.cloned());
            }
        }
        if let Some(element) = self.tree.element_mut(node) {
            element.own = Some(own.clone());
        }
    }

    /// Takes over the listeners of elements that are still there. Returns the others.
    fn take_listeners(&mut self, old: &mut Self) -> Vec<ListenerId> {
        let mut gone = Vec::new();
        self.next_listener = old.next_listener;
        for (node, listeners) in std::mem::take(&mut old.listeners) {
            if self.tree.get(node).is_some() {
                self.listener_count += listeners.len();
                self.listeners.insert(node, listeners);
            } else {
                gone.extend(listeners.into_iter().map(|listener| listener.id));
            }
        }
        gone
    }
}

/// The attributes of a control that the user changes.
fn entered(element: &Element) -> [(Arc<str>, Option<Arc<str>>); 2] {
    ["value", "checked"].map(|name| (Arc::from(name), element.attribute(name).cloned()))
}
