//! Templates for new plugins: complete plugins, with names to be replaced.

use crate::error::package::PackageError;
use std::fmt;
use std::str::FromStr;

/// A template for a new plugin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Template {
    /// A panel with a button.
    #[default]
    Panel,
    /// An operator with a property.
    Operator,
    /// `on_load` and `on_unload` alone.
    Minimal,
}

impl Template {
    /// All templates.
    pub const ALL: [Self; 3] = [Self::Panel, Self::Operator, Self::Minimal];

    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Panel => "panel",
            Self::Operator => "operator",
            Self::Minimal => "minimal",
        }
    }

    /// Returns the feature of the host that it requires.
    pub(crate) const fn feature(self) -> Option<&'static str> {
        match self {
            Self::Panel => Some("panels.v1"),
            Self::Operator => Some("operators.v1"),
            Self::Minimal => None,
        }
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Template {
    type Err = PackageError;

    fn from_str(name: &str) -> Result<Self, PackageError> {
        let found = Self::ALL.into_iter().find(|known| known.name() == name);
        found.ok_or_else(|| PackageError::NoTemplate {
            name: name.to_owned(),
        })
    }
}

/// The entry file of a template. Its names are those of a plugin called `my_plugin`.
pub(crate) fn entry(template: crate::manager::templates::Template) -> &'static str {
    use crate::manager::templates::Template;
    match template {
        Template::Panel => include_str!("templates/panel.py"),
        Template::Operator => include_str!("templates/operator.py"),
        Template::Minimal => include_str!("templates/minimal.py"),
    }
}
