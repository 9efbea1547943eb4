//! Events: what the user does, on its way through the elements.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::tree::id::NodeId;
use crate::value::Value;

/// A listener of an element, for the caller that has added it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListenerId(pub u64);

/// Where an event is on its way: from the outermost element to the target, then back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Phase {
    /// On the way to the target.
    Capture,
    /// At the target.
    Target,
    /// On the way back.
    Bubble,
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// Its name, such as `click`.
    pub kind: Arc<str>,
    /// The element that it concerns.
    pub target: NodeId,
    /// The element whose listeners are called.
    pub current: NodeId,
    /// Where it is on its way.
    pub phase: Phase,
    /// What belongs to it, such as `value` or `mouse_x`; expressions have it as `ev`.
    pub parameters: BTreeMap<String, Value>,
    pub(crate) is_stopped: bool,
}

/// Events that concern one element alone.
const DOES_NOT_BUBBLE: [&str; 12] = [
    "blur",
    "focus",
    "hide",
    "load",
    "mouseenter",
    "mouseleave",
    "resize",
    "scroll",
    "show",
    "unload",
    "animationend",
    "transitionend",
];

impl Event {
    /// Makes an event for an element.
    pub fn new(kind: impl AsRef<str>, target: NodeId) -> Self {
        Self {
            kind: Arc::from(kind.as_ref()),
            target,
            current: target,
            phase: Phase::Target,
            parameters: BTreeMap::new(),
            is_stopped: false,
        }
    }

    /// Returns the event with a parameter.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Ends its way: the other listeners of the current element are called, and no others.
    pub fn stop_propagation(&mut self) {
        self.is_stopped = true;
    }

    pub(crate) fn bubbles(&self) -> bool {
        !DOES_NOT_BUBBLE.contains(&&*self.kind)
    }
}
