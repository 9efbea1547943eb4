//! Another panel inside the panel that is being drawn: its widgets become a part of the frame.

use super::state::Recorder;
use crate::elsewhere::{Elsewhere, MAX_ELSEWHERE, Registered};
use crate::frame::{Frame, Redraw};
use crate::input::Input;
use crate::session::Session;

impl Recorder {
    /// Puts what `draw` returns here, and passes the inputs for its widgets to the session that
    /// `draw` gets. The session lasts as long as that of the panel around it.
    pub fn embed(&mut self, draw: impl FnOnce(&mut Session) -> Frame) {
        let container = self.seed;
        let mut part = self.session.parts.remove(&container).unwrap_or_default();
        while let Some(front) = self.session.pending.front()
            && let Some(own) = part.own_id(front.widget)
        {
            let id = front.widget;
            let Some(value) = self.session.take(id) else {
                break;
            };
            self.consumed = true;
            let input = Input::new(own, value);
            if self.disabled > 0 {
                self.session.drop_input(
                    Input {
                        widget: id,
                        ..input
                    },
                    "its widget is disabled",
                );
            } else {
                part.session.push_input(input);
            }
        }
        part.prepare(self.session.surface, self.session.hovered);
        let mut drawn = draw(&mut part.session);
        for warning in std::mem::take(&mut drawn.warnings) {
            self.warn(
                &warning.code,
                warning.message,
                warning.hint,
                warning.location,
            );
        }
        self.consumed |= drawn.redraw == Redraw::Again;
        let first = self.frame.widgets.len();
        let dropped = part.splice(container, self.depth, drawn, &mut self.frame);
        for widget in self.frame.widgets.iter_mut().skip(first) {
            widget.traits.disabled |= self.disabled > 0;
            widget.traits.indent += self.indent;
        }
        for dropped in dropped {
            self.session.drop_input(dropped.input, &dropped.reason);
        }
        self.session.parts.insert(container, part);
    }

    /// Notes that the widget that was added last shows something registered elsewhere. `titled` is
    /// whether the widget has a text of its own. Returns false if the frame has
    /// [`MAX_ELSEWHERE`] of these: the widget is then disabled.
    pub fn elsewhere(&mut self, of: Registered, id: &str, titled: bool) -> bool {
        let is_full = self.frame.elsewhere.len() >= MAX_ELSEWHERE;
        let Some(index) = self.frame.widgets.len().checked_sub(1) else {
            return false;
        };
        if is_full {
            let reason = format!(
                "more than {MAX_ELSEWHERE} menus, panels and operators of others in a panel"
            );
            let traits = &mut self.frame.widgets[index].traits;
            traits.disabled = true;
            traits.tooltip = Some(reason.into());
            return false;
        }
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        self.frame
            .elsewhere
            .push(Elsewhere::new(index, of, id, titled));
        true
    }
}
