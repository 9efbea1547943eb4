//! The handle: a thread that owns the engine and its source, and calls that reach it from anywhere.

use crate::change::{Tree, TreeId};
use crate::engine::Engine;
use crate::error::WatchError;
use crate::notice::Notice;
use crate::options::Options;
use crate::source::{ChangeSource, Signal, Waker};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How long `stop` waits for the thread; one that is in a slow system call ends by itself later.
const STOP_PATIENCE: Duration = Duration::from_millis(90);

/// What a watcher is doing right now, for a person who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Trees watched.
    pub trees: usize,
    /// Trees that are looked through at intervals (as well).
    pub polled_trees: usize,
    /// Parent directories watched for trees that come and go.
    pub parents: usize,
    /// Files known in all trees.
    pub files: usize,
    /// Directories the source watches for this watcher, each counted once.
    pub watched_directories: usize,
    /// inotify watches of this whole process as the kernel counts them; nothing on other systems.
    pub inotify_watches: Option<usize>,
    /// Events heard since the start.
    pub events: u64,
    /// Change sets yielded since the start.
    pub change_sets: u64,
    /// Saves that left every content as it was, and so were dropped.
    pub unchanged_saves: u64,
}

enum Command {
    Watch(Vec<Tree>, Sender<Vec<(TreeId, WatchError)>>),
    Unwatch(TreeId, Sender<bool>),
    WatchParent(Utf8PathBuf, Sender<Result<(), WatchError>>),
    UnwatchParent(Utf8PathBuf, Sender<bool>),
    Known(TreeId, Sender<Option<Vec<Utf8PathBuf>>>),
    Stats(Sender<Stats>),
}

/// The receivers handed out, and what was said before the first of them.
#[derive(Default)]
struct Listeners {
    senders: Vec<Sender<Notice>>,
    early: Vec<Notice>,
    closed: bool,
}

impl Listeners {
    fn tell(&mut self, notice: Notice) {
        if self.senders.is_empty() {
            self.early.push(notice);
            return;
        }
        // A receiver that was dropped no longer wants to hear.
        self.senders
            .retain(|sender| sender.send(notice.clone()).is_ok());
    }
}

/// Watches trees until it is stopped or dropped. All methods may be called from any thread.
pub struct Watcher {
    commands: Mutex<Option<Sender<Command>>>,
    listeners: Arc<Mutex<Listeners>>,
    stopping: Arc<AtomicBool>,
    waker: Waker,
    ended: Mutex<Receiver<()>>,
}

impl Watcher {
    /// Starts a watcher that hears from `source`; it watches nothing yet.
    ///
    /// # Errors
    /// [`WatchError::BadOption`], or [`WatchError::Thread`] when the system gives no thread. A
    /// system without a free watch instance is no error: then trees are looked through at intervals.
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
                // Dropped at the end however the thread ends; that is what `stop` waits for.
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

    /// Watches a tree from now on: a change after this returns is reported. The same id with
    /// another root replaces the tree; the same tree again changes nothing.
    ///
    /// # Errors
    /// [`WatchError`] when the root is not a directory that can be reached.
    pub fn watch(&self, tree: Tree) -> Result<(), WatchError> {
        match self.watch_all(vec![tree])?.pop() {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }

    /// Watches many trees in one call; gives back those that cannot be watched, with the reason.
    ///
    /// # Errors
    /// [`WatchError::Stopped`].
    pub fn watch_all(&self, trees: Vec<Tree>) -> Result<Vec<(TreeId, WatchError)>, WatchError> {
        self.ask(|reply| Command::Watch(trees, reply))
    }

    /// Watches a tree no longer; changes not yet told are dropped. Says whether it was watched.
    pub fn unwatch(&self, id: &TreeId) -> bool {
        self.ask(|reply| Command::Unwatch(id.clone(), reply))
            .unwrap_or(false)
    }

    /// Watches a directory for children that come and go: directories with the marker file of the
    /// options. Those that are there already are not reported.
    ///
    /// # Errors
    /// [`WatchError`] when it is not a directory that can be reached.
    pub fn watch_parent(&self, dir: &Utf8Path) -> Result<(), WatchError> {
        self.ask(|reply| Command::WatchParent(dir.to_owned(), reply))?
    }

    /// Watches a parent no longer. Says whether it was watched.
    pub fn unwatch_parent(&self, dir: &Utf8Path) -> bool {
        self.ask(|reply| Command::UnwatchParent(dir.to_owned(), reply))
            .unwrap_or(false)
    }

    /// A new receiver of all notices from now on; the first one also hears what was said before
    /// it. It is disconnected when the watcher stops.
    #[must_use]
    pub fn notices(&self) -> Receiver<Notice> {
        let (sender, receiver) = mpsc::channel();
        let mut listeners = self
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for notice in listeners.early.drain(..) {
            let _ = sender.send(notice);
        }
        if !listeners.closed {
            listeners.senders.push(sender);
        }
        receiver
    }

    /// The files the watcher believes a tree to have, relative and sorted; nothing for an unknown
    /// tree.
    #[must_use]
    pub fn known_files(&self, id: &TreeId) -> Option<Vec<Utf8PathBuf>> {
        self.ask(|reply| Command::Known(id.clone(), reply))
            .ok()
            .flatten()
    }

    /// What the watcher is doing; nothing after `stop`.
    #[must_use]
    pub fn stats(&self) -> Option<Stats> {
        self.ask(Command::Stats).ok()
    }

    /// Ends the watching and disconnects the receivers, within 100 ms. Calling it again does
    /// nothing.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        let first = self
            .commands
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        (self.waker)();
        if first.is_some() {
            let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = ended.recv_timeout(STOP_PATIENCE);
        }
        close(&self.listeners);
    }

    fn ask<T>(&self, command: impl FnOnce(Sender<T>) -> Command) -> Result<T, WatchError> {
        let (reply, answer) = mpsc::channel();
        {
            let commands = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
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

/// Disconnects the receivers when the thread ends, even by a panic: nobody waits for ever.
struct CloseOnDrop(Arc<Mutex<Listeners>>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        close(&self.0);
    }
}

fn close(listeners: &Mutex<Listeners>) {
    let mut listeners = listeners.lock().unwrap_or_else(PoisonError::into_inner);
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
            obey(&mut engine, command);
        }
        let until = engine.deadline();
        match engine.wait(until) {
            Signal::Event(event) => engine.hear(event),
            Signal::Timeout => engine.tick(),
            Signal::Woken => {}
        }
        let notices = engine.take_notices();
        if !notices.is_empty() && !stopping.load(Ordering::Acquire) {
            let mut listeners = listeners.lock().unwrap_or_else(PoisonError::into_inner);
            for notice in notices {
                listeners.tell(notice);
            }
        }
    }
}

fn obey(engine: &mut Engine, command: Command) {
    // Whoever asked may have given up; then nobody reads the answer.
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
