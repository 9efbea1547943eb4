//! The warm check: whether an environment is there and whole, by looking, with no child process.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io;

use camino::Utf8Path;

use super::{EnvironmentDir, measure};
use crate::error::InstallError;
use crate::generation::{Generation, Record, USE_FILE, site_packages_in};
use crate::outcome::Check;

/// Looks at the environment of a fingerprint.
pub(crate) fn check(dir: &EnvironmentDir, fingerprint: &str) -> Result<Check, InstallError> {
    let path = dir.generation(fingerprint);
    match fs::symlink_metadata(&path) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Check::Missing {
                reason: why_missing(dir),
            });
        }
        Err(error) => return Err(InstallError::io("read", &path, error)),
    }
    Ok(match examine(&path, fingerprint) {
        Ok(record) => Check::Ready(Generation::new(&path, record)),
        Err(reason) => Check::Damaged { path, reason },
    })
}

fn why_missing(dir: &EnvironmentDir) -> String {
    match dir.published() {
        Ok(published) if !published.is_empty() => {
            "its dependencies, its lock file or the host's Python have changed".into()
        }
        _ => "it has never been installed".into(),
    }
}

fn examine(path: &Utf8Path, fingerprint: &str) -> Result<Record, String> {
    let record = Record::read(path)?;
    if record.fingerprint != fingerprint {
        return Err(format!(
            "its record is of another environment, {}",
            record.fingerprint
        ));
    }
    if fs::symlink_metadata(path.join(USE_FILE)).is_err() {
        return Err(format!("{USE_FILE} is missing"));
    }
    // Through the link: the host's Python may have been moved or removed.
    let python = crate::generation::python_in(path);
    if fs::metadata(&python).is_err() {
        return Err(format!("{python} leads nowhere"));
    }
    let site_packages = site_packages_in(path, record.python.version);
    let found = entries(&site_packages).map_err(|error| format!("{site_packages}: {error}"))?;
    let expected: HashSet<&str> = record.entries.iter().map(String::as_str).collect();
    for name in &expected {
        if !found.contains(&OsString::from(*name)) {
            return Err(format!("{} is missing", site_packages.join(name)));
        }
    }
    if record.linked
        && let Some(path) = measure::leads_nowhere(&site_packages, &record.entries)
    {
        return Err(format!("{path} leads nowhere: uv's cache was emptied"));
    }
    let foreign = |name: &&OsString| {
        let name = name.to_string_lossy();
        name.ends_with(".dist-info") && !expected.contains(name.as_ref())
    };
    match found.iter().find(foreign) {
        Some(name) => Err(format!(
            "{} was installed into it by somebody else",
            site_packages.join(name.to_string_lossy().as_ref())
        )),
        None => Ok(record),
    }
}

fn entries(directory: &Utf8Path) -> io::Result<HashSet<OsString>> {
    fs::read_dir(directory)?
        .map(|entry| Ok(entry?.file_name()))
        .collect()
}
