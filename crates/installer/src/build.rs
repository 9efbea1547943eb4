//! Building one environment: in staging, with everything undone that is not published.

use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use camino::{Utf8Path, Utf8PathBuf};
use fail::fail_point;

use crate::distribution::distributions_in;
use crate::error::InstallError;
use crate::event::{EventKind, Step};
use crate::generation::{LOCK_COPY, LockOrigin, Record, python_in, site_packages_in};
use crate::in_place::InPlaceLocks;
use crate::local_generations::{self, Before};
use crate::local_source;
use crate::lock_file::{self, Shipped};
use crate::options::Relock;
use crate::outcome::{Built, Timings};
use crate::project::{self, Project};
use crate::request::EnvironmentRequest;
use crate::store::staging::StagingDir;
use crate::store::unactivated;
use crate::store::venv_template::Makers;
use crate::store::{EnvironmentDir, measure, publish};
use crate::uv::failure::Context;
use crate::uv::find;
use crate::uv::session::Session;
use lichtfeld_system::files::FileError;
use lichtfeld_system::process::Command;

/// The parts of the directory of one build.
struct Staging(StagingDir);

impl Staging {
    fn environment(&self) -> Utf8PathBuf {
        self.0.path.join("environment")
    }

    fn project(&self) -> Utf8PathBuf {
        self.0.path.join("project")
    }
}

/// Where uv finds the project, and how it is to be read.
struct Source {
    directory: Utf8PathBuf,
    arguments: Vec<&'static str>,
    lock: LockOrigin,
    in_place: Option<InPlaceLocks>,
    /// uv writes the author's lock file, which is part of the fingerprint.
    relocks: bool,
}

/// Builds and publishes. The caller has the lock of the directory.
pub(crate) fn build(
    session: &Session<'_>,
    request: &EnvironmentRequest,
    dir: &EnvironmentDir,
    fingerprint: &str,
) -> Result<Built, InstallError> {
    let started = Instant::now();
    let mut notes = Vec::new();
    let staging = Staging(StagingDir::acquire(
        &session.options.envs_dir,
        &session.options.python,
    )?);
    fail_point!("staging-created");
    let source = source(session, request, dir, &staging, fingerprint)?;
    fail_point!("project-written");
    let manifest = request.project_dir().join("pyproject.toml");
    let context = Context {
        plugin: session.plugin,
        manifest: &manifest,
        envs_dir: &session.options.envs_dir,
        python: &session.options.python,
        project: &source.directory,
    };
    // Before uv reads them: what is saved during the build counts as a change.
    let before = Before::look(request.declared(), dir, fingerprint);
    let environment = staging.environment();
    let venv = venv(session, &staging, &context)?;
    let uv_version = uv_version(session, &environment)?;
    fail_point!("venv-made");
    let site_packages = site_packages_in(&environment, session.options.python.version);
    let read = |error| InstallError::io("read", &site_packages, error);
    let synced = |anew: &[String]| {
        let command = sync_command(session, request, &source, &environment, anew);
        session
            .run(Step::Sync, staging.0.share(command), &context)
            .map_err(|error| before.named(error))
    };
    let mut sync = synced(&before.names)?;
    let mut distributions = distributions_in(&site_packages).map_err(read)?;
    // Libraries that only uv knew of may have come from its cache, as they were long ago.
    let mut unknown: Vec<String> = local_source::installed(&distributions)
        .into_iter()
        .map(|found| found.name)
        .collect();
    unknown.retain(|name| !before.names.contains(name));
    if !unknown.is_empty() {
        sync += synced(&unknown)?;
        distributions = distributions_in(&site_packages).map_err(read)?;
    }
    let sources = before.states(local_source::installed(&distributions));
    notes.extend(local_source::note(&sources));
    fail_point!("packages-installed");

    session.report(EventKind::StepStarted {
        step: Step::Publish,
    });
    let publishing = Instant::now();
    keep_lock(&source, request, &environment)?;
    fail_point!("lock-kept");
    let base = if source.relocks {
        crate::fingerprint::fingerprint(request, &session.options.python)?
    } else {
        fingerprint.to_owned()
    };
    let created_ms = now_ms();
    let mut record = Record {
        format: Record::format(),
        plugin: session.plugin.to_owned(),
        project_dir: request.project_dir().to_owned(),
        fingerprint: local_generations::fingerprint(&base, &sources, created_ms),
        base,
        sources,
        inputs: request.inputs().to_owned(),
        extras: request.extras().to_vec(),
        python: session.options.python.clone(),
        uv: uv_version,
        lock: source.lock,
        created_ms,
        elapsed: Duration::ZERO,
        size: measure::size(&environment),
        distributions,
        entries: Vec::new(),
    };
    record.entries = measure::entries(&site_packages).map_err(read)?;
    record.elapsed = started.elapsed();
    // The last moment at which a cancelled installation leaves no trace.
    session.cancelled()?;
    let generation = publish::publish(dir, &environment, record)?;
    drop(staging);
    fail_point!("staging-removed");
    let publish = publishing.elapsed();
    session.report(EventKind::StepFinished {
        step: Step::Publish,
        elapsed: publish,
    });
    if let Some(moved) = source.in_place.as_ref().and_then(InPlaceLocks::note) {
        notes.push(moved);
    }
    let timings = Timings {
        lock: Duration::ZERO,
        venv,
        sync,
        publish,
        total: started.elapsed(),
    };
    Ok(Built {
        generation,
        timings,
        notes,
    })
}

fn source(
    session: &Session<'_>,
    request: &EnvironmentRequest,
    dir: &EnvironmentDir,
    staging: &Staging,
    fingerprint: &str,
) -> Result<Source, InstallError> {
    let directory = request.project_dir();
    match lock_file::inspect(directory)? {
        Shipped::Fits => {
            return Ok(Source {
                directory: directory.to_owned(),
                arguments: vec!["--frozen"],
                lock: LockOrigin::Shipped,
                in_place: None,
                relocks: false,
            });
        }
        Shipped::Stale(reason) if session.options.relock == Relock::Refuse => {
            return Err(InstallError::StaleLock {
                lock: directory.join("uv.lock"),
                reason,
            });
        }
        Shipped::No if session.options.relock != Relock::Create => {}
        Shipped::Stale(_) | Shipped::No => {
            return Ok(Source {
                directory: directory.to_owned(),
                arguments: Vec::new(),
                lock: LockOrigin::Shipped,
                in_place: None,
                relocks: true,
            });
        }
    }
    let lock = LockOrigin::Resolved;
    match project::prepare(directory, &session.options.python)? {
        Project::Copied(text) => {
            let kept = kept_lock(dir, request, fingerprint)?;
            project::write(&staging.project(), &text, directory, kept.as_deref())?;
            let directory = staging.project();
            Ok(Source {
                directory,
                arguments: Vec::new(),
                lock,
                in_place: None,
                relocks: false,
            })
        }
        Project::InPlace => {
            let locks = InPlaceLocks::note_before(directory, &staging.0.path)?;
            let arguments = if locks.exists_already() {
                vec!["--frozen"]
            } else {
                Vec::new()
            };
            Ok(Source {
                directory: directory.to_owned(),
                arguments,
                lock,
                in_place: Some(locks),
                relocks: false,
            })
        }
    }
}

/// The versions of an earlier resolve: exactly those for a repair, preferred ones after a change.
fn kept_lock(
    dir: &EnvironmentDir,
    request: &EnvironmentRequest,
    fingerprint: &str,
) -> Result<Option<Utf8PathBuf>, InstallError> {
    let same = dir.generation(fingerprint).join(LOCK_COPY);
    if same.is_file() {
        return Ok(Some(same));
    }
    let generations = dir.generations()?;
    let resolved = generations.iter().find(|generation| {
        generation.record.lock == LockOrigin::Resolved
            && generation.record.plugin == request.name().normalized()
    });
    Ok(resolved
        .map(|generation| generation.path.join(LOCK_COPY))
        .filter(|lock| lock.is_file()))
}

/// Makes the environment without packages: from memory if this installer has had uv make one.
fn venv(
    session: &Session<'_>,
    staging: &Staging,
    context: &Context<'_>,
) -> Result<Duration, InstallError> {
    let environment = staging.environment();
    let makers = Makers::look(&session.uv.path, &session.options.python.executable);
    if let Some(template) = makers
        .as_ref()
        .and_then(|makers| session.templates.get(makers))
    {
        let started = Instant::now();
        session.report(EventKind::StepStarted { step: Step::Venv });
        template.write(&environment)?;
        let elapsed = started.elapsed();
        session.report(EventKind::StepFinished {
            step: Step::Venv,
            elapsed,
        });
        return Ok(elapsed);
    }
    let command = staging.0.share(venv_command(session, &environment));
    let made = session.run(Step::Venv, command, context);
    // An old uv fails over options that it does not know, which says less than its age.
    let made = made.or_else(|error| match error {
        InstallError::UvFailed { .. } => find::version(session.uv).and(Err(error)),
        error => Err(error),
    })?;
    unactivated::make(&environment)?;
    if let Some(makers) = makers {
        session.templates.keep(makers, &environment);
    }
    Ok(made)
}

fn venv_command(session: &Session<'_>, environment: &Utf8Path) -> Command {
    // Relocatable: it is published by rename, and its scripts must not name the staging directory.
    session
        .command()
        .args(["venv", "--relocatable", "--no-project", "--python"])
        .args([&session.options.python.executable, environment])
}

fn sync_command(
    session: &Session<'_>,
    request: &EnvironmentRequest,
    source: &Source,
    environment: &Utf8Path,
    anew: &[String],
) -> Command {
    let mut command = session
        .command()
        .args([
            "sync",
            "--no-install-project",
            "--no-default-groups",
            "--project",
        ])
        .args([&source.directory])
        .args(["--python", python_in(environment).as_str()])
        .args(&source.arguments)
        .env("UV_PROJECT_ENVIRONMENT", environment)
        .current_dir(&source.directory);
    for extra in request.extras() {
        command = command.args(["--extra", extra]);
    }
    for name in anew {
        command = command.args(["--reinstall-package", name]);
        // A lock of our own has the hash that an archive had then.
        if !source.arguments.contains(&"--frozen") {
            command = command.args(["--upgrade-package", name]);
        }
    }
    command
}

/// `uv venv` writes its own version into the environment: asking would cost a process.
fn uv_version(session: &Session<'_>, environment: &Utf8Path) -> Result<String, InstallError> {
    let path = environment.join("pyvenv.cfg");
    let text = fs::read_to_string(&path).map_err(|error| InstallError::UvUnusable {
        path: session.uv.path.clone(),
        source: FileError::new("read", &path, error).into(),
    })?;
    let version = text.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "uv").then(|| value.trim())
    });
    match version {
        Some(version) => find::new_enough(session.uv, version),
        None => find::version(session.uv),
    }
}

/// Keeps the lock of a resolve with the environment, so that a repair installs the same versions.
fn keep_lock(
    source: &Source,
    request: &EnvironmentRequest,
    environment: &Utf8Path,
) -> Result<(), InstallError> {
    let kept = environment.join(LOCK_COPY);
    if let Some(in_place) = &source.in_place {
        return in_place.move_to(&kept);
    }
    let from = match source.lock {
        LockOrigin::Shipped => request.project_dir().join("uv.lock"),
        LockOrigin::Resolved => source.directory.join("uv.lock"),
    };
    match fs::copy(&from, &kept) {
        Ok(_) => Ok(()),
        Err(error) => Err(InstallError::io("keep the lock file", &from, error)),
    }
}

fn now_ms() -> u64 {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
