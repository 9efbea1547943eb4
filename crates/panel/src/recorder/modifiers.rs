//! What calls before and after a widget change: line, width, focus, tooltip, drag and drop.

use super::state::Recorder;
use crate::frame::SameLine;
use crate::input::InputValue;
use crate::mouse::MouseButton;
use crate::text_value::Text;
use crate::value::{Payload, Vec2};

impl Recorder {
    /// Puts the next widget on the line of the widget before it.
    pub fn same_line(&mut self, line: SameLine) {
        self.same_line = Some(line);
    }

    /// Moves all following widgets to the right by this many pixels, or to the left if negative.
    pub fn indent(&mut self, pixels: f32) {
        self.indent = (self.indent + pixels).clamp(0.0, 10_000.0);
    }

    /// Sets the width of the next widget only.
    pub fn set_next_width(&mut self, pixels: f32) {
        self.next_width = Some(pixels);
    }

    /// Folds or unfolds the next tree, header or menu, whatever the user did.
    pub fn set_next_open(&mut self, open: bool) {
        self.next_open = Some(open);
    }

    /// Gives the keyboard focus to the next widget.
    pub fn set_next_focus(&mut self) {
        self.next_focus = true;
    }

    /// Sets position and size of the next window; `None` leaves a value as it is.
    pub fn set_next_window(&mut self, position: Option<Vec2>, size: Option<Vec2>) {
        self.next_window = (position.or(self.next_window.0), size.or(self.next_window.1));
    }

    /// Takes what [`Self::set_next_window`] has set.
    pub fn take_next_window(&mut self) -> (Option<Vec2>, Option<Vec2>) {
        std::mem::take(&mut self.next_window)
    }

    /// Sets the text that is shown while the pointer is over the last widget.
    pub fn tooltip(&mut self, text: &str) {
        if let Some(widget) = self.last() {
            widget.traits.tooltip = Some(text.into());
        }
    }

    /// Returns whether the pointer is over the last widget, and marks the widget so that front
    /// ends report it.
    pub fn is_hovered(&mut self) -> bool {
        let Some(widget) = self.last() else {
            return false;
        };
        widget.traits.wants_hover = true;
        let id = widget.id;
        // What the pointer does to a widget it does over it, whether or not the front end said so.
        self.session.hovered == Some(id) || self.session.pointer.is_at(id)
    }

    /// Returns the button with which the last widget was clicked, and marks the widget so that
    /// front ends report clicks on it.
    pub fn clicked(&mut self) -> Option<MouseButton> {
        let widget = self.last()?;
        widget.traits.wants_click = true;
        let id = widget.id;
        // A widget without a label (text, an image) did not look for inputs when it was added.
        let is_open = widget.kind.label().is_none() && !widget.traits.disabled;
        if is_open
            && self.clicked.is_none()
            && let Some(front) = self.session.pending.front()
            && front.widget == id
            && matches!(front.value, InputValue::Click(_))
            && let Some(InputValue::Click(button)) = self.session.take(id)
        {
            self.consumed = true;
            self.clicked = Some(button);
        }
        self.clicked
    }

    /// Lets the user drag the last widget, which carries this payload.
    pub fn carry(&mut self, payload: Payload) {
        // Inside a drag preview this refers to the dragged widget, not to the preview.
        let index = self.dragged().or(self.last_item);
        let widget = index.and_then(|index| self.frame.widgets.get_mut(index));
        if let Some(widget) = widget {
            widget.traits.drag = Some(Box::new(payload));
        }
    }

    /// Returns what was dropped on the last widget, if it has this type.
    pub fn accept_drop(&mut self, kind: &str) -> Option<Text> {
        let id = {
            let widget = self.last()?;
            widget.traits.accepts = Some(kind.into());
            widget.id
        };
        // A widget without a label (text, an image) did not look for inputs when it was added.
        if self.dropped_on.is_none()
            && let Some(front) = self.session.pending.front()
            && front.widget == id
            && matches!(front.value, InputValue::Drop(_))
            && let Some(InputValue::Drop(payload)) = self.session.take(id)
        {
            self.consumed = true;
            self.dropped_on = Some(payload);
        }
        match self.dropped_on.take() {
            Some(payload) if payload.kind == kind => Some(payload.data),
            other => {
                self.dropped_on = other;
                None
            }
        }
    }
}
