//! Native files of a plugin that were rebuilt after this process has loaded them.

use crate::error::failure::{Failure, FailureKind, Stage};
use crate::execution::backend::Backend;
use crate::model::on_disk::OnDisk;
use camino::Utf8PathBuf;
use lichtfeld_manifest::Isolation;

/// Native files that this process has loaded, and that have another content now.
pub(crate) struct Rebuilt(Vec<Utf8PathBuf>);

/// Returns the native files of a plugin that were rebuilt since, or `None` if there are none.
pub(crate) fn rebuilt(place: &dyn Backend, plugin: &OnDisk) -> Option<Rebuilt> {
    let files = place.rebuilt_native(&plugin.dir);
    (!files.is_empty()).then_some(Rebuilt(files))
}

impl Rebuilt {
    /// Returns why the plugin runs in a worker now, which loads the new files.
    ///
    /// # Errors
    /// A restart is needed, if the plugin may run in this process only.
    pub(crate) fn moved(&self, plugin: &OnDisk, has_worker: bool) -> Result<String, Failure> {
        let names: Vec<&str> = self
            .0
            .iter()
            .map(|path| path.strip_prefix(&plugin.dir).unwrap_or(path).as_str())
            .collect();
        let names = names.join(", ");
        if has_worker && plugin.manifest.isolation() == Isolation::Auto {
            return Ok(format!(
                "moved to a process of its own: {names} was rebuilt, and this process keeps the \
                 code that it has loaded"
            ));
        }
        let message =
            format!("{names} was rebuilt, and this process keeps the code that it has loaded");
        let hint = if has_worker {
            "restart the application, or write `isolation = \"auto\"` in [tool.lichtfeld] to let the \
             plugin run in a process of its own"
        } else {
            "restart the application"
        };
        Err(Failure::new(FailureKind::RestartNeeded, Stage::Import, message).with_hint(hint))
    }
}
