//! All panels of a manager: which of them are shown, and when they are drawn.

use crate::registrations::draw_schedule::DrawStats;
use crate::registrations::panels::Panel;
use crate::registrations::table::Table;
use lichtfeld_panel::Warning;
use std::sync::Arc;
use std::time::Instant;

/// All panels, or all menus, of one manager.
pub type Panels = Table<Panel>;

impl Table<Panel> {
    /// Requests a drawing of all panels that the host sees.
    pub fn request_redraw(&self) {
        for panel in self.visible() {
            panel.request_redraw();
        }
    }

    /// Shows a notice in the panels of a plugin from their next drawing on, and requests that
    /// drawing. `None` removes the notice. `key` is the plugin's normalised name.
    pub(crate) fn set_notice(&self, key: &str, notice: Option<Warning>) {
        if !self.context().notices.set(key, notice) {
            return;
        }
        self.request_redraw_of(key);
    }

    /// Requests a drawing of all panels of a plugin. `key` is its normalised name.
    pub(crate) fn request_redraw_of(&self, key: &str) {
        let is_of_plugin = |panel: &Panel| panel.owner().is_some_and(|one| one.key == key);
        for panel in self.visible() {
            if is_of_plugin(&panel) {
                panel.request_redraw();
            }
        }
    }

    /// Notifies the visible panels that the scene has changed. Those that return true are drawn.
    /// Call this on the UI thread.
    pub fn scene_changed(&self) {
        for panel in self.visible() {
            if panel.source().scene_changed() {
                panel.request_redraw();
            }
        }
    }

    /// Returns the panels to show now, in their order: the visible ones whose `poll` says so. Call
    /// this on the UI thread.
    #[must_use]
    pub fn shown(&self) -> Vec<Arc<Panel>> {
        let mut panels = self.visible();
        panels.retain(|panel| panel.poll());
        panels
    }

    /// Returns the shown panels that must be drawn at `now`, in their order. Call this on the UI
    /// thread; see [`Panel::due`].
    #[must_use]
    pub fn due(&self, now: Instant) -> Vec<Arc<Panel>> {
        let mut panels = self.visible();
        panels.retain(|panel| panel.due(now));
        panels
    }

    /// Returns when the next panel is due if nothing happens until then. A host may sleep until
    /// then.
    #[must_use]
    pub fn next_due(&self, now: Instant) -> Option<Instant> {
        self.visible()
            .iter()
            .filter_map(|panel| panel.next_due(now))
            .min()
    }

    /// Returns the draw times of the visible panels, the one with the longest drawing first.
    #[must_use]
    pub fn stats(&self) -> Vec<DrawStats> {
        let mut stats: Vec<DrawStats> = self.visible().iter().map(|panel| panel.stats()).collect();
        stats.sort_by(|a, b| b.worst_ms.total_cmp(&a.worst_ms));
        stats
    }

    /// Returns the draw times of all panels, removed ones too, the one with the longest drawing
    /// first. Panels that were never drawn are left out.
    #[must_use]
    pub fn stats_with_past(&self) -> Vec<DrawStats> {
        let mut all = self.context().past.all();
        let now = self.stats().into_iter().filter(|stats| stats.draws > 0);
        all.extend(now.map(|stats| (stats.id.clone(), stats)));
        let mut all: Vec<DrawStats> = all.into_values().collect();
        all.sort_by(|a, b| b.worst_ms.total_cmp(&a.worst_ms));
        all
    }

    /// Removes the times of removed panels, for a process that draws panels as a trial.
    pub fn forget_past_stats(&self) {
        self.context().past.clear();
    }
}
