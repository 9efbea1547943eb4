//! What the pointer does beside hovering and clicking: double clicks, drags, the wheel.
//!
//! These are events of the whole panel, since a plugin may ask for them anywhere in its drawing. So
//! those at the head of the queue are taken when a drawing begins, at most one of each sort, and hold
//! during all of it. What nobody has asked for by its end is dropped.

use crate::identity::WidgetId;
use crate::input::{Drag, Input, InputValue};
use crate::mouse::MouseButton;
use crate::value::Vec2;
use std::collections::VecDeque;
use std::mem::discriminant;

/// An event of the pointer that this drawing shows.
#[derive(Debug)]
struct Arrived {
    input: Input,
    is_asked: bool,
}

/// The events of this drawing, and what lasts from one drawing to the next.
#[derive(Debug, Default)]
pub(crate) struct PointerState {
    arrived: Vec<Arrived>,
    /// The drag that goes on, and the widget on which it began.
    held: Option<(WidgetId, Drag)>,
    held_before: Option<(WidgetId, Drag)>,
    /// How far the pointer has moved since the drawing before.
    delta: Vec2,
    /// Where it was then, if it was over the panel.
    before: Option<Vec2>,
}

fn difference(from: Vec2, to: Vec2) -> Vec2 {
    Vec2::new(to.x() - from.x(), to.y() - from.y())
}

impl PointerState {
    /// Returns whether an event of this drawing says that the pointer is over this widget. A drag may
    /// have left it.
    pub(crate) fn is_at(&self, id: WidgetId) -> bool {
        self.arrived.iter().any(|event| {
            event.input.widget == id && !matches!(event.input.value, InputValue::Drag(_))
        })
    }

    /// Returns the widget that is dragged, and the last that is known of the drag.
    pub(crate) fn held(&self) -> Option<(WidgetId, Drag)> {
        self.held
    }

    pub(crate) fn delta(&self) -> Vec2 {
        self.delta
    }

    /// Returns what `read` finds in the events of this drawing, of this widget or of all. The events
    /// that it reads count as asked for.
    pub(crate) fn ask<T>(
        &mut self,
        of: Option<WidgetId>,
        read: impl Fn(&InputValue) -> Option<T>,
    ) -> Option<T> {
        let mut events = self.arrived.iter_mut();
        events.find_map(|event| {
            let is_meant = of.is_none_or(|id| event.input.widget == id);
            let found = read(&event.input.value).filter(|_| is_meant);
            event.is_asked |= found.is_some();
            found
        })
    }

    /// Begins a drawing: takes the events at the head of the queue. `over` is where the pointer is, if it
    /// is over the panel. Returns whether there were any.
    pub(crate) fn begin(&mut self, pending: &mut VecDeque<Input>, over: Option<Vec2>) -> bool {
        self.arrived.clear();
        self.held_before = self.held;
        self.delta = match (self.before, over) {
            (Some(before), Some(now)) if self.held.is_none() => difference(before, now),
            _ => Vec2::ZERO,
        };
        self.before = over;
        while let Some(next) = pending.front() {
            let sort = discriminant(&next.value);
            let mut taken = self.arrived.iter();
            if !is_of_pointer(&next.value)
                || taken.any(|event| discriminant(&event.input.value) == sort)
            {
                break;
            }
            if let Some(input) = pending.pop_front() {
                self.take(input);
            }
        }
        !self.arrived.is_empty()
    }

    /// Ends a drawing: returns the events that nobody has asked for.
    pub(crate) fn settle(&mut self) -> Vec<Input> {
        let arrived = self.arrived.drain(..).filter(|event| !event.is_asked);
        arrived.map(|event| event.input).collect()
    }

    /// Ends a drawing that failed: the events that nobody has asked for are for the next one.
    pub(crate) fn restore(&mut self, pending: &mut VecDeque<Input>) {
        for input in self.settle().into_iter().rev() {
            if matches!(input.value, InputValue::Drag(_)) {
                self.held = self.held_before;
            }
            pending.push_front(input);
        }
    }

    fn take(&mut self, input: Input) {
        if let InputValue::Drag(drag) = input.value {
            let same = self.held.filter(|(_, held)| held.start == drag.start);
            let from = same.map_or(drag.start, |(_, held)| held.at);
            self.delta = difference(from, drag.at);
            self.held = (!drag.ended).then_some((input.widget, drag));
        }
        // The end of a drag is news for those who have seen it, and nothing lost for the others.
        let is_asked = matches!(input.value, InputValue::Drag(drag) if drag.ended);
        self.arrived.push(Arrived { input, is_asked });
    }
}

/// Returns whether it is for the whole of a drawing, and not for the widget when it is drawn.
pub(crate) fn is_of_pointer(value: &InputValue) -> bool {
    use InputValue::{DoubleClick, Drag, Wheel};
    matches!(value, DoubleClick(_) | Drag(_) | Wheel(_))
}

/// Returns the button of a double click.
pub(crate) fn double_click(value: &InputValue) -> Option<MouseButton> {
    match value {
        InputValue::DoubleClick(button) => Some(*button),
        _ => None,
    }
}
