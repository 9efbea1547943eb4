//! What a worker's plugin has registered, entered into the host's tables: panels, menus and
//! operators, as those of a plugin in this process. Capabilities are asked for: `capabilities`.

use crate::worker::mirrored_entries::{Entry, Registrable, panels};
use crate::worker::operator::RemoteOperator;
use crate::worker::panel::RemotePanel;
use crate::worker::process::Worker;
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::operators::OperatorInfo;
use lichtfeld_engine::registrations::panels::PanelInfo;
use lichtfeld_engine::worker::message::{Shown, Tell, unpack};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

/// Does what a worker reports. Called on the thread that reads from it, which never waits.
pub(super) fn apply(worker: &Arc<Worker>, body: &[u8]) {
    let key = Some(worker.owner.key.as_str());
    match unpack::<Tell>(body) {
        Ok((Tell::Log { level, message }, _)) => worker.services.log(key, level, &message),
        Ok((Tell::Shown { kind, info }, _)) => add_shown(worker, kind, info),
        Ok((Tell::ShownGone { kind, id }, _)) => gone(worker, Registrable::Shown(kind), id),
        Ok((Tell::Operator { info }, _)) => add_operator(worker, info),
        Ok((Tell::OperatorGone { id }, _)) => gone(worker, Registrable::Operator, id),
        Ok((Tell::OperatorRunning { id, running }, _)) => {
            worker.mirrored.set_running(id, running);
        }
        Ok((Tell::CapabilityGone { name }, _)) => {
            let all = &worker.services.capabilities;
            all.unregister(&name, Some(&worker.owner));
        }
        Ok((Tell::Redraw, _)) => {
            worker.services.panels.request_redraw();
            worker.services.menus.request_redraw();
            worker.services.host.request_redraw();
        }
        Err(reason) => worker.services.log(key, Level::Warn, &reason),
    }
}

fn gone(worker: &Worker, what: Registrable, id: String) {
    what.unregister(&worker.services, &worker.owner, &id);
    if let Some(entry) = worker.mirrored.remove(what, id) {
        worker.services.ledger.forget(entry.in_ledger);
    }
}

fn add_shown(worker: &Arc<Worker>, kind: Shown, info: PanelInfo) {
    let id = info.id.clone();
    let source = Arc::new(RemotePanel::new(Arc::clone(worker), kind, &id));
    let panels = Arc::clone(panels(&worker.services, kind));
    let owner = worker.owner.clone();
    enter(
        worker,
        Registrable::Shown(kind),
        id,
        Arc::default(),
        move || {
            let (_, replaced) = panels.insert(info, Some(owner), source);
            let was_there = !replaced.is_empty();
            elsewhere(was_there, move || {
                replaced.iter().for_each(|old| old.source().removed());
            });
            was_there
        },
    );
}

fn add_operator(worker: &Arc<Worker>, info: OperatorInfo) {
    let id = info.id.clone();
    let running = Arc::default();
    let source = RemoteOperator::new(Arc::clone(worker), &id, Arc::clone(&running));
    let operators = Arc::clone(&worker.services.operators);
    let owner = worker.owner.clone();
    enter(worker, Registrable::Operator, id, running, move || {
        let (_, replaced) = operators.insert(info, Some(owner), Arc::new(source));
        let was_there = !replaced.is_empty();
        elsewhere(was_there, move || {
            replaced.iter().for_each(|old| old.source().removed());
        });
        was_there
    });
}

/// Runs what may be another plugin's code, and so may hang: not on the thread that reads.
fn elsewhere(is_needed: bool, work: impl FnOnce() + Send + 'static) {
    if is_needed {
        // Without a thread the old source is not notified; the table is right all the same.
        let _ = thread::Builder::new()
            .name("worker-replaced".into())
            .spawn(work);
    }
}

/// Writes it into the ledger, then registers it. What is replaced of *another* plugin is said so in
/// the log, as in one process; the worker has said so of its own.
fn enter(
    worker: &Arc<Worker>,
    what: Registrable,
    id: String,
    running: Arc<AtomicBool>,
    register: impl FnOnce() -> bool,
) {
    let (gone, weak) = (id.clone(), Arc::downgrade(worker));
    let line = format!("{} '{id}'", what.name());
    let in_ledger = worker
        .services
        .ledger
        .record(worker.owner.clone(), line, move || {
            if let Some(worker) = weak.upgrade() {
                what.unregister(&worker.services, &worker.owner, &gone);
            }
        });
    let entry = Entry { in_ledger, running };
    let before = worker.mirrored.insert(what, id.clone(), entry);
    let has_replaced = register();
    match before {
        Some(before) => worker.services.ledger.forget(before.in_ledger),
        None if has_replaced => {
            let line = format!("{} '{id}' was registered again and replaced", what.name());
            let key = Some(worker.owner.key.as_str());
            worker.services.log(key, Level::Warn, &line);
        }
        None => {}
    }
}
