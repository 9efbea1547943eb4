//! The file that is imported when a plugin loads, which must be inside the plugin's directory.

use std::fmt;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use crate::code::Code;

/// `[tool.lichtfeld] entry_point`: a path relative to the plugin's directory, with forward
/// slashes, that cannot leave it. `main` and `main.py` both name the file `main.py`; `main` also
/// names the package `main/__init__.py`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntryPoint(Box<str>);

impl Default for EntryPoint {
    fn default() -> Self {
        Self("__init__".into())
    }
}

impl EntryPoint {
    /// Checks the path of an entry point; [`resolve`](Self::resolve) checks the file.
    ///
    /// # Errors
    /// [`EntryPointError`] for an empty or absolute path, `..`, backslashes and dotted modules.
    pub fn new(path: &str) -> Result<Self, EntryPointError> {
        let written = || path.to_owned();
        let drive = path.as_bytes().get(1) == Some(&b':');
        if path.starts_with(['/', '\\', '~']) || drive {
            return Err(EntryPointError::Absolute { path: written() });
        }
        let mut parts = path.split(['/', '\\']);
        if parts.clone().any(|part| part == "..") {
            return Err(EntryPointError::Outside {
                path: written(),
                target: None,
            });
        }
        let stem = path.strip_suffix(".py").unwrap_or(path);
        let odd = |part: &str| part.is_empty() || part == "." || part.trim() != part;
        if parts.any(odd)
            || stem.is_empty()
            || stem.contains(['.', '\\', ':', '*', '?', '"', '<', '>', '|'])
            || path.chars().any(char::is_control)
        {
            return Err(EntryPointError::Invalid { path: written() });
        }
        Ok(Self(path.into()))
    }

    /// Returns the path as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Finds the file to import in a plugin's directory.
    ///
    /// # Errors
    /// [`EntryPointError::Missing`] if there is no such file, and [`EntryPointError::Outside`] if a
    /// symbolic link leads out of the directory.
    pub fn resolve(&self, plugin_dir: &Utf8Path) -> Result<Utf8PathBuf, EntryPointError> {
        let stem = self.0.strip_suffix(".py").unwrap_or(&self.0);
        let file = plugin_dir.join(format!("{stem}.py"));
        let found = match fs::symlink_metadata(&file) {
            // A regular file directly in the plugin's directory cannot be outside.
            Ok(found) if found.is_file() && !stem.contains('/') => return Ok(file),
            Ok(_) if file.is_file() => file,
            _ => {
                let package = plugin_dir.join(stem).join("__init__.py");
                if stem == self.0.as_ref() && package.is_file() {
                    package
                } else {
                    return Err(EntryPointError::Missing {
                        path: self.to_string(),
                        expected: file,
                    });
                }
            }
        };
        let inside = match (plugin_dir.canonicalize_utf8(), found.canonicalize_utf8()) {
            (Ok(dir), Ok(target)) if !target.starts_with(&dir) => Err(Some(target)),
            (Ok(_), Ok(_)) => Ok(found),
            // The target of a link has no UTF-8 name: it may be outside.
            _ => Err(None),
        };
        inside.map_err(|target| EntryPointError::Outside {
            path: self.to_string(),
            target,
        })
    }
}

impl fmt::Display for EntryPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for EntryPoint {
    type Error = EntryPointError;

    fn try_from(path: String) -> Result<Self, EntryPointError> {
        Self::new(&path)
    }
}

impl From<EntryPoint> for String {
    fn from(entry: EntryPoint) -> Self {
        entry.0.into()
    }
}

/// Why an entry point is not valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryPointError {
    /// The path starts at the root of the file system.
    #[error("the entry point {path:?} is an absolute path")]
    Absolute {
        /// The path as written.
        path: String,
    },
    /// The path leads out of the plugin's directory.
    #[error("the entry point {path:?} is outside the plugin's directory{}", led_to(target.as_deref()))]
    Outside {
        /// The path as written.
        path: String,
        /// Where a symbolic link leads.
        target: Option<Utf8PathBuf>,
    },
    /// The file does not exist.
    #[error("the entry point {path:?} does not exist")]
    Missing {
        /// The path as written.
        path: String,
        /// The file that was looked for.
        expected: Utf8PathBuf,
    },
    /// The path is not the name of a Python file.
    #[error("the entry point {path:?} is not the name of a Python file or package")]
    Invalid {
        /// The path as written.
        path: String,
    },
}

fn led_to(target: Option<&Utf8Path>) -> String {
    target.map_or_else(String::new, |target| format!(": a link leads to {target}"))
}

impl EntryPointError {
    /// Returns the code of the diagnostic.
    #[must_use]
    pub fn diagnostic_code(&self) -> Code {
        match self {
            Self::Absolute { .. } => Code::EntryPointAbsolute,
            Self::Outside { .. } => Code::EntryPointOutside,
            Self::Missing { .. } => Code::EntryPointMissing,
            Self::Invalid { .. } => Code::EntryPointInvalid,
        }
    }

    /// Returns the stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.diagnostic_code().as_str()
    }

    /// Returns what to type or do instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Absolute { path } => {
                let file = path
                    .rsplit(['/', '\\'])
                    .next()
                    .filter(|name| EntryPoint::new(name).is_ok());
                let file = file.unwrap_or("__init__");
                format!("Write the path from the plugin's directory: `entry_point = \"{file}\"`.")
            }
            Self::Outside { .. } => "Move the file into the plugin's directory.".into(),
            Self::Missing { expected, .. } => {
                let file = expected.file_name().unwrap_or("__init__.py");
                format!(
                    "Create the file `{file}` with a function `on_load()`, or correct `entry_point`."
                )
            }
            Self::Invalid { path } => {
                let stem = path.strip_suffix(".py").unwrap_or(path);
                let better = stem.replace(['.', '\\'], "/");
                if EntryPoint::new(&better).is_ok() {
                    format!("Write `entry_point = \"{better}\"`.")
                } else {
                    "Write for example `entry_point = \"__init__\"`.".into()
                }
            }
        })
    }
}
