//! What an element reacts to.

use super::state::Document;
use crate::template::plan::ViewKind;
use crate::tree::id::NodeId;

impl Document {
    /// Returns whether an element itself reacts to an event, by a binding of the template or a
    /// listener: a front end that has no elements knows by this what can be clicked.
    #[must_use]
    pub fn listens(&self, node: NodeId, event: &str) -> bool {
        let listeners = self.listeners.get(&node).into_iter().flatten();
        if listeners.into_iter().any(|known| &*known.event == event) {
            return true;
        }
        let Some(template) = self
            .tree
            .element(node)
            .and_then(|element| element.template.as_ref())
        else {
            return false;
        };
        let is_control = |kind: &ViewKind| matches!(kind, ViewKind::Value | ViewKind::Checked);
        template.events.iter().any(|known| &*known.event == event)
            || (event == "change" && template.views.iter().any(|view| is_control(&view.kind)))
    }
}
