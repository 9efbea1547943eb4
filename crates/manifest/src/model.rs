//! The manifest as a value: all of its content has been checked.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::ExtraName;
use serde::{Deserialize, Serialize};

use crate::entry_point::EntryPoint;
use crate::name::PluginName;
use crate::requirement::Requirement;
use crate::span::{LineIndex, Span};

/// Where the author wants a plugin to run (`[tool.lichtfeld] isolation`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Isolation {
    /// In the host's process if its packages are compatible with all others, else in its own.
    #[default]
    Auto,
    /// In the host's process or not at all.
    Shared,
    /// Always in a process of its own.
    Process,
}

impl Isolation {
    pub(crate) const WORDS: &'static [&'static str] = &["auto", "shared", "process"];

    /// Returns the word that stands for it in a manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Shared => "shared",
            Self::Process => "process",
        }
    }
}

impl fmt::Display for Isolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A string that is not an [`Isolation`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not one of `auto`, `shared` and `process`")]
pub struct UnknownIsolation(String);

impl FromStr for Isolation {
    type Err = UnknownIsolation;

    fn from_str(word: &str) -> Result<Self, UnknownIsolation> {
        match word {
            "auto" => Ok(Self::Auto),
            "shared" => Ok(Self::Shared),
            "process" => Ok(Self::Process),
            _ => Err(UnknownIsolation(word.to_owned())),
        }
    }
}

/// How a `uv.lock` in the plugin's directory is used (`[tool.lichtfeld] lock`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LockUse {
    /// Its versions, but the host's where the manifest allows them: the plugin can then share the
    /// host's process.
    #[default]
    Agree,
    /// Its versions, to the letter.
    Exact,
}

impl LockUse {
    pub(crate) const WORDS: &'static [&'static str] = &["agree", "exact"];

    /// Returns the word that stands for it in a manifest.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Exact => "exact",
        }
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        match word {
            "agree" => Some(Self::Agree),
            "exact" => Some(Self::Exact),
            _ => None,
        }
    }
}

/// The form of a manifest's `[tool.lichtfeld]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ManifestForm {
    /// The older form, in which all keys are optional.
    Legacy,
    /// The form with `plugin_api`, `lichtfeld_version` and `required_features`.
    V1,
}

/// One of `[project] authors`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Author {
    /// The name of the person or group.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

/// `[project] license`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum License {
    /// An SPDX expression such as `MIT` (PEP 639), not checked.
    Expression(String),
    /// `{ text = "..." }`, the older form.
    Text(String),
    /// `{ file = "..." }`, the older form.
    File(String),
}

/// `[project] readme`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Readme {
    /// The path of a file, relative to the manifest.
    File(String),
    /// The text of the readme.
    Text(String),
}

/// Everything about a plugin that is known without running it.
///
/// Only [`parse`](crate::parse()) and [`read`](crate::read) make one, so every manifest follows all
/// rules. Equality compares the content of manifests, not the locations of values in the files.
#[derive(Clone, Debug)]
pub struct Manifest {
    pub(crate) path: Utf8PathBuf,
    pub(crate) name: PluginName,
    pub(crate) version: Version,
    pub(crate) description: Option<String>,
    pub(crate) authors: Vec<Author>,
    pub(crate) requires_python: Option<VersionSpecifiers>,
    pub(crate) dependencies: Vec<Requirement>,
    pub(crate) optional_dependencies: BTreeMap<ExtraName, Vec<Requirement>>,
    pub(crate) urls: BTreeMap<String, String>,
    pub(crate) readme: Option<Readme>,
    pub(crate) license: Option<License>,
    pub(crate) lichtfeld: Lichtfeld,
    pub(crate) uv: Option<toml::Table>,
    pub(crate) locations: Locations,
    pub(crate) source: Arc<str>,
}

/// The content of `[tool.lichtfeld]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lichtfeld {
    pub(crate) form: ManifestForm,
    pub(crate) auto_start: bool,
    pub(crate) hot_reload: bool,
    pub(crate) entry_point: EntryPoint,
    pub(crate) isolation: Isolation,
    pub(crate) lock: LockUse,
    pub(crate) extras: Vec<ExtraName>,
    pub(crate) plugin_api: Option<VersionSpecifiers>,
    pub(crate) lichtfeld_version: Option<VersionSpecifiers>,
    pub(crate) min_lichtfeld_version: Option<semver::Version>,
    pub(crate) required_features: Vec<String>,
    pub(crate) author: Option<String>,
    pub(crate) display_name: Option<String>,
}

/// The locations of values that are checked only when a host is known, in bytes: lines and columns
/// are computed on demand, because most manifests have no problems.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locations {
    pub(crate) name: Option<Range<usize>>,
    pub(crate) requires_python: Option<Range<usize>>,
    pub(crate) plugin_api: Option<Range<usize>>,
    pub(crate) lichtfeld_version: Option<Range<usize>>,
    pub(crate) min_lichtfeld_version: Option<Range<usize>>,
    pub(crate) required_features: Vec<Range<usize>>,
}

impl Manifest {
    /// Returns the file that the manifest was read from.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Returns the text of the file, for drawing a [`Diagnostic`](crate::Diagnostic).
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    pub(crate) fn span(&self, range: Option<&Range<usize>>) -> Option<Span> {
        range.map(|range| LineIndex::new(&self.source).span(range.clone()))
    }

    /// Returns `[project] name`.
    #[must_use]
    pub fn name(&self) -> &PluginName {
        &self.name
    }

    /// Returns `[project] version` (PEP 440).
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Returns `[project] description`, or an empty string.
    #[must_use]
    pub fn description(&self) -> &str {
        self.description.as_deref().unwrap_or("")
    }

    /// Returns `[project] authors`.
    #[must_use]
    pub fn authors(&self) -> &[Author] {
        &self.authors
    }

    /// Returns the author to show: `[tool.lichtfeld] author`, else the first of
    /// `[project] authors`, else an empty string.
    #[must_use]
    pub fn author(&self) -> &str {
        let first = self.authors.first();
        let named = first.and_then(|author| author.name.as_deref().or(author.email.as_deref()));
        self.lichtfeld.author.as_deref().or(named).unwrap_or("")
    }

    /// Returns `[project] requires-python` (PEP 440 specifiers).
    #[must_use]
    pub fn requires_python(&self) -> Option<&VersionSpecifiers> {
        self.requires_python.as_ref()
    }

    /// Returns `[project] dependencies`, in the author's order.
    #[must_use]
    pub fn dependencies(&self) -> &[Requirement] {
        &self.dependencies
    }

    /// Returns `[project.optional-dependencies]`, by normalised extra.
    #[must_use]
    pub fn optional_dependencies(&self) -> &BTreeMap<ExtraName, Vec<Requirement>> {
        &self.optional_dependencies
    }

    /// Returns `[project.urls]`.
    #[must_use]
    pub fn urls(&self) -> &BTreeMap<String, String> {
        &self.urls
    }

    /// Returns `[project] readme`.
    #[must_use]
    pub fn readme(&self) -> Option<&Readme> {
        self.readme.as_ref()
    }

    /// Returns `[project] license`.
    #[must_use]
    pub fn license(&self) -> Option<&License> {
        self.license.as_ref()
    }

    /// Returns the form of the manifest.
    #[must_use]
    pub fn form(&self) -> ManifestForm {
        self.lichtfeld.form
    }

    /// Returns whether the plugin is loaded when the host starts; the default is `false`.
    #[must_use]
    pub fn auto_start(&self) -> bool {
        self.lichtfeld.auto_start
    }

    /// Returns whether the plugin is reloaded when its files change; the default is `true`.
    #[must_use]
    pub fn hot_reload(&self) -> bool {
        self.lichtfeld.hot_reload
    }

    /// Returns the file to import.
    #[must_use]
    pub fn entry_point(&self) -> &EntryPoint {
        &self.lichtfeld.entry_point
    }

    /// Returns where the plugin's author wants it to run.
    #[must_use]
    pub fn isolation(&self) -> Isolation {
        self.lichtfeld.isolation
    }

    /// Returns how a `uv.lock` of the plugin is used.
    #[must_use]
    pub fn lock_use(&self) -> LockUse {
        self.lichtfeld.lock
    }

    /// Returns the optional dependencies to install by default; each is a key of
    /// [`optional_dependencies`](Self::optional_dependencies).
    #[must_use]
    pub fn extras(&self) -> &[ExtraName] {
        &self.lichtfeld.extras
    }

    /// Returns the versions of the plugin API that the plugin works with (v1 only).
    #[must_use]
    pub fn plugin_api(&self) -> Option<&VersionSpecifiers> {
        self.lichtfeld.plugin_api.as_ref()
    }

    /// Returns the versions of LichtFeld Studio that the plugin works with (v1 only).
    #[must_use]
    pub fn lichtfeld_version(&self) -> Option<&VersionSpecifiers> {
        self.lichtfeld.lichtfeld_version.as_ref()
    }

    /// Returns the oldest version of LichtFeld Studio that the plugin works with (older form only).
    #[must_use]
    pub fn min_lichtfeld_version(&self) -> Option<&semver::Version> {
        self.lichtfeld.min_lichtfeld_version.as_ref()
    }

    /// Returns the features of the host that the plugin requires.
    #[must_use]
    pub fn required_features(&self) -> &[String] {
        &self.lichtfeld.required_features
    }

    /// Returns the name to show: `[tool.lichtfeld] display_name`, else the name as written.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.lichtfeld
            .display_name
            .as_deref()
            .unwrap_or(self.name.as_str())
    }

    /// Returns `[tool.uv]` as it is, without any checks.
    #[must_use]
    pub fn uv_table(&self) -> Option<&toml::Table> {
        self.uv.as_ref()
    }
}

impl PartialEq for Manifest {
    fn eq(&self, other: &Self) -> bool {
        // `[tool.uv]` is compared in its canonical form, where even a value that
        // is not a number equals itself.
        self.name.as_str() == other.name.as_str()
            && self.version == other.version
            && self.description == other.description
            && self.authors == other.authors
            && self.requires_python == other.requires_python
            && self.dependencies == other.dependencies
            && self.optional_dependencies == other.optional_dependencies
            && self.urls == other.urls
            && self.readme == other.readme
            && self.license == other.license
            && self.lichtfeld == other.lichtfeld
            && self.environment_inputs() == other.environment_inputs()
    }
}
