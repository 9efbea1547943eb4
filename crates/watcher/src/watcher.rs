//! The handle of a watcher: starts the thread that owns the engine and its source, and sends it
//! commands from any thread.

use crate::change::{Tree, TreeId};
use crate::engine::Engine;
use crate::error::WatchError;
use crate::event::WatchEvent;
use crate::options::Options;
use crate::source::{ChangeSource, Signal, Waker};
use crate::stats::Stats;
use camino::{Utf8Path, Utf8PathBuf};
use parking_lot::Mutex;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

/// How long `stop` waits for the thread; a thread in a slow system call ends by itself later.
const STOP_PATIENCE: Duration = Duration::from_millis(90);

enum Command {
    Watch(Vec<Tree>, Sender<Vec<(TreeId, WatchError)>>),
    Unwatch(TreeId, Sender<bool>),
    WatchParent(Utf8PathBuf, Sender<Result<(), WatchError>>),
    UnwatchParent(Utf8PathBuf, Sender<bool>),
    Known(TreeId, Sender<Option<Vec<Utf8PathBuf>>>),
    Stats(Sender<Stats>),
}

/// The consumers' receivers, and the events that were sent before the first of them.
#[derive(Debug, Default)]
struct Listeners {
    senders: Vec<Sender<WatchEvent>>,
    early: Vec<WatchEvent>,
    closed: bool,
}

impl Listeners {
    fn send(&mut self, event: WatchEvent) {
        if self.senders.is_empty() {
            self.early.push(event);
            return;
        }
        // A receiver that was dropped is removed.
        self.senders
            .retain(|sender| sender.send(event.clone()).is_ok());
    }
}

/// Watches trees until it is stopped or dropped. All methods may be called from any thread.
///
/// Every method but [`Watcher::events`] waits for the watcher's thread, which answers between two
/// events.
pub struct Watcher {
    commands: Mutex<Option<Sender<Command>>>,
    listeners: Arc<Mutex<Listeners>>,
    stopping: Arc<AtomicBool>,
    waker: Waker,
    ended: Mutex<Receiver<()>>,
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watcher")
            .field("stopped", &self.stopping.load(Ordering::Acquire))
            .finish_non_exhaustive()
    }
}

impl Watcher {
    /// Starts a watcher that receives events from `source`; it watches nothing yet.
    ///
    /// # Errors
    /// [`WatchError::BadOption`], or [`WatchError::Thread`] if the system refuses a thread. A
    /// system without a free watch instance is not an error: trees are then scanned at intervals.
    pub fn start(options: Options, source: impl ChangeSource) -> Result<Self, WatchError> {
        options.check()?;
        let (commands, inbox) = mpsc::channel();
        let (ending, ended) = mpsc::channel::<()>();
        let listeners = Arc::new(Mutex::new(Listeners::default()));
        let stopping = Arc::new(AtomicBool::new(false));
        let waker = source.waker();
        let engine = Engine::new(options, Box::new(source), Arc::clone(&stopping));
        let for_thread = Arc::clone(&listeners);
        let flag = Arc::clone(&stopping);
        thread::Builder::new()
            .name("lichtfeld-watcher".into())
            .spawn(move || {
                // Dropped however the thread ends; `stop` waits for this.
                let _ending = ending;
                let _close = CloseOnDrop(Arc::clone(&for_thread));
                run(engine, &inbox, &for_thread, &flag);
            })
            .map_err(|source| WatchError::Thread { source })?;
        Ok(Self {
            commands: Mutex::new(Some(commands)),
            listeners,
            stopping,
            waker,
            ended: Mutex::new(ended),
        })
    }

    /// Starts to watch a tree: every change after this returns is reported. The same id with
    /// another root replaces the tree; the same tree again changes nothing.
    ///
    /// # Errors
    /// [`WatchError`] if the root is not an accessible directory.
    pub fn watch(&self, tree: Tree) -> Result<(), WatchError> {
        match self.watch_all(vec![tree])?.pop() {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }

    /// Starts to watch many trees. Returns those that cannot be watched, with the reason.
    ///
    /// # Errors
    /// [`WatchError::Stopped`].
    pub fn watch_all(&self, trees: Vec<Tree>) -> Result<Vec<(TreeId, WatchError)>, WatchError> {
        self.ask(|reply| Command::Watch(trees, reply))
    }

    /// Stops watching a tree; changes that were not sent yet are dropped. Returns whether the tree
    /// was watched.
    pub fn unwatch(&self, id: &TreeId) -> bool {
        self.ask(|reply| Command::Unwatch(id.clone(), reply))
            .unwrap_or(false)
    }

    /// Watches a directory for children that appear and vanish: directories with the marker file
    /// of the options. Those that already exist are not reported.
    ///
    /// # Errors
    /// [`WatchError`] if it is not an accessible directory.
    pub fn watch_parent(&self, dir: &Utf8Path) -> Result<(), WatchError> {
        self.ask(|reply| Command::WatchParent(dir.to_owned(), reply))?
    }

    /// Stops watching a parent. Returns whether it was watched.
    pub fn unwatch_parent(&self, dir: &Utf8Path) -> bool {
        self.ask(|reply| Command::UnwatchParent(dir.to_owned(), reply))
            .unwrap_or(false)
    }

    /// Returns a new receiver of all events from now on; the first receiver also gets the events
    /// sent before it was made. It is disconnected when the watcher stops.
    #[must_use]
    pub fn events(&self) -> Receiver<WatchEvent> {
        let (sender, receiver) = mpsc::channel();
        let mut listeners = self.listeners.lock();
        for event in listeners.early.drain(..) {
            let _ = sender.send(event);
        }
        if !listeners.closed {
            listeners.senders.push(sender);
        }
        receiver
    }

    /// Returns the files that the watcher knows in a tree, relative and sorted, or `None` for an
    /// unknown tree.
    #[must_use]
    pub fn known_files(&self, id: &TreeId) -> Option<Vec<Utf8PathBuf>> {
        self.ask(|reply| Command::Known(id.clone(), reply))
            .ok()
            .flatten()
    }

    /// Returns what the watcher is doing, or `None` after `stop`.
    #[must_use]
    pub fn stats(&self) -> Option<Stats> {
        self.ask(Command::Stats).ok()
    }

    /// Stops watching and disconnects the receivers, within 100 ms. Calling it again does nothing.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        let first = self.commands.lock().take();
        (self.waker)();
        if first.is_some() {
            let ended = self.ended.lock();
            let _ = ended.recv_timeout(STOP_PATIENCE);
        }
        close(&self.listeners);
    }

    fn ask<T>(&self, command: impl FnOnce(Sender<T>) -> Command) -> Result<T, WatchError> {
        let (reply, answer) = mpsc::channel();
        {
            let commands = self.commands.lock();
            let Some(commands) = commands.as_ref() else {
                return Err(WatchError::Stopped);
            };
            commands
                .send(command(reply))
                .map_err(|_| WatchError::Stopped)?;
        }
        (self.waker)();
        answer.recv().map_err(|_| WatchError::Stopped)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Disconnects the receivers when the thread ends, even by a panic, so that nobody waits for ever.
struct CloseOnDrop(Arc<Mutex<Listeners>>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        close(&self.0);
    }
}

fn close(listeners: &Mutex<Listeners>) {
    let mut listeners = listeners.lock();
    listeners.closed = true;
    listeners.senders.clear();
}

fn run(
    mut engine: Engine,
    inbox: &Receiver<Command>,
    listeners: &Mutex<Listeners>,
    stopping: &AtomicBool,
) {
    while !stopping.load(Ordering::Acquire) {
        while let Ok(command) = inbox.try_recv() {
            execute(&mut engine, command);
        }
        let until = engine.deadline();
        match engine.wait(until) {
            Signal::Event(event) => engine.handle(event),
            Signal::Timeout => engine.tick(),
            Signal::Woken => {}
        }
        let events = engine.take_events();
        if !events.is_empty() && !stopping.load(Ordering::Acquire) {
            let mut listeners = listeners.lock();
            for event in events {
                listeners.send(event);
            }
        }
    }
}

fn execute(engine: &mut Engine, command: Command) {
    // The caller may have ended meanwhile; then nobody reads the answer.
    match command {
        Command::Watch(trees, reply) => {
            let failed = trees
                .into_iter()
                .filter_map(|tree| {
                    let id = tree.id.clone();
                    engine.watch(tree).err().map(|error| (id, error))
                })
                .collect();
            let _ = reply.send(failed);
        }
        Command::Unwatch(id, reply) => {
            let _ = reply.send(engine.unwatch(&id));
        }
        Command::WatchParent(dir, reply) => {
            let _ = reply.send(engine.watch_parent(&dir));
        }
        Command::UnwatchParent(dir, reply) => {
            let _ = reply.send(engine.unwatch_parent(&dir));
        }
        Command::Known(id, reply) => {
            let _ = reply.send(engine.known_files(&id));
        }
        Command::Stats(reply) => {
            let _ = reply.send(engine.stats());
        }
    }
}
