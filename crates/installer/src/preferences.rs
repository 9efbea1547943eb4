//! Versions that a resolution prefers: those that the process has already, in which the plugin may
//! run.
//!
//! uv takes the versions of an existing `uv.lock` where the requirements allow them, and others where
//! they do not. So preferences are given to it as a lock that has names and versions alone: it
//! resolves anew, with everything else as the project says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use pep440_rs::Version;
use serde::{Deserialize, Serialize};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use crate::distribution::{Distribution, normalized};
use crate::lock_origin::LockOrigin;

/// Any registry: only a package with an index of its own is compared with the index of a preference.
const ANY_INDEX: &str = "https://pypi.org/simple";

/// So many preferences an environment remembers.
const MOST_REMEMBERED: usize = 1000;

/// Who has a version already.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PreferenceOrigin {
    /// The application, on its own path.
    Host,
    /// The environment of another plugin, by normalised name.
    Plugin(String),
}

impl fmt::Display for PreferenceOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("the application"),
            Self::Plugin(name) => write!(f, "plugin '{name}'"),
        }
    }
}

/// A version that is taken if the requirements allow it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    /// The distribution, normalised.
    pub name: String,
    /// Its version, with its local part.
    pub version: String,
    /// Who has it.
    pub origin: PreferenceOrigin,
}

impl Preference {
    pub(crate) fn is(&self, name: &str, version: &str) -> bool {
        self.name == name && self.version == version
    }
}

/// A preference that a resolution had, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Preferred {
    /// What was preferred.
    #[serde(flatten)]
    pub preference: Preference,
    /// Whether the environment has this version. If not, the requirements exclude it.
    pub taken: bool,
}

impl Preferred {
    /// Adds what was excluded in attempts before, so that none is made twice.
    pub(crate) fn remember(now: &mut Vec<Self>, before: &[Self]) {
        for one in before.iter().filter(|one| !one.taken) {
            let Preference { name, version, .. } = &one.preference;
            let is_same = |known: &Self| known.preference.is(name, version);
            if now.len() < MOST_REMEMBERED && !now.iter().any(is_same) {
                now.push(one.clone());
            }
        }
    }
}

/// The versions that are preferred, one for each distribution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences(BTreeMap<String, Preference>);

impl Preferences {
    /// Adds one distribution of an index.
    pub fn prefer(&mut self, origin: &PreferenceOrigin, name: &str, version: &str) {
        if Version::from_str(version).is_ok() {
            let preference = || Preference {
                name: name.to_owned(),
                version: version.to_owned(),
                origin: origin.clone(),
            };
            self.0.entry(name.to_owned()).or_insert_with(preference);
        }
    }

    /// Adds the distributions of one environment. Whoever came first has the say. A distribution from
    /// elsewhere than an index is no preference: no index has it.
    pub fn add(&mut self, origin: &PreferenceOrigin, distributions: &[Distribution]) {
        for one in distributions {
            if one.direct_url.is_none() {
                self.prefer(origin, &one.name, &one.version);
            }
        }
    }

    /// Adds others, which have no say where there is one already.
    pub fn extend(&mut self, others: &Self) {
        for one in others.0.values() {
            self.prefer(&one.origin, &one.name, &one.version);
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Preference> {
        self.0.values()
    }

    /// Those that count for an environment whose versions come from there: a lock file of the author
    /// gives way to the application alone.
    pub(crate) fn counting(&self, lock: LockOrigin) -> Self {
        self.those(|one| lock == LockOrigin::Resolved || one.origin == PreferenceOrigin::Host)
    }

    pub(crate) fn those(&self, counts: impl Fn(&Preference) -> bool) -> Self {
        let counting = self.0.iter().filter(|(_, one)| counts(one));
        Self(counting.map(|(k, v)| (k.clone(), v.clone())).collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Preference> {
        self.0.get(name)
    }

    /// What became of the preferences, for the record of an environment.
    pub(crate) fn outcome(&self, distributions: &[Distribution]) -> Vec<Preferred> {
        let outcome = |one: &Distribution| {
            let preference = self.0.get(&one.name)?.clone();
            let taken = preference.version == one.version;
            Some(Preferred { preference, taken })
        };
        distributions.iter().filter_map(outcome).collect()
    }
}

/// A lock of uv that has versions alone: the preferences, and for the rest those of an earlier lock.
/// `project` is the manifest that uv will see beside it, and `series` the Python (`3.12`).
pub(crate) fn lock_text(
    preferences: &Preferences,
    earlier: Option<&DocumentMut>,
    project: &DocumentMut,
    series: &str,
) -> String {
    let indexes = indexes(project);
    let mut packages = ArrayOfTables::new();
    for one in preferences.iter() {
        let own = indexes.get(&one.name).into_iter().flatten();
        for index in own.map(String::as_str).chain([ANY_INDEX]) {
            let mut source = InlineTable::new();
            source.insert("registry", index.into());
            let mut package = Table::new();
            package.insert("name", one.name.as_str().into());
            package.insert("version", one.version.as_str().into());
            package.insert("source", Item::Value(Value::InlineTable(source)));
            packages.push(package);
        }
    }
    for package in locked(earlier) {
        let name = package.get("name").and_then(Item::as_str).map(normalized);
        if name.is_some_and(|name| !preferences.0.contains_key(&name)) && is_from_elsewhere(package)
        {
            let mut kept = Table::new();
            for key in ["name", "version", "source", "resolution-markers"] {
                if let Some(item) = package.get(key) {
                    kept.insert(key, item.clone());
                }
            }
            packages.push(kept);
        }
    }
    let mut document = DocumentMut::new();
    document.insert("version", toml_edit::value(1));
    let requires = project
        .get("project")
        .and_then(|table| table.get("requires-python"));
    // What uv supposes, without which it cannot read a lock.
    let supposed = || toml_edit::value(format!(">={series}"));
    document.insert(
        "requires-python",
        requires.cloned().unwrap_or_else(supposed),
    );
    if !packages.is_empty() {
        document.insert("package", Item::ArrayOfTables(packages));
    }
    document.to_string()
}

/// The versions that a lock has of each distribution of an index.
pub(crate) fn versions_in(lock: &DocumentMut) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in locked(Some(lock)) {
        let text = |key: &str| package.get(key).and_then(Item::as_str);
        let source = package.get("source").and_then(Item::as_table_like);
        let from_index = source.is_some_and(|source| source.contains_key("registry"));
        if let (Some(name), Some(version), true) = (text("name"), text("version"), from_index) {
            let versions = found.entry(normalized(name)).or_default();
            versions.insert(version.to_owned());
        }
    }
    found
}

fn locked(lock: Option<&DocumentMut>) -> impl Iterator<Item = &Table> {
    let packages = lock.and_then(|lock| lock.get("package"));
    packages
        .and_then(Item::as_array_of_tables)
        .into_iter()
        .flatten()
}

/// The project itself, and libraries of this machine, have no other version.
fn is_from_elsewhere(package: &Table) -> bool {
    let source = package.get("source").and_then(Item::as_table_like);
    source.is_some_and(|source| source.contains_key("registry") || source.contains_key("git"))
}

/// The indexes that the project names for a package: uv takes a preference for it from these alone.
fn indexes(project: &DocumentMut) -> BTreeMap<String, Vec<String>> {
    let uv = project.get("tool").and_then(|tool| tool.get("uv"));
    let uv = uv.and_then(Item::as_table_like);
    let mut urls: BTreeMap<String, String> = BTreeMap::new();
    let mut note = |table: &dyn TableLike| {
        let text = |key: &str| table.get(key).and_then(Item::as_str).map(str::to_owned);
        if let (Some(name), Some(url)) = (text("name"), text("url")) {
            urls.insert(name, url);
        }
    };
    each(uv.and_then(|uv| uv.get("index")), &mut note);
    let sources = uv.and_then(|uv| uv.get("sources"));
    let sources = sources.and_then(Item::as_table_like);
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, source) in sources.into_iter().flat_map(TableLike::iter) {
        each(Some(source), &mut |table| {
            let index = table.get("index").and_then(Item::as_str);
            if let Some(url) = index.and_then(|index| urls.get(index)) {
                found.entry(normalized(name)).or_default().push(url.clone());
            }
        });
    }
    found
}

/// Calls for a table, or for every one of a list of tables, in either notation.
fn each(item: Option<&Item>, call: &mut dyn FnMut(&dyn TableLike)) {
    let Some(item) = item else { return };
    if let Some(table) = item.as_table_like() {
        return call(table);
    }
    match item {
        Item::ArrayOfTables(tables) => tables.iter().for_each(|table| call(table)),
        Item::Value(Value::Array(values)) => tables_of(values, call),
        _ => {}
    }
}

fn tables_of(values: &Array, call: &mut dyn FnMut(&dyn TableLike)) {
    for table in values.iter().filter_map(Value::as_inline_table) {
        call(table);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferences(list: &[(&str, &str)]) -> Preferences {
        let mut preferences = Preferences::default();
        for (name, version) in list {
            let one = [Distribution::new(*name, *version)];
            preferences.add(&PreferenceOrigin::Host, &one);
        }
        preferences
    }

    #[test]
    fn a_lock_has_the_preferences_and_what_was_locked_before() {
        let project = r#"
[project]
name = "x"
requires-python = "==3.12.*"
[[tool.uv.index]]
name = "gpu"
url = "https://example.org/gpu"
explicit = true
[tool.uv.sources]
Torch = [{ index = "gpu", marker = "sys_platform == 'linux'" }]
"#;
        let earlier = r#"
version = 1
requires-python = "==3.12.*"
[[package]]
name = "x"
version = "1.0"
source = { virtual = "." }
dependencies = [{ name = "six" }]
[[package]]
name = "numpy"
version = "2.4.6"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://example.org/numpy.whl" }]
[[package]]
name = "six"
version = "1.16.0"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://example.org/six.whl" }]
[[package]]
name = "mate"
version = "0.1"
source = { git = "https://example.org/mate?rev=main#abc" }
"#;
        let text = lock_text(
            &preferences(&[("numpy", "2.1.1"), ("torch", "2.6.0+cu124")]),
            Some(&earlier.parse().unwrap()),
            &project.parse().unwrap(),
            "3.12",
        );
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_first_has_the_say_and_what_no_index_has_is_left_out() {
        let mut all = preferences(&[("six", "1.15.0"), ("broken", "not a version")]);
        let local = Distribution::new("mate", "1.0").with_direct_url(Some("{}".into()));
        let later = [Distribution::new("six", "1.17.0"), local];
        all.add(&PreferenceOrigin::Plugin("other".into()), &later);
        assert_eq!(all, preferences(&[("six", "1.15.0")]));
    }
}
