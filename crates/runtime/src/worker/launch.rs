//! The start of a worker: the process, its channel, and the first message.

use crate::bundled_modules;
use crate::worker::host_side::HostSide;
use crate::worker::liveness;
use crate::worker::process::Worker;
use camino::Utf8Path;
use lichtfeld_engine::Services;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Stage};
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::ledger::Owner;
use lichtfeld_engine::worker::channel::Channel;
use lichtfeld_engine::worker::message::{Ask, SOCKET, Start, Started, WorkerSetup};
use lichtfeld_system::process::{Command, Line};
use pyo3::prelude::*;
use std::ffi::OsString;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

const BOOT: &str = include_str!("boot.py");

/// What is needed to start one.
pub(super) struct Program<'a> {
    pub(super) python: &'a Utf8Path,
    /// The directory of the packages `lichtfeld` and `lfs_plugins`.
    pub(super) package: &'a Utf8Path,
    /// The plugin's directory.
    pub(super) root: &'a Utf8Path,
    pub(super) bytecode: Bytecode,
    /// The interpreter of the plugin's environment, if it has one.
    pub(super) environment: Option<&'a Utf8Path>,
}

/// Whether Python keeps compiled code, as it does in the host.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bytecode {
    Written,
    NotWritten,
}

/// Starts a process and waits until it answers.
///
/// # Errors
/// Why it cannot be started, or what it said before it ended.
pub(super) fn start(
    services: &Services,
    owner: Owner,
    program: &Program<'_>,
    wanted: &mut dyn FnMut() -> bool,
) -> Result<Arc<Worker>, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        // No crash: its code has not run.
        Failure::new(
            FailureKind::Environment,
            Stage::Import,
            format!("the plugin's process cannot be started: {error}"),
        )
    };
    let facts = services.host.facts();
    let (mine, theirs) = UnixStream::pair().map_err(|error| failed(&error))?;
    let mut command = Command::new(program.python)
        .args(["-I", "-u", "-X", "faulthandler"])
        .scrub_python();
    if program.bytecode == Bytecode::NotWritten {
        command = command.arg("-B");
    }
    let command = command
        .args(["-c", BOOT, &SOCKET.to_string()])
        .arg(program.package.as_str())
        .arg(facts.version.to_string())
        // For processes that the plugin starts: they import it by its name.
        .env("LFS_RESOLVED_PLUGIN_DIR", services.home.plugins())
        .inherit_fd(theirs.into(), SOCKET);
    let command = match program.environment.and_then(path_with_programs_of) {
        Some(path) => command.env("PATH", path),
        None => command,
    };
    let (logs, key) = (Arc::clone(&services.logs), owner.key.clone());
    let child = command
        .spawn(move |line: Line| logs.write(&key, Level::Info, &line.text))
        .map_err(|error| failed(&error))?;
    let worker = Worker::new(services, owner, program.root);
    let _ = worker.child.set(child);
    let limits = services.workers.limits.of(&worker.owner.key);
    let receiver = Arc::new(HostSide::new(&worker));
    let pool = Arc::clone(receiver.pool());
    let opened = Channel::open(mine, receiver).map_err(|error| failed(&error))?;
    if let Some(most) = limits.message {
        opened.set_max_body(most);
    }
    let _ = worker.channel.set(opened);
    let start = Start::new(&WorkerSetup {
        key: worker.owner.key.clone(),
        home: services.home.root().to_path_buf(),
        plugins: services.home.plugins().to_path_buf(),
        cache: services.home.cache_root().to_path_buf(),
        version: facts.version.to_string(),
        plugin_api: facts.plugin_api.to_string(),
        features: facts.features,
        limits,
        callback: services.timeouts.callback,
        ui_thread: services.timeouts.ui_thread,
        request: services.timeouts.request,
        textures: worker.textures,
    });
    // While the process starts. Without it the worker compiles for itself.
    let compiled = Python::attach(bundled_modules::give_compiled).unwrap_or_default();
    let limit = services.workers.start;
    let started = worker
        .ask(&Ask::Start(start), &compiled, limit, wanted)
        .and_then(|answer| Ok(Started::check(&answer)?));
    if let Err(failure) = started {
        // It answered, and would wait for questions for ever.
        worker.end();
        return Err(failure);
    }
    liveness::watch(&worker, pool).map_err(|error| failed(&error))?;
    Ok(worker)
}

/// `PATH` with the programs of the environment of an interpreter first, which libraries look for
/// (`ninja` for torch's extensions).
fn path_with_programs_of(python: &Utf8Path) -> Option<OsString> {
    let own = python.parent()?.as_std_path().to_path_buf();
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    // A directory with the separator in its name cannot be on PATH.
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&inherited))).ok()
}
