//! Answers about the pointer: double clicks, drags, the wheel. Each answer also marks the widget or the
//! frame, so that front ends report it.

use super::state::Recorder;
use crate::input::InputValue;
use crate::mouse::MouseButton;
use crate::pointer;
use crate::value::Vec2;

fn drag(value: &InputValue) -> Option<()> {
    matches!(value, InputValue::Drag(_)).then_some(())
}

impl Recorder {
    /// Returns the button with which the last widget was double clicked.
    pub fn double_clicked(&mut self) -> Option<MouseButton> {
        let widget = self.last()?;
        widget.traits.wants_double_click = true;
        let (id, is_disabled) = (widget.id, widget.traits.disabled);
        let button = self.session.pointer.ask(Some(id), pointer::double_click);
        button.filter(|_| !is_disabled)
    }

    /// Returns the button with which the user has double clicked anywhere in the panel.
    pub fn pointer_double_clicked(&mut self) -> Option<MouseButton> {
        self.frame.wants.double_click = true;
        self.session.pointer.ask(None, pointer::double_click)
    }

    /// Returns whether the user holds the last widget with the pointer, or edits it.
    pub fn is_active(&mut self) -> bool {
        let edited = self.session.edited.map(|edited| edited.widget);
        let held = self.session.pointer.held().map(|(id, _)| id);
        let Some(widget) = self.last() else {
            return false;
        };
        widget.traits.wants_drag = true;
        widget.traits.wants_edit |= widget.kind.is_editable();
        let (id, is_disabled) = (widget.id, widget.traits.disabled);
        self.session.pointer.ask(Some(id), drag);
        let clicked = self.clicked().is_some();
        !is_disabled && (clicked || edited == Some(id) || held == Some(id))
    }

    /// Returns the button that is held while the pointer moves, wherever that began.
    pub fn pointer_dragged(&mut self) -> Option<MouseButton> {
        self.frame.wants.drag = true;
        self.session.pointer.ask(None, drag);
        self.session.pointer.held().map(|(_, drag)| drag.button)
    }

    /// Returns how far the pointer has moved since the drawing before, in pixels. It is known while the
    /// pointer is over the panel, and during a drag.
    pub fn pointer_delta(&mut self) -> Vec2 {
        self.frame.wants.pointer = true;
        self.session.pointer.ask(None, drag);
        self.session.pointer.delta()
    }

    /// Returns where the pointer is, from the upper left corner of the panel.
    pub fn pointer(&mut self) -> Vec2 {
        self.frame.wants.pointer = true;
        self.session.surface.pointer
    }

    /// Returns how far the wheel was turned since the drawing before: lines to the right, lines up.
    pub fn wheel(&mut self) -> Vec2 {
        self.frame.wants.wheel = true;
        let turned = |value: &InputValue| match value {
            InputValue::Wheel(lines) => Some(*lines),
            _ => None,
        };
        self.session.pointer.ask(None, turned).unwrap_or(Vec2::ZERO)
    }
}
