//! What lasts from one drawing of a panel to the next: inputs that wait, what is unfolded, what
//! the pointer is over.
//!
//! Inputs arrive in the order in which the user made them, even where the widgets are drawn in
//! another: a widget gets its input only when all earlier ones have arrived. A field that is
//! filled in and a button above it that is then clicked so take two drawings, and the button's
//! code sees the field's value.

use crate::frame::{Location, PanelIdentity, Widget};
use crate::identity::WidgetId;
use crate::input::{DroppedInput, Input, InputValue};
use crate::recorder::Recorder;
use crate::value::Vec2;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// How many inputs wait at most. A front end that sends more to a panel that is not drawn loses
/// the newest, and is told.
pub const MAX_PENDING: usize = 4096;

/// Above so many remembered foldings those of widgets that are not drawn are forgotten.
const MAX_REMEMBERED: usize = 4096;

/// What a front end draws on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surface {
    /// The panel's content, in pixels before scaling.
    pub size: Vec2,
    /// The upper left corner of the panel on the screen.
    pub position: Vec2,
    /// The size of the application's view.
    pub viewport: Vec2,
    /// The pointer, from the panel's upper left corner.
    pub pointer: Vec2,
    /// How many pixels of the display one pixel of ours is: 1, 1.5, 2.
    pub scale: f32,
    /// Whether the keyboard is for this panel.
    pub focused: bool,
    /// Whether the pointer is over this panel.
    pub hovered: bool,
}

impl Default for Surface {
    fn default() -> Self {
        Self {
            size: Vec2::new(320.0, 480.0),
            position: Vec2::ZERO,
            viewport: Vec2::new(1280.0, 720.0),
            pointer: Vec2::ZERO,
            scale: 1.0,
            focused: false,
            hovered: false,
        }
    }
}

/// The state of one panel between its drawings.
#[derive(Debug, Default)]
pub struct Session {
    pub(crate) pending: VecDeque<Input>,
    pub(crate) open: FxHashMap<WidgetId, bool>,
    pub(crate) hovered: Option<WidgetId>,
    pub(crate) surface: Surface,
    pub(crate) seen: FxHashMap<WidgetId, Seen>,
    dropped: Vec<DroppedInput>,
    /// How many widgets the drawing before had: the next will have about as many.
    pub(crate) usual: usize,
    /// Whether the places of the calls need not be asked for in the next drawing.
    pub(crate) knows_places: bool,
    /// Where the widgets are drawn that share a name with another.
    pub(crate) places: FxHashMap<WidgetId, Location>,
}

/// Where in this drawing an id was first used, and how often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) first: u32,
    pub(crate) times: u32,
}

impl Session {
    /// Hands over what the user did; the panel sees it when it is drawn next.
    pub fn push_input(&mut self, input: Input) {
        match input.value {
            // A state, not an event: it does not wait for others.
            InputValue::Hover(true) => self.hovered = Some(input.widget),
            InputValue::Hover(false) => {
                if self.hovered == Some(input.widget) {
                    self.hovered = None;
                }
            }
            // Of the many values of one drag only the last is still true.
            InputValue::Set(_) if self.sets_last(&input) => {
                self.pending.pop_back();
                self.pending.push_back(input);
            }
            _ if self.pending.len() >= MAX_PENDING => self.drop_input(
                input,
                &format!("{MAX_PENDING} inputs wait already and the panel is not drawn"),
            ),
            _ => self.pending.push_back(input),
        }
    }

    fn sets_last(&self, input: &Input) -> bool {
        self.pending.back().is_some_and(|last| {
            last.widget == input.widget && matches!(last.value, InputValue::Set(_))
        })
    }

    /// Whether inputs wait for the next drawing.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Takes the inputs that wait, in the order of the user: for a session that only stands for
    /// one in another process.
    pub fn take_pending(&mut self) -> Vec<Input> {
        self.pending.drain(..).collect()
    }

    /// What the front end draws on.
    #[must_use]
    pub fn surface(&self) -> Surface {
        self.surface
    }

    /// Tells what the front end draws on.
    pub fn set_surface(&mut self, surface: Surface) {
        self.surface = surface;
    }

    /// Begins a drawing. The recorder takes the session along and gives it back at its end.
    #[must_use]
    pub fn record(self, panel: PanelIdentity) -> Recorder {
        Recorder::new(self, panel)
    }

    pub(crate) fn drop_input(&mut self, input: Input, reason: &str) {
        // Bounded too: nobody may ever draw this panel again.
        if self.dropped.len() < MAX_PENDING {
            self.dropped.push(DroppedInput {
                input,
                reason: reason.into(),
            });
        }
    }

    /// The input for this widget, if it is the one whose turn it is.
    pub(crate) fn take(&mut self, id: WidgetId) -> Option<InputValue> {
        if self.pending.front()?.widget != id {
            return None;
        }
        self.pending.pop_front().map(|input| input.value)
    }

    /// Ends a drawing: the input whose turn it was is dropped if its widget was not drawn, so
    /// that the others do not wait for ever.
    pub(crate) fn settle(&mut self, widgets: &[Widget]) -> Vec<DroppedInput> {
        while let Some(input) = self.pending.pop_front() {
            if self.seen.contains_key(&input.widget)
                || widgets.iter().any(|widget| widget.id == input.widget)
            {
                self.pending.push_front(input);
                break;
            }
            self.drop_input(
                input,
                "its widget is not in the panel any more; a label that changes needs `###id`",
            );
        }
        if self.open.len() > MAX_REMEMBERED {
            let seen = &self.seen;
            self.open.retain(|id, _| seen.contains_key(id));
        }
        self.usual = widgets.len();
        std::mem::take(&mut self.dropped)
    }

    /// Ends a drawing that failed: what waits goes on waiting.
    pub(crate) fn interrupt(&mut self) -> Vec<DroppedInput> {
        std::mem::take(&mut self.dropped)
    }
}
