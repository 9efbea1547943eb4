//! Which versions an environment gets: where uv finds the project, with which lock beside it.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use toml_edit::DocumentMut;

use crate::error::InstallError;
use crate::generation::{LOCK_COPY, Record};
use crate::in_place::InPlaceLocks;
use crate::local_generations::generations_of;
use crate::local_source::{self, LocalSource};
use crate::lock_file::{self, Shipped};
use crate::lock_origin::LockOrigin;
use crate::options::Relock;
use crate::preferences::{self, Preferences, Preferred};
use crate::project::{self, Project};
use crate::relock;
use crate::request::EnvironmentRequest;
use crate::store::EnvironmentDir;
use crate::uv::session::Session;

/// How versions are chosen, where there is a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// As before, if this very environment was built before; else as with `Agree`.
    AsBefore,
    /// Those that are preferred, then those of an earlier environment.
    Agree,
    /// Without preferences: they have led to no environment.
    Free,
}

/// Where uv finds the project, and how it is to be read.
pub(crate) struct Source {
    pub(crate) directory: Utf8PathBuf,
    pub(crate) arguments: Vec<&'static str>,
    pub(crate) lock: LockOrigin,
    pub(crate) in_place: Option<InPlaceLocks>,
    /// uv writes the author's lock file, which is part of the fingerprint.
    pub(crate) relocks: bool,
    /// Those that uv has been given; with a lock of the author, those that differ from it.
    pub(crate) preferences: Preferences,
    /// What a person should know about it.
    pub(crate) note: Option<String>,
    /// What became of preferences when these versions were chosen.
    before: Vec<Preferred>,
}

impl Source {
    fn new(directory: &Utf8Path, lock: LockOrigin) -> Self {
        Self {
            directory: directory.to_owned(),
            arguments: Vec::new(),
            lock,
            in_place: None,
            relocks: false,
            preferences: Preferences::default(),
            note: None,
            before: Vec::new(),
        }
    }

    /// What became of the preferences, for the record.
    pub(crate) fn outcome(
        &self,
        request: &EnvironmentRequest,
        distributions: &[crate::Distribution],
    ) -> Vec<Preferred> {
        if !self.before.is_empty() {
            return self.before.clone();
        }
        if request.is_exact() && self.lock == LockOrigin::Shipped {
            return Vec::new();
        }
        let counting = request.preferences().counting(self.lock);
        counting.outcome(distributions)
    }

    /// The libraries that come from a directory of wheels which the manifest names.
    pub(crate) fn wheels_of_author(
        &self,
        request: &EnvironmentRequest,
        distributions: &[crate::Distribution],
    ) -> Vec<LocalSource> {
        let find_links = &request.declared().find_links;
        // In a workspace the lock is the root's.
        if find_links.is_empty() || self.in_place.is_some() {
            return Vec::new();
        }
        let lock = fs::read_to_string(self.directory.join("uv.lock")).ok();
        let lock: Option<DocumentMut> = lock.and_then(|text| text.parse().ok());
        lock.map_or_else(Vec::new, |lock| {
            local_source::from_find_links(&lock, &self.directory, find_links, distributions)
        })
    }

    /// Keeps the lock with the environment, so that a repair installs the same versions.
    pub(crate) fn keep_lock(
        &self,
        request: &EnvironmentRequest,
        environment: &Utf8Path,
    ) -> Result<(), InstallError> {
        let kept = environment.join(LOCK_COPY);
        if let Some(in_place) = &self.in_place {
            return in_place.move_to(&kept);
        }
        let from = match self.lock {
            LockOrigin::Shipped => request.project_dir().join("uv.lock"),
            LockOrigin::Resolved | LockOrigin::Adjusted => self.directory.join("uv.lock"),
        };
        match fs::copy(&from, &kept) {
            Ok(_) => Ok(()),
            Err(error) => Err(InstallError::io("keep the lock file", &from, error)),
        }
    }
}

/// Where the versions of one build come from.
pub(crate) struct Resolution<'a> {
    pub(crate) session: &'a Session<'a>,
    pub(crate) request: &'a EnvironmentRequest,
    pub(crate) dir: &'a EnvironmentDir,
    /// Where a copy of the project is made.
    pub(crate) copy: &'a Utf8Path,
    /// The directory of the build, which is swept after its process was killed.
    pub(crate) staging: &'a Utf8Path,
    pub(crate) fingerprint: &'a str,
}

impl Resolution<'_> {
    /// Prepares the project for uv.
    pub(crate) fn source(&self, choice: Choice) -> Result<Source, InstallError> {
        let directory = self.request.project_dir();
        let relock = self.session.options.relock;
        let python = &self.session.options.python;
        let mut note = None;
        match lock_file::inspect(directory, python)? {
            _ if relock == Relock::Create => return self.relocked(),
            Shipped::Fits => {
                if let Some(adjusted) = self.adjusted(choice)? {
                    return Ok(adjusted);
                }
                return Ok(Source {
                    arguments: vec!["--frozen"],
                    ..Source::new(directory, LockOrigin::Shipped)
                });
            }
            Shipped::Stale(reason) if relock == Relock::Refuse => {
                return Err(InstallError::StaleLock {
                    lock: directory.join("uv.lock"),
                    reason,
                });
            }
            Shipped::Stale(_) => return self.relocked(),
            Shipped::ForOthers(requires) => {
                note = Some(format!(
                    "uv.lock is for Python {requires}, so the versions were resolved anew for {}",
                    python.version_text()
                ));
            }
            Shipped::No => {}
        }
        let mut source = match project::prepare(directory, python)? {
            Project::Copied(text) => self.resolved(&text, choice)?,
            Project::InPlace => self.in_place(choice)?,
        };
        source.note = note;
        Ok(source)
    }

    /// With a lock file that is written into the author's directory.
    fn relocked(&self) -> Result<Source, InstallError> {
        let directory = self.request.project_dir();
        let mut source = Source::new(directory, LockOrigin::Shipped);
        source.relocks = true;
        if relock::relock(self.session, directory, self.copy)? {
            source.arguments.push("--frozen");
        }
        Ok(source)
    }

    /// Without a lock file of the author, from a copy of the manifest.
    fn resolved(&self, text: &str, choice: Choice) -> Result<Source, InstallError> {
        let mut source = Source::new(self.copy, LockOrigin::Resolved);
        let same = self.same();
        if choice == Choice::AsBefore
            && let Some((lock, before)) = same
        {
            source.before = before;
            self.write(text, Some(&lock))?;
            return Ok(source);
        }
        let earlier = self.earlier()?;
        let preferences = self.request.preferences();
        if choice == Choice::Free || preferences.is_empty() {
            self.write(text, earlier.as_deref())?;
            return Ok(source);
        }
        let earlier = earlier.and_then(|text| text.parse().ok());
        source.preferences = preferences.clone();
        self.write_preferring(text, &source.preferences, earlier.as_ref())?;
        Ok(source)
    }

    /// A member of a workspace: uv resolves it where it is.
    fn in_place(&self, choice: Choice) -> Result<Source, InstallError> {
        let directory = self.request.project_dir();
        let mut source = Source::new(directory, LockOrigin::Resolved);
        let locks = InPlaceLocks::note_before(directory, self.staging)?;
        if locks.exists_already() {
            source.arguments.push("--frozen");
        } else if choice != Choice::Free && !self.request.preferences().is_empty() {
            let manifest = fs::read_to_string(directory.join("pyproject.toml"));
            let project = manifest.ok().and_then(|text| text.parse().ok());
            let project: DocumentMut = project.unwrap_or_default();
            source.preferences = self.request.preferences().clone();
            let series = self.session.options.python.series();
            let text = preferences::lock_text(&source.preferences, None, &project, &series);
            locks.write_first(&text)?;
        }
        source.in_place = Some(locks);
        Ok(source)
    }

    /// The author's lock with the application's versions, where those differ. `None`: the lock is
    /// taken to the letter.
    fn adjusted(&self, choice: Choice) -> Result<Option<Source>, InstallError> {
        let directory = self.request.project_dir();
        if self.request.is_exact() || choice == Choice::Free {
            return Ok(None);
        }
        let copied = || match project::prepare(directory, &self.session.options.python)? {
            Project::Copied(text) => Ok(Some(text)),
            Project::InPlace => Ok::<_, InstallError>(None),
        };
        let was_adjusted = || {
            let record = Record::read(&self.same_path()).ok()?;
            (record.lock == LockOrigin::Adjusted).then_some(())
        };
        let mut source = Source::new(self.copy, LockOrigin::Adjusted);
        if choice == Choice::AsBefore
            && was_adjusted().is_some()
            && let Some((lock, before)) = self.same()
            && let Some(text) = copied()?
        {
            source.before = before;
            self.write(&text, Some(&lock))?;
            return Ok(Some(source));
        }
        let preferences = self.request.preferences().counting(LockOrigin::Adjusted);
        let lock = directory.join("uv.lock");
        let lock: Option<DocumentMut> = fs::read_to_string(&lock)
            .map_err(|error| InstallError::io("read", &lock, error))?
            .parse()
            .ok();
        let Some(lock) = lock else { return Ok(None) };
        let locked = preferences::versions_in(&lock);
        let differing = preferences.those(|one| {
            locked
                .get(&one.name)
                .is_some_and(|versions| !versions.contains(&one.version))
        });
        if differing.is_empty() {
            return Ok(None);
        }
        let Some(text) = copied()? else {
            return Ok(None);
        };
        self.write_preferring(&text, &preferences, Some(&lock))?;
        source.preferences = differing;
        Ok(Some(source))
    }

    fn write(&self, text: &str, lock: Option<&str>) -> Result<(), InstallError> {
        project::write(self.copy, text, self.request.project_dir(), lock)
    }

    fn write_preferring(
        &self,
        text: &str,
        preferences: &Preferences,
        earlier: Option<&DocumentMut>,
    ) -> Result<(), InstallError> {
        // It was made as TOML.
        let project: DocumentMut = text.parse().unwrap_or_default();
        let series = self.session.options.python.series();
        let lock = preferences::lock_text(preferences, earlier, &project, &series);
        self.write(text, Some(&lock))
    }

    /// The lock of this very environment, and what became of its preferences.
    fn same(&self) -> Option<(String, Vec<Preferred>)> {
        let path = self.same_path();
        let lock = fs::read_to_string(path.join(LOCK_COPY)).ok()?;
        let before = Record::read(&path).map_or_else(|_| Vec::new(), |record| record.preferred);
        Some((lock, before))
    }

    /// The directory of the environment that was built for the same manifest. One with local
    /// libraries has a name of its own.
    fn same_path(&self) -> Utf8PathBuf {
        let path = self.dir.generation(self.fingerprint);
        if path.is_dir() {
            return path;
        }
        let same = generations_of(self.dir, self.fingerprint);
        same.into_iter()
            .next()
            .map_or(path, |generation| generation.path)
    }

    /// The versions of an earlier resolve, which are preferred after a change.
    fn earlier(&self) -> Result<Option<String>, InstallError> {
        if let Some((lock, _)) = self.same() {
            return Ok(Some(lock));
        }
        let generations = self.dir.generations()?;
        let resolved = generations.iter().find(|generation| {
            generation.record.lock == LockOrigin::Resolved
                && generation.record.plugin == self.request.name().normalized()
        });
        Ok(
            resolved
                .and_then(|generation| fs::read_to_string(generation.path.join(LOCK_COPY)).ok()),
        )
    }
}
