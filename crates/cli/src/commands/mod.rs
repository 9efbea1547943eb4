//! The commands, one in each file. Each returns an exit status.

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
use crate::exit_status::WRONG;
use crate::output::Streams;
use lichtfeld_runtime::{Error, Manager};
use std::sync::Arc;

/// Returns the manager to the commands that need one. It is not called by the others.
pub type ManagerSource<'a> = &'a dyn Fn() -> Result<Arc<Manager>, Error>;

pub(crate) fn run(command: Command, manager: ManagerSource<'_>, streams: &mut Streams<'_>) -> i32 {
    match command {
        Command::Check(args) => check::run(&args, manager().ok().as_deref(), streams),
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
    manager()
        .and_then(|manager| command(&manager, streams))
        .unwrap_or_else(|error| {
            streams.error(&error);
            WRONG
        })
}
