//! The machine between source and notices. Owned by one thread; no locks, no waiting of its own.

use crate::change::{Tree, TreeId};
use crate::error::WatchError;
use crate::notice::Notice;
use crate::options::Options;
use crate::source::{ChangeSource, RawEvent, Signal};
use crate::watcher::Stats;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

pub(crate) struct Engine {
    source: Box<dyn ChangeSource>,
}

impl Engine {
    pub(crate) fn new(
        _options: Options,
        source: Box<dyn ChangeSource>,
        _stopping: Arc<AtomicBool>,
    ) -> Self {
        Self { source }
    }
    pub(crate) fn watch(&mut self, _tree: Tree) -> Result<(), WatchError> {
        Ok(())
    }
    pub(crate) fn unwatch(&mut self, _id: &TreeId) -> bool {
        false
    }
    pub(crate) fn watch_parent(&mut self, _dir: &Utf8Path) -> Result<(), WatchError> {
        Ok(())
    }
    pub(crate) fn unwatch_parent(&mut self, _dir: &Utf8Path) -> bool {
        false
    }
    pub(crate) fn known_files(&self, _id: &TreeId) -> Option<Vec<Utf8PathBuf>> {
        None
    }
    pub(crate) fn stats(&self) -> Stats {
        Stats::default()
    }
    pub(crate) fn deadline(&self) -> Option<Instant> {
        None
    }
    pub(crate) fn wait(&mut self, until: Option<Instant>) -> Signal {
        self.source.wait(until)
    }
    pub(crate) fn hear(&mut self, _event: RawEvent) {}
    pub(crate) fn tick(&mut self) {}
    pub(crate) fn take_notices(&mut self) -> Vec<Notice> {
        Vec::new()
    }
}
