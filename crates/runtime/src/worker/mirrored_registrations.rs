//! What a worker's plugin has registered, entered into the host's tables: panels, menus and
//! operators, as those of a plugin in this process. Capabilities are asked for: `capabilities`.

use crate::worker::operator::RemoteOperator;
use crate::worker::panel::RemotePanel;
use crate::worker::process::Worker;
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::ledger::EntryId;
use lichtfeld_engine::registrations::operators::OperatorInfo;
use lichtfeld_engine::registrations::panels::{PanelInfo, Panels};
use lichtfeld_engine::worker::message::{Shown, Tell, unpack};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What is entered, for the kinds whose tables do not write into the ledger themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Shown(Shown),
    Operator,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Shown(Shown::Panel) => "panel",
            Self::Shown(Shown::Menu) => "menu",
            Self::Operator => "operator",
        }
    }
}

struct Entry {
    in_ledger: EntryId,
    /// Of an operator: whether it is at work, which the worker tells.
    running: Arc<AtomicBool>,
}

/// What one worker has registered here.
#[derive(Default)]
pub(super) struct Offered(Mutex<HashMap<(Kind, String), Entry>>);

impl Offered {
    fn lock(&self) -> MutexGuard<'_, HashMap<(Kind, String), Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes back all panels, menus and operators.
    pub(super) fn take_back(&self, worker: &Worker) {
        let all: Vec<_> = self.lock().drain().collect();
        for ((kind, id), entry) in all {
            unregister(worker, kind, &id);
            worker.services.ledger.forget(entry.in_ledger);
        }
    }
}

/// Enters what a worker tells. Called on the thread that reads from it, which never waits.
pub(super) fn told(worker: &Arc<Worker>, body: &[u8]) {
    let key = Some(worker.owner.key.as_str());
    match unpack::<Tell>(body) {
        Ok((Tell::Log { level, message }, _)) => worker.services.log(key, level, &message),
        Ok((Tell::Shown { kind, info }, _)) => add_shown(worker, kind, info),
        Ok((Tell::ShownGone { kind, id }, _)) => gone(worker, Kind::Shown(kind), id),
        Ok((Tell::Operator { info }, _)) => add_operator(worker, info),
        Ok((Tell::OperatorGone { id }, _)) => gone(worker, Kind::Operator, id),
        Ok((Tell::OperatorRunning { id, running }, _)) => {
            if let Some(entry) = worker.offered.lock().get(&(Kind::Operator, id)) {
                entry.running.store(running, Ordering::Release);
            }
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
        Err(reason) => worker.services.log(key, Level::Warn, &String::from(reason)),
    }
}

fn panels(worker: &Worker, kind: Shown) -> &Arc<Panels> {
    match kind {
        Shown::Panel => &worker.services.panels,
        Shown::Menu => &worker.services.menus,
    }
}

fn unregister(worker: &Worker, kind: Kind, id: &str) {
    let owner = Some(&worker.owner);
    match kind {
        Kind::Shown(kind) => panels(worker, kind).unregister(id, owner),
        Kind::Operator => worker.services.operators.unregister(id, owner),
    };
}

fn gone(worker: &Worker, kind: Kind, id: String) {
    unregister(worker, kind, &id);
    if let Some(entry) = worker.offered.lock().remove(&(kind, id)) {
        worker.services.ledger.forget(entry.in_ledger);
    }
}

fn add_shown(worker: &Arc<Worker>, kind: Shown, info: PanelInfo) {
    let id = info.id.clone();
    let source = Arc::new(RemotePanel::new(Arc::clone(worker), kind, &id));
    let panels = Arc::clone(panels(worker, kind));
    let owner = worker.owner.clone();
    enter(worker, Kind::Shown(kind), id, Arc::default(), move || {
        let (_, replaced) = panels.insert(info, Some(owner), source);
        let was_there = !replaced.is_empty();
        elsewhere(was_there, move || {
            replaced.iter().for_each(|old| old.source().removed());
        });
        was_there
    });
}

fn add_operator(worker: &Arc<Worker>, info: OperatorInfo) {
    let id = info.id.clone();
    let running = Arc::default();
    let source = RemoteOperator::new(Arc::clone(worker), &id, Arc::clone(&running));
    let operators = Arc::clone(&worker.services.operators);
    let owner = worker.owner.clone();
    enter(worker, Kind::Operator, id, running, move || {
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
        // Without a thread nobody is told that it was replaced; the table says so all the same.
        let _ = thread::Builder::new()
            .name("worker-replaced".into())
            .spawn(work);
    }
}

/// Writes it into the ledger, then registers it. What is replaced of *another* plugin is said so in
/// the log, as in one process; the worker has said so of its own.
fn enter(
    worker: &Arc<Worker>,
    kind: Kind,
    id: String,
    running: Arc<AtomicBool>,
    register: impl FnOnce() -> bool,
) {
    let (gone, weak) = (id.clone(), Arc::downgrade(worker));
    let what = format!("{} '{id}'", kind.name());
    let in_ledger = worker
        .services
        .ledger
        .record(worker.owner.clone(), what, move || {
            if let Some(worker) = weak.upgrade() {
                unregister(&worker, kind, &gone);
            }
        });
    let entry = Entry { in_ledger, running };
    let before = worker.offered.lock().insert((kind, id.clone()), entry);
    let has_replaced = register();
    match before {
        Some(before) => worker.services.ledger.forget(before.in_ledger),
        None if has_replaced => {
            let line = format!("{} '{id}' was registered again and replaced", kind.name());
            let key = Some(worker.owner.key.as_str());
            worker.services.log(key, Level::Warn, &line);
        }
        None => {}
    }
}
