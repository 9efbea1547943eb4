//! Whether a worker is alive: its end is noticed at once, and a main thread that does not answer
//! within the limit makes it unresponsive until it answers again.

use crate::worker::process::{REASON, Worker};
use lichtfeld_engine::worker::channel::{CallError, Pending};
use lichtfeld_engine::worker::health::HealthChange;
use lichtfeld_engine::worker::message::Ask;
use lichtfeld_engine::worker::pool::Pool;
use lichtfeld_engine::worker::silence;
use pyo3::prelude::*;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

/// How often a worker is asked whether its main thread is alive.
const PING: Duration = Duration::from_secs(1);

/// Starts the thread that waits for the end of a worker, and asks it every second whether its main
/// thread is alive.
///
/// # Errors
/// If no thread can be started.
pub(super) fn watch(worker: &Arc<Worker>, pool: Arc<Pool>) -> std::io::Result<()> {
    let worker = Arc::clone(worker);
    thread::Builder::new()
        .name("worker-watch".into())
        .spawn(move || {
            let Some(child) = worker.child.get() else {
                return;
            };
            let mut ping = None;
            while child.wait_timeout(PING).is_none() {
                check(&worker, &mut ping);
                pool.refuse_overdue();
            }
            let failure = worker.died(REASON);
            if let Some(channel) = worker.channel.get() {
                channel.close(&failure.message);
            }
            if !worker.ending.load(Ordering::Acquire) {
                let change = HealthChange::Died(failure);
                worker.services.health.tell(&worker.owner, change);
                forget_functions(&worker);
            }
        })?;
    Ok(())
}

/// Lets the application forget the functions that the plugin has given to it.
fn forget_functions(worker: &Worker) {
    let Some(peer) = worker.peer.get() else {
        return;
    };
    Python::attach(|py| {
        if let Err(error) = peer.call_method0(py, "ended") {
            error.write_unraisable(py, Some(peer.bind(py)));
        }
    });
}

/// Looks for the answer to the last question, and asks the next one.
fn check(worker: &Worker, ping: &mut Option<Pending>) {
    if worker.services.requests.is_waiting(&worker.owner) {
        // Its main thread may wait for the user, who answers a dialog.
        *ping = None;
        return;
    }
    let answered = match ping.take() {
        Some(pending) => match pending.wait(Duration::ZERO, &mut || true) {
            Err(CallError::TimedOut(_)) => {
                let silence = pending.age();
                *ping = Some(pending);
                let is_long = silence >= worker.services.workers.silence;
                // A load has a limit of its own.
                if is_long && worker.busy.load(Ordering::Acquire) == 0 {
                    fall_silent(worker, silence);
                }
                false
            }
            Err(_) => false,
            Ok(_) => true,
        },
        None => false,
    };
    if answered && worker.silent.swap(false, Ordering::AcqRel) {
        let change = HealthChange::Responsive;
        worker.services.health.tell(&worker.owner, change);
    }
    if ping.is_none() && worker.busy.load(Ordering::Acquire) == 0 {
        *ping = worker.begin(&Ask::Ping).ok();
    }
}

/// Marks it as unresponsive, and reports that once.
fn fall_silent(worker: &Worker, silence: Duration) {
    if !worker.silent.swap(true, Ordering::AcqRel) {
        let change = HealthChange::Unresponsive(silence::describe(silence));
        worker.services.health.tell(&worker.owner, change);
    }
}
