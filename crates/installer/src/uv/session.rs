//! One plugin's runs of uv, with everything they say passed on.

use std::time::{Duration, Instant, SystemTime};

use camino::{Utf8Path, Utf8PathBuf};

use super::cache::CacheWatch;
use super::failure::{Context, classify};
use super::{Uv, find, output};
use crate::error::InstallError;
use crate::event::{Event, EventKind, Reporter, Step};
use crate::options::InstallerOptions;
use crate::store::venv_template::VenvTemplates;
use lichtfeld_system::CancelToken;
use lichtfeld_system::process::{Activity, Command, Signal, Timeouts, variable};

/// Often enough that no second goes by without an event.
const TICK: Duration = Duration::from_millis(450);

/// From when on the cache is watched, whatever uv says.
const WATCH_AFTER: Duration = Duration::from_secs(2);

/// What the runs of uv for one installation share.
pub(crate) struct Session<'a> {
    pub(crate) plugin: &'a str,
    pub(crate) options: &'a InstallerOptions,
    pub(crate) uv: &'a Uv,
    pub(crate) templates: &'a VenvTemplates,
    pub(crate) reporter: &'a dyn Reporter,
    pub(crate) cancel: &'a CancelToken,
}

impl Session<'_> {
    pub(crate) fn report(&self, kind: EventKind) {
        self.reporter.event(Event {
            plugin: self.plugin.to_owned(),
            kind,
        });
    }

    pub(crate) fn cancelled(&self) -> Result<(), InstallError> {
        if self.cancel.is_cancelled() {
            return Err(InstallError::Cancelled {
                plugin: self.plugin.to_owned(),
            });
        }
        Ok(())
    }

    /// A command of uv, with the environment that all of them need.
    pub(crate) fn command(&self) -> Command {
        let variables = self.options.env.iter().map(|(name, value)| (name, value));
        Command::new(&self.uv.path)
            .scrub_python()
            .env("NO_COLOR", "1")
            // Its lines are read, and it would break them where `COLUMNS` says.
            .env("UV_NO_WRAP", "1")
            .envs(variables)
            // After the user's, so that nothing sends packages elsewhere.
            .env_remove("UV_PROJECT_ENVIRONMENT")
            .args([
                "--no-managed-python",
                "--no-python-downloads",
                "--color",
                "never",
            ])
    }

    /// Runs one step, and reports its start and end. An exit status other than zero is an error.
    pub(crate) fn run(
        &self,
        step: Step,
        command: Command,
        context: &Context<'_>,
    ) -> Result<Duration, InstallError> {
        self.report(EventKind::StepStarted { step });
        let shown = command.display();
        let timeouts = Timeouts::default()
            .with_stall(self.options.stall_timeout)
            .with_tick(TICK);
        let mut progress = Progress::new(self, step);
        let finished = command.run(self.cancel, &timeouts, &mut |signal| {
            progress.signal(signal)
        });
        let finished =
            finished.map_err(|error| InstallError::of_process(self.plugin, &shown, error))?;
        // A cancelled uv may still have been the one to end first.
        self.cancelled()?;
        if !finished.exit.success() {
            return Err(classify(context, shown, finished));
        }
        self.report(EventKind::StepFinished {
            step,
            elapsed: finished.elapsed,
        });
        Ok(finished.elapsed)
    }
}

/// Turns lines and ticks into events.
struct Progress<'a> {
    session: &'a Session<'a>,
    step: Step,
    started: Instant,
    began: SystemTime,
    last_told: Instant,
    expected: u64,
    watch: Option<CacheWatch>,
    bytes: u64,
}

impl<'a> Progress<'a> {
    fn new(session: &'a Session<'a>, step: Step) -> Self {
        let (started, began) = (Instant::now(), SystemTime::now());
        let (last_told, expected, watch, bytes) = (started, 0, None, 0);
        Self {
            session,
            step,
            started,
            began,
            last_told,
            expected,
            watch,
            bytes,
        }
    }

    fn signal(&mut self, signal: Signal<'_>) -> Activity {
        match signal {
            Signal::Line(line) => {
                if let Some(kind) = output::parse(&line.text) {
                    if let EventKind::Downloading { size, .. } = kind {
                        self.expected = self.expected.saturating_add(size);
                        self.start_watching();
                    }
                    self.session.report(kind);
                } else if let Some(warning) = line.text.strip_prefix("warning: ") {
                    self.session.report(EventKind::Note {
                        message: format!("uv: {warning}"),
                    });
                }
                self.session
                    .report(EventKind::Output { line: line.clone() });
                self.last_told = Instant::now();
                Activity::Seen
            }
            Signal::Tick { .. } => self.tick(),
        }
    }

    fn tick(&mut self) -> Activity {
        let mut activity = Activity::None;
        // uv may read whole wheels to resolve, and says nothing about that.
        if self.started.elapsed() >= WATCH_AFTER {
            self.start_watching();
        }
        if let Some(watch) = &mut self.watch {
            let bytes = watch.bytes();
            if bytes > self.bytes {
                self.bytes = bytes;
                self.last_told = Instant::now();
                activity = Activity::Seen;
                let total = Some(self.expected).filter(|expected| *expected > 0);
                // An estimate that exceeds the whole would look broken.
                let done = total.map_or(bytes, |total| bytes.min(total));
                self.session.report(EventKind::Bytes {
                    done,
                    total,
                    estimate: true,
                });
            }
        }
        if self.last_told.elapsed() >= TICK {
            self.last_told = Instant::now();
            let elapsed = self.started.elapsed();
            self.session.report(EventKind::Heartbeat {
                step: self.step,
                elapsed,
            });
        }
        activity
    }

    /// Only where it takes long: asking for the cache costs a child process.
    fn start_watching(&mut self) {
        if self.step == Step::Sync
            && self.watch.is_none()
            && let Some(cache) = cache_dir(self.session)
        {
            self.watch = Some(CacheWatch::new(cache, self.began));
        }
    }
}

fn cache_dir(session: &Session<'_>) -> Option<Utf8PathBuf> {
    let given = session
        .options
        .env
        .iter()
        .find(|(name, _)| name == "UV_CACHE_DIR");
    if let Some((_, path)) = given {
        return Some(path.into());
    }
    if let Some(path) = variable("UV_CACHE_DIR") {
        return path.into_string().ok().map(Into::into);
    }
    find::ask(session.command().args(["cache", "dir"]))
        .ok()
        .map(|path| Utf8Path::new(&path).into())
}
