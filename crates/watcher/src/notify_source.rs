//! Events of the running system, by the `notify` crate.
//!
//! `notify` is used without its debouncer: a debouncer wakes up many times a second for ever and
//! knows nothing of trees, while the engine here sleeps until the very moment a tree has been
//! quiet for long enough, and not at all when nothing happens.

use crate::platform;
use crate::source::{ChangeSource, RawEvent, RawKind, Reach, Scope, Signal, SourceError, Waker};
use camino::{Utf8Path, Utf8PathBuf};
use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Instant;

/// The system's own events.
pub struct NotifySource {
    watcher: Result<RecommendedWatcher, String>,
    inbox: Receiver<Message>,
    outbox: Sender<Message>,
    /// Several wake-ups before the next `wait` are one.
    woken: Arc<AtomicBool>,
}

enum Message {
    Raw(RawEvent),
    Wake,
}

impl Default for NotifySource {
    fn default() -> Self {
        Self::new()
    }
}

impl NotifySource {
    /// Connects to the system. When the system has no watch instance left, every `watch` says so.
    #[must_use]
    pub fn new() -> Self {
        let (outbox, inbox) = mpsc::channel();
        let sender = outbox.clone();
        let watcher =
            notify::recommended_watcher(move |event: notify::Result<Event>| match event {
                Ok(event) => translate(&event, &mut |raw| {
                    let _ = sender.send(Message::Raw(raw));
                }),
                // The system failed to tell something: the disk has to be asked.
                Err(_) => {
                    let _ = sender.send(Message::Raw(RawEvent::Overflow));
                }
            })
            .map_err(|error| error.to_string());
        Self {
            watcher,
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

/// Tells of an event in this crate's words. Reads are dropped here, on the system's thread: the
/// watcher itself reads, and so does every import.
fn translate(event: &Event, tell: &mut dyn FnMut(RawEvent)) {
    if event.need_rescan() {
        tell(RawEvent::Overflow);
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
        // inotify tells both halves before; telling them again would forget what just appeared.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) if cfg!(target_os = "linux") => {
            return;
        }
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Any | EventKind::Other => {
            RawKind::Unsure
        }
        EventKind::Modify(_) => RawKind::Altered,
    };
    for path in &event.paths {
        tell(match Utf8Path::from_path(path) {
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
        });
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
        let watcher = self
            .watcher
            .as_mut()
            .map_err(|message| SourceError::NoInstance(message.clone()))?;
        let mode = match (scope, platform::REACH) {
            (Scope::AsFarAsItReaches, Reach::Subtree) => RecursiveMode::Recursive,
            _ => RecursiveMode::NonRecursive,
        };
        watcher
            .watch(dir.as_std_path(), mode)
            .map_err(|error| match error.kind {
                notify::ErrorKind::MaxFilesWatch => SourceError::WatchLimit,
                notify::ErrorKind::PathNotFound => SourceError::NotFound,
                notify::ErrorKind::Io(io) if io.kind() == std::io::ErrorKind::NotFound => {
                    SourceError::NotFound
                }
                notify::ErrorKind::Io(io) => SourceError::Other(io.to_string()),
                other => SourceError::Other(format!("{other:?}")),
            })
    }

    fn unwatch(&mut self, dir: &Utf8Path) {
        if let Ok(watcher) = &mut self.watcher {
            // A directory that is gone has lost its watch by itself.
            let _ = watcher.unwatch(dir.as_std_path());
        }
    }

    fn wait(&mut self, until: Option<Instant>) -> Signal {
        if let Ok(message) = self.inbox.try_recv() {
            return self.receive(message);
        }
        let Some(until) = until else {
            return match self.inbox.recv() {
                Ok(message) => self.receive(message),
                // Cannot be: this source holds a sender itself.
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
        let sender = std::sync::Mutex::new(self.outbox.clone());
        let woken = Arc::clone(&self.woken);
        Arc::new(move || {
            if !woken.swap(true, Ordering::AcqRel) {
                let sender = sender
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner);
                let _ = sender.send(Message::Wake);
            }
        })
    }
}
