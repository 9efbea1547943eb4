//! The registrations of a worker's plugin, mirrored in the host's tables: panels, menus, operators
//! and capabilities, as those of a plugin in this process. The worker asks for each name, and
//! reports what is removed.

use crate::worker::capabilities::RemoteCapability;
use crate::worker::mirrored_entries::panels;
use crate::worker::operator::RemoteOperator;
use crate::worker::panel::RemotePanel;
use crate::worker::process::Worker;
use lichtfeld_engine::worker::message::{Shown, Tell, unpack};
use lichtfeld_engine::{
    Capability, Entry, Inserted, Level, NameTaken, Offer, OfferRefused, Operator, OperatorInfo,
    Panel, PanelInfo, Table,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Does what a worker reports. Called on the thread that reads from it, which never waits.
pub(super) fn apply(worker: &Arc<Worker>, body: &[u8]) {
    let key = Some(worker.owner.key.as_str());
    let owner = Some(&worker.owner);
    match unpack::<Tell>(body) {
        Ok((Tell::Log { level, message }, _)) => worker.services.log(key, level, &message),
        Ok((Tell::ShownGone { kind, id }, _)) => {
            panels(&worker.services, kind).unregister(&id, owner);
            worker.mirrored.remove_shown(kind, id);
        }
        Ok((Tell::OperatorGone { id }, _)) => {
            worker.services.operators.unregister(&id, owner);
            worker.mirrored.remove_operator(&id);
        }
        Ok((Tell::OperatorRunning { id, running }, _)) => {
            worker.mirrored.set_running(&id, running);
        }
        Ok((Tell::CapabilityGone { name }, _)) => {
            worker.services.capabilities.unregister(&name, owner);
        }
        Ok((Tell::Redraw, _)) => {
            worker.services.panels.request_redraw();
            worker.services.menus.request_redraw();
            worker.services.host.request_redraw();
        }
        Ok((Tell::TextureGone { id }, _)) => {
            crate::textures::all().remove(id, owner);
        }
        Err(reason) => worker.services.log(key, Level::Warn, &String::from(reason)),
    }
}

/// Enters what the plugin registers.
///
/// # Errors
/// If the name belongs to another plugin or to the application, or the plugin has too many already.
/// Two that are entered at the same time may both be the last.
pub(super) fn enter(worker: &Arc<Worker>, offer: Offer) -> Result<(), OfferRefused> {
    let services = &worker.services;
    let is_full = services.ledger.count(&worker.owner) >= Offer::MOST;
    if is_full && !replaces_its_own(worker, &offer) {
        return Err(OfferRefused::TooMany { most: Offer::MOST });
    }
    match offer {
        Offer::Panel { info } => add_shown(worker, Shown::Panel, info),
        Offer::Menu { info } => add_shown(worker, Shown::Menu, info),
        Offer::Operator { info } => add_operator(worker, info),
        Offer::Capability { info } => {
            let source = Arc::new(RemoteCapability::new(worker, &info.name));
            let capability = Capability::new(info, Some(worker.owner.clone()), source);
            services.capabilities.register(capability).map(drop)
        }
    }?;
    // The worker may have been ended on another thread, which then has freed all but this.
    if worker.ending.load(Ordering::Acquire) {
        worker.mirrored.take_back(services, &worker.owner);
        services.ledger.free(&worker.owner);
    }
    Ok(())
}

/// Whether the plugin has registered something of this name before, which the new one replaces.
fn replaces_its_own(worker: &Worker, offer: &Offer) -> bool {
    match offer {
        Offer::Panel { info } => worker.mirrored.has_shown(Shown::Panel, &info.id),
        Offer::Menu { info } => worker.mirrored.has_shown(Shown::Menu, &info.id),
        Offer::Operator { info } => worker.mirrored.has_operator(&info.id),
        Offer::Capability { info } => {
            let known = worker.services.capabilities.find(&info.name);
            known.is_some_and(|known| known.owner() == Some(&worker.owner))
        }
    }
}

fn add_shown(worker: &Arc<Worker>, kind: Shown, mut info: PanelInfo) -> Result<(), NameTaken> {
    let id = info.id.clone();
    // By its name the host tells plugins apart: not as the worker writes it.
    info.plugin = Some(worker.services.names.shown(&worker.owner.key));
    let source = Arc::new(RemotePanel::new(Arc::clone(worker), kind, &info));
    let panel = Panel::new(info, Some(worker.owner.clone()), source);
    let panels = panels(&worker.services, kind);
    dismiss(panels, panels.insert(panel)?);
    worker.mirrored.add_shown(kind, id);
    Ok(())
}

fn add_operator(worker: &Arc<Worker>, mut info: OperatorInfo) -> Result<(), NameTaken> {
    let id = info.id.clone();
    info.plugin = Some(worker.services.names.shown(&worker.owner.key));
    let running = Arc::<AtomicBool>::default();
    let source = RemoteOperator::new(Arc::clone(worker), &id, Arc::clone(&running));
    let operator = Operator::new(info, Some(worker.owner.clone()), Arc::new(source));
    let operators = &worker.services.operators;
    dismiss(operators, operators.insert(operator)?);
    worker.mirrored.add_operator(id, running);
    Ok(())
}

/// Dismisses the plugin's own entries that a new one has replaced. The worker has logged that.
fn dismiss<E: Entry>(table: &Arc<Table<E>>, inserted: Inserted<E>) {
    let Inserted { replaced, .. } = inserted;
    if replaced.is_empty() {
        return;
    }
    // May ask the worker, which waits for this answer: not on this thread. Without a thread the
    // replaced entries are not dismissed, but they are out of the table all the same.
    let table = Arc::clone(table);
    let _ = thread::Builder::new()
        .name("worker-replaced".into())
        .spawn(move || table.dismiss(&replaced));
}
