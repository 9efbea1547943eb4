//! The thread that starts children.
//!
//! Linux delivers the death signal of a child when the *thread* that started it ends, not the
//! process. A child that was started from a short-lived thread would be killed for no reason, so
//! one thread, which lives as long as the process, starts them all.
//!
//! The guardian is one of them, so what is asked of it goes the same way.

use std::io;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, SendError, Sender, channel};
use std::thread;

use super::{AdoptedChild, Command};

#[cfg(unix)]
use super::unix::{self as platform, Group};
#[cfg(windows)]
use super::windows::{self as platform, Group};

type Started = io::Result<(std::process::Child, Group)>;

enum Job {
    Start {
        command: Box<Command>,
        reply: Sender<Started>,
    },
    Guard {
        child: AdoptedChild,
        done: Sender<()>,
    },
    Unguard {
        id: u32,
        done: Sender<()>,
    },
}

impl Job {
    /// Whoever asked may not wait for the reply any more.
    fn run(self) {
        match self {
            Self::Start { command, reply } => {
                let _ = reply.send(platform::spawn(*command));
            }
            Self::Guard { child, done } => {
                platform::guard(child);
                let _ = done.send(());
            }
            Self::Unguard { id, done } => {
                platform::unguard(id);
                let _ = done.send(());
            }
        }
    }
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
                job.run();
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
    let command = Box::new(command);
    match spawner.jobs.send(Job::Start { command, reply }) {
        Ok(()) => started
            .recv()
            .unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into())),
        Err(SendError(Job::Start { command, .. })) => platform::spawn(*command),
        Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
    }
}

/// Has something done there; gives what tells of its end. In a forked copy nothing is done: the
/// guardian is its parent's.
fn ask(job: impl FnOnce(Sender<()>) -> Job) -> Receiver<()> {
    let (done, end) = channel();
    if let Some(spawner) = spawner() {
        let _ = spawner.jobs.send(job(done));
    }
    end
}

/// See [`AdoptedChild::guard`].
pub(super) fn guard(child: AdoptedChild) {
    let _ = ask(|done| Job::Guard { child, done }).recv();
}

/// See [`AdoptedChild::unguard`] and [`AdoptedChild::unguard_soon`].
pub(super) fn unguard(id: u32) -> Receiver<()> {
    ask(|done| Job::Unguard { id, done })
}
