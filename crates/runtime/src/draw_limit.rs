//! A limit for what the thread that draws runs of a plugin: `draw`, `poll` and the like.
//!
//! One thread watches the time of all drawings. It never takes the GIL, which native code may hold
//! for ever; a second one does, and looks where a slow drawing is or raises an exception in it. A
//! drawing that is quick costs an entry in a list.

use crate::bundled_modules::{DRAW_LIMIT, TIME_LIMIT};
use crate::{running_calls, time_limit};
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::{Manager, Role};
use parking_lot::{Condvar, Mutex};
use pyo3::intern;
use pyo3::prelude::*;
use std::cell::Cell;
use std::process;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What takes longer is noted in the plugin's log.
const SLOW: Duration = Duration::from_millis(100);
/// The interval between two such lines of a panel or an operator.
const TOLD: Duration = Duration::from_secs(60);
/// The interval between two exceptions, for code that catches everything.
const AGAIN: Duration = Duration::from_millis(250);
/// What goes on for so long beyond the limit cannot be ended.
const STUCK: Duration = Duration::from_secs(1);

thread_local! {
    /// Whether this thread is in a watched call. What is called in it counts for it.
    static IS_WATCHED: Cell<bool> = const { Cell::new(false) };
}

/// What is called.
pub(crate) struct Call<'a> {
    /// The name for messages: "draw".
    pub(crate) what: &'a str,
    /// The kind of the caller for messages: "panel".
    pub(crate) kind: &'a str,
    /// The id of the panel or the operator.
    pub(crate) id: &'a str,
    pub(crate) plugin: Option<&'a str>,
    /// When a slow call of it was noted last.
    pub(crate) told: &'a Mutex<Option<Instant>>,
}

impl Call<'_> {
    fn name(&self) -> String {
        format!("{} '{}': {}()", self.kind, self.id, self.what)
    }
}

/// Where a slow call was: function, file, line.
type Position = (String, String, u32);

/// A call under way.
struct Entry {
    number: u64,
    thread: u64,
    begun: Instant,
    limit: Option<Duration>,
    /// When to look at it next.
    next: Option<Instant>,
    is_looked_at: bool,
    position: Option<Position>,
    /// An exception was raised in it that it may not have seen.
    is_raised: bool,
    /// An alarm raises the exceptions.
    has_alarm: bool,
    is_told_stuck: bool,
    name: String,
    plugin: Option<String>,
}

enum Work {
    Look(u64, u64),
    Raise(u64, u64),
    TellStuck(String, Option<String>, Duration),
}

#[derive(Default)]
struct Calls {
    entries: Vec<Entry>,
    last: u64,
    is_idle: bool,
}

struct Watch {
    process: u32,
    calls: Mutex<Calls>,
    begun: Condvar,
}

static WATCH: OnceLock<Option<Arc<Watch>>> = OnceLock::new();

/// Returns the watch; none if the system has no threads for it, or in a forked copy of the process,
/// which has not inherited them.
fn watch() -> Option<&'static Arc<Watch>> {
    let watch = WATCH.get_or_init(|| {
        let watch = Arc::new(Watch {
            process: process::id(),
            calls: Mutex::default(),
            begun: Condvar::new(),
        });
        let (sender, works) = channel();
        let (timing, working) = (Arc::clone(&watch), Arc::clone(&watch));
        thread::Builder::new()
            .name("draw-watch".into())
            .spawn(move || timing.keep_time(&sender))
            .ok()?;
        thread::Builder::new()
            .name("draw-look".into())
            .spawn(move || working.do_work(works))
            .ok()?;
        Some(watch)
    });
    watch
        .as_ref()
        .filter(|watch| watch.process == process::id())
}

/// Calls `function` on this thread. After the limit of the host an exception is raised in it, and
/// becomes one that says so. A slow call is noted in the plugin's log, with the line that it was in.
///
/// # Errors
/// What `function` raised, or that it took too long.
pub(crate) fn watched<T>(
    py: Python<'_>,
    call: &Call<'_>,
    function: impl FnOnce() -> PyResult<T>,
) -> PyResult<T> {
    let (Some(manager), Some(watch)) = (crate::current_manager::current(), watch()) else {
        return function();
    };
    if IS_WATCHED.replace(true) {
        let called = function();
        // The caller of a `poll` catches what it raises, so this is the last place that can name it.
        return match (&called, manager.timeouts().draw) {
            (Err(error), Some(limit)) if call.what == "poll" && time_limit::is_over(py, error) => {
                let message = format!(
                    "poll() was ended, because the drawing that asked took longer than {} s",
                    limit.as_secs_f64()
                );
                Err(named(py, error, message)?)
            }
            _ => called,
        };
    }
    let called = watch.call(py, &manager, call, function);
    IS_WATCHED.set(false);
    called
}

/// Runs `work` on this thread, whose time does not count for the drawing that it is part of: the user
/// answers a dialog. What is drawn meanwhile is watched by itself.
///
/// # Errors
/// If Python refuses to stop the alarm.
pub(crate) fn paused<T>(py: Python<'_>, work: impl FnOnce() -> T) -> PyResult<T> {
    let Some(watch) = watch().filter(|_| IS_WATCHED.get()) else {
        return Ok(work());
    };
    let thread = running_calls::thread(py)?;
    let (number, has_alarm) = match watch.pause(thread) {
        Some(paused) => paused,
        None => return Ok(work()),
    };
    let alarm = match has_alarm {
        true => Some(
            TIME_LIMIT
                .get(py)?
                .call_method0(intern!(py, "pause_alarm"))?,
        ),
        false => None,
    };
    let begun = Instant::now();
    IS_WATCHED.set(false);
    let done = work();
    IS_WATCHED.set(true);
    watch.go_on(number, begun.elapsed());
    if let Some(alarm) = alarm {
        alarm.call0()?;
    }
    Ok(done)
}

impl Watch {
    /// Stops the time of the call that this thread is in. Returns its number, and whether it has an
    /// alarm.
    fn pause(&self, thread: u64) -> Option<(u64, bool)> {
        let mut calls = self.calls.lock();
        let mut entries = calls.entries.iter_mut().rev();
        let entry = entries.find(|entry| entry.thread == thread)?;
        entry.next = None;
        Some((entry.number, entry.has_alarm))
    }

    fn go_on(&self, number: u64, paused: Duration) {
        let mut calls = self.calls.lock();
        let mut entries = calls.entries.iter_mut();
        if let Some(entry) = entries.find(|entry| entry.number == number) {
            entry.begun += paused;
            entry.next = Some(entry.begun + entry.limit.map_or(SLOW, |limit| limit.min(SLOW)));
        }
        let is_idle = calls.is_idle;
        drop(calls);
        if is_idle {
            self.begun.notify_one();
        }
    }

    fn call<T>(
        &self,
        py: Python<'_>,
        manager: &Manager,
        call: &Call<'_>,
        function: impl FnOnce() -> PyResult<T>,
    ) -> PyResult<T> {
        let thread = running_calls::thread(py)?;
        // A worker's host watches the time, and does not wait.
        let limit = match manager.host().role() {
            Role::Worker => None,
            _ => manager.timeouts().draw,
        };
        let alarm = match limit {
            Some(limit) if alarm_is_free() => set_alarm(py, limit)?,
            _ => py.None().into_bound(py),
        };
        let begun = Instant::now();
        let number = self.enter(call, thread, limit, begun, !alarm.is_none());
        let mut result = function();
        // With the GIL held: from here on nothing is raised any more.
        let entry = self.leave(number);
        // It has begun later if the user has answered a dialog meanwhile.
        let begun = entry.as_ref().map_or(begun, |entry| entry.begun);
        if entry.as_ref().is_some_and(|entry| entry.is_raised) {
            running_calls::take_back(py, thread);
        }
        if !alarm.is_none()
            && let Err(error) = alarm.call0()
        {
            // It rang between the end of the function and now.
            alarm.call0()?;
            if !time_limit::is_over(py, &error) {
                return Err(error);
            }
        }
        if let (Err(error), Some(limit)) = (&result, limit)
            && time_limit::is_over(py, error)
        {
            let message = format!(
                "{}() took longer than {} s and was ended",
                call.what,
                limit.as_secs_f64()
            );
            result = Err(named(py, error, message)?);
        } else if begun.elapsed() > SLOW {
            note_slow(
                py,
                manager,
                call,
                begun.elapsed(),
                entry.and_then(|entry| entry.position),
            );
        }
        result
    }

    fn enter(
        &self,
        call: &Call<'_>,
        thread: u64,
        limit: Option<Duration>,
        begun: Instant,
        has_alarm: bool,
    ) -> u64 {
        let mut calls = self.calls.lock();
        calls.last += 1;
        let number = calls.last;
        calls.entries.push(Entry {
            number,
            thread,
            begun,
            limit,
            next: Some(begun + limit.map_or(SLOW, |limit| limit.min(SLOW))),
            is_looked_at: false,
            position: None,
            is_raised: false,
            has_alarm,
            is_told_stuck: false,
            name: call.name(),
            plugin: call.plugin.map(str::to_owned),
        });
        let is_idle = calls.is_idle;
        drop(calls);
        // Otherwise the thread looks at the list in time.
        if is_idle {
            self.begun.notify_one();
        }
        number
    }

    fn leave(&self, number: u64) -> Option<Entry> {
        let mut calls = self.calls.lock();
        let at = calls
            .entries
            .iter()
            .rposition(|entry| entry.number == number)?;
        Some(calls.entries.remove(at))
    }

    fn keep_time(&self, works: &Sender<Work>) {
        let mut calls = self.calls.lock();
        loop {
            let next = calls.entries.iter().filter_map(|entry| entry.next).min();
            match next {
                Some(next) => drop(self.begun.wait_until(&mut calls, next)),
                None => {
                    calls.is_idle = true;
                    self.begun.wait(&mut calls);
                    calls.is_idle = false;
                }
            }
            let now = Instant::now();
            for entry in &mut calls.entries {
                if entry.next.is_some_and(|next| next <= now)
                    && entry
                        .advance(now)
                        .is_some_and(|work| works.send(work).is_err())
                {
                    return;
                }
            }
        }
    }

    fn do_work(&self, works: Receiver<Work>) {
        for work in works {
            match work {
                // It may wait for the GIL for ever, with the host's own log.
                Work::TellStuck(name, plugin, limit) => tell_stuck(name, plugin, limit),
                Work::Look(number, thread) => {
                    let _ = Python::try_attach(|py| self.look(py, number, thread));
                }
                Work::Raise(number, thread) => {
                    let _ = Python::try_attach(|py| self.raise(py, number, thread));
                }
            }
        }
    }

    /// Notes where a call is. While the GIL is held here, it does not get any further.
    fn look(&self, py: Python<'_>, number: u64, thread: u64) -> PyResult<()> {
        let position = DRAW_LIMIT
            .get(py)?
            .call_method1(intern!(py, "position"), (thread,))?
            .extract()?;
        let mut calls = self.calls.lock();
        let mut entries = calls.entries.iter_mut();
        if let Some(entry) = entries.find(|entry| entry.number == number) {
            entry.position = position;
        }
        Ok(())
    }

    fn raise(&self, py: Python<'_>, number: u64, thread: u64) -> PyResult<()> {
        let module = DRAW_LIMIT.get(py)?;
        let class = TIME_LIMIT.get(py)?.getattr(intern!(py, "TimeLimit"))?;
        let held = module.call_method1(intern!(py, "is_thread_held"), (thread,))?;
        if held.is_truthy()? {
            return Ok(());
        }
        let mut calls = self.calls.lock();
        let mut entries = calls.entries.iter_mut();
        // Asked with the GIL held, as it is removed with the GIL held.
        if let Some(entry) = entries.find(|entry| entry.number == number) {
            entry.is_raised = true;
            running_calls::raise_in(thread, &class);
        }
        Ok(())
    }
}

impl Entry {
    /// What is to do now that its time has come.
    fn advance(&mut self, now: Instant) -> Option<Work> {
        let over = self.limit.map(|limit| self.begun + limit);
        if over.is_none_or(|over| now < over) {
            self.next = over;
            let first = !std::mem::replace(&mut self.is_looked_at, true);
            return first.then_some(Work::Look(self.number, self.thread));
        }
        self.next = Some(now + AGAIN);
        let (over, limit) = (over?, self.limit?);
        if now >= over + STUCK && !std::mem::replace(&mut self.is_told_stuck, true) {
            let (name, plugin) = (self.name.clone(), self.plugin.clone());
            return Some(Work::TellStuck(name, plugin, limit));
        }
        (!self.has_alarm).then_some(Work::Raise(self.number, self.thread))
    }
}

/// Returns the exception to show for a call that was ended, with the place where it was.
fn named(py: Python<'_>, error: &PyErr, message: String) -> PyResult<PyErr> {
    let shown = DRAW_LIMIT
        .get(py)?
        .call_method1(intern!(py, "overdue"), (error.traceback(py), message))?;
    Ok(PyErr::from_value(shown))
}

fn note_slow(
    py: Python<'_>,
    manager: &Manager,
    call: &Call<'_>,
    took: Duration,
    position: Option<Position>,
) {
    let now = Instant::now();
    let mut told = call.told.lock();
    if told.is_some_and(|told| now.duration_since(told) < TOLD) {
        return;
    }
    *told = Some(now);
    drop(told);
    let place = position.map_or_else(String::new, |(function, file, line)| {
        format!("; it waited in {function} ({file}:{line})")
    });
    let line = format!(
        "{} took {} ms, and the application stood still meanwhile{place}; do long work on a thread",
        call.name(),
        took.as_millis()
    );
    py.detach(|| manager.log(call.plugin, Level::Warn, &line));
}

fn tell_stuck(name: String, plugin: Option<String>, limit: Duration) {
    let tell = move || {
        let line = format!(
            "{name} has not returned within {} s and cannot be ended: it waits in native code, which \
             only the end of the application ends; with `isolation = \"process\"` in the plugin's \
             manifest its own process would be ended",
            limit.as_secs_f64()
        );
        if let Some(manager) = crate::current_manager::current() {
            manager.log(plugin.as_deref(), Level::Error, &line);
        }
    };
    // Without a thread it is not told.
    let _ = thread::Builder::new().name("draw-stuck".into()).spawn(tell);
}

fn set_alarm(py: Python<'_>, limit: Duration) -> PyResult<Bound<'_, PyAny>> {
    let unless = DRAW_LIMIT.get(py)?.getattr(intern!(py, "is_held"))?;
    TIME_LIMIT
        .get(py)?
        .call_method1(intern!(py, "set_alarm"), (limit.as_secs_f64(), unless))
}

/// Whether no native code has a handler for the alarm; Python knows its own handlers alone.
#[cfg(unix)]
fn alarm_is_free() -> bool {
    // SAFETY: without a new action the system fills in the present one, for which zeros are valid.
    let present = unsafe {
        let mut present = std::mem::zeroed::<libc::sigaction>();
        (libc::sigaction(libc::SIGALRM, std::ptr::null(), &raw mut present) == 0).then_some(present)
    };
    present.is_some_and(|present| present.sa_sigaction == libc::SIG_DFL)
}

#[cfg(not(unix))]
fn alarm_is_free() -> bool {
    false
}
