//! Events of the operating system, from `notify-debouncer-full`.
//!
//! Its debouncer is set to a few milliseconds: it joins the halves of a rename and drops
//! duplicates. How long a tree has to be quiet is decided by the engine, which knows about trees,
//! bursts and git; `docs/decisions/watching.md` has the measurements behind this split.

use crate::platform;
use crate::source::{
    ChangeSource, RawEvent, RawKind, Reach, Scope, Signal, SourceError, SystemError, Waker,
};
use camino::{Utf8Path, Utf8PathBuf};
use notify_debouncer_full::notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify_debouncer_full::notify::{self, Event, EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{
    DebounceEventResult, Debouncer, FileIdCache, file_id::FileId, new_debouncer_opt,
};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// How long the debouncer holds an event back.
const HOLD: Duration = Duration::from_millis(5);
/// How often the debouncer checks the events that it holds.
const TICK: Duration = Duration::from_millis(5);

/// The events of the operating system.
pub struct NotifySource {
    debouncer: Result<Debouncer<RecommendedWatcher, Removals>, SystemError>,
    inbox: Receiver<Message>,
    outbox: Sender<Message>,
    /// Several wake-ups before the next `wait` are one.
    woken: Arc<AtomicBool>,
}

/// Sends each path that is removed or moved away, before the debouncer joins events. It drops some:
/// a file that is moved over another one takes along what is known of that one, also where that one
/// came from; and a new file that was moved over an old one and is removed leaves nothing at all.
///
/// The debouncer calls it where it would forget the identity of a file.
struct Removals {
    outbox: Sender<Message>,
}

impl FileIdCache for Removals {
    fn cached_file_id(&self, _path: &Path) -> Option<impl AsRef<FileId>> {
        Option::<&FileId>::None
    }

    fn add_path(&mut self, _path: &Path, _recursive_mode: RecursiveMode) {}

    fn remove_path(&mut self, path: &Path) {
        // It is read again, so that this may also come of a directory that is not watched any more.
        let event = raw_event(path, RawKind::Altered);
        // The receiving end lives as long as the source.
        let _ = self.outbox.send(Message::Raw(event));
    }
}

enum Message {
    Raw(RawEvent),
    Wake,
}

impl fmt::Debug for NotifySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The debouncer itself has no `Debug`.
        f.debug_struct("NotifySource")
            .field("error", &self.debouncer.as_ref().err())
            .finish_non_exhaustive()
    }
}

impl Default for NotifySource {
    fn default() -> Self {
        Self::new()
    }
}

impl NotifySource {
    /// Connects to the system. If the system has no watch instance left, every `watch` fails with
    /// [`SourceError::NoInstance`].
    #[must_use]
    pub fn new() -> Self {
        let (outbox, inbox) = mpsc::channel();
        let sender = outbox.clone();
        let send = move |raw| {
            // The receiving end lives as long as the source.
            let _ = sender.send(Message::Raw(raw));
        };
        let handler = move |result: DebounceEventResult| match result {
            Ok(events) => {
                for event in &events {
                    translate(event, &send);
                }
            }
            // The system failed to report an event: everything has to be scanned.
            Err(_) => send(RawEvent::Overflow),
        };
        let debouncer = new_debouncer_opt::<_, RecommendedWatcher, _>(
            HOLD,
            Some(TICK),
            handler,
            Removals {
                outbox: outbox.clone(),
            },
            notify::Config::default(),
        )
        .map_err(|error| Arc::new(error) as SystemError);
        Self {
            debouncer,
            inbox,
            outbox,
            woken: Arc::new(AtomicBool::new(false)),
        }
    }

    fn receive(&self, message: Message) -> Signal {
        match message {
            Message::Raw(event) => Signal::Event(event),
            Message::Wake => {
                self.woken.store(false, Ordering::Release);
                Signal::Woken
            }
        }
    }
}

/// Sends an event of the system as events of this crate. Reads are dropped here, on the system's
/// thread: the watcher itself reads, and so does every import.
fn translate(event: &Event, send: &dyn Fn(RawEvent)) {
    if event.need_rescan() {
        send(RawEvent::Overflow);
        return;
    }
    let kind = match event.kind {
        // Closing a file that was open for writing also covers writes through a memory map.
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => RawKind::Altered,
        EventKind::Access(_) => return,
        EventKind::Create(_) => RawKind::Appeared,
        EventKind::Remove(_) => RawKind::Gone,
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) => RawKind::Gone,
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => RawKind::Appeared,
        // The debouncer has joined the halves: the old path, then the new one.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) if event.paths.len() == 2 => {
            send(raw_event(&event.paths[0], RawKind::Gone));
            send(raw_event(&event.paths[1], RawKind::Appeared));
            return;
        }
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Any | EventKind::Other => {
            RawKind::Unsure
        }
        EventKind::Modify(_) => RawKind::Altered,
    };
    for path in &event.paths {
        send(raw_event(path, kind));
    }
}

fn raw_event(path: &Path, kind: RawKind) -> RawEvent {
    match Utf8Path::from_path(path) {
        Some(path) => RawEvent::Path {
            path: path.to_owned(),
            kind,
        },
        None => RawEvent::NotUtf8 {
            dir: path
                .parent()
                .and_then(Utf8Path::from_path)
                .map(Utf8PathBuf::from)
                .unwrap_or_default(),
            name: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        },
    }
}

impl ChangeSource for NotifySource {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn reach(&self) -> Reach {
        platform::REACH
    }

    fn watch(&mut self, dir: &Utf8Path, scope: Scope) -> Result<(), SourceError> {
        let debouncer = self
            .debouncer
            .as_mut()
            .map_err(|error| SourceError::NoInstance {
                source: Arc::clone(error),
            })?;
        let mode = match (scope, platform::REACH) {
            (Scope::AsFarAsItReaches, Reach::Subtree) => RecursiveMode::Recursive,
            _ => RecursiveMode::NonRecursive,
        };
        debouncer
            .watch(dir.as_std_path(), mode)
            .map_err(|error| match error.kind {
                notify::ErrorKind::MaxFilesWatch => SourceError::WatchLimit,
                notify::ErrorKind::PathNotFound => SourceError::NotFound,
                notify::ErrorKind::Io(io) if io.kind() == std::io::ErrorKind::NotFound => {
                    SourceError::NotFound
                }
                notify::ErrorKind::Io(io) => SourceError::Other {
                    source: Arc::new(io),
                },
                kind => SourceError::Other {
                    source: Arc::new(notify::Error::new(kind)),
                },
            })
    }

    fn unwatch(&mut self, dir: &Utf8Path) {
        if let Ok(debouncer) = &mut self.debouncer {
            // A directory that was removed has lost its watch already.
            let _ = debouncer.unwatch(dir.as_std_path());
        }
    }

    fn wait(&mut self, until: Option<Instant>) -> Signal {
        if let Ok(message) = self.inbox.try_recv() {
            return self.receive(message);
        }
        let Some(until) = until else {
            return match self.inbox.recv() {
                Ok(message) => self.receive(message),
                // Impossible: this source has a sender itself.
                Err(_) => Signal::Timeout,
            };
        };
        match self
            .inbox
            .recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            Ok(message) => self.receive(message),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Signal::Timeout,
        }
    }

    fn waker(&self) -> Waker {
        let sender = self.outbox.clone();
        let woken = Arc::clone(&self.woken);
        Arc::new(move || {
            if !woken.swap(true, Ordering::AcqRel) {
                let _ = sender.send(Message::Wake);
            }
        })
    }
}
