//! A child from its start to its end, with cancelling and a limit for silence.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use super::child::{Child, Exit};
use super::command::Command;
use super::drain::{Line, Sink};
use super::error::ProcessError;
use crate::CancelToken;

/// How many lines may wait to be read, before the child has to wait.
const WAITING_LINES: usize = 4096;

/// Times for a child.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// The longest time without a sign of life; `None` is without limit. Time in which this process
    /// did not run, on a busy machine or while the machine slept, does not count.
    pub stall: Option<Duration>,
    /// How often to call back while nothing is said.
    pub tick: Duration,
    /// Between asking it to end and ending it.
    pub grace: Duration,
}

impl Timeouts {
    /// The same with the longest time without a sign of life.
    #[must_use]
    pub fn with_stall(self, stall: impl Into<Option<Duration>>) -> Self {
        Self {
            stall: stall.into(),
            ..self
        }
    }

    /// The same with how often to call back.
    #[must_use]
    pub fn with_tick(self, tick: Duration) -> Self {
        Self { tick, ..self }
    }

    /// The same with the time between asking it to end and ending it.
    #[must_use]
    pub fn with_grace(self, grace: Duration) -> Self {
        Self { grace, ..self }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            stall: None,
            tick: Duration::from_millis(500),
            grace: Duration::from_secs(2),
        }
    }
}

/// What happened to a running child.
#[derive(Clone, Copy, Debug)]
pub enum Signal<'a> {
    /// It wrote a line.
    Line(&'a Line),
    /// A tick went by.
    Tick {
        /// Since it was started.
        elapsed: Duration,
        /// Since its last sign of life.
        quiet: Duration,
    },
}

impl<'a> Signal<'a> {
    /// The line, if it is one.
    #[must_use]
    pub fn line(self) -> Option<&'a Line> {
        match self {
            Self::Line(line) => Some(line),
            Self::Tick { .. } => None,
        }
    }
}

/// Whether a signal is a sign of life, for [`Timeouts::stall`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// It is: the silence ends.
    Seen,
    /// It is not.
    None,
}

/// A child that came to its end.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finished {
    /// How.
    pub exit: Exit,
    /// Its last lines.
    pub tail: Vec<String>,
    /// From start to end.
    pub elapsed: Duration,
}

enum Message {
    Line(Line),
    Exited(Exit),
    Cancelled,
}

impl Command {
    /// Starts it, and waits for its end while `on` hears of every line and, where there are none,
    /// at least once a [tick](Timeouts::tick).
    ///
    /// # Errors
    /// [`ProcessError`]. An exit status other than zero is none; ask [`Finished::exit`].
    pub fn run(
        self,
        cancel: &CancelToken,
        timeouts: &Timeouts,
        on: &mut dyn FnMut(Signal<'_>) -> Activity,
    ) -> Result<Finished, ProcessError> {
        self::run(self, cancel, timeouts, on)
    }
}

fn run(
    command: Command,
    cancel: &CancelToken,
    timeouts: &Timeouts,
    on: &mut dyn FnMut(Signal<'_>) -> Activity,
) -> Result<Finished, ProcessError> {
    let program = command.program().to_owned();
    if cancel.is_cancelled() {
        return Err(ProcessError::Cancelled {
            program,
            tail: Vec::new(),
        });
    }
    let started = Instant::now();
    let (sender, receiver) = sync_channel(WAITING_LINES);
    let child = start(command, sender.clone())?;
    let _subscription = cancel.on_cancel(move || {
        // Full of lines: then the loop is busy, and asks the token itself.
        let _ = sender.try_send(Message::Cancelled);
    });
    match watch(&receiver, started, cancel, timeouts, on) {
        Outcome::Exited(exit) => Ok(Finished {
            exit,
            tail: child.tail(),
            elapsed: started.elapsed(),
        }),
        Outcome::Cancelled => {
            stop(&child, receiver, timeouts.grace);
            Err(ProcessError::Cancelled {
                program,
                tail: child.tail(),
            })
        }
        Outcome::Stalled(after) => {
            stop(&child, receiver, timeouts.grace);
            Err(ProcessError::Stalled {
                program,
                after,
                tail: child.tail(),
            })
        }
    }
}

fn start(command: Command, sender: SyncSender<Message>) -> Result<Child, ProcessError> {
    let lines = sender.clone();
    // Once the receiver is gone, lines are dropped and the child is still drained.
    Child::start(
        command,
        Sink::Lines(Box::new(move |line| {
            drop(lines.send(Message::Line(line)));
        })),
        move |exit| drop(sender.send(Message::Exited(exit))),
    )
}

/// Ends the child. The receiver goes first: a reader that waits for room would never end.
fn stop(child: &Child, receiver: Receiver<Message>, grace: Duration) {
    drop(receiver);
    child.stop(grace);
}

enum Outcome {
    Exited(Exit),
    Cancelled,
    Stalled(Duration),
}

/// How long nothing happened, as far as this process could see: a step of a loop that did not run
/// for a minute counts as a short one, since the child may have written a line in that minute.
#[derive(Default)]
struct Silence {
    lasted: Duration,
}

impl Silence {
    fn add(&mut self, step: Duration) {
        self.lasted += step;
    }

    fn end(&mut self) {
        self.lasted = Duration::ZERO;
    }
}

fn watch(
    receiver: &Receiver<Message>,
    started: Instant,
    cancel: &CancelToken,
    timeouts: &Timeouts,
    on: &mut dyn FnMut(Signal<'_>) -> Activity,
) -> Outcome {
    let mut silence = Silence::default();
    let longest_step = (timeouts.stall).map_or(timeouts.tick, |stall| timeouts.tick.min(stall / 4));
    let mut last_seen = started;
    let mut next_tick = started + timeouts.tick;
    loop {
        let now = Instant::now();
        silence.add((now - last_seen).min(longest_step));
        last_seen = now;
        if cancel.is_cancelled() {
            return Outcome::Cancelled;
        }
        if now >= next_tick {
            next_tick = now + timeouts.tick;
            let signal = Signal::Tick {
                elapsed: now - started,
                quiet: silence.lasted,
            };
            if on(signal) == Activity::Seen {
                silence.end();
            }
        }
        let mut wait = next_tick.saturating_duration_since(now);
        if let Some(stall) = timeouts.stall {
            if silence.lasted >= stall {
                return Outcome::Stalled(silence.lasted);
            }
            wait = wait.min(stall - silence.lasted);
        }
        match receiver.recv_timeout(wait) {
            Ok(Message::Line(line)) => {
                if on(Signal::Line(&line)) == Activity::Seen {
                    silence.end();
                }
            }
            Ok(Message::Exited(exit)) => return Outcome::Exited(exit),
            Ok(Message::Cancelled) => return Outcome::Cancelled,
            Err(RecvTimeoutError::Timeout) => {}
            // The waiter always sends before it drops its end.
            Err(RecvTimeoutError::Disconnected) => {
                return Outcome::Exited(Exit::UNKNOWN);
            }
        }
    }
}
