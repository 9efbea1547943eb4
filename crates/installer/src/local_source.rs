//! Libraries that an environment has from this machine: by path, editable, or as a member of a
//! workspace.
//!
//! Which ones an environment has is told by uv itself, in the `direct_url.json` of what it has
//! installed ([PEP 610](https://peps.python.org/pep-0610/)): that covers those of libraries as well.
//! Before the first build only the manifest is known.

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::Manifest;
use pep508_rs::VersionOrUrl;
use serde::{Deserialize, Serialize};
use toml_edit::{DocumentMut, Item, Value};
use url::Url;

use crate::distribution::{Distribution, normalized};
use crate::source_tree::{self, Of, State};

/// A manifest may name so many.
const MOST: usize = 64;

/// A library from this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LocalSource {
    /// The name of the distribution, normalised.
    pub name: String,
    /// Its directory, or the file of a wheel or of an archive.
    pub path: Utf8PathBuf,
    /// Whether its modules are imported from there.
    pub editable: bool,
    /// What it was when it was built.
    #[serde(default)]
    pub(crate) state: State,
}

impl LocalSource {
    fn new(name: &str, path: Utf8PathBuf, editable: bool) -> Self {
        Self {
            name: normalized(name),
            path,
            editable,
            state: State::default(),
        }
    }

    /// Which of its files decide whether it is built again.
    pub(crate) fn of(&self) -> Of {
        if self.editable {
            Of::Build
        } else {
            Of::Everything
        }
    }

    /// Whether it is too large to be followed: a change in it is noticed by nobody.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.state.content.is_none()
    }

    /// The same as it is now.
    pub(crate) fn look(mut self) -> Self {
        self.state = source_tree::state(&self.path, self.of());
        self
    }
}

/// What a manifest says about local libraries, before anything is built.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Declared {
    /// Those with a path.
    pub(crate) sources: Vec<LocalSource>,
    /// All of them; members of a workspace have no path here.
    pub(crate) names: Vec<String>,
    /// The directories of wheels that it names.
    pub(crate) find_links: Vec<Utf8PathBuf>,
}

impl Declared {
    pub(crate) fn from_manifest(project_dir: &Utf8Path, manifest: &Manifest) -> Self {
        let mut declared = Self::default();
        let extras = manifest.optional_dependencies().values().flatten();
        let requirements: Vec<_> = manifest.dependencies().iter().chain(extras).collect();
        for requirement in &requirements {
            let url = match &requirement.as_pep508().version_or_url {
                Some(VersionOrUrl::Url(url)) => url.to_string(),
                _ => continue,
            };
            // A URL with `${PROJECT_ROOT}` is not valid before uv has replaced it.
            let url = url.replace("${PROJECT_ROOT}", project_dir.as_str());
            if let Some(path) = file_of(&url) {
                declared.add(requirement.name(), Some((path, false)));
            }
        }
        let sources = manifest
            .uv_table()
            .and_then(|uv| uv.get("sources")?.as_table());
        for (name, source) in sources.into_iter().flatten() {
            let is_required = |name: &str| {
                let name = normalized(name);
                requirements
                    .iter()
                    .any(|one| normalized(one.name()) == name)
            };
            if !is_required(name) {
                continue;
            }
            let one = source.as_table().into_iter();
            let several = source.as_array().into_iter().flatten();
            for table in one.chain(several.filter_map(|each| each.as_table())) {
                let flag = |key: &str| table.get(key).and_then(|value| value.as_bool());
                if let Some(path) = table.get("path").and_then(|path| path.as_str()) {
                    let path = plain(&project_dir.join(path));
                    let editable = flag("editable") == Some(true);
                    declared.add(name, Some((path, editable)));
                } else if flag("workspace") == Some(true) {
                    declared.add(name, None);
                }
            }
        }
        let find_links = manifest
            .uv_table()
            .and_then(|uv| uv.get("find-links")?.as_array());
        declared.find_links = find_links
            .into_iter()
            .flatten()
            .filter_map(|place| place.as_str())
            .filter_map(|place| match place.contains("://") {
                true => file_of(place),
                false => Some(plain(&project_dir.join(place))),
            })
            .take(MOST)
            .collect();
        declared
    }

    fn add(&mut self, name: &str, found: Option<(Utf8PathBuf, bool)>) {
        if self.names.len() >= MOST {
            return;
        }
        self.names.push(normalized(name));
        if let Some((path, editable)) = found {
            self.sources.push(LocalSource::new(name, path, editable));
        }
    }
}

/// The libraries of this machine that were installed.
pub(crate) fn installed(distributions: &[Distribution]) -> Vec<LocalSource> {
    distributions
        .iter()
        .filter_map(|distribution| {
            let (path, editable) = distribution.local_path()?;
            Some(LocalSource::new(&distribution.name, path, editable))
        })
        .collect()
}

/// The wheels and archives of distributions that come from a directory which the manifest names in
/// `find-links`, by the lock of the environment. `base` is where its relative paths start.
pub(crate) fn from_find_links(
    lock: &DocumentMut,
    base: &Utf8Path,
    find_links: &[Utf8PathBuf],
    distributions: &[Distribution],
) -> Vec<LocalSource> {
    let packages = lock.get("package").and_then(Item::as_array_of_tables);
    let mut found = Vec::new();
    for package in packages.into_iter().flatten() {
        let text = |key: &str| package.get(key).and_then(Item::as_str);
        let (Some(name), Some(version)) = (text("name"), text("version")) else {
            continue;
        };
        let is_it = |one: &&Distribution| {
            one.name == normalized(name) && one.version == version && one.direct_url.is_none()
        };
        let registry = package
            .get("source")
            .and_then(|source| source.get("registry"));
        let Some(registry) = registry.and_then(Item::as_str) else {
            continue;
        };
        let directory = plain(&base.join(registry));
        if !find_links.contains(&directory) || !distributions.iter().any(|one| is_it(&one)) {
            continue;
        }
        let wheels = package.get("wheels").and_then(Item::as_array);
        let wheels = wheels
            .into_iter()
            .flatten()
            .filter_map(Value::as_inline_table);
        let files = wheels.filter_map(|wheel| wheel.get("path").and_then(Value::as_str));
        let archive = package.get("sdist").and_then(|sdist| sdist.get("path"));
        for file in files.chain(archive.and_then(Item::as_str)).take(MOST) {
            found.push(LocalSource::new(name, plain(&directory.join(file)), false));
        }
    }
    found
}

impl Distribution {
    /// The directory or file of this machine that it was built from, and whether it is editable;
    /// `None` for one from elsewhere.
    #[must_use]
    pub fn local_path(&self) -> Option<(Utf8PathBuf, bool)> {
        let direct: DirectUrl = serde_json::from_str(self.direct_url.as_deref()?).ok()?;
        let editable = direct.dir_info.and_then(|info| info.editable);
        Some((file_of(&direct.url)?, editable == Some(true)))
    }
}

#[derive(Deserialize)]
struct DirectUrl {
    url: String,
    dir_info: Option<DirInfo>,
}

#[derive(Deserialize)]
struct DirInfo {
    editable: Option<bool>,
}

/// The path in a `file:` URL.
pub(crate) fn file_of(url: &str) -> Option<Utf8PathBuf> {
    let url = Url::parse(url).ok().filter(|url| url.scheme() == "file")?;
    Utf8PathBuf::from_path_buf(url.to_file_path().ok()?).ok()
}

/// Without `.` and `..`, as uv names it.
pub(crate) fn plain(path: &Utf8Path) -> Utf8PathBuf {
    use camino::Utf8Component;
    let mut result = Utf8PathBuf::new();
    for component in path.components() {
        match component {
            Utf8Component::ParentDir => drop(result.pop()),
            Utf8Component::CurDir => {}
            other => result.push(other),
        }
    }
    result
}

/// A remark about libraries that are not followed.
pub(crate) fn note(sources: &[LocalSource]) -> Option<String> {
    let large: Vec<String> = sources
        .iter()
        .filter(|source| source.is_too_large())
        .map(|source| format!("{} in {}", source.name, source.path))
        .collect();
    (!large.is_empty()).then(|| {
        format!(
            "{} has too many files to be followed (more than {}): a change in it is used after \
             an explicit reload of the plugin",
            large.join(", "),
            source_tree::MOST_ENTRIES
        )
    })
}
