//! What the user does with the panel: pointing, pressing, typing, choosing.

use std::sync::Arc;

use super::dispatch::Dispatch;
use super::state::Document;
use crate::changes::Effect;
use crate::event::Event;
use crate::style::matching;
use crate::template::plan::ViewKind;
use crate::tree::arena::Stale;
use crate::tree::id::NodeId;
use crate::tree::node::States;
use crate::value::Value;

/// A state of an element that sheets see as a pseudo-class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// The pointer is over it: `:hover`.
    Hover,
    /// It is pressed: `:active`.
    Active,
    /// It takes the keyboard: `:focus`.
    Focus,
    /// The focus should be seen: `:focus-visible`.
    FocusVisible,
}

impl Document {
    /// Moves the pointer to an element, or away from all.
    #[must_use]
    pub fn hover(&mut self, node: Option<NodeId>) -> Dispatch {
        let node = node.filter(|node| self.tree.is_within(*node, self.root));
        let old = self.hover;
        if old == node {
            return Dispatch::new([]);
        }
        self.hover = node;
        self.set_chain(old, node, States::HOVER);
        let (left, entered) = (self.path(old), self.path(node));
        let mut events = Vec::new();
        events.extend(old.map(|old| Event::new("mouseout", old)));
        let gone = left.iter().filter(|left| !entered.contains(left));
        events.extend(gone.map(|left| Event::new("mouseleave", *left)));
        events.extend(node.map(|node| Event::new("mouseover", node)));
        let come = entered
            .iter()
            .rev()
            .filter(|entered| !left.contains(entered));
        events.extend(come.map(|entered| Event::new("mouseenter", *entered)));
        Dispatch::new(events)
    }

    /// Gives an element the keyboard, or takes it from all. The front end sees it as an effect.
    #[must_use]
    pub fn focus(&mut self, node: Option<NodeId>) -> Dispatch {
        let node = node.filter(|node| {
            let element = self.tree.element(*node);
            self.tree.is_within(*node, self.root)
                && element.is_some_and(|element| element.attribute("disabled").is_none())
        });
        let old = self.focus;
        if old == node {
            return Dispatch::new([]);
        }
        self.focus = node;
        self.set_chain(old, node, States::FOCUS);
        self.effects.push(Effect::Focus { node });
        let blur = old.map(|old| Event::new("blur", old));
        Dispatch::new(
            blur.into_iter()
                .chain(node.map(|node| Event::new("focus", node))),
        )
    }

    /// Returns the element that takes the keyboard.
    #[must_use]
    pub fn focused(&self) -> Option<NodeId> {
        self.focus
    }

    /// Presses an element, or releases the one that is pressed. Events are sent by
    /// [`event`](Self::event).
    pub fn press(&mut self, node: Option<NodeId>) {
        let node = node.filter(|node| self.tree.is_within(*node, self.root));
        let old = std::mem::replace(&mut self.active, node);
        self.set_chain(old, node, States::ACTIVE);
    }

    /// Returns whether an element has a state.
    #[must_use]
    pub fn has_state(&self, node: NodeId, state: State) -> bool {
        let state = match state {
            State::Hover => States::HOVER,
            State::Active => States::ACTIVE,
            State::Focus => States::FOCUS,
            State::FocusVisible => States::FOCUS_VISIBLE,
        };
        self.tree
            .element(node)
            .is_some_and(|element| element.states.contains(state))
    }

    /// Clicks an element: a checkbox changes, a label passes it on.
    #[must_use]
    pub fn click(&mut self, node: NodeId) -> Dispatch {
        if self.is_disabled(node) {
            return Dispatch::new([]);
        }
        Dispatch::new([Event::new("click", node)])
    }

    /// Presses a button of the mouse on an element and releases it there, as a user does: `mousedown`,
    /// `mouseup` and `click` follow each other.
    #[must_use]
    pub fn press_and_release(&mut self, node: NodeId) -> Dispatch {
        if self.is_disabled(node) {
            return Dispatch::new([]);
        }
        Dispatch::new(
            ["mousedown", "mouseup", "click"]
                .map(|kind| Event::new(kind, node).with("button", 0_i64)),
        )
    }

    /// Enters a value into a control: a text, the position of a slider, the value of an option, or
    /// whether a checkbox is on. Sends `change`.
    #[must_use]
    pub fn change(&mut self, node: NodeId, value: Value) -> Dispatch {
        if self.is_disabled(node) {
            return Dispatch::new([]);
        }
        let events = self.changed(node, value);
        Dispatch::new(events)
    }

    /// Submits the form around an element, with the values of all its controls.
    #[must_use]
    pub fn submit(&mut self, node: NodeId) -> Dispatch {
        let form = self
            .path(Some(node))
            .into_iter()
            .find(|node| self.is_named(*node, "form"));
        let Some(form) = form else {
            return Dispatch::new([]);
        };
        let mut event = Event::new("submit", form);
        for control in self.tree.subtree(form) {
            let Some(element) = self.tree.element(control) else {
                continue;
            };
            let kind = element.attribute("type").map_or("", |kind| kind);
            let is_choice = ["checkbox", "radio"].contains(&kind);
            if is_choice && !matching::is_checked(element) {
                continue;
            }
            if let (Some(name), true) = (element.attribute("name"), is_control(&element.name)) {
                let value = element.attribute("value").map_or("", |value| value);
                event
                    .parameters
                    .insert(name.to_string(), Value::text(value));
            }
        }
        Dispatch::new([event])
    }

    /// Does what a control does by itself after an event, and returns the events of that.
    pub(super) fn after(&mut self, event: &Event) -> Vec<Event> {
        if &*event.kind != "click" || event.is_stopped {
            return Vec::new();
        }
        let path = self.path(Some(event.target));
        let Some(control) = path.iter().copied().find(|node| {
            let element = self.tree.element(*node);
            element.is_some_and(|element| {
                is_control(&element.name) || &*element.name == "label" || &*element.name == "button"
            })
        }) else {
            return Vec::new();
        };
        if self.is_named(control, "label") {
            let target = self
                .labelled(control)
                .filter(|target| !self.is_disabled(*target));
            return target
                .map(|target| Event::new("click", target))
                .into_iter()
                .collect();
        }
        let Some(element) = self.tree.element(control) else {
            return Vec::new();
        };
        match element.attribute("type").map_or("", |kind| kind) {
            "checkbox" => {
                let is_on = !matching::is_checked(element);
                self.changed(control, Value::Bool(is_on))
            }
            "radio" if !matching::is_checked(element) => self.changed(control, Value::Bool(true)),
            "submit" => {
                let mut dispatch = self.submit(control);
                dispatch.take_events()
            }
            _ => Vec::new(),
        }
    }

    fn changed(&mut self, node: NodeId, value: Value) -> Vec<Event> {
        let Some(element) = self.tree.element(node) else {
            return Vec::new();
        };
        let kind = element.attribute("type").map_or("", |kind| kind).to_owned();
        let own = element.attribute("value").cloned();
        match kind.as_str() {
            "checkbox" => {
                let is_on = value.to_bool();
                self.tree
                    .set_attribute(node, &Arc::from("checked"), is_on.then_some(""));
                let value = own.map_or_else(|| Value::text("on"), Value::Text);
                let value = if is_on { value } else { Value::text("") };
                vec![
                    Event::new("change", node)
                        .with("value", value)
                        .with("checked", is_on),
                ]
            }
            "radio" => {
                self.uncheck_others(node);
                self.tree
                    .set_attribute(node, &Arc::from("checked"), Some(""));
                let value = own.map_or_else(|| Value::text("on"), Value::Text);
                vec![
                    Event::new("change", node)
                        .with("value", value)
                        .with("checked", true),
                ]
            }
            _ => {
                let text = value.to_string();
                self.tree
                    .set_attribute(node, &Arc::from("value"), Some(&text));
                vec![Event::new("change", node).with("value", value)]
            }
        }
    }

    /// Of the radio buttons with one name in a form, or in the document, only one is on.
    fn uncheck_others(&mut self, node: NodeId) {
        let name = self
            .tree
            .element(node)
            .and_then(|element| element.attribute("name").cloned());
        let Some(name) = name else { return };
        let form = self
            .path(Some(node))
            .into_iter()
            .find(|node| self.is_named(*node, "form"));
        for other in self.tree.subtree(form.unwrap_or(self.root)) {
            let is_same = self.tree.element(other).is_some_and(|element| {
                element
                    .attribute("type")
                    .is_some_and(|kind| &**kind == "radio")
                    && element.attribute("name") == Some(&name)
            });
            if is_same && other != node {
                self.tree.set_attribute(other, &Arc::from("checked"), None);
            }
        }
    }

    /// Returns the value that a control sets its variable to.
    pub(super) fn control_value(
        &self,
        node: NodeId,
        view: &ViewKind,
        event: &Event,
    ) -> Option<Value> {
        let given = event.parameters.get("value").cloned().unwrap_or_default();
        let element = self.tree.element(node)?;
        match view {
            ViewKind::Value => Some(given),
            ViewKind::Checked => {
                let is_on = match event.parameters.get("checked") {
                    Some(value) => value.to_bool(),
                    None => matching::is_checked(element),
                };
                let kind = element.attribute("type").map_or("", |kind| kind);
                match kind {
                    "radio" => is_on.then(|| {
                        element
                            .attribute("value")
                            .map_or(given, |own| Value::Text(Arc::clone(own)))
                    }),
                    _ => Some(Value::Bool(is_on)),
                }
            }
            _ => None,
        }
    }

    /// Returns the control that a label is for.
    fn labelled(&self, label: NodeId) -> Option<NodeId> {
        let element = self.tree.element(label)?;
        if let Some(id) = element.attribute("for") {
            return self.element_by_id(id);
        }
        let inside = self.tree.subtree(label);
        inside.into_iter().find(|node| {
            let element = self.tree.element(*node);
            element.is_some_and(|element| is_control(&element.name))
        })
    }

    pub(super) fn is_disabled(&self, node: NodeId) -> bool {
        self.path(Some(node)).into_iter().any(|node| {
            let element = self.tree.element(node);
            element.is_some_and(|element| {
                (is_control(&element.name) || &*element.name == "button")
                    && element.attribute("disabled").is_some()
            })
        })
    }

    fn is_named(&self, node: NodeId, name: &str) -> bool {
        self.tree
            .element(node)
            .is_some_and(|element| &*element.name == name)
    }

    /// Returns a node and those around it, from the innermost.
    fn path(&self, node: Option<NodeId>) -> Vec<NodeId> {
        let mut path = Vec::new();
        let mut at = node.filter(|node| self.tree.get(*node).is_some());
        while let Some(node) = at {
            path.push(node);
            at = self.tree.parent(node);
        }
        path
    }

    /// Sets a state of all elements from one to the outermost, and removes it from those of another.
    pub(super) fn set_chain(&mut self, old: Option<NodeId>, new: Option<NodeId>, state: States) {
        let (old, new) = (self.path(old), self.path(new));
        for (node, is_on) in old
            .iter()
            .filter(|node| !new.contains(node))
            .map(|node| (*node, false))
            .chain(
                new.iter()
                    .filter(|node| !old.contains(node))
                    .map(|node| (*node, true)),
            )
        {
            if let Some(element) = self.tree.element_mut(node) {
                element.states.set(state, is_on);
                self.tree.stale.push((node, Stale::State));
            }
        }
    }
}

pub(super) fn is_control(name: &str) -> bool {
    ["input", "select", "textarea"].contains(&name)
}
