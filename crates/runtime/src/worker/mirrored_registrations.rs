//! The registrations of a worker's plugin, mirrored in the host's tables: panels, menus and
//! operators, as those of a plugin in this process. Capabilities are asked for: see `capabilities`.

use crate::worker::mirrored_entries::panels;
use crate::worker::operator::RemoteOperator;
use crate::worker::panel::RemotePanel;
use crate::worker::process::Worker;
use lichtfeld_engine::worker::message::{Shown, Tell, unpack};
use lichtfeld_engine::{
    Entry, Inserted, Level, NameTaken, Operator, OperatorInfo, Panel, PanelInfo, Table,
};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

/// Does what a worker reports. Called on the thread that reads from it, which never waits.
pub(super) fn apply(worker: &Arc<Worker>, body: &[u8]) {
    let key = Some(worker.owner.key.as_str());
    let owner = Some(&worker.owner);
    match unpack::<Tell>(body) {
        Ok((Tell::Log { level, message }, _)) => worker.services.log(key, level, &message),
        Ok((Tell::Shown { kind, info }, _)) => add_shown(worker, kind, info),
        Ok((Tell::ShownGone { kind, id }, _)) => {
            panels(&worker.services, kind).unregister(&id, owner);
            worker.mirrored.remove_shown(kind, id);
        }
        Ok((Tell::Operator { info }, _)) => add_operator(worker, info),
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
        Err(reason) => worker.services.log(key, Level::Warn, &String::from(reason)),
    }
}

fn add_shown(worker: &Arc<Worker>, kind: Shown, info: PanelInfo) {
    let id = info.id.clone();
    let source = Arc::new(RemotePanel::new(Arc::clone(worker), kind, &id));
    let panel = Panel::new(info, Some(worker.owner.clone()), source);
    let is_new = worker.mirrored.add_shown(kind, id);
    let panels = panels(&worker.services, kind);
    enter(worker, panels, is_new, panels.insert(panel));
}

fn add_operator(worker: &Arc<Worker>, info: OperatorInfo) {
    let id = info.id.clone();
    let running = Arc::<AtomicBool>::default();
    let source = RemoteOperator::new(Arc::clone(worker), &id, Arc::clone(&running));
    let operator = Operator::new(info, Some(worker.owner.clone()), Arc::new(source));
    let is_new = worker.mirrored.add_operator(id, running);
    let operators = &worker.services.operators;
    enter(worker, operators, is_new, operators.insert(operator));
}

/// Dismisses what a new entry has replaced. An entry of *another* plugin is named in the log, as in
/// one process; the worker itself has logged that it replaced its own (`is_new` is false then).
fn enter<E: Entry>(
    worker: &Worker,
    table: &Arc<Table<E>>,
    is_new: bool,
    inserted: Result<Inserted<E>, NameTaken>,
) {
    let key = Some(worker.owner.key.as_str());
    let Inserted { entry, replaced } = match inserted {
        Ok(inserted) => inserted,
        Err(taken) => return worker.services.log(key, Level::Warn, &taken.to_string()),
    };
    if replaced.is_empty() {
        return;
    }
    if is_new {
        let (what, id) = (table.what(), entry.id());
        let line = format!("{what} '{id}' was registered again and replaced");
        worker.services.log(key, Level::Warn, &line);
    }
    // May run another plugin's code, and so may hang: not on the thread that reads. Without a thread
    // the replaced entries are not dismissed, but they are out of the table all the same.
    let table = Arc::clone(table);
    let _ = thread::Builder::new()
        .name("worker-replaced".into())
        .spawn(move || table.dismiss(&replaced));
}
