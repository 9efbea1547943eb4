//! Where in the author's code widgets come from, to name both of two with one name.
//!
//! To ask Python for the line of a call costs more than to record it. So the lines of all calls
//! are asked for in the first drawing of a session alone, and in one more when two widgets of one
//! name turn up later; of these the lines are remembered.

use super::Recorder;
use crate::frame::Location;
use crate::identity::{Label, WidgetId};
use crate::kind::Kind;
use rustc_hash::FxHashSet;

/// What a drawing notes of places.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Where the call that is being recorded comes from.
    caller: Option<Location>,
    /// The widgets that share a name with another.
    twins: FxHashSet<WidgetId>,
    /// Whether there are two whose lines are not known and were not asked for.
    unknown: bool,
}

impl Recorder {
    /// Whether to say by [`Self::called_from`] where each call comes from, in this drawing.
    #[must_use]
    #[inline]
    pub fn wants_places(&self) -> bool {
        !self.session.knows_places
    }

    /// Where the call comes from that is recorded next.
    pub fn called_from(&mut self, at: Option<Location>) {
        self.places.caller = at;
    }

    #[cold]
    pub(super) fn note_place(&mut self, id: WidgetId) {
        if let Some(at) = &self.places.caller {
            self.session.places.insert(id, at.clone());
        }
    }

    /// Tells of two widgets with one name in one scope, each given with its number.
    #[cold]
    pub(super) fn tell_of_twins(
        &mut self,
        label: Label<'_>,
        tag: u8,
        (one, first): (WidgetId, u32),
        (other, second): (WidgetId, u32),
    ) {
        if self.wants_places() {
            self.note_place(other);
        }
        self.places.twins.extend([one, other]);
        let places = &self.session.places;
        let where_ = match (places.get(&one), places.get(&other)) {
            (Some(one), Some(other)) if one == other => {
                format!(
                    "both are drawn by {one}, number {} and number {} of the panel",
                    first + 1,
                    second + 1
                )
            }
            (Some(one), Some(other)) => format!("{one} and {other}"),
            _ if !self.wants_places() => {
                self.places.unknown = true;
                return;
            }
            _ => format!(
                "number {} and number {} of the panel",
                first + 1,
                second + 1
            ),
        };
        let location = places.get(&other).cloned();
        let message = format!(
            "two {} are called {:?} in the same scope: {where_}",
            Kind::plural_of_tag(tag),
            label.identity,
        );
        let hint = format!(
            "they are told apart by their position, which fails when one of them goes away; give \
             each a name of its own: \"{}##1\", \"{}##2\", or push_id() in a loop",
            label.shown, label.shown
        );
        self.warn("duplicate-label", message, hint, location);
    }

    /// Ends a drawing. Whether another is needed at once, to learn of places.
    pub(super) fn settle_places(&mut self) -> bool {
        if self.wants_places() {
            let twins = &self.places.twins;
            self.session.places.retain(|id, _| twins.contains(id));
        }
        self.session.knows_places = !self.places.unknown;
        self.places.unknown
    }
}
