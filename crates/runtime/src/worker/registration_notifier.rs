//! How a worker notifies its host of what its plugin registers and unregisters.

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
    manager.operators().listen(move |change| match change {
        Change::Registered(operator) => send(&Tell::Operator {
            info: operator.info().clone(),
        }),
        Change::Unregistered(id) => send(&Tell::OperatorGone { id: id.to_owned() }),
        _ => {}
    });
    let send = Arc::clone(&notify);
    manager.operators().on_running(move |id, running| {
        send(&Tell::OperatorRunning {
            id: id.to_owned(),
            running,
        });
    });
    manager.capabilities().listen(move |change| {
        // Of a registration the host knows: it was asked for the name (`Host::offer_capability`).
        if let Change::Unregistered(name) = change {
            notify(&Tell::CapabilityGone {
                name: name.to_owned(),
            });
        }
    });
}

fn shown(panels: &Panels, kind: Shown, notify: &Notify) {
    let notify = Arc::clone(notify);
    panels.listen(move |change| match change {
        Change::Registered(panel) => notify(&Tell::Shown {
            kind,
            info: panel.info().clone(),
        }),
        Change::Unregistered(id) => notify(&Tell::ShownGone {
            kind,
            id: id.to_owned(),
        }),
        _ => {}
    });
}
