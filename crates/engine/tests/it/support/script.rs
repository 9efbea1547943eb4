//! What the code of a scripted plugin does in each step.

use lichtfeld_engine::{Failure, FailureKind, Stage};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::LONG;

/// A step in which code of a plugin runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Import,
    Activate,
    HandOver,
    Adopt,
    Deactivate,
    FilesChanged,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Import => "import",
            Self::Activate => "on_load",
            Self::HandOver => "on_before_reload",
            Self::Adopt => "adopt",
            Self::Deactivate => "on_unload",
            Self::FilesChanged => "on_files_changed",
        })
    }
}

/// One run of a step.
pub(crate) struct Call<'a> {
    pub(crate) revision: u64,
    /// Whether the step is still wanted; steps without a deadline always are.
    pub(crate) wanted: &'a mut dyn FnMut() -> bool,
}

/// What a step does.
pub(crate) type Act = dyn Fn(&mut Call<'_>) -> Result<(), Failure> + Send + Sync;

/// A step that fails with this message.
pub(crate) fn fails(
    kind: FailureKind,
    message: &str,
) -> impl Fn(&mut Call<'_>) -> Result<(), Failure> {
    let stage = match kind {
        FailureKind::Import | FailureKind::Syntax | FailureKind::Interrupted => Stage::Import,
        _ => Stage::Activation,
    };
    let failure = Failure::new(kind, stage, message);
    move |_| Err(failure.clone())
}

#[derive(Default)]
struct Acts {
    once: VecDeque<Arc<Act>>,
    always: Option<Arc<Act>>,
}

/// The acts of all plugins.
#[derive(Default)]
pub(crate) struct Script(Mutex<HashMap<(String, Step), Acts>>);

impl Script {
    fn with<T>(&self, key: &str, step: Step, change: impl FnOnce(&mut Acts) -> T) -> T {
        let mut all = self.0.lock().unwrap();
        change(all.entry((key.to_owned(), step)).or_default())
    }

    pub(crate) fn once(&self, key: &str, step: Step, act: Arc<Act>) {
        self.with(key, step, |acts| acts.once.push_back(act));
    }

    pub(crate) fn always(&self, key: &str, step: Step, act: Arc<Act>) {
        self.with(key, step, |acts| acts.always = Some(act));
    }

    /// Runs the next act of a step, without a lock. Returns `None` if there is none.
    pub(crate) fn run(
        &self,
        key: &str,
        step: Step,
        call: &mut Call<'_>,
    ) -> Option<Result<(), Failure>> {
        let act = self.with(key, step, |acts| {
            acts.once.pop_front().or_else(|| acts.always.clone())
        });
        act.map(|act| act(call))
    }
}

/// Holds a step until it is opened.
pub(crate) struct Gate {
    arrived: Receiver<()>,
    release: Sender<()>,
}

impl Gate {
    /// The gate, and the act that waits at it. An act that is `patient` waits even if the step is
    /// no longer wanted; another one then fails as cancelled.
    pub(crate) fn new(patient: bool) -> (Self, Arc<Act>) {
        let ((arriving, arrived), (release, opened)) = (channel(), channel());
        let ends = Mutex::new((arriving, opened));
        let act = move |call: &mut Call<'_>| {
            let ends = ends.lock().unwrap();
            // Nobody has to listen.
            let _ = ends.0.send(());
            let deadline = Instant::now() + LONG;
            loop {
                match ends.1.recv_timeout(Duration::from_millis(2)) {
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
                    Err(RecvTimeoutError::Timeout) => {}
                }
                assert!(Instant::now() < deadline, "the gate was never opened");
                if !patient && !(call.wanted)() {
                    let message = "nobody wants it any more";
                    return Err(Failure::new(FailureKind::Cancelled, Stage::Import, message));
                }
            }
        };
        (Self { arrived, release }, Arc::new(act))
    }

    /// Waits until a step has come to the gate.
    #[track_caller]
    pub(crate) fn arrived(&self) {
        super::next(&self.arrived);
    }

    /// Lets it pass.
    pub(crate) fn open(&self) {
        let _ = self.release.send(());
    }
}
