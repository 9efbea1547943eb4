//! A plugin that was fetched into a staging directory and is not installed yet.

use crate::error::Error;
use crate::error::package::PackageError;
use crate::model::observer::Observer;
use crate::packages::origin::Origin;
use crate::packages::registry::choice::{Chosen, FromRegistry};
use crate::packages::staging::Staging;
use crate::packages::validate::validate;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::{Manifest, Style, render_all};
use lichtfeld_sources::{PluginSource, Transport, Tree};
use lichtfeld_system::CancelToken;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How often the caller's observer is asked whether to cancel.
const ASK: Duration = Duration::from_millis(50);

/// A fetched plugin whose manifest was read.
pub(crate) struct Staged {
    /// Removed with everything in it when this is dropped.
    staging: Option<Staging>,
    /// The source as the user wrote it.
    source: String,
    /// The source without the parts that may be secret, for messages.
    pub(crate) shown: String,
    transport: Transport,
    registry: Option<FromRegistry>,
    /// The plugin's directory.
    pub(crate) root: Utf8PathBuf,
    pub(crate) manifest: Arc<Manifest>,
    pub(crate) tree: Tree,
}

impl Staged {
    /// Returns the origin to store with the installed plugin.
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            source: self.source.clone(),
            transport: self.transport,
            registry: self.registry.clone(),
            version: self.manifest.version().to_string(),
            files: self.tree.clone(),
        }
    }

    /// Fetches a version from a registry, and checks that the archive contains that version.
    pub(crate) fn of_registry(
        plugins: &Utf8Path,
        chosen: Chosen,
        observer: &mut dyn Observer,
    ) -> Result<Self, Error> {
        let given = chosen.source.to_string();
        let mut staged = bring(plugins, &chosen.source, given, chosen.transport, observer)?;
        chosen.check(&staged.manifest)?;
        staged.registry = Some(chosen.from);
        Ok(staged)
    }

    /// Call this before the plugin's directory and the staged one are exchanged.
    pub(crate) fn will_replace(&self, key: &str, dir: &Utf8Path) -> Result<(), Error> {
        match &self.staging {
            Some(staging) => staging.will_replace(key, dir, &self.root, &self.tree),
            None => Ok(()),
        }
    }

    /// Call this when the exchange is complete or was reversed.
    pub(crate) fn settled(&self, dir: &Utf8Path) {
        if let Some(staging) = &self.staging {
            staging.settled(dir);
        }
    }

    /// Keeps the content for ever, where no sweep removes it.
    pub(crate) fn leave(&mut self) {
        if let Some(staging) = self.staging.take() {
            let before = staging.path().to_owned();
            let kept = staging.leave();
            if let Ok(inside) = self.root.strip_prefix(before) {
                self.root = kept.join(inside);
            }
        }
    }
}

/// Fetches a plugin and reads its manifest.
pub(crate) fn stage(
    plugins: &Utf8Path,
    from: &str,
    transport: Transport,
    observer: &mut dyn Observer,
) -> Result<Staged, Error> {
    let source: PluginSource = from.parse()?;
    let given = match &source {
        PluginSource::Git { .. } | PluginSource::Remote { .. } => from.trim().to_owned(),
        // As an absolute path: the next update may start in another working directory.
        other => other.to_string(),
    };
    bring(plugins, &source, given, transport, observer)
}

fn bring(
    plugins: &Utf8Path,
    source: &PluginSource,
    given: String,
    transport: Transport,
    observer: &mut dyn Observer,
) -> Result<Staged, Error> {
    let staging = Staging::new(plugins)?;
    let path = staging.path();
    let fetched = listening(observer, |cancel, tell| {
        source.fetch(path, transport, cancel, tell)
    });
    let root = fetched.map_err(|error| {
        if error.is_cancelled() {
            Error::Cancelled {
                name: source.to_string(),
            }
        } else {
            error.into()
        }
    })?;
    let parsed = lichtfeld_manifest::read(&root);
    let Some(manifest) = parsed.manifest() else {
        let mut reason = render_all(parsed.diagnostics(), parsed.source(), Style::Plain);
        if !parsed.diagnostics().iter().any(|found| found.is_error()) {
            reason = validate(&root).join("\n");
        }
        // The path of the staging directory would not help the reader.
        reason = reason.replace(&format!("{root}/"), "");
        return Err(PackageError::NotAPlugin {
            origin: source.to_string(),
            reason,
        }
        .into());
    };
    let tree = Tree::read(&root)?;
    Ok(Staged {
        manifest: Arc::clone(manifest),
        source: given,
        registry: None,
        shown: source.to_string(),
        transport,
        staging: Some(staging),
        root,
        tree,
    })
}

/// Runs `work` on another thread. The observer receives its lines on the caller's thread, and can
/// cancel it.
pub(crate) fn listening<T: Send>(
    observer: &mut dyn Observer,
    work: impl FnOnce(&CancelToken, &mut dyn FnMut(&str)) -> T + Send,
) -> T {
    let cancel = CancelToken::new();
    let (sender, lines) = channel::<String>();
    std::thread::scope(|scope| {
        let token = cancel.clone();
        let worker = scope.spawn(move || {
            work(&token, &mut |line| {
                // A caller that no longer listens has cancelled.
                let _ = sender.send(line.to_owned());
            })
        });
        loop {
            match lines.recv_timeout(ASK) {
                Ok(line) => observer.progress(&line),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if !cancel.is_cancelled() && observer.should_cancel() {
                cancel.cancel();
            }
        }
        match worker.join() {
            Ok(worked) => worked,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
