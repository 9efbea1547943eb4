//! The commands, one a file. Each gives an exit status.

pub(crate) mod check;
pub(crate) mod info;
pub(crate) mod list;
pub(crate) mod load;
pub(crate) mod log;
pub(crate) mod migrate;
pub(crate) mod new;
pub(crate) mod outdated;
pub(crate) mod packages;
pub(crate) mod plan;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod stats;
pub(crate) mod switch;
pub(crate) mod sync;

use crate::args::Command;
use crate::{ManagerSource, Streams};
use lichtfeld_runtime::{Error, Manager};
use std::sync::Arc;

/// Nothing is wrong.
pub(crate) const OK: i32 = 0;
/// Something is wrong with a plugin.
pub(crate) const WRONG: i32 = 1;
/// The command was used wrongly: a path that does not exist, for one.
pub(crate) const MISUSE: i32 = 2;

pub(crate) fn run(command: Command, manager: ManagerSource<'_>, streams: &mut Streams<'_>) -> i32 {
    match command {
        Command::Check(args) => check::run(&args, streams),
        Command::Schema(args) => schema::run(&args, streams),
        Command::Migrate(args) => migrate::run(&args, streams),
        Command::List(args) => with(manager, streams, |manager, streams| {
            list::run(&args, manager, streams)
        }),
        Command::Info(args) => with(manager, streams, |manager, streams| {
            info::run(&args, manager, streams)
        }),
        Command::Load(args) => with(manager, streams, |manager, streams| {
            load::run(&args, manager, streams)
        }),
        Command::New(args) => with(manager, streams, |manager, streams| {
            new::run(&args, manager, streams)
        }),
        Command::Search(args) => with(manager, streams, |manager, streams| {
            search::run(&args, manager, streams)
        }),
        Command::Outdated(args) => with(manager, streams, |manager, streams| {
            outdated::run(&args, manager, streams)
        }),
        Command::Install(args) => with(manager, streams, |manager, streams| {
            packages::install(&args, manager, streams)
        }),
        Command::Update(args) => with(manager, streams, |manager, streams| {
            packages::update(&args, manager, streams)
        }),
        Command::Uninstall(args) => with(manager, streams, |manager, streams| {
            packages::uninstall(&args, manager, streams)
        }),
        Command::Stats(args) => with(manager, streams, |manager, streams| {
            stats::run(&args, manager, streams)
        }),
        Command::Plan(args) => with(manager, streams, |manager, streams| {
            plan::run(&args, manager, streams)
        }),
        Command::Sync(args) => with(manager, streams, |manager, streams| {
            sync::run(&args, manager, streams)
        }),
        Command::Enable(args) => with(manager, streams, |manager, streams| {
            switch::enable(&args, manager, streams)
        }),
        Command::Disable(args) => with(manager, streams, |manager, streams| {
            switch::disable(&args, manager, streams)
        }),
        Command::Log(args) => with(manager, streams, |manager, streams| {
            log::run(&args, manager, streams)
        }),
    }
}

fn with(
    manager: ManagerSource<'_>,
    streams: &mut Streams<'_>,
    command: impl FnOnce(&Arc<Manager>, &mut Streams<'_>) -> Result<i32, Error>,
) -> i32 {
    let manager = match manager() {
        Ok(manager) => manager,
        Err(error) => {
            streams.note(format!("error: {error}"));
            return WRONG;
        }
    };
    command(&manager, streams).unwrap_or_else(|error| {
        tell(&error, streams);
        WRONG
    })
}

/// An error as a person reads it.
pub(crate) fn tell(error: &Error, streams: &mut Streams<'_>) {
    streams.note(format!("error[{}]: {error}", error.code()));
    if let Error::Failed { failure, .. } = error
        && let Some(traceback) = &failure.traceback
    {
        streams.note(traceback.trim_end());
    }
    if let Some(hint) = error.hint() {
        streams.note(format!("hint: {hint}"));
    }
}
