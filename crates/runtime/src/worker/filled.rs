//! What a worker's panel shows of others: menus, panels and operators of the application and of other
//! plugins, filled into the frame that the worker has sent.

use crate::layout::titles;
use lichtfeld_engine::registrations::panels::Panel;
use lichtfeld_engine::{Panels, Services};
use lichtfeld_panel::{Frame, PanelError, PanelIdentity, Registered, Registry, Session, Title};
use std::cell::Cell;
use std::sync::Arc;

/// How deep others are drawn inside of each other. Their plugins may show each other's menus.
const MAX_NESTED: usize = 8;
/// How many others are drawn in one drawing of a panel.
const MAX_DRAWN: usize = 256;

thread_local! {
    static UNDER_WAY: Cell<UnderWay> = const { Cell::new(UnderWay { nested: 0, drawn: 0 }) };
}

/// The drawings of others inside of the one that this thread has begun.
#[derive(Clone, Copy)]
struct UnderWay {
    nested: usize,
    drawn: usize,
}

/// One drawing inside of another, until it is dropped.
struct Inside;

impl Inside {
    fn enter() -> Result<Self, &'static str> {
        let UnderWay { nested, drawn } = UNDER_WAY.get();
        if nested >= MAX_NESTED {
            return Err("menus and panels of several plugins show each other more than 8 deep");
        }
        if drawn >= MAX_DRAWN {
            return Err("more than 256 menus and panels of others are shown at once");
        }
        UNDER_WAY.set(UnderWay {
            nested: nested + 1,
            drawn: drawn + 1,
        });
        Ok(Self)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let UnderWay { nested, drawn } = UNDER_WAY.get();
        let nested = nested.saturating_sub(1);
        let drawn = if nested == 0 { 0 } else { drawn };
        UNDER_WAY.set(UnderWay { nested, drawn });
    }
}

/// What is registered in the host, for the frame of a worker.
pub(super) struct HostRegistry<'a> {
    services: &'a Services,
    /// How many were drawn for this frame.
    drawn: usize,
}

impl<'a> HostRegistry<'a> {
    pub(super) fn new(services: &'a Services) -> Self {
        Self { services, drawn: 0 }
    }

    fn panels(&self, of: Registered) -> (&Arc<Panels>, &'static str) {
        match of {
            Registered::Menu => (&self.services.menus, "menu"),
            Registered::Panel | Registered::Operator => (&self.services.panels, "panel"),
        }
    }

    fn find(&self, of: Registered, id: &str) -> Option<Arc<Panel>> {
        self.panels(of).0.find(id)
    }
}

impl Registry for HostRegistry<'_> {
    fn title(&mut self, of: Registered, id: &str) -> Title {
        if of == Registered::Operator {
            return titles::of_operator(self.services.operators.find(id).as_deref(), id);
        }
        titles::of_panel(self.find(of, id).as_deref(), self.panels(of).1, id)
    }

    fn draw(&mut self, of: Registered, id: &str, session: &mut Session) -> Frame {
        let refused = |message: &str| {
            Frame::failed(
                PanelIdentity::new(id, id),
                PanelError::new("PluginLimitError", message, ""),
            )
        };
        self.drawn += 1;
        let inside = match Inside::enter() {
            Ok(inside) if self.drawn <= MAX_DRAWN => inside,
            Ok(_) => return refused("more than 256 menus and panels of others are shown at once"),
            Err(reason) => return refused(reason),
        };
        let frame = match self.find(of, id) {
            Some(panel) => panel.source().draw(panel.info(), session),
            None => Frame::new(PanelIdentity::new(id, id)),
        };
        drop(inside);
        frame
    }
}
