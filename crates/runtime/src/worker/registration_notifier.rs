//! How a worker notifies its host of what its plugin unregisters, and of operators that run. What it
//! registers it asks for: see `Host::offer`.

use lichtfeld_engine::worker::message::{Shown, Tell};
use lichtfeld_engine::{Change, Manager, Panels};
use std::sync::Arc;

type Notify = Arc<dyn Fn(&Tell) + Send + Sync>;

/// Calls `notify` with every change from now on, on the thread that makes the change, so in the
/// order of the changes.
pub(super) fn listen(manager: &Manager, notify: impl Fn(&Tell) + Send + Sync + 'static) {
    let notify: Notify = Arc::new(notify);
    shown(manager.panels(), Shown::Panel, &notify);
    shown(manager.menus(), Shown::Menu, &notify);
    let send = Arc::clone(&notify);
    manager.operators().listen(move |change| {
        if let Change::Unregistered(id) = change {
            send(&Tell::OperatorGone { id: id.to_owned() });
        }
    });
    let send = Arc::clone(&notify);
    manager.operators().on_running(move |id, running| {
        send(&Tell::OperatorRunning {
            id: id.to_owned(),
            running,
        });
    });
    manager.capabilities().listen(move |change| {
        if let Change::Unregistered(name) = change {
            notify(&Tell::CapabilityGone {
                name: name.to_owned(),
            });
        }
    });
}

fn shown(panels: &Panels, kind: Shown, notify: &Notify) {
    let notify = Arc::clone(notify);
    panels.listen(move |change| {
        if let Change::Unregistered(id) = change {
            notify(&Tell::ShownGone {
                kind,
                id: id.to_owned(),
            });
        }
    });
}
