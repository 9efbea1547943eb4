//! What an installation reports while it runs.

use std::fmt;
use std::time::Duration;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use lichtfeld_system::human::bytes;
use lichtfeld_system::process::Line;

/// A step of an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// Waiting for another process that installs the same plugin.
    Lock,
    /// Making an empty environment: `uv venv`.
    Venv,
    /// Resolving, downloading and installing: `uv sync`.
    Sync,
    /// Recording what was installed, and making it the current environment.
    Publish,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lock => "waiting for another installation",
            Self::Venv => "creating the environment",
            Self::Sync => "installing packages",
            Self::Publish => "publishing the environment",
        })
    }
}

/// One thing that happened, and to which plugin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// The plugin, by its normalised name.
    pub plugin: String,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened. While something runs, there is at least one event each second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// A step begins.
    StepStarted {
        /// Which.
        step: Step,
    },
    /// A step came to its end, successfully.
    StepFinished {
        /// Which.
        step: Step,
        /// How long it took.
        elapsed: Duration,
    },
    /// Another process, or another thread of this one, installs the same plugin.
    Waiting {
        /// The lock file.
        lock: Utf8PathBuf,
        /// Who has it, as far as is known.
        holder: Option<String>,
        /// For how long we have waited.
        elapsed: Duration,
    },
    /// The versions are known.
    Resolved {
        /// How many packages.
        packages: u64,
    },
    /// A large package is being downloaded. Small ones are not reported one by one.
    Downloading {
        /// The distribution.
        name: String,
        /// The size of the file in bytes, as uv rounds it.
        size: u64,
    },
    /// A large package has arrived.
    Downloaded {
        /// The distribution.
        name: String,
    },
    /// A distribution is being built from its sources.
    Building {
        /// Name and version.
        name: String,
    },
    /// What has been downloaded so far of all that is on its way.
    Bytes {
        /// Bytes so far.
        done: u64,
        /// Bytes altogether, of the downloads that were reported.
        total: Option<u64>,
        /// Whether `done` is an estimate: uv unpacks while it downloads, and what is measured is
        /// what has been unpacked, which is more.
        estimate: bool,
    },
    /// Packages are ready, or in the environment.
    Installing {
        /// How many are done.
        done: u64,
        /// How many there are.
        total: Option<u64>,
    },
    /// A line that uv wrote.
    Output {
        /// The line.
        line: Line,
    },
    /// Nothing else was reported for a while; it is still running.
    Heartbeat {
        /// What is running.
        step: Step,
        /// Since the step began.
        elapsed: Duration,
    },
    /// Something a person should know that stops nothing.
    Note {
        /// One sentence.
        message: String,
    },
    /// The environment is there.
    Finished {
        /// Altogether.
        elapsed: Duration,
    },
    /// It is not there.
    Failed {
        /// The error's stable code.
        code: String,
        /// The error.
        message: String,
    },
}

impl Event {
    /// Whether a person who waits wants to read it. Raw lines and heartbeats are for logs.
    #[must_use]
    pub fn is_progress(&self) -> bool {
        !matches!(
            self.kind,
            EventKind::Output { .. } | EventKind::Heartbeat { .. }
        )
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            EventKind::StepStarted { step } => write!(f, "{step}"),
            EventKind::StepFinished { step, elapsed } => {
                write!(f, "{step}: done in {}", seconds(*elapsed))
            }
            EventKind::Waiting {
                lock,
                holder,
                elapsed,
            } => {
                let holder = holder.as_deref().unwrap_or("another process");
                write!(
                    f,
                    "waiting for {holder}, which holds {lock} ({})",
                    seconds(*elapsed)
                )
            }
            EventKind::Resolved { packages } => write!(f, "resolved {}", counted(*packages)),
            EventKind::Downloading { name, size } => {
                write!(f, "downloading {name} ({})", bytes(*size))
            }
            EventKind::Downloaded { name } => write!(f, "downloaded {name}"),
            EventKind::Building { name } => write!(f, "building {name} from its sources"),
            EventKind::Bytes {
                done,
                total,
                estimate,
            } => {
                let about = if *estimate { "about " } else { "" };
                write!(f, "{about}{} downloaded", bytes(*done))?;
                total.map_or(Ok(()), |total| write!(f, " of {}", bytes(total)))
            }
            EventKind::Installing {
                done,
                total: Some(total),
            } => {
                write!(f, "{done} of {} installed", counted(*total))
            }
            EventKind::Installing { done, total: None } => {
                write!(f, "{} installed", counted(*done))
            }
            EventKind::Output { line } => f.write_str(&line.text),
            EventKind::Heartbeat { step, elapsed } => {
                write!(f, "{step}: still running after {}", seconds(*elapsed))
            }
            EventKind::Note { message } => f.write_str(message),
            EventKind::Finished { elapsed } => write!(f, "installed in {}", seconds(*elapsed)),
            EventKind::Failed { code, message } => write!(f, "failed: [{code}] {message}"),
        }
    }
}

fn counted(packages: u64) -> String {
    format!("{packages} package{}", if packages == 1 { "" } else { "s" })
}

fn seconds(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        format!("{} ms", duration.as_millis())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

/// Receives the events. Called from several threads when several plugins are installed.
pub trait Reporter: Sync {
    /// Something happened. Should return soon: the installation waits.
    fn event(&self, event: Event);
}

/// Ignores all events.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Reporter for Silent {
    fn event(&self, _: Event) {}
}

impl<F: Fn(Event) + Sync> Reporter for F {
    fn event(&self, event: Event) {
        self(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lichtfeld_system::process::Stream;

    #[test]
    fn events_read_well_and_survive_json() {
        let kinds = [
            EventKind::StepStarted { step: Step::Venv },
            EventKind::StepFinished {
                step: Step::Sync,
                elapsed: Duration::from_millis(1500),
            },
            EventKind::Waiting {
                lock: "envs/x/.lock".into(),
                holder: Some("process 12".into()),
                elapsed: Duration::from_secs(2),
            },
            EventKind::Resolved { packages: 1 },
            EventKind::Downloading {
                name: "torch".into(),
                size: 4 << 30,
            },
            EventKind::Downloaded {
                name: "torch".into(),
            },
            EventKind::Building {
                name: "x==1".into(),
            },
            EventKind::Bytes {
                done: 1536,
                total: Some(1 << 20),
                estimate: true,
            },
            EventKind::Bytes {
                done: 12,
                total: None,
                estimate: false,
            },
            EventKind::Installing {
                done: 1,
                total: Some(3),
            },
            EventKind::Output {
                line: Line::new(Stream::Stderr, "raw"),
            },
            EventKind::Heartbeat {
                step: Step::Sync,
                elapsed: Duration::from_secs(61),
            },
            EventKind::Note {
                message: "a note".into(),
            },
            EventKind::Finished {
                elapsed: Duration::from_millis(42),
            },
            EventKind::Failed {
                code: "LI100".into(),
                message: "no".into(),
            },
        ];
        let mut text = String::new();
        for kind in kinds {
            let event = Event {
                plugin: "x".into(),
                kind,
            };
            text.push_str(&format!("{event}\n"));
            let json = serde_json::to_string(&event).unwrap();
            assert_eq!(
                serde_json::from_str::<Event>(&json).unwrap(),
                event,
                "{json}"
            );
        }
        insta::assert_snapshot!(text);
    }
}
