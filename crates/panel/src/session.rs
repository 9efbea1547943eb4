//! The state of a panel between two drawings: waiting inputs, what is unfolded, what the pointer
//! is over.
//!
//! Inputs are delivered in the order in which the user made them, even if the widgets are drawn in
//! another order: a widget receives its input only after all earlier ones. If the user fills in a
//! field and then clicks a button above it, this takes two drawings, and the button's code sees
//! the field's value.

use crate::document::{DocumentForm, ElementAction, ElementInput, ThemeKind};
use crate::frame::{Location, Widget};
use crate::identity::WidgetId;
use crate::input::{DroppedInput, Input, InputValue};
use crate::metrics::TextMetrics;
use crate::pointer::{PointerState, is_of_pointer};
use crate::value::Vec2;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// The largest number of waiting inputs. Later ones are dropped, which the next frame reports.
pub const MAX_PENDING: usize = 4096;

/// If more foldings than this are remembered, those of widgets that are not drawn are forgotten.
const MAX_REMEMBERED: usize = 4096;

/// If more parts than this are remembered, those that are not drawn are forgotten.
const MAX_PARTS: usize = 64;

/// The area that a front end draws a panel on. Change single fields of [`Surface::default`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Surface {
    /// The size of the panel's content, in pixels before scaling.
    pub size: Vec2,
    /// The upper left corner of the panel on the screen.
    pub position: Vec2,
    /// The size of the application's view.
    pub viewport: Vec2,
    /// The position of the pointer, from the panel's upper left corner.
    pub pointer: Vec2,
    /// The number of display pixels in one pixel of a frame, such as 1, 1.5 or 2.
    pub scale: f32,
    /// Whether the panel has the keyboard focus.
    pub focused: bool,
    /// Whether the pointer is over this panel.
    pub hovered: bool,
    /// How a panel that is made from a template is drawn.
    pub document: DocumentForm,
    /// The colours of the front end, for the sheets of documents.
    pub theme: ThemeKind,
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
            document: DocumentForm::default(),
            theme: ThemeKind::default(),
        }
    }
}

/// The state of one panel between its drawings.
#[derive(Debug, Default)]
pub struct Session {
    pub(crate) pending: VecDeque<Input>,
    /// What the user did with elements of the document.
    elements: Vec<ElementInput>,
    pub(crate) open: FxHashMap<WidgetId, bool>,
    pub(crate) hovered: Option<WidgetId>,
    /// The widget under the pointer, as the other process knows it.
    forwarded_hover: Option<WidgetId>,
    pub(crate) surface: Surface,
    pub(crate) metrics: TextMetrics,
    pub(crate) seen: FxHashMap<WidgetId, Seen>,
    dropped: Vec<DroppedInput>,
    /// What the pointer does beside hovering and clicking.
    pub(crate) pointer: PointerState,
    /// The widget that the user is editing.
    pub(crate) edited: Option<Edited>,
    /// Whether this drawing has taken an input.
    pub(crate) has_taken: bool,
    /// The number of widgets in the drawing before: the next will have about as many.
    pub(crate) usual: usize,
    /// Whether the next drawing can do without the locations of its calls.
    pub(crate) knows_call_sites: bool,
    /// Where the widgets that share a name with another are drawn.
    pub(crate) call_sites: FxHashMap<WidgetId, Location>,
    /// Others that are drawn inside of the panel, by the containers that they are in.
    pub(crate) parts: FxHashMap<WidgetId, Part>,
}

/// The index of the widget that used an id first in this drawing, and how many have used it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) first: u32,
    pub(crate) times: u32,
}

/// The widget that the user is editing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edited {
    pub(crate) widget: WidgetId,
    /// Whether a value has arrived since the user began.
    pub(crate) has_changed: bool,
}

/// What is kept of a part from one drawing to the next.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) session: Session,
    /// The widgets of its last drawing: their ids in the whole frame, and their own.
    pub(crate) own: FxHashMap<WidgetId, WidgetId>,
    pub(crate) is_drawn: bool,
}

impl Part {
    /// Returns the id that the part itself knows a widget by, if it is one of this part.
    pub(crate) fn own_id(&self, id: WidgetId) -> Option<WidgetId> {
        self.own.get(&id).copied()
    }
}

impl Session {
    /// Queues what the user did; the panel receives it when it is drawn next.
    pub fn push_input(&mut self, input: Input) {
        match input.value {
            // This is a state, not an event: it does not wait for others.
            InputValue::Hover(true) => self.hovered = Some(input.widget),
            InputValue::Hover(false) => {
                if self.hovered == Some(input.widget) {
                    self.hovered = None;
                }
            }
            InputValue::Element(element) if self.elements.len() < MAX_PENDING => {
                self.push_element(element);
            }
            InputValue::Element(_) => self.drop_input(
                input,
                &format!("{MAX_PENDING} inputs are waiting and the panel is not drawn"),
            ),
            // Of the many values of one drag, only the last is current.
            _ if self.follows_last(&input) => {}
            _ if self.pending.len() >= MAX_PENDING => self.drop_input(
                input,
                &format!("{MAX_PENDING} inputs are waiting and the panel is not drawn"),
            ),
            _ => self.pending.push_back(input),
        }
    }

    /// Where an element lies is a state, of which only the last counts.
    fn push_element(&mut self, element: ElementInput) {
        let is_layout = |one: &ElementInput| matches!(one.action, ElementAction::Layout(_));
        if is_layout(&element) {
            let known = self.elements.iter_mut();
            let mut known = known.filter(|known| known.node == element.node && is_layout(known));
            if let Some(known) = known.next() {
                *known = element;
                return;
            }
        }
        self.elements.push(element);
    }

    /// Takes what the user did with elements of the document, in order.
    pub(crate) fn take_elements(&mut self) -> Vec<ElementInput> {
        std::mem::take(&mut self.elements)
    }

    /// Replaces the input that was queued last by one that continues it.
    fn follows_last(&mut self, input: &Input) -> bool {
        let Some(last) = self.pending.back_mut() else {
            return false;
        };
        if last.widget != input.widget {
            return false;
        }
        match (&mut last.value, &input.value) {
            (InputValue::Set(old), InputValue::Set(new)) => old.clone_from(new),
            // The end is an event of its own: the movement before it must be seen.
            (InputValue::Drag(old), InputValue::Drag(new))
                if !old.ended
                    && !new.ended
                    && (old.button, old.start) == (new.button, new.start) =>
            {
                *old = *new;
            }
            (InputValue::Wheel(old), InputValue::Wheel(new)) => {
                *old = Vec2::new(old.x() + new.x(), old.y() + new.y());
            }
            _ => return false,
        }
        true
    }

    /// Returns whether inputs wait for the next drawing.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        !(self.pending.is_empty() && self.elements.is_empty())
    }

    /// Takes the waiting inputs, in the order in which they were made, and where the pointer is if
    /// that has changed: for a session that forwards them to another process.
    pub fn take_pending(&mut self) -> Vec<Input> {
        let mut inputs: Vec<Input> = self.pending.drain(..).collect();
        let elements = self.take_elements().into_iter().map(of_element);
        inputs.extend(elements);
        // A part of the panel that somebody else draws gets the pointer itself.
        let hovered = self.hovered.filter(|id| !self.is_of_a_part(*id));
        if hovered != self.forwarded_hover {
            let hover = |id, over| Input::new(id, InputValue::Hover(over));
            inputs.extend(self.forwarded_hover.map(|id| hover(id, false)));
            inputs.extend(hovered.map(|id| hover(id, true)));
            self.forwarded_hover = hovered;
        }
        inputs
    }

    /// Returns the area that the front end draws on.
    #[must_use]
    pub fn surface(&self) -> Surface {
        self.surface
    }

    /// Sets the area that the front end draws on.
    pub fn set_surface(&mut self, surface: Surface) {
        self.surface = surface;
    }

    /// Returns what measures texts.
    #[must_use]
    pub fn text_metrics(&self) -> &TextMetrics {
        &self.metrics
    }

    /// Sets what measures texts.
    pub fn set_text_metrics(&mut self, metrics: TextMetrics) {
        self.metrics = metrics;
    }

    /// Whether a widget was drawn by a part of the frame before.
    pub(crate) fn is_of_a_part(&self, id: WidgetId) -> bool {
        self.parts.values().any(|part| part.own_id(id).is_some())
    }

    /// Ends a drawing: what was not drawn in it gets no inputs.
    pub(crate) fn settle_parts(&mut self) {
        if self.parts.len() > MAX_PARTS {
            self.parts.retain(|_, part| part.is_drawn);
        }
        for part in self.parts.values_mut() {
            if !std::mem::take(&mut part.is_drawn) {
                part.own.clear();
            }
        }
    }

    pub(crate) fn drop_input(&mut self, input: Input, reason: &str) {
        // Bounded as well: the panel may never be drawn again.
        if self.dropped.len() < MAX_PENDING {
            self.dropped.push(DroppedInput {
                input,
                reason: reason.into(),
            });
        }
    }

    /// Begins a drawing: takes the events of the pointer at the head of the queue. Returns whether there
    /// were any.
    pub(crate) fn begin_pointer(&mut self) -> bool {
        let over = self.surface.hovered.then_some(self.surface.pointer);
        let has_any = self.pointer.begin(&mut self.pending, over);
        self.has_taken |= has_any;
        has_any
    }

    /// Ends a drawing: drops the events of the pointer that nobody has asked for.
    pub(crate) fn settle_pointer(&mut self, widgets: &[Widget]) {
        for input in self.pointer.settle() {
            let is_drawn = widgets.iter().any(|widget| widget.id == input.widget);
            let reason = if is_drawn {
                "the panel does not ask this widget for it"
            } else if input.widget == WidgetId::PANEL {
                "the panel does not ask for it"
            } else {
                "its widget is no longer in the panel; a label that changes needs `###id`"
            };
            self.drop_input(input, reason);
        }
    }

    /// Takes the next input if it is for this widget.
    pub(crate) fn take(&mut self, id: WidgetId) -> Option<InputValue> {
        let next = self.pending.front()?;
        // What the pointer does is for the whole of the next drawing.
        if next.widget != id || is_of_pointer(&next.value) {
            return None;
        }
        self.has_taken = true;
        self.pending.pop_front().map(|input| input.value)
    }

    /// Ends a drawing: the next inputs are dropped if their widgets were not drawn, so that the
    /// others do not wait for ever. So is the input that was the next during the whole drawing, if
    /// its widget was drawn and did not take it.
    pub(crate) fn settle(&mut self, widgets: &[Widget]) -> Vec<DroppedInput> {
        let mut was_offered = !self.has_taken;
        while let Some(input) = self.pending.pop_front() {
            if is_of_pointer(&input.value) {
                self.pending.push_front(input);
                break;
            }
            let is_drawn = self.seen.contains_key(&input.widget)
                || widgets.iter().any(|widget| widget.id == input.widget);
            let reason = match (is_drawn, was_offered) {
                (false, _) => {
                    "its widget is no longer in the panel; a label that changes needs `###id`"
                }
                (true, true) => "the panel does not ask this widget for it",
                (true, false) => {
                    self.pending.push_front(input);
                    break;
                }
            };
            was_offered = false;
            self.drop_input(input, reason);
        }
        for element in self.take_elements() {
            self.drop_input(of_element(element), "the panel shows no document");
        }
        self.settle_parts();
        if self.open.len() > MAX_REMEMBERED {
            let seen = &self.seen;
            self.open.retain(|id, _| seen.contains_key(id));
        }
        // It ends with its widget.
        if let Some(edited) = self.edited
            && !self.seen.contains_key(&edited.widget)
        {
            self.edited = None;
        }
        self.usual = widgets.len();
        std::mem::take(&mut self.dropped)
    }

    /// Ends a drawing that failed: waiting inputs stay in the queue.
    pub(crate) fn interrupt(&mut self) -> Vec<DroppedInput> {
        self.pointer.restore(&mut self.pending);
        std::mem::take(&mut self.dropped)
    }
}

/// Returns an action on an element as an input of the panel.
pub(crate) fn of_element(element: ElementInput) -> Input {
    Input::new(WidgetId::PANEL, InputValue::Element(element))
}
