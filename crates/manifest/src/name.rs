//! The names of a plugin: as its author wrote it, as it is compared, and as Python imports it.
//!
//! All of them are checked here: every [`PluginName`] can be a directory on every operating
//! system, a distribution for `uv`, and a module that shadows no other.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::reserved;

/// The longest plugin name, in bytes. Names become directory names; with the suffixes of
/// environments and log files, they stay below the 255 bytes that file systems allow.
pub const MAX_NAME_LENGTH: usize = 128;

/// The name of a plugin, from `[project] name`.
///
/// It is valid by construction: it follows the [name specification] (PEP 508), and neither the name
/// nor the module name derived from it collides with Python, Windows or the host's own modules.
/// Equality, order and hash use the [normalised](Self::normalized) form, so `My.Plugin` and
/// `my-plugin` are the same plugin.
///
/// [name specification]: https://packaging.python.org/en/latest/specifications/name-normalization/
///
/// ```
/// use lichtfeld_manifest::PluginName;
///
/// let name: PluginName = "My.Plugin".parse()?;
/// assert_eq!(name.as_str(), "My.Plugin");
/// assert_eq!(name.normalized(), "my-plugin");
/// assert_eq!(name.module_name().as_str(), "My_Plugin");
/// assert_eq!(name, "my_plugin".parse()?);
/// # Ok::<(), lichtfeld_manifest::NameError>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PluginName {
    written: Box<str>,
    normalized: Box<str>,
    module: ModuleName,
}

impl PluginName {
    /// Checks a name.
    ///
    /// # Errors
    /// [`NameError`] says which rule it breaks.
    pub fn new(name: &str) -> Result<Self, NameError> {
        if name.trim().is_empty() {
            return Err(NameError::Empty);
        }
        if !is_pep508_name(name) {
            return Err(NameError::NotPep508 { name: name.into() });
        }
        if name.len() > MAX_NAME_LENGTH {
            return Err(NameError::TooLong { name: name.into() });
        }
        if reserved::is_windows_device(name) {
            return Err(NameError::WindowsDevice { name: name.into() });
        }
        let module = ModuleName::derived(name)?;
        // Compared without case: on Windows and macOS `Queue.py` answers to `import queue`.
        let lower = module.as_str().to_ascii_lowercase();
        if reserved::is_standard_library(&lower) {
            return Err(NameError::StandardLibrary {
                name: name.into(),
                module: lower,
            });
        }
        if reserved::is_host_module(&lower) {
            return Err(NameError::Reserved {
                name: name.into(),
                module: lower,
            });
        }
        Ok(Self {
            normalized: normalize(name).into(),
            written: name.into(),
            module,
        })
    }

    /// Returns the name as its author wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Returns the name for comparisons and directories: in lower case, with one `-` for every run
    /// of `-`, `_` and `.` (PEP 503).
    #[must_use]
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    /// Returns the name for importing: hyphens and dots become underscores. It may start with a
    /// digit; then `importlib.import_module` imports it, and the statement `import` cannot.
    #[must_use]
    pub fn module_name(&self) -> &ModuleName {
        &self.module
    }
}

impl PartialEq for PluginName {
    fn eq(&self, other: &Self) -> bool {
        self.normalized == other.normalized
    }
}

impl Eq for PluginName {}

impl Hash for PluginName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normalized.hash(state);
    }
}

impl Ord for PluginName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.normalized.cmp(&other.normalized)
    }
}

impl PartialOrd for PluginName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for PluginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl FromStr for PluginName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        Self::new(name)
    }
}

impl TryFrom<&str> for PluginName {
    type Error = NameError;

    fn try_from(name: &str) -> Result<Self, NameError> {
        Self::new(name)
    }
}

impl TryFrom<String> for PluginName {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, NameError> {
        Self::new(&name)
    }
}

impl From<PluginName> for String {
    fn from(name: PluginName) -> Self {
        name.written.into()
    }
}

/// A name that Python can import: ASCII letters, digits and underscores, and not a keyword.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModuleName(Box<str>);

impl ModuleName {
    /// Checks a module name.
    ///
    /// # Errors
    /// [`NameError::NotIdentifier`] or [`NameError::PythonKeyword`].
    pub fn new(name: &str) -> Result<Self, NameError> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if name.is_empty() || !name.bytes().all(is_allowed) {
            return Err(NameError::NotIdentifier { name: name.into() });
        }
        if reserved::is_keyword(name) {
            return Err(NameError::PythonKeyword { name: name.into() });
        }
        Ok(Self(name.into()))
    }

    fn derived(name: &str) -> Result<Self, NameError> {
        Self::new(&name.replace(['-', '.'], "_"))
    }

    /// Returns the name as Python reads it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ModuleName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        Self::new(name)
    }
}

impl TryFrom<String> for ModuleName {
    type Error = NameError;

    fn try_from(name: String) -> Result<Self, NameError> {
        Self::new(&name)
    }
}

impl From<ModuleName> for String {
    fn from(name: ModuleName) -> Self {
        name.0.into()
    }
}

/// Why a string is not the name of a plugin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// The name is empty, or only spaces.
    #[error("the plugin name is empty")]
    Empty,
    /// The name has characters that package names cannot have.
    #[error(
        "{name:?} cannot be a plugin name: only letters, digits, `-`, `_` and `.` are allowed, \
         with a letter or digit at both ends"
    )]
    NotPep508 {
        /// The name as written.
        name: String,
    },
    /// The name is longer than [`MAX_NAME_LENGTH`].
    #[error("the plugin name is {} characters long, and {MAX_NAME_LENGTH} are allowed", name.len())]
    TooLong {
        /// The name as written.
        name: String,
    },
    /// Windows cannot have a directory with this name.
    #[error("{name:?} is the name of a device on Windows, where no directory can be called that")]
    WindowsDevice {
        /// The name as written.
        name: String,
    },
    /// Python could not parse the import.
    #[error("{name:?} is a keyword of Python and cannot be imported")]
    PythonKeyword {
        /// The name as written.
        name: String,
    },
    /// The plugin would hide a module of Python's standard library.
    #[error("{name:?} would be imported as `{module}`, a module of Python's standard library")]
    StandardLibrary {
        /// The name as written.
        name: String,
        /// The module that would be hidden.
        module: String,
    },
    /// The plugin would hide a module of the plugin system or of the host.
    #[error("{name:?} would be imported as `{module}`, which belongs to LichtFeld itself")]
    Reserved {
        /// The name as written.
        name: String,
        /// The module that would be hidden.
        module: String,
    },
    /// The name is not a Python identifier; only [`ModuleName::new`] reports this.
    #[error("{name:?} is not a name that Python can import")]
    NotIdentifier {
        /// The name as written.
        name: String,
    },
}

impl NameError {
    /// Returns the code of the diagnostic.
    #[must_use]
    pub fn diagnostic_code(&self) -> Code {
        match self {
            Self::Empty => Code::EmptyName,
            Self::NotPep508 { .. } | Self::TooLong { .. } | Self::NotIdentifier { .. } => {
                Code::InvalidName
            }
            Self::WindowsDevice { .. } => Code::WindowsDeviceName,
            Self::PythonKeyword { .. } => Code::KeywordName,
            Self::StandardLibrary { .. } => Code::StandardLibraryName,
            Self::Reserved { .. } => Code::ReservedName,
        }
    }

    /// Returns the stable code, such as `LF021`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.diagnostic_code().as_str()
    }

    /// Returns what to type instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Empty => "Give the plugin a name, for example `name = \"my-plugin\"`.".into(),
            Self::NotPep508 { name } | Self::NotIdentifier { name } => match suggestion(name) {
                Some(better) => format!("Write `name = \"{better}\"`."),
                None => "Use letters, digits and hyphens, for example `my-plugin`.".into(),
            },
            Self::TooLong { .. } => {
                "Use a short name, and put the long one into `display_name`.".into()
            }
            Self::WindowsDevice { name }
            | Self::PythonKeyword { name }
            | Self::StandardLibrary { name, .. }
            | Self::Reserved { name, .. } => {
                let stem = name.split('.').next().unwrap_or(name);
                format!("Choose another name, for example `name = \"{stem}-plugin\"`.")
            }
        })
    }
}

/// Returns the nearest valid name: allowed characters remain, all others become hyphens.
fn suggestion(name: &str) -> Option<String> {
    let mut better = String::new();
    for c in name.chars().take(MAX_NAME_LENGTH) {
        if c.is_ascii_alphanumeric() || matches!(c, '_' | '.') {
            better.push(c);
        } else if !better.ends_with('-') {
            better.push('-');
        }
    }
    let better = better.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    PluginName::new(better).is_ok().then(|| better.to_owned())
}

/// Returns whether a name follows the rule of PEP 508, which is
/// `^([A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])$` in any case.
pub(crate) fn is_pep508_name(name: &str) -> bool {
    let ends_well = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    ends_well(bytes.first())
        && ends_well(bytes.last())
        && bytes.iter().copied().all(is_pep508_name_byte)
}

/// Returns whether a package name may contain the byte.
pub(crate) fn is_pep508_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Normalises a name by PEP 503: lower case, with one `-` for every run of `-`, `_` and `.`.
pub(crate) fn normalize(name: &str) -> String {
    let mut normalized = String::with_capacity(name.len());
    for c in name.chars() {
        if !matches!(c, '-' | '_' | '.') {
            normalized.push(c.to_ascii_lowercase());
        } else if !normalized.ends_with('-') {
            normalized.push('-');
        }
    }
    normalized
}
