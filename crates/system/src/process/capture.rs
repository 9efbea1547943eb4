//! A child from its start to its end, with all that it writes, byte by byte.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::child::{Child, Exit};
use super::command::Command;
use super::drain::{Sink, Stream};
use super::error::ProcessError;
use super::run::Timeouts;
use crate::CancelToken;

/// A child that came to its end, and what it wrote.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Captured {
    /// How it ended.
    pub exit: Exit,
    /// Its standard output; empty if that went elsewhere.
    pub stdout: Vec<u8>,
    /// Its standard error; empty if that went elsewhere.
    pub stderr: Vec<u8>,
    /// From start to end.
    pub elapsed: Duration,
}

#[derive(Default)]
struct Kept {
    stdout: Mutex<Vec<u8>>,
    stderr: Mutex<Vec<u8>>,
}

impl Kept {
    fn of(&self, stream: Stream) -> &Mutex<Vec<u8>> {
        match stream {
            Stream::Stdout => &self.stdout,
            Stream::Stderr => &self.stderr,
        }
    }

    fn take(&self, stream: Stream) -> Vec<u8> {
        std::mem::take(&mut *self.of(stream).lock())
    }
}

impl Command {
    /// Starts it, waits for its end or for `cancel`, and returns all that it wrote, byte by byte.
    /// For a child that writes results; [`Self::run`] is for one that reports.
    ///
    /// # Errors
    /// [`ProcessError`]. An exit status other than zero is none; ask [`Captured::exit`].
    ///
    /// ```
    /// use lichtfeld_system::{CancelToken, process::{Command, Output}};
    ///
    /// let version = Command::new("rustc").arg("--version");
    /// let captured = version.stderr(Output::Inherited).capture(&CancelToken::new())?;
    /// assert!(captured.exit.success());
    /// assert!(captured.stdout.starts_with(b"rustc "));
    /// # Ok::<(), lichtfeld_system::process::ProcessError>(())
    /// ```
    pub fn capture(self, cancel: &CancelToken) -> Result<Captured, ProcessError> {
        self::capture(self, cancel)
    }
}

fn capture(command: Command, cancel: &CancelToken) -> Result<Captured, ProcessError> {
    let program = command.program().to_owned();
    let cancelled = |program| ProcessError::Cancelled {
        program,
        tail: Vec::new(),
    };
    if cancel.is_cancelled() {
        return Err(cancelled(program));
    }
    let begin = Instant::now();
    let kept = Arc::new(Kept::default());
    let keeping = Arc::clone(&kept);
    let sink = Sink::Bytes(Box::new(move |stream, bytes| {
        keeping.of(stream).lock().extend_from_slice(bytes);
    }));
    // The exit of the child, or `None` if the caller cancelled.
    let (ended, end) = channel::<Option<Exit>>();
    let cancelling = ended.clone();
    // The receiver lives until both senders are of no more use.
    let on_exit = move |exit| {
        let _ = ended.send(Some(exit));
    };
    let child = Child::start(command, sink, on_exit)?;
    let _subscription = cancel.on_cancel(move || {
        let _ = cancelling.send(None);
    });
    let Ok(Some(exit)) = end.recv() else {
        child.stop(Timeouts::default().grace);
        return Err(cancelled(program));
    };
    Ok(Captured {
        exit,
        stdout: kept.take(Stream::Stdout),
        stderr: kept.take(Stream::Stderr),
        elapsed: begin.elapsed(),
    })
}
