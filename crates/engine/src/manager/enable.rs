//! Enables and disables plugins, for the user and for the quarantine; kept in `state.json`.

use crate::error::Error;
use crate::lifecycle::{Event, State};
use crate::manager::Manager;
use crate::storage::state_file::{Quarantine, now};

impl Manager {
    /// Returns whether `load_all` loads a plugin: as the user decided, else as its manifest says.
    pub(crate) fn is_to_start(&self, key: &str) -> bool {
        let kept = self.state_file.get(key);
        if kept.is_disabled() {
            return false;
        }
        kept.enabled.unwrap_or_else(|| {
            let by_manifest = || self.plugins.with(key, |record| record.info.auto_start);
            !self.state_file.is_lost() && by_manifest().unwrap_or(false)
        })
    }

    /// Enables a plugin, ends its quarantine, and writes both to `state.json`. Does not load it.
    ///
    /// # Errors
    /// [`Error::UnknownPlugin`], [`Error::Io`] if `state.json` cannot be written.
    pub fn enable(&self, name: &str) -> Result<(), Error> {
        let key = self.key(name)?;
        let _guard = self.operation(&key, &mut || false)?;
        // The reason of the quarantine ends with it.
        if self.state_file.get(&key).quarantine.is_some() {
            self.plugins.with(&key, |record| record.failure = None);
        }
        self.state_file.update(&key, |kept| {
            kept.enabled = Some(true);
            kept.quarantine = None;
            kept.crashes.clear();
        })?;
        if self.plugins.with(&key, |record| record.state) == Some(State::Disabled) {
            self.plugins
                .on(&self.events, &key, Event::Enabled, "enabled by the user")?;
        }
        Ok(())
    }

    /// Unloads a plugin, disables it, and writes this to `state.json`.
    ///
    /// # Errors
    /// As [`Manager::unload`], and [`Error::Io`] if `state.json` cannot be written.
    pub fn disable(&self, name: &str) -> Result<(), Error> {
        let key = self.key(name)?;
        let _guard = self.operation(&key, &mut || false)?;
        self.state_file
            .update(&key, |kept| kept.enabled = Some(false))?;
        self.unload_locked(&key, "disabled by the user", None)?;
        if self.plugins.with(&key, |record| record.state) != Some(State::Disabled) {
            self.plugins
                .on(&self.events, &key, Event::Disabled, "disabled by the user")?;
        }
        Ok(())
    }

    /// Writes to `state.json` that a plugin is in quarantine because it crashed.
    pub(crate) fn keep_quarantine(&self, key: &str, reason: &str) -> Result<(), Error> {
        self.state_file.update(key, |kept| {
            kept.quarantine = Some(Quarantine {
                reason: reason.to_owned(),
                at: now(),
                stage: None,
            });
        })?;
        Ok(())
    }
}
