//! Why a worker has ended: its signal or exit status, and faulthandler's stacks.

use crate::worker::host_watch::CONNECTION_CLOSED;
use camino::Utf8Path;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Location, Stage};
use lichtfeld_system::process::Exit;

/// Makes the failure of a worker that has ended, from its exit and its last lines.
pub(super) fn describe(
    exit: Option<Exit>,
    tail: &[String],
    root: &Utf8Path,
    asked: bool,
) -> Failure {
    let how = match exit {
        None => "cannot be reached any more".to_owned(),
        Some(Exit {
            signal: Some(signal),
            ..
        }) => format!("was ended by {}", signal_name(signal)),
        Some(exit) if closed_its_connection(exit) => {
            "has closed its connection to the application, and was ended".to_owned()
        }
        Some(exit) => format!("ended by itself with {exit}"),
    };
    let mut failure = Failure::new(
        FailureKind::Crashed,
        Stage::Activation,
        if asked {
            "the plugin was unloaded or reloaded".to_owned()
        } else {
            format!("the plugin's process {how}")
        },
    );
    let fatal = tail
        .iter()
        .rposition(|line| line.starts_with("Fatal Python error"));
    let from = fatal.unwrap_or_else(|| tail.len().saturating_sub(20));
    if from < tail.len() {
        failure.location = location_in(&tail[from..], root);
        failure.traceback = Some(tail[from..].join("\n"));
    }
    failure.hint = Some(if exit.is_some_and(closed_its_connection) {
        "the plugin must close no descriptors but its own, as `os.closerange` does".into()
    } else {
        "load the plugin again; its log has its last lines".into()
    });
    failure
}

fn closed_its_connection(exit: Exit) -> bool {
    exit.code == Some(CONNECTION_CLOSED)
}

fn signal_name(signal: i32) -> String {
    use rustix::process::Signal;
    let known = [
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::ILL, "SIGILL"),
        (Signal::INT, "SIGINT"),
        (Signal::KILL, "SIGKILL"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::TERM, "SIGTERM"),
    ];
    let name = known
        .iter()
        .find(|(number, _)| number.as_raw() == signal)
        .map_or("a signal", |(_, name)| *name);
    format!("{name} (signal {signal})")
}

/// Returns the position in the plugin's code that is nearest to the crash, from faulthandler's text.
fn location_in(stacks: &[String], root: &Utf8Path) -> Option<Location> {
    stacks.iter().find_map(|line| {
        let rest = line.trim_start().strip_prefix("File \"")?;
        let (file, rest) = rest.split_once("\", line ")?;
        let digits = rest.split(' ').next()?;
        let location = Location::new(file, digits.parse().ok()?, None);
        Utf8Path::new(file).starts_with(root).then_some(location)
    })
}
