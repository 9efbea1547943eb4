//! Building one environment: in staging, with everything undone that is not published.

use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use camino::{Utf8Path, Utf8PathBuf};
use fail::fail_point;

use crate::distribution::{Distribution, distributions_in};
use crate::error::InstallError;
use crate::event::{EventKind, Step};
use crate::generation::{Generation, Record, python_in, site_packages_in};
use crate::in_place::InPlaceLocks;
use crate::local_generations::{self, Before};
use crate::local_source;
use crate::lock_origin::LockOrigin;
use crate::outcome::{Built, Timings};
use crate::preferences::Preferred;
use crate::request::EnvironmentRequest;
use crate::resolution::{Choice, Resolution, Source};
use crate::store::staging::StagingDir;
use crate::store::unactivated;
use crate::store::venv_template::Makers;
use crate::store::{EnvironmentDir, measure, publish};
use crate::uv::failure::Context;
use crate::uv::find;
use crate::uv::session::Session;
use lichtfeld_system::files::FileError;
use lichtfeld_system::human;
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

/// What became of a build.
pub(crate) enum Outcome {
    /// It was published.
    Published(Box<Built>),
    /// It has the distributions of the environment that is there: that one, with what became of the
    /// preferences.
    Same(Box<Generation>),
}

/// What uv has installed.
struct Synced {
    elapsed: Duration,
    distributions: Vec<Distribution>,
}

/// Builds and publishes. The caller has the lock of the directory. With `present` it is built for
/// other versions than this environment has, and only published if it has them.
pub(crate) fn build(
    session: &Session<'_>,
    request: &EnvironmentRequest,
    dir: &EnvironmentDir,
    fingerprint: &str,
    present: Option<&Generation>,
) -> Result<Outcome, InstallError> {
    let started = Instant::now();
    let mut notes = Vec::new();
    let staging = Staging(StagingDir::acquire(
        &session.options.envs_dir,
        &session.options.python,
    )?);
    fail_point!("staging-created");
    let resolution = Resolution {
        session,
        request,
        dir,
        copy: &staging.project(),
        staging: &staging.0.path,
        fingerprint,
    };
    let mut source = resolution.source(match present {
        Some(_) => Choice::Agree,
        None => Choice::AsBefore,
    })?;
    fail_point!("project-written");
    let manifest = request.project_dir().join("pyproject.toml");
    // Before uv reads them: what is saved during the build counts as a change.
    let before = Before::look(request.declared(), dir, fingerprint);
    let environment = staging.environment();
    let project = source.directory.clone();
    let venv = venv(session, &staging, &context(session, &manifest, &project))?;
    let uv_version = uv_version(session, &environment)?;
    fail_point!("venv-made");
    let site_packages = site_packages_in(&environment, session.options.python.version);
    let read = |error| InstallError::io("read", &site_packages, error);
    let run = |source: &Source, anew: &[String]| {
        let command = sync_command(session, request, source, &environment, anew, &before.listed);
        session
            .run(
                Step::Sync,
                staging.0.share(command),
                &context(session, &manifest, &source.directory),
            )
            .map_err(|error| before.named(error))
    };
    let sync = |source: &Source| {
        let mut elapsed = run(source, &before.names)?;
        let mut distributions = distributions_in(&site_packages).map_err(read)?;
        // Libraries that only uv knew of may have come from its cache, as they were long ago.
        let mut unknown: Vec<String> = local_source::installed(&distributions)
            .into_iter()
            .map(|found| found.name)
            .collect();
        unknown.retain(|name| !before.names.contains(name));
        if !unknown.is_empty() {
            elapsed += run(source, &unknown)?;
            distributions = distributions_in(&site_packages).map_err(read)?;
        }
        Ok(Synced {
            elapsed,
            distributions,
        })
    };
    let mut synced = sync(&source);
    if let Some(reason) = disappoints(&source, &synced)
        && present.is_none()
    {
        if let Some(reason) = reason {
            notes.push(format!("built with other versions: {reason}"));
        }
        // Before the next one looks for lock files in the author's directory.
        drop(source.in_place.take());
        source = resolution.source(Choice::Free)?;
        synced = sync(&source);
    }
    let Synced {
        elapsed: sync,
        distributions,
    } = synced?;
    let mut preferred = source.outcome(request, &distributions);
    if let Some(present) = present {
        Preferred::remember(&mut preferred, &present.record.preferred);
    }
    if let Some(present) = present
        && present.distributions == distributions
    {
        let mut same = Box::new(present.clone());
        same.record.preferred = preferred;
        return Ok(Outcome::Same(same));
    }
    notes.extend(source.note.take());
    notes.extend(given_way(&source, &distributions));
    let mut local = local_source::installed(&distributions);
    local.extend(source.wheels_of_author(request, &distributions));
    let sources = before.states(local);
    notes.extend(local_source::note(&sources));
    fail_point!("packages-installed");

    session.report(EventKind::StepStarted {
        step: Step::Publish,
    });
    let publishing = Instant::now();
    source.keep_lock(request, &environment)?;
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
        preferred,
        created_ms,
        elapsed: Duration::ZERO,
        size: measure::size(&environment),
        distributions,
        linked: measure::is_linked(&site_packages),
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
    Ok(Outcome::Published(Box::new(Built {
        generation,
        timings,
        notes,
    })))
}

fn context<'a>(
    session: &'a Session<'_>,
    manifest: &'a Utf8Path,
    project: &'a Utf8Path,
) -> Context<'a> {
    Context {
        plugin: session.plugin,
        manifest,
        envs_dir: &session.options.envs_dir,
        python: &session.options.python,
        project,
    }
}

/// Returns whether the versions are to be chosen without preferences, with the reason if a person
/// should know it.
fn disappoints(source: &Source, synced: &Result<Synced, InstallError>) -> Option<Option<String>> {
    if source.preferences.is_empty() {
        return None;
    }
    match synced {
        Ok(synced) if source.lock == LockOrigin::Adjusted => {
            let outcome = source.preferences.outcome(&synced.distributions);
            // The author's lock has what uv has not chosen here.
            (!outcome.iter().any(|one| one.taken)).then_some(None)
        }
        Ok(_) => None,
        Err(error) => (error.may_be_versions() || source.lock == LockOrigin::Adjusted)
            .then(|| Some(human::chain(error)))
            .filter(|_| !error.is_cancelled()),
    }
}

/// A remark about the author's lock, if versions of the application are used instead.
fn given_way(source: &Source, distributions: &[Distribution]) -> Option<String> {
    if source.lock != LockOrigin::Adjusted {
        return None;
    }
    let list: Vec<String> = source
        .preferences
        .outcome(distributions)
        .into_iter()
        .filter(|one| one.taken)
        .map(|one| format!("{} {}", one.preference.name, one.preference.version))
        .collect();
    (!list.is_empty()).then(|| {
        format!(
            "the application's {} instead of the version in uv.lock; `lock = \"exact\"` in \
             [tool.lichtfeld] keeps that",
            list.join(", ")
        )
    })
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
    listed: &[String],
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
        if !source.arguments.contains(&"--frozen") && !listed.contains(name) {
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

fn now_ms() -> u64 {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
