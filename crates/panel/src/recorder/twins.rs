//! Two widgets with one name in one scope: a warning that says where both are drawn.
//!
//! Asking Python for the line of a call costs more than recording the call. So the lines of all
//! calls are recorded in the first drawing of a session only, and in one more drawing when two
//! widgets with one name appear later; the lines of those two are then remembered.

use super::state::Recorder;
use crate::frame::Location;
use crate::identity::{Label, WidgetId};
use crate::kind::WidgetKind;

impl Recorder {
    /// Returns whether to pass the location of each call to [`Self::called_from`] in this drawing.
    #[must_use]
    #[inline]
    pub fn wants_locations(&self) -> bool {
        !self.session.knows_call_sites
    }

    /// Sets where the call that is recorded next comes from.
    pub fn called_from(&mut self, at: Option<Location>) {
        self.call_sites.caller = at;
    }

    #[cold]
    pub(super) fn note_call_site(&mut self, id: WidgetId) {
        if let Some(at) = &self.call_sites.caller {
            self.session.call_sites.insert(id, at.clone());
        }
    }

    /// Warns about two widgets with one name in one scope, each given with its index.
    #[cold]
    pub(super) fn warn_of_twins(
        &mut self,
        label: Label<'_>,
        tag: u8,
        (one, first): (WidgetId, u32),
        (other, second): (WidgetId, u32),
    ) {
        if self.wants_locations() {
            self.note_call_site(other);
        }
        self.call_sites.twins.extend([one, other]);
        let sites = &self.session.call_sites;
        let where_ = match (sites.get(&one), sites.get(&other)) {
            (Some(one), Some(other)) if one == other => {
                format!(
                    "both are drawn by {one}, number {} and number {} of the panel",
                    first + 1,
                    second + 1
                )
            }
            (Some(one), Some(other)) => format!("{one} and {other}"),
            _ if !self.wants_locations() => {
                self.call_sites.unknown = true;
                return;
            }
            _ => format!(
                "number {} and number {} of the panel",
                first + 1,
                second + 1
            ),
        };
        let location = sites.get(&other).cloned();
        let message = format!(
            "two {} are called {:?} in the same scope: {where_}",
            WidgetKind::plural_of_tag(tag),
            label.identity,
        );
        let hint = format!(
            "they are told apart by their position, which fails when one of them disappears; give \
             each a name of its own: \"{}##1\", \"{}##2\", or use push_id() in a loop",
            label.shown, label.shown
        );
        self.warn("duplicate-label", message, hint, location);
    }

    /// Ends a drawing. Returns whether another one is needed at once, to learn call sites.
    pub(super) fn settle_call_sites(&mut self) -> bool {
        if self.wants_locations() {
            let twins = &self.call_sites.twins;
            self.session.call_sites.retain(|id, _| twins.contains(id));
        }
        self.session.knows_call_sites = !self.call_sites.unknown;
        self.call_sites.unknown
    }
}
