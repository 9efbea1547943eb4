//! Saved templates and sheets: documents that are made of them are read again in place, without a
//! reload of the code.

use crate::panel_source::PyPanel;
use crate::retained::{Mistake, Mounted};
use camino::Utf8PathBuf;
use lichtfeld_engine::Services;
use lichtfeld_engine::error::failure::{Failure, FailureKind, Location, Stage};
use lichtfeld_engine::registrations::ledger::Owner;
use lichtfeld_engine::registrations::panels::Panel;
use std::sync::Arc;

/// Panels of a plugin whose templates are made of saved files.
pub(crate) struct SavedTemplates {
    panels: Vec<Arc<Panel>>,
    /// Whether each saved file belongs to one of them.
    pub(crate) are_all: bool,
}

impl SavedTemplates {
    /// Finds the panels of a version of a plugin that are made of these files.
    pub(crate) fn find(services: &Services, owner: &Owner, paths: &[Utf8PathBuf]) -> Self {
        let is_own = |panel: &Arc<Panel>| panel.owner() == Some(owner);
        let mut panels = services.panels.visible();
        panels.retain(is_own);
        let is_made_of = |panel: &Panel, path: &Utf8PathBuf| {
            template(panel).is_some_and(|(template, _)| template.is_made_of(path.as_std_path()))
        };
        let are_all = !paths.is_empty()
            && paths
                .iter()
                .all(|path| panels.iter().any(|panel| is_made_of(panel, path)));
        panels.retain(|panel| paths.iter().any(|path| is_made_of(panel, path)));
        Self { panels, are_all }
    }

    /// Reads the templates again; the manager has the panels drawn. Returns the first mistake, for which a panel shows the version
    /// before. Panels that are not shown read theirs when they are.
    pub(crate) fn read_again(&self) -> Option<Failure> {
        let mut failure = None;
        for panel in &self.panels {
            let Some((template, true)) = template(panel) else {
                continue;
            };
            if let Err(mistake) = template.read_again() {
                failure.get_or_insert_with(|| describe(&panel.info().id, mistake));
            }
        }
        failure
    }
}

/// Returns the template of a panel, and whether its document is shown. None also if there is a panel
/// without a document, since its template was missing: its callbacks wait for a reload.
fn template(panel: &Panel) -> Option<(&Mounted, bool)> {
    let panel = panel.source().interface()?.downcast_ref::<PyPanel>()?;
    let (template, is_begun) = panel.template()?;
    (!is_begun || template.is_shown()).then_some((template, is_begun))
}

fn describe(panel: &str, mistake: Mistake) -> Failure {
    let Mistake { warning, column } = mistake;
    let message = format!("panel '{panel}': {}", warning.message);
    let mut failure =
        Failure::new(FailureKind::Template, Stage::Activation, message).with_hint(warning.hint);
    failure.location = warning
        .location
        .map(|location| Location::new(&*location.file, location.line, column));
    failure
}
