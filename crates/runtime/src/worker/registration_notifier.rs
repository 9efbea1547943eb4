//! Reports the registrations of a worker's plugin to its host.

use lichtfeld_engine::Manager;
use lichtfeld_engine::registrations::capabilities::CapabilityChange;
use lichtfeld_engine::registrations::operators::OperatorChange;
use lichtfeld_engine::registrations::panels::{PanelChange, Panels};
use lichtfeld_engine::worker::message::{Shown, Tell};
use std::sync::Arc;

/// Reports changes from now on, on the thread that makes the change, and so in their order.
pub(super) fn listen(manager: &Manager, tell: impl Fn(&Tell) + Send + Sync + 'static) {
    let tell: Arc<dyn Fn(&Tell) + Send + Sync> = Arc::new(tell);
    shown(manager.panels(), Shown::Panel, Arc::clone(&tell));
    shown(manager.menus(), Shown::Menu, Arc::clone(&tell));
    let telling = Arc::clone(&tell);
    manager.operators().listen(move |change| {
        telling(&match change {
            OperatorChange::Registered(info) => Tell::Operator { info: info.clone() },
            OperatorChange::Unregistered(id) => Tell::OperatorGone { id: id.to_owned() },
            OperatorChange::Running(id, running) => Tell::OperatorRunning {
                id: id.to_owned(),
                running,
            },
        });
    });
    manager.capabilities().listen(move |change| match change {
        // The host is asked for the name, and so knows it: `Host::offer_capability`.
        CapabilityChange::Registered(_) => {}
        CapabilityChange::Unregistered(name) => tell(&Tell::CapabilityGone {
            name: name.to_owned(),
        }),
    });
}

fn shown(panels: &Panels, kind: Shown, tell: Arc<dyn Fn(&Tell) + Send + Sync>) {
    panels.listen(move |change| {
        tell(&match change {
            PanelChange::Registered(info) => Tell::Shown {
                kind,
                info: info.clone(),
            },
            PanelChange::Unregistered(id) => Tell::ShownGone {
                kind,
                id: id.to_owned(),
            },
        });
    });
}
