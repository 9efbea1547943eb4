//! The face of this crate: [`Installer`].

use std::time::Duration;

use camino::Utf8Path;
use lichtfeld_manifest::PluginName;
use lichtfeld_system::CancelToken;
use parking_lot::Mutex;

use crate::author::{self, Application, Author};
use crate::batch::in_parallel;
use crate::ensure::{Ensure, Existing, look};
use crate::error::InstallError;
use crate::event::Reporter;
use crate::fingerprint::fingerprint;
use crate::generation::Generation;
use crate::local_generations;
use crate::local_source::LocalSource;
use crate::options::InstallerOptions;
use crate::outcome::{AuthorEnvironment, Check, Damage, Depth, Ensured, Swept};
use crate::request::EnvironmentRequest;
use crate::store::lock::InstallLock;
use crate::store::venv_template::VenvTemplates;
use crate::store::{EnvironmentDir, staging, sweep};
use crate::uv::{Uv, find};
use crate::verify::verify;

/// Makes, checks, repairs and removes the environments of plugins. Cheap to make; every method may
/// be called from any thread, and by several processes at once.
#[derive(Debug)]
pub struct Installer {
    options: InstallerOptions,
    /// Looked for when it is first needed: a plugin without dependencies never needs it.
    uv: Mutex<Option<Uv>>,
    templates: VenvTemplates,
}

impl Installer {
    /// An installer; looks at nothing yet.
    #[must_use]
    pub fn new(options: InstallerOptions) -> Self {
        Self {
            options,
            uv: Mutex::default(),
            templates: VenvTemplates::default(),
        }
    }

    /// How it works.
    #[must_use]
    pub fn options(&self) -> &InstallerOptions {
        &self.options
    }

    /// The local libraries of a request: those of the newest environment that was built for it, else
    /// those that its manifest names by a path. Reads files only.
    #[must_use]
    pub fn local_sources(&self, request: &EnvironmentRequest) -> Vec<LocalSource> {
        let known = fingerprint(request, &self.options.python)
            .ok()
            .and_then(|base| local_generations::of_newest(&self.dir(request.name()), &base));
        known.unwrap_or_else(|| request.declared().sources.clone())
    }

    /// The hash of everything that decides the environment of a request, but for the files of local
    /// libraries.
    ///
    /// # Errors
    /// Where the plugin's `uv.lock` cannot be read.
    pub fn fingerprint(&self, request: &EnvironmentRequest) -> Result<String, InstallError> {
        fingerprint(request, &self.options.python)
    }

    /// Whether the environment is there, by looking alone: no child process, nothing written.
    ///
    /// # Errors
    /// Where something cannot be read.
    pub fn check(&self, request: &EnvironmentRequest) -> Result<Check, InstallError> {
        look(&self.options, request)
    }

    /// Makes sure that the environment is there: looks, and builds where it is missing or damaged.
    ///
    /// # Errors
    /// [`InstallError`]. Nothing is left over then, and older environments are as they were.
    pub fn ensure(
        &self,
        request: &EnvironmentRequest,
        reporter: &dyn Reporter,
        cancel: &CancelToken,
    ) -> Result<Ensured, InstallError> {
        self.make(request, Existing::Reuse, reporter, cancel)
    }

    /// Builds the environment anew, whether or not the one that is there looks whole, with the same
    /// versions. Packages whose files were changed are downloaded again.
    ///
    /// # Errors
    /// [`InstallError`]; the old environment is then as it was.
    pub fn repair(
        &self,
        request: &EnvironmentRequest,
        reporter: &dyn Reporter,
        cancel: &CancelToken,
    ) -> Result<Ensured, InstallError> {
        self.make(request, Existing::Rebuild, reporter, cancel)
    }

    /// Ensures several environments, at most [`jobs`](InstallerOptions::jobs) at a time. Results
    /// are in the order of the requests; an error in one does not touch the others.
    pub fn install_many(
        &self,
        requests: &[EnvironmentRequest],
        reporter: &dyn Reporter,
        cancel: &CancelToken,
    ) -> Vec<Result<Ensured, InstallError>> {
        in_parallel(requests, self.options.jobs, |request| {
            self.ensure(request, reporter, cancel)
        })
    }

    /// Compares every file of an environment with the lists that its packages brought along.
    #[must_use]
    pub fn verify(&self, generation: &Generation, depth: Depth) -> Vec<Damage> {
        verify(generation, depth)
    }

    /// The environments of a plugin, the newest first.
    ///
    /// # Errors
    /// Where the directory cannot be read.
    pub fn generations(&self, name: &PluginName) -> Result<Vec<Generation>, InstallError> {
        self.dir(name).generations()
    }

    /// What `<plugin>/.venv` is now, as the environment of the plugin's author; see
    /// [`Installer::make_author_environment`]. Writes nothing.
    #[must_use]
    pub fn author_environment(
        &self,
        request: &EnvironmentRequest,
        generation: Option<&Generation>,
        application: Option<&Application>,
    ) -> AuthorEnvironment {
        self.with_author(request, generation, application, |author| author.inspect())
    }

    /// Makes or mends `<plugin>/.venv`, unless this program has not made what is there: an
    /// environment for editors, type checkers and pytest, which sees the packages of `generation`
    /// and of the application, and takes what the author's uv or pip installs. Starts no process.
    pub fn make_author_environment(
        &self,
        request: &EnvironmentRequest,
        generation: Option<&Generation>,
        application: Option<&Application>,
    ) -> AuthorEnvironment {
        self.with_author(request, generation, application, |author| author.make())
    }

    fn with_author<T>(
        &self,
        request: &EnvironmentRequest,
        generation: Option<&Generation>,
        application: Option<&Application>,
        work: impl FnOnce(&Author<'_>) -> T,
    ) -> T {
        work(&Author {
            project_dir: request.project_dir(),
            dir: &self.dir(request.name()),
            python: &self.options.python,
            generation,
            application,
        })
    }

    /// Removes what killed processes left behind and old environments, of all plugins. What is
    /// being installed or used at this moment is left alone.
    #[must_use]
    pub fn sweep(&self) -> Swept {
        let mut swept = Swept::default();
        staging::sweep(&self.options.envs_dir, &mut swept);
        author::sweep(&self.options.envs_dir);
        let entries = std::fs::read_dir(&self.options.envs_dir)
            .into_iter()
            .flatten()
            .flatten();
        for entry in entries {
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if name.starts_with('.') || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            let dir = EnvironmentDir::new(&self.options.envs_dir, &name);
            match InstallLock::try_acquire(&dir) {
                Ok(Some(_lock)) => {
                    sweep::litter(&dir, &mut swept);
                    let current = current_of(&dir);
                    let current = current.as_ref().map(|generation| generation.path.as_path());
                    sweep::old(&dir, current, self.options.kept_generations, &mut swept);
                }
                Ok(None) => {}
                Err(error) => swept.failed.push(error),
            }
        }
        swept
    }

    /// Removes all environments of a plugin that no process uses, and its `.venv` if this program has
    /// made it.
    ///
    /// # Errors
    /// Where another process installs it at this moment ([`InstallError::LockTimeout`]).
    pub fn remove(&self, name: &PluginName, project_dir: &Utf8Path) -> Result<Swept, InstallError> {
        let dir = self.dir(name);
        let mut swept = Swept::default();
        if let Err(error) = author::remove(project_dir, &dir) {
            swept.failed.push(error);
        }
        if !dir.path.exists() {
            return Ok(swept);
        }
        let limit = self.options.lock_timeout.unwrap_or(Duration::from_secs(10));
        let never = CancelToken::new();
        let lock = InstallLock::acquire(&dir, name.normalized(), Some(limit), &never, &mut |_| {})?;
        sweep::litter(&dir, &mut swept);
        for path in dir.published()? {
            sweep::discard(&dir, &path, &mut swept);
        }
        if swept.in_use.is_empty() {
            // With the lock file, under its lock: a process that waits for it makes the directory again.
            let _ = lichtfeld_system::files::remove_tree(&dir.path);
        }
        drop(lock);
        Ok(swept)
    }

    /// The program of uv that is used.
    ///
    /// # Errors
    /// [`InstallError::UvMissing`] with every place that was looked at.
    pub fn uv(&self) -> Result<camino::Utf8PathBuf, InstallError> {
        self.find_uv().map(|uv| uv.path)
    }

    /// uv's version, by asking it.
    ///
    /// # Errors
    /// [`InstallError::UvMissing`], [`InstallError::UvTooOld`], [`InstallError::UvUnusable`].
    pub fn uv_version(&self) -> Result<String, InstallError> {
        find::version(&self.find_uv()?)
    }

    fn find_uv(&self) -> Result<Uv, InstallError> {
        let mut known = self.uv.lock();
        if let Some(uv) = &*known {
            return Ok(uv.clone());
        }
        let uv = find::find(&self.options)?;
        *known = Some(uv.clone());
        Ok(uv)
    }

    fn dir(&self, name: &PluginName) -> EnvironmentDir {
        EnvironmentDir::new(&self.options.envs_dir, name.normalized())
    }

    fn make(
        &self,
        request: &EnvironmentRequest,
        existing: Existing,
        reporter: &dyn Reporter,
        cancel: &CancelToken,
    ) -> Result<Ensured, InstallError> {
        let ensure = Ensure {
            options: &self.options,
            templates: &self.templates,
            find_uv: &|| self.find_uv(),
            request,
            reporter,
            cancel,
        };
        ensure.run(existing)
    }
}

/// The environment that the plugin's author sees, else the newest.
fn current_of(dir: &EnvironmentDir) -> Option<Generation> {
    let generations = dir.generations().ok()?;
    generations
        .iter()
        .find(|generation| author::sees(dir, generation))
        .or(generations.first())
        .cloned()
}
