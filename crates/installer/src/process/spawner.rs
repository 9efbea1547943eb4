//! The thread that starts children.
//!
//! Linux delivers the death signal of a child when the *thread* that started it ends, not the
//! process. A child that was started from a short-lived thread would be killed for no reason, so
//! one thread, which lives as long as the process, starts them all.

use std::io;
use std::sync::OnceLock;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use super::Command;

#[cfg(unix)]
use super::unix::{self as platform, Group};
#[cfg(windows)]
use super::windows::{self as platform, Group};

type Started = io::Result<(std::process::Child, Group)>;

struct Job {
    command: Command,
    reply: Sender<Started>,
}

struct Spawner {
    /// A forked copy of this process has no such thread.
    process: u32,
    jobs: Sender<Job>,
}

static SPAWNER: OnceLock<Option<Spawner>> = OnceLock::new();

fn spawner() -> Option<&'static Spawner> {
    let spawner = SPAWNER.get_or_init(|| {
        let (jobs, receiver) = channel::<Job>();
        let work = move || {
            for job in receiver {
                // Whoever asked waits for the reply.
                let _ = job.reply.send(platform::spawn(job.command));
            }
        };
        thread::Builder::new()
            .name("child-spawn".into())
            .spawn(work)
            .ok()?;
        Some(Spawner {
            process: std::process::id(),
            jobs,
        })
    });
    spawner
        .as_ref()
        .filter(|spawner| spawner.process == std::process::id())
}

/// Starts a child as the leader of a group of its own.
pub(super) fn spawn(command: Command) -> Started {
    let Some(spawner) = spawner() else {
        return platform::spawn(command);
    };
    let (reply, started) = channel();
    match spawner.jobs.send(Job { command, reply }) {
        Ok(()) => started
            .recv()
            .unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into())),
        Err(unsent) => platform::spawn(unsent.0.command),
    }
}
