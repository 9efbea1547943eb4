//! Distributions in a directory of packages, by the names of their `*.dist-info` directories.

use std::fs;
use std::io;

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use crate::importable::{Importable, has_native, importable};

/// An installed distribution.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Distribution {
    /// Its name, normalised (PEP 503).
    pub name: String,
    /// Its version, with the local part (`2.6.0+cu124`).
    pub version: String,
    /// Where it came from, if not from an index: the text of [`direct_url.json`].
    ///
    /// [`direct_url.json`]: https://packaging.python.org/en/latest/specifications/direct-url/
    pub direct_url: Option<String>,
    /// What can be imported of it, sorted by name.
    #[serde(default)]
    pub importable: Vec<Importable>,
    /// Whether it has native code, which a process cannot exchange.
    #[serde(default)]
    pub native: bool,
}

impl Distribution {
    /// A distribution from an index. `name` is normalised (PEP 503).
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            direct_url: None,
            importable: Vec::new(),
            native: false,
        }
    }

    /// The same from elsewhere, by the text of its `direct_url.json`.
    #[must_use]
    pub fn with_direct_url(self, direct_url: Option<String>) -> Self {
        Self { direct_url, ..self }
    }

    /// The same with native code in it.
    #[must_use]
    pub fn with_native(self) -> Self {
        Self {
            native: true,
            ..self
        }
    }

    /// The same with what can be imported of it.
    #[must_use]
    pub fn with_importable(self, importable: Vec<Importable>) -> Self {
        Self { importable, ..self }
    }
}

/// The distributions in a `site-packages` directory, sorted. A missing directory has none.
///
/// Exact by the [specification] of installed projects: one directory for each distribution, named
/// by name and version.
///
/// # Errors
/// Where the directory cannot be read.
///
/// [specification]: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
pub fn distributions_in(directory: &Utf8Path) -> io::Result<Vec<Distribution>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let Ok(file_name) = entry.file_name().into_string() else {
            continue;
        };
        let Some((name, version)) = parse_dist_info(&file_name) else {
            continue;
        };
        let direct_url = fs::read_to_string(entry.path().join("direct_url.json")).ok();
        // Without a `RECORD` another tool has installed it, and nothing is known of its files.
        let record = fs::read_to_string(entry.path().join("RECORD")).unwrap_or_default();
        found.push(Distribution {
            name,
            version,
            direct_url,
            importable: importable(&record, directory),
            native: has_native(&record),
        });
    }
    found.sort();
    Ok(found)
}

/// Name and version in the name of a `*.dist-info` directory. Hyphens in both are escaped there as
/// underscores, but older tools kept those in versions, so that the first hyphen divides.
pub(crate) fn parse_dist_info(file_name: &str) -> Option<(String, String)> {
    let stem = file_name.strip_suffix(".dist-info")?;
    let (name, version) = stem.split_once('-')?;
    // What pip leaves behind of an interrupted uninstall starts with a tilde.
    if name.is_empty() || version.is_empty() || name.starts_with('~') {
        return None;
    }
    Some((normalized(name), version.to_owned()))
}

/// PEP 503.
pub(crate) fn normalized(name: &str) -> String {
    let mut result = String::with_capacity(name.len());
    for c in name.chars() {
        if !matches!(c, '-' | '_' | '.') {
            result.push(c.to_ascii_lowercase());
        } else if !result.ends_with('-') {
            result.push('-');
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_directories_are_taken_apart() {
        let parsed = |name| parse_dist_info(name);
        let pair = |name: &str, version: &str| Some((name.to_owned(), version.to_owned()));
        assert_eq!(parsed("six-1.17.0.dist-info"), pair("six", "1.17.0"));
        assert_eq!(
            parsed("Foo_Bar-2.6.0+cu124.dist-info"),
            pair("foo-bar", "2.6.0+cu124")
        );
        assert_eq!(parsed("~ix-1.0.dist-info"), None);
        assert_eq!(parsed("six.py"), None);
        assert_eq!(parsed("six.dist-info"), None);
    }

    #[test]
    fn a_directory_that_is_missing_has_none() {
        assert_eq!(
            distributions_in(Utf8Path::new("/no/such/directory")).unwrap(),
            []
        );
    }
}
