//! Installs, updates and uninstalls plugins.
//!
//! The files are fetched into a staging directory beside the plugins. After their manifest was read
//! and suits the host, one rename moves them. The previous version is removed last. Files that the
//! user has added or changed are never removed: an update copies the added ones to the new version,
//! and the others are kept in `kept/<name>/`.

use crate::error::Error;
use crate::error::causes::with_causes;
use crate::error::package::PackageError;
use crate::execution::host::Role;
use crate::lifecycle::State;
use crate::manager::Manager;
use crate::model::level::Level;
use crate::model::observer::{Observer, UntilEnd};
use crate::packages::author_environment;
use crate::packages::local_changes;
use crate::packages::origin::Origin;
use crate::packages::staged::{Staged, stage};
use crate::packages::staging::{Staging, Sweep};
use crate::packages::sweep;
use crate::packages::types::{AfterInstall, Updated};
use crate::storage::state_file::PluginPrefs;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::Manifest;
use lichtfeld_sources::{Transport, Tree, exchange};
use std::fs;
use std::sync::Arc;

impl Manager {
    /// Installs a plugin from a directory, a zip archive here or on a server, or a repository (see
    /// [`lichtfeld_sources::PluginSource`]), and returns its name. `transport` is for repositories.
    ///
    /// # Errors
    /// [`Error::Package`], [`Error::Incompatible`], [`Error::Cancelled`], [`Error::Io`]; nothing
    /// was installed then. Also the errors of [`Manager::load`]; the plugin is installed then.
    pub fn install(
        &self,
        from: &str,
        transport: Transport,
        then: AfterInstall,
        observer: &mut dyn Observer,
    ) -> Result<String, Error> {
        self.require_own_process()?;
        let observer = &mut self.until_end(observer);
        let staged = stage(self.home().plugins(), from, transport, observer)?;
        self.install_staged(&staged, then, observer)
    }

    /// Removes the staging directories of killed processes, and restores plugins that an
    /// interrupted update was about to replace.
    pub(crate) fn sweep_staging(&self, sweep: Sweep) {
        // A worker leaves this to its application.
        if self.host().role() == Role::Worker {
            return;
        }
        for remark in sweep::sweep(self.home(), sweep) {
            self.log(remark.key.as_deref(), remark.level, &remark.text);
        }
    }

    /// An installation is cancelled when the application ends.
    pub(crate) fn until_end<'a>(&'a self, observer: &'a mut dyn Observer) -> UntilEnd<'a> {
        UntilEnd {
            observer,
            ending: &self.ending,
        }
    }

    pub(crate) fn install_staged(
        &self,
        staged: &Staged,
        then: AfterInstall,
        observer: &mut dyn Observer,
    ) -> Result<String, Error> {
        let name = staged.manifest.name().as_str().to_owned();
        let key = staged.manifest.name().normalized().to_owned();
        self.sweep_staging(Sweep::Later);
        self.suits(&staged.manifest)?;
        {
            let _guard = self.operation(&key, &mut || observer.should_cancel())?;
            self.publish(staged, &key, &name)?;
            self.refresh_author_environment(&key);
        }
        self.log(
            Some(&key),
            Level::Info,
            &format!("installed from {}", staged.shown),
        );
        self.log_name_warnings(&staged.manifest);
        let is_off = self.state(&name) == Some(State::Disabled);
        if then == AfterInstall::Load && !is_off {
            self.load(&name, observer)?;
        }
        Ok(name)
    }

    fn suits(&self, manifest: &Manifest) -> Result<(), Error> {
        let found = manifest.compatibility(self.facts());
        if found.is_empty() {
            return Ok(());
        }
        Err(Error::Incompatible {
            name: manifest.name().as_str().to_owned(),
            found,
        })
    }

    fn publish(&self, staged: &Staged, key: &str, name: &str) -> Result<(), Error> {
        self.scan()?;
        let target = self.home().plugins().join(name);
        let known = self
            .plugins
            .with(key, |record| record.on_disk.dir.clone())
            .or_else(|| target.symlink_metadata().ok().map(|_| target.clone()));
        if let Some(path) = known {
            return Err(PackageError::Exists {
                name: name.to_owned(),
                path,
            }
            .into());
        }
        fs::rename(&staged.root, &target)
            .map_err(|error| Error::io(format!("cannot install into {target}"), error))?;
        if let Err(error) = staged.origin().write(self.home(), key) {
            // Without it the plugin could not be updated. Nothing is installed yet that could be
            // lost.
            let _ = fs::rename(&target, &staged.root);
            return Err(error);
        }
        self.scan()?;
        Ok(())
    }

    /// Replaces an installed plugin by the present version of its source, and reloads it if it is
    /// active. Files that the user has added are copied to the new version. If the new version
    /// cannot be fetched, does not suit this host, or cannot be reloaded, nothing is changed.
    ///
    /// # Errors
    /// [`Error::UnknownPlugin`], [`PackageError::NoOrigin`] for a plugin that was not installed by
    /// [`Manager::install`], and the errors of fetching and reloading the new version.
    pub fn update(&self, name: &str, observer: &mut dyn Observer) -> Result<Updated, Error> {
        let observer = &mut self.until_end(observer);
        let key = self.key(name)?;
        let Some(origin) = Origin::read(self.home(), &key)? else {
            return Err(PackageError::NoOrigin {
                name: name.to_owned(),
            }
            .into());
        };
        let plugins = self.home().plugins();
        let mut staged = match &origin.registry {
            None => stage(plugins, &origin.source, origin.transport, observer)?,
            Some(from) => match self.newer(&origin, from, observer)? {
                Some(chosen) => Staged::of_registry(plugins, chosen, observer)?,
                None => return Ok(Updated::Newest),
            },
        };
        if staged.manifest.name().normalized() != key {
            return Err(PackageError::OtherPlugin {
                name: name.to_owned(),
                found: staged.manifest.name().as_str().to_owned(),
            }
            .into());
        }
        self.suits(&staged.manifest)?;
        if staged.tree == origin.files {
            return Ok(Updated::Newest);
        }
        let _guard = self.operation(&key, &mut || observer.should_cancel())?;
        let dir = self.own_directory(&key)?;
        let present = Tree::read(&dir).map_err(PackageError::from)?;
        local_changes::take_over(&dir, &present, &origin.files, &staged)?;
        let changed = local_changes::changed(&present, &origin.files);
        let kept = local_changes::keep(self.home(), &key, &origin.version, &dir, &changed)?;
        staged.will_replace(&key, &dir)?;
        exchange(&dir, &staged.root)
            .map_err(|error| Error::io(format!("cannot replace {dir}"), error))?;
        let carried = author_environment::carry_over(&staged.root, &dir);
        let reloaded = carried.and_then(|()| self.replaced(&key, observer));
        let written = reloaded.and_then(|()| staged.origin().write(self.home(), &key));
        if let Err(error) = written {
            // The staging directory now contains the previous version.
            if let Err(stuck) = exchange(&dir, &staged.root) {
                staged.leave();
                let what = format!(
                    "cannot put back {dir}; the version before is in {}",
                    staged.root
                );
                return Err(Error::io(what, stuck));
            }
            if let Err(error) = author_environment::carry_over(&staged.root, &dir) {
                self.log(Some(&key), Level::Warn, &with_causes(&error));
            }
            staged.settled(&dir);
            self.refresh(&key)?;
            self.refresh_author_environment(&key);
            self.rewatch(&key);
            return Err(error);
        }
        staged.settled(&dir);
        self.rewatch(&key);
        self.tell_kept(&key, kept.as_deref(), &changed);
        let version = staged.manifest.version();
        let message = format!("updated from {} to {version}", origin.version);
        self.log(Some(&key), Level::Info, &message);
        self.log_name_warnings(&staged.manifest);
        Ok(Updated::Replaced)
    }

    /// The directory now contains another version.
    fn replaced(&self, key: &str, observer: &mut dyn Observer) -> Result<(), Error> {
        if self.plugins.with(key, |record| record.state) == Some(State::Active) {
            return self.reload_locked(key, observer, "updated");
        }
        match self.refresh(key)? {
            None => {
                self.refresh_author_environment(key);
                Ok(())
            }
            Some(failure) => Err(Error::Failed {
                name: key.to_owned(),
                failure: Box::new(failure),
            }),
        }
    }

    /// Returns the directory of a plugin that may be replaced: it is not a symbolic link.
    fn own_directory(&self, key: &str) -> Result<Utf8PathBuf, Error> {
        let dir = self
            .plugins
            .with(key, |record| record.on_disk.dir.clone())
            .ok_or_else(|| Error::UnknownPlugin {
                name: key.to_owned(),
                near: None,
            })?;
        if dir.is_symlink() {
            return Err(PackageError::Linked {
                name: key.to_owned(),
                path: dir,
            }
            .into());
        }
        Ok(dir)
    }

    /// Unloads a plugin and removes its directory and its environments. Its settings and data stay.
    ///
    /// If [`Manager::install`] has installed the plugin, the files that the user has added or
    /// changed are moved to `kept/<name>/`; otherwise the whole directory is. If the directory is a
    /// symbolic link, only the link is removed.
    ///
    /// # Errors
    /// [`Error::UnknownPlugin`], [`Error::Reentrant`], [`Error::Busy`], [`Error::Io`].
    pub fn uninstall(&self, name: &str) -> Result<(), Error> {
        let key = self.key(name)?;
        let _guard = self.operation(&key, &mut || false)?;
        self.unload_locked(&key, "uninstalled", None)?;
        let Some(plugin) = self
            .plugins
            .with(&key, |record| Arc::clone(&record.on_disk))
        else {
            return Ok(());
        };
        let (dir, manifest) = (&plugin.dir, &plugin.manifest);
        if let Err(error) = self.installer.remove(manifest.name(), dir) {
            self.log(Some(&key), Level::Warn, &with_causes(&error));
        }
        self.remove_directory(&key, dir, &manifest.version().to_string())?;
        Origin::remove(self.home(), &key)?;
        // Disabled or in quarantine: this applied to the removed plugin.
        self.state_file
            .update(&key, |kept| *kept = PluginPrefs::default())?;
        // A scan keeps the record of a plugin with an operation under way, such as this one.
        self.plugins.forget(&key);
        self.scan()?;
        Ok(())
    }

    fn remove_directory(&self, key: &str, dir: &Utf8Path, version: &str) -> Result<(), Error> {
        let cannot = |error: std::io::Error| Error::io(format!("cannot remove {dir}"), error);
        if dir.is_symlink() {
            // On Windows a link to a directory is removed as one.
            return fs::remove_file(dir)
                .or_else(|_| fs::remove_dir(dir))
                .map_err(cannot);
        }
        let Some(origin) = Origin::read(self.home(), key)? else {
            let kept = local_changes::room(self.home(), key, version)?;
            fs::rename(dir, &kept).map_err(cannot)?;
            self.log(
                Some(key),
                Level::Info,
                &format!("uninstalled; its files are in {kept}"),
            );
            return Ok(());
        };
        let present = Tree::read(dir).map_err(PackageError::from)?;
        let mut stay = local_changes::changed(&present, &origin.files);
        stay.extend(local_changes::added(&present, &origin.files));
        let kept = local_changes::keep(self.home(), key, version, dir, &stay)?;
        if let Some(path) = author_environment::keep(self.home(), key, version, dir)? {
            let message = format!(".venv, which was not made by this program, is kept in {path}");
            self.log(Some(key), Level::Info, &message);
        }
        // Renamed in one step, so that the slow removal cannot leave half a plugin.
        let staging = Staging::new(self.home().plugins())?;
        fs::rename(dir, staging.path().join("removed")).map_err(cannot)?;
        self.tell_kept(key, kept.as_deref(), &stay);
        Ok(())
    }

    fn tell_kept(&self, key: &str, kept: Option<&Utf8Path>, files: &[String]) {
        if let Some(kept) = kept {
            let files = files.join(", ");
            let message = format!("kept in {kept}, because it was changed here: {files}");
            self.log(Some(key), Level::Warn, &message);
        }
    }
}
