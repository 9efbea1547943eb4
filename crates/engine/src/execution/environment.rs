//! The interface to the installer: the request of a plugin, and its progress, which the observer
//! receives on the caller's thread.

use crate::error::Error;
use crate::error::failure::{Failure, Stage};
use crate::model::observer::Observer;
use crate::model::on_disk::OnDisk;
use crate::model::report::EnvironmentUse;
use lichtfeld_installer::{
    Check, Ensured, EnvironmentRequest, Event, EventKind, Generation, InstallError, Installer,
    Reporter,
};
use lichtfeld_system::CancelToken;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How often the caller's observer is asked whether to cancel.
const ASK: Duration = Duration::from_millis(50);

/// The environment of a plugin, and whether it was built or reused.
pub(crate) struct Prepared {
    pub(crate) generation: Option<Generation>,
    pub(crate) origin: EnvironmentUse,
}

/// The result of an installation.
pub(crate) struct Installed {
    pub(crate) prepared: Prepared,
    pub(crate) notes: Vec<String>,
}

/// Returns the request for a plugin's environment.
pub(crate) fn request(plugin: &OnDisk) -> EnvironmentRequest {
    EnvironmentRequest::from_manifest(&plugin.dir, &plugin.manifest)
}

/// Returns the environment if it exists, or `None`. Starts no child process.
pub(crate) fn ready(
    installer: &Installer,
    request: &EnvironmentRequest,
) -> Result<Option<Prepared>, InstallError> {
    Ok(match installer.check(request)? {
        Check::NotNeeded => Some(Prepared {
            generation: None,
            origin: EnvironmentUse::None,
        }),
        Check::Ready(generation) => Some(Prepared {
            generation: Some(generation),
            origin: EnvironmentUse::Reused,
        }),
        _ => None,
    })
}

struct Forward(Sender<Event>);

impl Reporter for Forward {
    fn event(&self, event: Event) {
        // A caller that no longer listens has cancelled.
        let _ = self.0.send(event);
    }
}

/// Runs `work` on another thread. The observer receives its progress on the caller's thread, and
/// can cancel it.
fn observed<T: Send>(
    observer: &mut dyn Observer,
    mut line: impl FnMut(&str),
    work: impl FnOnce(&dyn Reporter, &CancelToken) -> T + Send,
) -> T {
    let mut explains = false;
    let cancel = CancelToken::new();
    let (sender, receiver): (_, Receiver<Event>) = channel();
    std::thread::scope(|scope| {
        let token = cancel.clone();
        // The spans of the installer belong to the operation of the caller.
        let span = tracing::Span::current();
        let worker = scope.spawn(move || {
            let _span = span.entered();
            work(&Forward(sender), &token)
        });
        loop {
            match receiver.recv_timeout(ASK) {
                Ok(event) => {
                    let text = match &event.kind {
                        // The error itself says why.
                        EventKind::Failed { code, .. } => format!("failed: [{code}]"),
                        _ => event.to_string(),
                    };
                    let is_output = matches!(event.kind, EventKind::Output { .. });
                    // From there on uv explains what the error will say.
                    explains |= is_output && text.starts_with("error:");
                    if !(is_output && explains) {
                        line(&text);
                    }
                    if event.is_progress() {
                        observer.progress(&text);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                // The other thread has dropped its sender, so it has ended.
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if !cancel.is_cancelled() && observer.should_cancel() {
                cancel.cancel();
            }
        }
        match worker.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Makes a plugin's environment.
pub(crate) fn make(
    installer: &Installer,
    request: &EnvironmentRequest,
    observer: &mut dyn Observer,
    line: impl FnMut(&str),
) -> Result<Installed, InstallError> {
    observed(observer, line, |reporter, cancel| {
        installer.ensure(request, reporter, cancel)
    })
    .map(installed)
}

/// Makes a plugin's environment again, even if it exists.
pub(crate) fn repair(
    installer: &Installer,
    request: &EnvironmentRequest,
    observer: &mut dyn Observer,
    line: impl FnMut(&str),
) -> Result<Installed, InstallError> {
    observed(observer, line, |reporter, cancel| {
        installer.repair(request, reporter, cancel)
    })
    .map(installed)
}

fn installed(ensured: Ensured) -> Installed {
    let (generation, origin, notes) = match ensured {
        Ensured::NotNeeded => (None, EnvironmentUse::None, Vec::new()),
        Ensured::Reused(generation) => (Some(generation), EnvironmentUse::Reused, Vec::new()),
        Ensured::Built(built) => (Some(built.generation), EnvironmentUse::Built, built.notes),
    };
    let prepared = Prepared { generation, origin };
    Installed { prepared, notes }
}

/// Makes several environments at once. An error occurs again when its plugin is loaded.
pub(crate) fn make_many(
    installer: &Installer,
    requests: &[EnvironmentRequest],
    observer: &mut dyn Observer,
) {
    observed(
        observer,
        |_| (),
        |reporter, cancel| {
            installer.install_many(requests, reporter, cancel);
        },
    );
}

/// Converts an error of the installer.
pub(crate) fn error(name: &str, error: &InstallError) -> Error {
    let name = name.to_owned();
    if error.is_cancelled() {
        return Error::Cancelled { name };
    }
    let mut failure = Failure::from_install(error);
    failure.stage = Stage::Dependencies;
    Error::Failed {
        name,
        failure: Box::new(failure),
    }
}
