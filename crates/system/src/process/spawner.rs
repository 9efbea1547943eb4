//! The thread that starts children.
//!
//! Linux sends the death signal of a child when the *thread* that started it ends, not the process.
//! A child of a short-lived thread would be killed for no reason, so one thread, which lives as long
//! as the process, starts them all. The watchdog of [`kill_on_exit`](super) is one of them, so it is
//! started and reaped on the same thread.
//!
//! Every caller waits with a limit.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use super::command::Command;
use crate::fork::PerProcess;

#[cfg(unix)]
use super::unix::{self as platform, Group};
#[cfg(windows)]
use super::windows::{self as platform, Group};

/// The longest that starting a child may take: a program on a slow disk, on a busy machine.
const START: Duration = Duration::from_secs(60);
/// The longest that a caller waits for the watchdog.
const WATCH: Duration = Duration::from_secs(10);

/// A child that was just started. Dropped before its handle is made, it is killed and reaped.
#[derive(Debug)]
pub(super) struct Started(Option<(std::process::Child, Group)>);

impl Started {
    pub(super) fn into_parts(mut self) -> Option<(std::process::Child, Group)> {
        self.0.take()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some((mut child, group)) = self.0.take() {
            group.kill();
            group.forget();
            let _ = child.wait();
        }
    }
}

enum Job {
    Start {
        command: Box<Command>,
        reply: Sender<io::Result<Started>>,
    },
    Watch {
        id: u32,
        handle: Option<isize>,
        done: Sender<()>,
    },
    /// The watchdog needs attention.
    Tend,
}

impl Job {
    /// Whoever asked may not wait for the reply any more.
    fn run(self) {
        match self {
            Self::Start { command, reply } => {
                let _ = reply.send(start(*command));
            }
            Self::Watch { id, handle, done } => {
                platform::watch(id, handle);
                let _ = done.send(());
            }
            Self::Tend => {}
        }
    }
}

fn start(command: Command) -> io::Result<Started> {
    platform::spawn(command).map(|parts| Started(Some(parts)))
}

/// The way to the thread, which a forked copy of this process does not have: it gets its own.
static JOBS: PerProcess<Option<Sender<Job>>> = PerProcess::new(run_thread);

fn run_thread() -> Option<Sender<Job>> {
    let (jobs, receiver) = channel::<Job>();
    let work = move || {
        let mut again = None;
        loop {
            let job = match again {
                Some(time) => receiver.recv_timeout(time),
                None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match job {
                Ok(job) => job.run(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            again = platform::tend();
        }
    };
    let builder = thread::Builder::new().name("child-spawn".into());
    builder.spawn(work).ok().map(|_| jobs)
}

/// Starts a child as the leader of a group of its own.
///
/// # Errors
/// What the operating system says, and [`io::ErrorKind::TimedOut`].
pub(super) fn spawn(command: Command) -> io::Result<Started> {
    let Some(jobs) = JOBS.get() else {
        return start(command);
    };
    let (reply, started) = channel();
    let command = Box::new(command);
    jobs.send(Job::Start { command, reply })
        .map_err(|_| io::ErrorKind::BrokenPipe)?;
    match started.recv_timeout(START) {
        Ok(started) => started,
        Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
        Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::BrokenPipe.into()),
    }
}

/// A process that other code has started ends with this one from now on. Windows needs its handle.
pub(super) fn watch(id: u32, handle: Option<isize>) {
    let (done, end) = channel();
    if let Some(jobs) = JOBS.get()
        && jobs.send(Job::Watch { id, handle, done }).is_ok()
    {
        let _ = end.recv_timeout(WATCH);
    }
}

/// Lets the thread look after the watchdog.
pub(super) fn tend() {
    if let Some(jobs) = JOBS.get() {
        let _ = jobs.send(Job::Tend);
    }
}
