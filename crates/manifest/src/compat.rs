//! Whether a plugin and a host are compatible: the versions and features that the manifest requires.

use std::fmt;

use pep440_rs::{
    Prerelease, PrereleaseKind, Version, VersionParseError, VersionSpecifiers,
    VersionSpecifiersParseError,
};
use serde::Serialize;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::Manifest;
use crate::span::Span;

/// The features that LichtFeld Studio has at present, for `required_features`.
pub const KNOWN_FEATURES: &[&str] = &[
    "capabilities.v1",
    "menus.v1",
    "operators.v1",
    "panels.v1",
    "settings.v1",
    "signals.v1",
];

/// The versions and features of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Host {
    /// The version of LichtFeld Studio.
    pub version: Version,
    /// The version of the plugin API.
    pub plugin_api: Version,
    /// The features, such as `panels.v1`.
    pub features: Vec<String>,
    /// The full version of Python that plugins run on, such as `3.12.1`.
    pub python: Version,
}

impl Host {
    /// Makes a host with [`KNOWN_FEATURES`] from versions as text.
    ///
    /// # Errors
    /// [`HostError`] names the text that is not a version by PEP 440.
    pub fn new(version: &str, plugin_api: &str, python: &str) -> Result<Self, HostError> {
        let parse = |text: &str| {
            text.parse().map_err(|source| HostError {
                text: text.to_owned(),
                source,
            })
        };
        let features = KNOWN_FEATURES.iter().map(|name| (*name).to_owned());
        Ok(Self::from_parts(
            parse(version)?,
            parse(plugin_api)?,
            parse(python)?,
            features.collect(),
        ))
    }

    /// Makes a host from parsed versions and its features.
    #[must_use]
    pub fn from_parts(
        version: Version,
        plugin_api: Version,
        python: Version,
        features: Vec<String>,
    ) -> Self {
        Self {
            version,
            plugin_api,
            features,
            python,
        }
    }
}

/// A text that is not a version of a host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a version by PEP 440")]
pub struct HostError {
    text: String,
    source: VersionParseError,
}

impl HostError {
    /// Returns the stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Code::InvalidVersion.as_str()
    }

    /// Returns what to write instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some("Write digits with dots, for example 1.0.0.".to_owned())
    }
}

/// A text that is not a version, or not a list of version specifiers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VersionTextError {
    /// The text is not a version.
    #[error("{text:?} is not a version by PEP 440, such as 1.0")]
    Version {
        /// The text.
        text: String,
        /// The parser's error.
        source: VersionParseError,
    },
    /// The text is not a list of specifiers.
    #[error("{text:?} are not specifiers by PEP 440, such as >=1.0,<2")]
    Specifiers {
        /// The text.
        text: String,
        /// The parser's error.
        source: VersionSpecifiersParseError,
    },
}

impl VersionTextError {
    /// Returns the stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => Code::InvalidVersion.as_str(),
            Self::Specifiers { .. } => Code::InvalidSpecifier.as_str(),
        }
    }

    /// Returns what to write instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Version { .. } => "Write digits with dots, for example 1.0.0.".to_owned(),
            Self::Specifiers { .. } => {
                "Write comparisons separated by commas, for example >=1.0,<2.".to_owned()
            }
        })
    }
}

/// Returns whether a version satisfies specifiers, by the rules of [`Manifest::compatibility`].
/// Empty specifiers accept every version.
///
/// # Errors
/// [`VersionTextError`] says which text is not valid.
///
/// ```
/// assert!(lichtfeld_manifest::satisfies("1.2", ">=1,<2").expect("versions"));
/// ```
pub fn satisfies(version: &str, specifiers: &str) -> Result<bool, VersionTextError> {
    let version: Version = version
        .trim()
        .parse()
        .map_err(|source| VersionTextError::Version {
            text: version.to_owned(),
            source,
        })?;
    let specifiers: VersionSpecifiers =
        specifiers
            .trim()
            .parse()
            .map_err(|source| VersionTextError::Specifiers {
                text: specifiers.to_owned(),
                source,
            })?;
    Ok(specifiers.contains(&version))
}

/// The kinds of demands of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Demand {
    /// `requires-python`.
    Python,
    /// `plugin_api`.
    PluginApi,
    /// `lichtfeld_version`.
    LichtfeldVersion,
    /// `min_lichtfeld_version`.
    MinLichtfeldVersion,
    /// One of `required_features`.
    Feature,
}

/// One demand of a plugin that a host does not meet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Incompatibility {
    /// The kind of demand.
    pub demand: Demand,
    /// What the manifest requires: specifiers such as `>=3.12`, or a feature.
    pub required: String,
    /// What the host has: a version such as `3.11.7`, or its features, separated by commas.
    pub found: String,
    /// Where the manifest requires it.
    pub span: Option<Span>,
}

impl Incompatibility {
    /// Returns the code of the diagnostic.
    #[must_use]
    pub fn diagnostic_code(&self) -> Code {
        match self.demand {
            Demand::Python => Code::PythonIncompatible,
            Demand::PluginApi => Code::ApiIncompatible,
            Demand::LichtfeldVersion | Demand::MinLichtfeldVersion => Code::HostIncompatible,
            Demand::Feature => Code::FeatureUnavailable,
        }
    }

    /// Returns the stable code, such as `LF050`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.diagnostic_code().as_str()
    }

    /// Returns what to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let required = &self.required;
        Some(match self.demand {
            Demand::Python => format!(
                "If the plugin works with Python {}, widen `requires-python`; otherwise use a version \
                 of LichtFeld Studio with Python {required}.",
                self.found
            ),
            Demand::PluginApi => {
                "Look for a newer version of the plugin or of LichtFeld Studio.".to_owned()
            }
            Demand::LichtfeldVersion => {
                format!(
                    "Use LichtFeld Studio {required}, or a version of the plugin made for {}.",
                    self.found
                )
            }
            Demand::MinLichtfeldVersion => {
                format!("Update LichtFeld Studio to {required} or later.")
            }
            Demand::Feature => {
                "Update LichtFeld Studio, or remove the feature if the plugin works without it."
                    .to_owned()
            }
        })
    }

    /// Returns the same as a diagnostic of the manifest.
    #[must_use]
    pub fn to_diagnostic(&self, manifest: &Manifest) -> Diagnostic {
        Diagnostic {
            span: self.span,
            ..Diagnostic::of_file(
                self.diagnostic_code(),
                Severity::Error,
                manifest.path(),
                format!("{self}."),
                self.hint().unwrap_or_default(),
            )
        }
    }
}

impl fmt::Display for Incompatibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (required, found) = (&self.required, &self.found);
        match self.demand {
            Demand::Python => write!(
                f,
                "the plugin needs Python {required}, and the host has {found}"
            ),
            Demand::PluginApi => write!(
                f,
                "the plugin needs plugin API {required}, and the host has {found}"
            ),
            Demand::LichtfeldVersion => {
                write!(
                    f,
                    "the plugin needs LichtFeld Studio {required}, and this is {found}"
                )
            }
            Demand::MinLichtfeldVersion => {
                write!(
                    f,
                    "the plugin needs LichtFeld Studio {required} or later, and this is {found}"
                )
            }
            Demand::Feature => write!(
                f,
                "the plugin needs the feature {required}, and the host has {found}"
            ),
        }
    }
}

impl Manifest {
    /// Returns all demands of the manifest that the host does not meet.
    ///
    /// Specifiers follow PEP 440. What a host has counts as installed already, so a pre-release of
    /// the host is compared by its position in the order: `2.0rc1` is neither `>=2.0` nor `<2.0`,
    /// and is `>=1.0`. `min_lichtfeld_version` follows semver, where `2.0.0-rc.1` precedes `2.0.0`.
    ///
    /// ```
    /// use lichtfeld_manifest::{Host, parse};
    ///
    /// let text = "[project]\nname = 'x'\nversion = '1'\nrequires-python = '>=3.12'\n[tool.lichtfeld]\n";
    /// let manifest = parse(text, "pyproject.toml".into()).into_result().expect("valid");
    /// let host = Host::new("0.5.3", "1.0", "3.11.7").expect("versions");
    /// let problems = manifest.compatibility(&host);
    /// assert_eq!(problems[0].to_string(), "the plugin needs Python >=3.12, and the host has 3.11.7");
    /// ```
    #[must_use]
    pub fn compatibility(&self, host: &Host) -> Vec<Incompatibility> {
        let locations = &self.locations;
        let mut problems = Demands::of(self).unmet_specifiers(
            host,
            [
                self.span(locations.requires_python.as_ref()),
                self.span(locations.plugin_api.as_ref()),
                self.span(locations.lichtfeld_version.as_ref()),
            ],
        );
        if let Some(minimum) = self.min_lichtfeld_version()
            && semantic(&host.version).cmp_precedence(minimum).is_lt()
        {
            let span = self.span(self.locations.min_lichtfeld_version.as_ref());
            problems.push(Incompatibility {
                demand: Demand::MinLichtfeldVersion,
                required: minimum.to_string(),
                found: host.version.to_string(),
                span,
            });
        }
        let span = |at: usize| self.span(self.locations.required_features.get(at));
        problems.extend(Demands::of(self).unmet_features(host, span));
        problems
    }
}

/// What a version of a plugin requires of a host, without its manifest: from a registry. Set the
/// fields of [`Demands::default`].
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Demands<'a> {
    /// The accepted versions of Python.
    pub requires_python: Option<&'a VersionSpecifiers>,
    /// The accepted versions of the plugin API.
    pub plugin_api: Option<&'a VersionSpecifiers>,
    /// The accepted versions of LichtFeld Studio.
    pub lichtfeld_version: Option<&'a VersionSpecifiers>,
    /// The features that the host must have.
    pub required_features: &'a [String],
}

impl<'a> Demands<'a> {
    fn of(manifest: &'a Manifest) -> Self {
        Self {
            requires_python: manifest.requires_python(),
            plugin_api: manifest.plugin_api(),
            lichtfeld_version: manifest.lichtfeld_version(),
            required_features: manifest.required_features(),
        }
    }

    /// Returns all demands that the host does not meet; see [`Manifest::compatibility`].
    #[must_use]
    pub fn unmet(&self, host: &Host) -> Vec<Incompatibility> {
        let mut problems = self.unmet_specifiers(host, [None; 3]);
        problems.extend(self.unmet_features(host, |_| None));
        problems
    }

    fn unmet_specifiers(&self, host: &Host, spans: [Option<Span>; 3]) -> Vec<Incompatibility> {
        let demands = [
            (Demand::Python, self.requires_python, &host.python),
            (Demand::PluginApi, self.plugin_api, &host.plugin_api),
            (
                Demand::LichtfeldVersion,
                self.lichtfeld_version,
                &host.version,
            ),
        ];
        let unmet =
            demands
                .into_iter()
                .zip(spans)
                .filter_map(|((demand, required, found), span)| {
                    let required = required.filter(|required| !required.contains(found))?;
                    Some(Incompatibility {
                        demand,
                        required: required.to_string(),
                        found: found.to_string(),
                        span,
                    })
                });
        unmet.collect()
    }

    fn unmet_features(
        &self,
        host: &Host,
        span: impl Fn(usize) -> Option<Span>,
    ) -> Vec<Incompatibility> {
        let missing = self.required_features.iter().enumerate();
        missing
            .filter(|(_, feature)| !host.features.contains(feature))
            .map(|(at, feature)| Incompatibility {
                demand: Demand::Feature,
                required: feature.clone(),
                found: match host.features.as_slice() {
                    [] => "none".into(),
                    features => features.join(", "),
                },
                span: span(at),
            })
            .collect()
    }
}

/// Converts a PEP 440 version to semver: the same release, with pre-releases before it.
fn semantic(version: &Version) -> semver::Version {
    let release = version.release();
    let part = |at: usize| release.get(at).copied().unwrap_or(0);
    let mut semantic = semver::Version::new(part(0), part(1), part(2));
    // A numeric identifier precedes all words, as a development release precedes everything else.
    let words = match (version.pre(), version.dev()) {
        (Some(Prerelease { kind, number }), _) => {
            let kind = match kind {
                PrereleaseKind::Alpha => "alpha",
                PrereleaseKind::Beta => "beta",
                PrereleaseKind::Rc => "rc",
            };
            format!("{kind}.{number}")
        }
        (None, Some(number)) if version.post().is_none() => format!("0.{number}"),
        _ => String::new(),
    };
    semantic.pre = semver::Prerelease::new(&words).unwrap_or(semver::Prerelease::EMPTY);
    semantic
}
