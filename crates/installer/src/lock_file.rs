//! Whether a `uv.lock` that a plugin ships still fits its manifest.
//!
//! `uv sync --frozen` takes a lock as it is, and `--locked` also refuses one that was made with
//! another index, such as a mirror. So the lock's own copy of the requirements is compared with the
//! manifest's. Only a certain difference counts: what cannot be compared is believed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::str::FromStr;

use camino::Utf8Path;
use lichtfeld_manifest::Requirement;
use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::VersionOrUrl;
use toml_edit::{DocumentMut, Item, TableLike};

use crate::distribution::normalized;
use crate::error::InstallError;
use crate::python::PythonInfo;

/// A plugin's lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shipped {
    /// There is none.
    No,
    /// There is one, and it fits.
    Fits,
    /// There is one that does not.
    Stale(String),
    /// There is one for other Pythons, as its `requires-python` says.
    ForOthers(String),
}

/// Names with their version specifiers, each sorted; `None` for what is no range of versions.
type Requirements = BTreeMap<String, Vec<Option<Vec<String>>>>;

/// Compares `uv.lock` with `pyproject.toml`.
pub(crate) fn inspect(
    project_dir: &Utf8Path,
    python: &PythonInfo,
) -> Result<Shipped, InstallError> {
    let path = project_dir.join("uv.lock");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Shipped::No),
        Err(error) => return Err(InstallError::io("read", &path, error)),
    };
    let Ok(lock) = text.parse::<DocumentMut>() else {
        return Ok(Shipped::Stale("it is not a uv.lock: it is not TOML".into()));
    };
    let manifest = project_dir.join("pyproject.toml");
    let manifest = fs::read_to_string(&manifest)
        .map_err(|error| InstallError::io("read", &manifest, error))?;
    // What is wrong with the manifest is for uv to say.
    let Ok(manifest) = manifest.parse::<DocumentMut>() else {
        return Ok(Shipped::Fits);
    };
    Ok(match difference(&manifest, &lock) {
        Some(reason) => Shipped::Stale(reason),
        None => match for_others(&lock, python) {
            Some(requires) => Shipped::ForOthers(requires),
            None => Shipped::Fits,
        },
    })
}

/// The Pythons that a lock is for, if this is none of them.
fn for_others(lock: &DocumentMut, python: &PythonInfo) -> Option<String> {
    let requires = lock.get("requires-python")?.as_str()?;
    let specifiers = VersionSpecifiers::from_str(requires).ok()?;
    let version = Version::from_str(&python.version_text()).ok()?;
    (!specifiers.contains(&version)).then(|| requires.to_owned())
}

fn difference(manifest: &DocumentMut, lock: &DocumentMut) -> Option<String> {
    let project = manifest.get("project")?.as_table_like()?;
    let name = normalized(project.get("name")?.as_str()?);
    let packages = lock.get("package").and_then(Item::as_array_of_tables);
    let own = packages.into_iter().flatten().find(|package| {
        package
            .get("name")
            .and_then(Item::as_str)
            .is_some_and(|found| normalized(found) == name)
            && package
                .get("source")
                .and_then(Item::as_table_like)
                .is_some_and(|source| {
                    ["virtual", "editable", "directory"]
                        .iter()
                        .any(|key| source.contains_key(key))
                })
    });
    let Some(own) = own else {
        return Some(format!("it is the lock of another project than {name}"));
    };
    let declared = declared(project)?;
    let locked = locked(own);
    for (name, specifiers) in &declared {
        match locked.get(name) {
            None => {
                return Some(format!(
                    "the manifest requires {name}, and the lock does not"
                ));
            }
            Some(locked) if differ(specifiers, locked) => {
                return Some(format!(
                    "the manifest and the lock require different versions of {name}"
                ));
            }
            Some(_) => {}
        }
    }
    let superfluous = locked.keys().find(|name| !declared.contains_key(*name));
    superfluous.map(|name| format!("the lock requires {name}, and the manifest does not"))
}

/// Requirements that are not ranges (a URL, a path by `tool.uv.sources`) are not compared.
fn differ(declared: &[Option<Vec<String>>], locked: &[Option<Vec<String>>]) -> bool {
    let certain = |list: &[Option<Vec<String>>]| {
        let mut list: Vec<_> = list.iter().cloned().collect::<Option<Vec<_>>>()?;
        list.sort();
        list.dedup();
        Some(list)
    };
    matches!((certain(declared), certain(locked)), (Some(one), Some(other)) if one != other)
}

fn declared(project: &dyn TableLike) -> Option<Requirements> {
    let mut texts: Vec<String> = strings(project.get("dependencies"));
    let extras = project
        .get("optional-dependencies")
        .and_then(Item::as_table_like);
    for (_, item) in extras.into_iter().flat_map(TableLike::iter) {
        texts.extend(strings(Some(item)));
    }
    let mut found = Requirements::new();
    let own = project.get("name").and_then(Item::as_str).map(normalized);
    for text in texts {
        let requirement = Requirement::new(&text).ok()?;
        let name = normalized(requirement.name());
        // `x[all]` within x collects extras; uv writes it out.
        if Some(&name) == own.as_ref() {
            return None;
        }
        let specifiers = match &requirement.as_pep508().version_or_url {
            None => Some(Vec::new()),
            Some(VersionOrUrl::VersionSpecifier(specifiers)) => Some(spelled(specifiers)),
            Some(VersionOrUrl::Url(_)) => None,
        };
        found.entry(name).or_default().push(specifiers);
    }
    Some(found)
}

fn locked(package: &dyn TableLike) -> Requirements {
    let mut found = Requirements::new();
    let metadata = package.get("metadata").and_then(Item::as_table_like);
    let requires = metadata.and_then(|metadata| metadata.get("requires-dist"));
    for entry in requires.and_then(Item::as_array).into_iter().flatten() {
        let Some(entry) = entry.as_inline_table() else {
            continue;
        };
        let Some(name) = entry.get("name").and_then(|name| name.as_str()) else {
            continue;
        };
        let from_index = [
            "url",
            "path",
            "git",
            "directory",
            "editable",
            "virtual",
            "workspace",
        ]
        .iter()
        .all(|key| !entry.contains_key(key));
        let text = entry
            .get("specifier")
            .and_then(|text| text.as_str())
            .unwrap_or("");
        let specifiers = VersionSpecifiers::from_str(text)
            .ok()
            .filter(|_| from_index);
        let specifiers = specifiers.map(|specifiers| spelled(&specifiers));
        found.entry(normalized(name)).or_default().push(specifiers);
    }
    found
}

fn spelled(specifiers: &VersionSpecifiers) -> Vec<String> {
    let mut list: Vec<String> = specifiers.iter().map(ToString::to_string).collect();
    list.sort();
    list
}

fn strings(item: Option<&Item>) -> Vec<String> {
    let array = item.and_then(Item::as_array);
    let texts = array
        .into_iter()
        .flatten()
        .filter_map(|value| value.as_str());
    texts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
version = 1
requires-python = ">=3.10"
[[package]]
name = "demo"
version = "1.0"
source = { virtual = "." }
[package.metadata]
requires-dist = [
    { name = "iniconfig", specifier = ">=2" },
    { name = "numpy", marker = "sys_platform == 'win32'" },
    { name = "six", marker = "extra == 'fast'", specifier = ">=1.15,<2" },
    { name = "local", directory = "../local" },
]
[[package]]
name = "iniconfig"
version = "2.3.1"
source = { registry = "https://pypi.org/simple" }
"#;

    fn state(dependencies: &str, extras: &str) -> Option<String> {
        let manifest = format!(
            "[project]\nname = 'Demo'\ndependencies = {dependencies}\n\
             [project.optional-dependencies]\nfast = {extras}\n"
        );
        difference(&manifest.parse().unwrap(), &LOCK.parse().unwrap())
    }

    #[test]
    fn spelling_and_order_do_not_matter() {
        let same = "['numpy ; sys_platform==\"win32\"', 'IniConfig >= 2', 'local>=3']";
        assert_eq!(state(same, "['six<2,>=1.15']"), None);
    }

    #[test]
    fn differences_are_named() {
        let extras = "['six>=1.15,<2']";
        let reasons: Vec<String> = [
            state("['iniconfig>=2', 'numpy', 'local', 'rich']", extras),
            state("['iniconfig>=3', 'numpy', 'local']", extras),
            state("['iniconfig>=2', 'local']", extras),
            difference(
                &"[project]\nname = 'other'\n".parse().unwrap(),
                &LOCK.parse().unwrap(),
            ),
        ]
        .into_iter()
        .flatten()
        .collect();
        insta::assert_snapshot!(reasons.join("\n"), @r"
        the manifest requires rich, and the lock does not
        the manifest and the lock require different versions of iniconfig
        the lock requires numpy, and the manifest does not
        it is the lock of another project than other
        ");
    }

    #[test]
    fn what_cannot_be_read_is_believed() {
        assert_eq!(state("['not a requirement !']", "[]"), None);
        assert_eq!(state("['demo[fast]']", "[]"), None);
    }
}
