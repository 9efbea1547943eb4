//! Changes of a panel's description after it was registered: by the host, by its plugin or by another.

use crate::registrations::panels::{Panel, PanelInfo};
use crate::registrations::table::Table;

/// What to change of a panel; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PanelChange {
    /// Its title.
    pub label: Option<String>,
    /// Its place among the others; smaller numbers come first.
    pub order: Option<i64>,
    /// The place in the window.
    pub space: Option<String>,
    /// The panel that contains it, or empty.
    pub parent: Option<String>,
    /// Whether it may be shown. If not, its `poll` is not asked.
    pub enabled: Option<bool>,
}

impl PanelChange {
    fn applied(&self, mut info: PanelInfo) -> PanelInfo {
        let set = |known: &mut String, new: &Option<String>| {
            if let Some(new) = new {
                known.clone_from(new);
            }
        };
        set(&mut info.label, &self.label);
        set(&mut info.space, &self.space);
        set(&mut info.parent, &self.parent);
        info.order = self.order.unwrap_or(info.order);
        info
    }
}

impl Table<Panel> {
    /// Changes the description of a panel that the host sees, and requests a drawing of it. Returns whether
    /// there is one with this id. A panel that is registered again has the description of its class.
    pub fn change(&self, id: &str, change: &PanelChange) -> bool {
        let changed = self.exchange(id, |panel| {
            panel.described(change.applied(panel.info().clone()))
        });
        let Some(panel) = changed else {
            return false;
        };
        if let Some(enabled) = change.enabled {
            panel.set_enabled(enabled);
        }
        panel.request_redraw();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registrations::ledger::Ledger;
    use crate::registrations::panels::PanelSource;
    use crate::registrations::table::OnTaken;
    use lichtfeld_panel::{Frame, Session};
    use std::sync::Arc;
    use std::time::Instant;

    struct Shown;

    impl PanelSource for Shown {
        fn draw(&self, info: &PanelInfo, _: &mut Session) -> Frame {
            let mut frame = Frame::default();
            frame.panel.label.clone_from(&info.label);
            frame
        }

        fn poll(&self) -> bool {
            true
        }
    }

    fn panels() -> Arc<Table<Panel>> {
        let panels = Table::new("panel", OnTaken::Refuse, Arc::<Ledger>::default());
        for (id, order) in [("a", 1), ("b", 2)] {
            let mut info = PanelInfo::new(id, id, "SIDE_PANEL");
            info.order = order;
            let panel = Panel::new(info, None, Arc::new(Shown));
            panels.register(panel).unwrap();
        }
        panels
    }

    fn ids(panels: &[Arc<Panel>]) -> Vec<&str> {
        panels.iter().map(|panel| &*panel.info().id).collect()
    }

    #[test]
    fn a_changed_panel_is_drawn_with_its_new_description_in_its_new_place() {
        let panels = panels();
        let before = panels.find("a").unwrap();
        before.draw();
        assert!(!before.wants_drawing());
        let change = PanelChange {
            label: Some("New".into()),
            order: Some(3),
            space: Some("FLOATING".into()),
            parent: Some("b".into()),
            enabled: None,
        };
        assert!(panels.change("a", &change));
        assert!(!panels.change("c", &change));
        assert_eq!(ids(&panels.visible()), ["b", "a"]);
        let after = panels.find("a").unwrap();
        let info = after.info();
        assert_eq!((&*info.space, &*info.parent), ("FLOATING", "b"));
        assert!(after.wants_drawing());
        assert_eq!(&*after.draw().panel.label, "New");
        assert_eq!(after.stats().draws, 2, "its history is kept");
    }

    #[test]
    fn a_disabled_panel_is_hidden_until_it_is_enabled() {
        let panels = panels();
        let enable = |enabled| {
            let change = PanelChange {
                enabled: Some(enabled),
                ..PanelChange::default()
            };
            panels.change("a", &change)
        };
        assert!(enable(false));
        assert_eq!(ids(&panels.shown()), ["b"]);
        assert_eq!(ids(&panels.due(Instant::now())), ["b"]);
        assert!(enable(true));
        assert_eq!(ids(&panels.shown()), ["a", "b"]);
        assert_eq!(ids(&panels.due(Instant::now())), ["a", "b"]);
    }
}
