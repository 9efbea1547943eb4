//! What the manager says of plugins whose manifest cannot be used: they are in ERROR, with the first
//! error of the manifest.

use crate::error::Error;
use crate::error::failure::log_text;
use crate::lifecycle::State;
use crate::manager::Manager;
use crate::model::level::Level;
use crate::model::observer::Unobserved;
use crate::model::rejected::RejectedPlugin;
use crate::model::report::{LoadReport, Status};
use lichtfeld_manifest::Rejected;
use lichtfeld_watcher::Tree;
use std::sync::Arc;

impl Manager {
    /// Returns the plugins of the last scan whose manifest cannot be used, by directory. Their state
    /// is ERROR, and [`Manager::load`] returns the error of the manifest.
    pub fn rejected(&self) -> Vec<Arc<RejectedPlugin>> {
        self.rejected.all()
    }

    /// Notes the rejected plugins of a scan, and logs each once.
    pub(crate) fn reject(&self, rejected: &[Rejected]) {
        for one in self.rejected.update(rejected) {
            let key = one.key();
            if let Some(key) = &key {
                self.services.names.set(key, &one.name);
            }
            let line = format!("{}: {}", one.path, log_text(&one.failure));
            self.log(key.as_deref(), Level::Error, &line);
        }
    }

    /// Returns the rejected plugin with this name, if no usable one has it.
    pub(crate) fn rejected_as(&self, name: &str) -> Option<Arc<RejectedPlugin>> {
        self.rejected.find(name)
    }

    /// Returns the status of a rejected plugin.
    pub(crate) fn rejected_status(&self, name: &str) -> Option<Status> {
        let one = self.rejected_as(name)?;
        Some(Status {
            key: one.key().unwrap_or_else(|| one.name.clone()),
            info: one.info(),
            state: State::Error,
            failure: Some(one.failure.clone()),
            report: LoadReport::default(),
            own_writes: Vec::new(),
        })
    }

    /// Returns the error of an operation on a rejected plugin.
    pub(crate) fn rejected_error(&self, name: &str) -> Option<Error> {
        let one = self.rejected_as(name)?;
        Some(Error::Failed {
            name: one.name.clone(),
            failure: Box::new(one.failure.clone()),
        })
    }

    /// Returns the directories of rejected plugins, to see when they are corrected.
    pub(crate) fn rejected_trees(&self) -> impl Iterator<Item = Tree> {
        let all = self.rejected.all();
        let keyed = all.into_iter().filter_map(|one| Some((one.key()?, one)));
        keyed.map(|(key, one)| Tree::new(key.as_str(), one.path.clone()))
    }

    /// Called after a save in the directory of a plugin that was rejected. If its manifest can be
    /// used now, the plugin is loaded if it is to start, as at a start of the application.
    pub(crate) fn corrected(&self, key: &str, cause: &str) -> Result<(), Error> {
        self.scan()?;
        if self.is_in(key, State::Unloaded) && self.autoload && self.is_to_start(key) {
            self.load_locked(key, &mut Unobserved, cause)?;
        }
        Ok(())
    }
}
