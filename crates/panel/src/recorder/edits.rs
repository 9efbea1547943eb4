//! When the user begins and ends to edit a widget, so that a plugin or a host can undo it at once.

use super::item::EditEvents;
use super::state::Recorder;
use crate::identity::WidgetId;
use crate::input::{Input, InputValue};
use crate::kind::WidgetKind;
use crate::mouse::MouseButton;
use crate::session::Edited;

impl WidgetKind {
    /// Returns whether the user edits it for a while, which front ends report by
    /// [`InputValue::Edit`]: numbers, texts, paths and colours.
    #[must_use]
    pub fn is_editable(&self) -> bool {
        matches!(
            self,
            Self::Number { .. }
                | Self::TextInput { .. }
                | Self::PathInput { .. }
                | Self::Color { .. }
        )
    }
}

impl Recorder {
    /// Handles the beginning and the end of an edit, and returns the input that follows in this
    /// drawing. All three may arrive in one.
    pub(super) fn take_edits(
        &mut self,
        id: WidgetId,
        kind: &WidgetKind,
        input: InputValue,
    ) -> Option<InputValue> {
        match input {
            InputValue::Edit(true) if kind.is_editable() => {
                self.edit.began = true;
                self.session.edited = Some(Edited {
                    widget: id,
                    has_changed: false,
                });
                // A second beginning is for the next drawing.
                match self.session.pending.front()?.value {
                    InputValue::Edit(true) => None,
                    InputValue::Edit(false) => {
                        self.take_end(id);
                        None
                    }
                    _ => self.session.take(id),
                }
            }
            InputValue::Edit(false) if kind.is_editable() => {
                self.end_edit(id);
                None
            }
            other => Some(other),
        }
    }

    /// Notes that a value has arrived for a widget, and handles the end of its edit if that follows.
    pub(super) fn note_change(&mut self, id: WidgetId, input: &InputValue) {
        if !matches!(input, InputValue::Set(_)) {
            return;
        }
        match &mut self.session.edited {
            Some(edited) if edited.widget == id => {
                edited.has_changed = true;
                self.take_end(id);
            }
            // A check box or a choice has no beginning and no end, and not every front end reports
            // those of the others: each value is an edit of its own.
            _ => {
                self.edit = EditEvents {
                    began: true,
                    ended: true,
                    has_changed: true,
                }
            }
        }
    }

    fn take_end(&mut self, id: WidgetId) {
        let end = Input::new(id, InputValue::Edit(false));
        if self.session.pending.front() == Some(&end) {
            self.session.take(id);
            self.end_edit(id);
        }
    }

    fn end_edit(&mut self, id: WidgetId) {
        if let Some(edited) = self.session.edited.take_if(|edited| edited.widget == id) {
            self.edit.ended = true;
            self.edit.has_changed = edited.has_changed;
        }
    }

    /// Marks the widget that the user is editing.
    pub(super) fn mark_edited(&mut self) {
        if let Some(edited) = self.session.edited
            && let Some(widget) = self
                .frame
                .widgets
                .iter_mut()
                .find(|widget| widget.id == edited.widget)
        {
            widget.traits.editing = true;
        }
    }

    fn events(&mut self) -> EditEvents {
        if let Some(widget) = self.last() {
            widget.traits.wants_edit |= widget.kind.is_editable();
        }
        self.edit
    }

    /// Returns whether the user has just begun to edit the last widget, or has clicked it.
    pub fn is_activated(&mut self) -> bool {
        self.events().began || self.clicked == Some(MouseButton::Primary)
    }

    /// Returns whether the user has just ended to edit the last widget, or has clicked it.
    pub fn is_deactivated(&mut self) -> bool {
        self.events().ended || self.clicked == Some(MouseButton::Primary)
    }

    /// Returns whether the user has just ended to edit the last widget, and its value was set in
    /// between: the moment for a step of undo.
    pub fn is_deactivated_after_edit(&mut self) -> bool {
        let events = self.events();
        events.ended && events.has_changed
    }
}
