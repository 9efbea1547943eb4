//! What an environment is asked for.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::{Isolation, LockUse, Manifest, PluginName};

use crate::local_source::Declared;
use crate::preferences::Preferences;

/// Whether a plugin asks for any packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dependencies {
    /// It needs no environment at all.
    None,
    /// It needs one.
    Some,
}

/// The environment that one plugin needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentRequest {
    name: PluginName,
    project_dir: Utf8PathBuf,
    inputs: String,
    dependencies: Dependencies,
    extras: Vec<String>,
    declared: Declared,
    refresh: bool,
    exact: bool,
    preferences: Arc<Preferences>,
}

impl EnvironmentRequest {
    /// A request in parts. `inputs` is a canonical text of everything in the manifest that decides
    /// the environment: other text, other environment.
    #[must_use]
    pub fn new(
        name: PluginName,
        project_dir: impl Into<Utf8PathBuf>,
        inputs: impl Into<String>,
        dependencies: Dependencies,
    ) -> Self {
        let project_dir = project_dir.into();
        Self {
            name,
            // uv runs in a directory of its own.
            project_dir: camino::absolute_utf8(&project_dir).unwrap_or(project_dir),
            inputs: inputs.into(),
            dependencies,
            extras: Vec::new(),
            declared: Declared::default(),
            refresh: false,
            exact: false,
            preferences: Arc::default(),
        }
    }

    /// What the manifest in `project_dir` asks for, with the extras that it chooses.
    #[must_use]
    pub fn from_manifest(project_dir: &Utf8Path, manifest: &Manifest) -> Self {
        let extras: Vec<String> = manifest.extras().iter().map(ToString::to_string).collect();
        let of_extras = |extra| manifest.optional_dependencies().get(extra);
        let some = !manifest.dependencies().is_empty()
            || manifest
                .extras()
                .iter()
                .filter_map(of_extras)
                .any(|list| !list.is_empty());
        let dependencies = if some {
            Dependencies::Some
        } else {
            Dependencies::None
        };
        let inputs = manifest.environment_inputs();
        let mut request = Self::new(
            manifest.name().clone(),
            project_dir,
            inputs.as_str(),
            dependencies,
        )
        .with_extras(extras);
        request.declared = Declared::from_manifest(project_dir, manifest);
        request.exact =
            manifest.lock_use() == LockUse::Exact || manifest.isolation() == Isolation::Process;
        request
    }

    /// Prefers these versions to the newest, where the requirements allow them.
    #[must_use]
    pub fn with_preferences(mut self, preferences: Arc<Preferences>) -> Self {
        self.preferences = preferences;
        self
    }

    /// Builds local libraries again that are too large to be compared with what was built: somebody
    /// has asked for it.
    #[must_use]
    pub fn with_refresh(mut self, refresh: bool) -> Self {
        self.refresh = refresh;
        self
    }

    /// Chooses extras (`[project.optional-dependencies]`), in place of those chosen so far. Where
    /// there are any, there are dependencies.
    #[must_use]
    pub fn with_extras(mut self, extras: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.extras = extras.into_iter().map(Into::into).collect();
        self.extras.sort();
        self.extras.dedup();
        self
    }

    /// The plugin.
    #[must_use]
    pub fn name(&self) -> &PluginName {
        &self.name
    }

    /// The plugin's directory, with its `pyproject.toml`.
    #[must_use]
    pub fn project_dir(&self) -> &Utf8Path {
        &self.project_dir
    }

    /// Everything in the manifest that decides the environment.
    #[must_use]
    pub fn inputs(&self) -> &str {
        &self.inputs
    }

    /// Whether it needs an environment.
    #[must_use]
    pub fn dependencies(&self) -> Dependencies {
        self.dependencies
    }

    /// Whether a `uv.lock` of the plugin is used to the letter: with `lock = "exact"`, and in a
    /// process of its own, where the plugin need not agree with anything.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.exact
    }

    pub(crate) fn preferences(&self) -> &Preferences {
        &self.preferences
    }

    pub(crate) fn declared(&self) -> &Declared {
        &self.declared
    }

    pub(crate) fn refreshes(&self) -> bool {
        self.refresh
    }

    /// The extras chosen, sorted.
    #[must_use]
    pub fn extras(&self) -> &[String] {
        &self.extras
    }
}
