//! What a distribution adds to `sys.path` that can be imported. Its name says nothing about that:
//! `pycolmap` and `pycolmap-cuda12` both are imported as `pycolmap`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;

use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use crate::record_row::Row;

/// Packages that many distributions contain by mistake, and nobody imports.
const STRAY: [&str; 5] = ["benchmarks", "docs", "examples", "test", "tests"];

/// What the `__init__.py` of a namespace package of the older kinds contains ([guide]).
///
/// [guide]: https://packaging.python.org/en/latest/guides/packaging-namespace-packages/
const NAMESPACE: [&str; 2] = ["extend_path", "declare_namespace"];

/// So many parts a distribution may have; with more it is compared by its outermost names, so that the
/// record of an environment stays short.
const MOST_PARTS: usize = 256;

/// A namespace package says that it is one in a few lines.
const FEW_LINES: u64 = 4096;

/// A module, a package, or a native library outside of packages. Of a namespace package each part
/// counts for itself: `google.protobuf` and `google.auth` are two.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Importable {
    /// Its dotted name, such as `backports.tarfile`; of a library its path.
    pub name: String,
    /// The same for two with the same files: 16 hexadecimal digits.
    pub digest: String,
}

impl Importable {
    /// For those who know them from elsewhere than a `RECORD`.
    pub fn new(name: impl Into<String>, digest: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            digest: digest.into(),
        }
    }
}

/// What can be imported of the files in the text of a `RECORD`, sorted by name. Lines that are none
/// are left out: what is wrong with them is reported by those who compare the files.
pub(crate) fn importable(record: &str, site_packages: &Utf8Path) -> Vec<Importable> {
    listed(record, |init| is_namespace(&site_packages.join(init)))
}

/// Whether there is native code among the files in the text of a `RECORD`.
pub(crate) fn has_native(record: &str) -> bool {
    let mut rows = record.lines().filter_map(Row::parse);
    rows.any(|row| row.path.ends_with(".pyd") || is_library(&row.path))
}

/// A file that cannot be read is not known to be one.
fn is_namespace(init: &Utf8Path) -> bool {
    let mut text = String::new();
    let read = File::open(init).and_then(|file| file.take(FEW_LINES).read_to_string(&mut text));
    read.is_ok() && NAMESPACE.iter().any(|word| text.contains(word))
}

fn listed(record: &str, is_namespace: impl Fn(&str) -> bool) -> Vec<Importable> {
    let mut rows: Vec<Row> = record
        .lines()
        .filter_map(Row::parse)
        .filter(|row| is_below_site_packages(&row.path))
        .collect();
    rows.sort_by(|a, b| a.path.cmp(&b.path));
    let mut packages: BTreeSet<&str> = BTreeSet::new();
    let mut namespaces: BTreeSet<&str> = BTreeSet::new();
    for row in &rows {
        let Some((directory, file)) = row.path.rsplit_once('/') else {
            continue;
        };
        if stem(file) != "__init__"
            || !is_module(file)
            || package_of(&row.path, &packages).is_some()
        {
            continue;
        }
        // Only the outermost package decides, so that few files are read. Sorted by path, it comes
        // before those in it.
        if is_namespace(&row.path) {
            namespaces.insert(&row.path);
        } else {
            packages.insert(directory);
        }
    }
    let named: Vec<(String, &Row)> = rows
        .iter()
        .filter(|row| !namespaces.contains(row.path.as_str()))
        .filter_map(|row| Some((unit(&row.path, &packages)?, row)))
        .collect();
    let parts: BTreeSet<&str> = named.iter().map(|(name, _)| &**name).collect();
    let has_too_many = parts.len() > MOST_PARTS;
    let mut found: BTreeMap<String, blake3::Hasher> = BTreeMap::new();
    for (name, row) in &named {
        let outermost = name.split(['.', '/']).next().unwrap_or(name);
        let name = if has_too_many { outermost } else { name }.to_owned();
        let hasher = found.entry(name).or_default();
        for part in [row.path.as_bytes(), b"\0", row.hash.as_bytes(), b"\n"] {
            hasher.update(part);
        }
    }
    found
        .into_iter()
        .filter(|(name, _)| !STRAY.contains(&name.as_str()))
        .map(|(name, hasher)| {
            let mut digest = hasher.finalize().to_hex().to_string();
            digest.truncate(16);
            Importable { name, digest }
        })
        .collect()
}

/// The rest are scripts and data elsewhere in the environment, notes about the distribution, and
/// what Python compiles itself.
fn is_below_site_packages(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or(path);
    !matches!(first, "" | ".." | "__pycache__")
        && !first.ends_with(".dist-info")
        && !first.ends_with(".data")
        && !path.ends_with(".pyc")
}

/// The outermost package around a file, as a path.
fn package_of<'a>(path: &'a str, packages: &BTreeSet<&str>) -> Option<&'a str> {
    let mut around = path.match_indices('/').map(|(end, _)| &path[..end]);
    around.find(|directory| packages.contains(directory))
}

/// What a file belongs to: the outermost package around it, else the module that it is.
fn unit(path: &str, packages: &BTreeSet<&str>) -> Option<String> {
    if let Some(package) = package_of(path, packages) {
        return Some(package.replace('/', "."));
    }
    let (directory, file) = path.rsplit_once('/').unwrap_or(("", path));
    let is_namespace = directory.split('/').all(|part| !part.contains(['.', '-']));
    if is_module(file) && is_namespace {
        let dotted = directory.replace('/', ".");
        let dot = if dotted.is_empty() { "" } else { "." };
        return Some(format!("{dotted}{dot}{}", stem(file)));
    }
    is_library(file).then(|| path.to_owned())
}

/// `_core.cpython-312-x86_64-linux-gnu.so` is the module `_core`.
fn stem(file: &str) -> &str {
    file.split('.').next().unwrap_or(file)
}

fn is_module(file: &str) -> bool {
    [".py", ".so", ".pyd"]
        .iter()
        .any(|suffix| file.ends_with(suffix))
}

fn is_library(file: &str) -> bool {
    file.contains(".so.")
        || [".so", ".dylib", ".dll"]
            .iter()
            .any(|suffix| file.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(record: &str) -> Vec<String> {
        let found = listed(record, |init| init.starts_with("space/")).into_iter();
        found.map(|importable| importable.name).collect()
    }

    #[test]
    fn modules_packages_and_libraries_are_found() {
        let record = "six.py,sha256=a,1\n\
            _core.cpython-312-x86_64-linux-gnu.so,sha256=b,1\n\
            numpy/__init__.py,sha256=c,1\n\
            numpy/linalg/__init__.py,sha256=d,1\n\
            numpy/py.typed,sha256=e,0\n\
            numpy.libs/libblas-1f.so,sha256=f,1\n\
            nvidia/cublas/lib/libcublas.so.12,sha256=g,1\n\
            backports/tarfile/__init__.py,sha256=h,1\n\
            google/auth.py,sha256=i,1\n\
            tests/__init__.py,sha256=j,0\n\
            README.md,sha256=k,1\n\
            ../../../bin/f2py,sha256=l,1\n\
            __pycache__/six.cpython-312.pyc,,\n\
            numpy-2.0.dist-info/METADATA,sha256=m,1\n\
            not a row\n";
        assert_eq!(
            names(record),
            [
                "_core",
                "backports.tarfile",
                "google.auth",
                "numpy",
                "numpy.libs/libblas-1f.so",
                "nvidia/cublas/lib/libcublas.so.12",
                "six",
            ]
        );
    }

    #[test]
    fn the_files_decide_whether_two_are_the_same() {
        let plain = "pycolmap/__init__.py,sha256=a,1\npycolmap/_core.so,sha256=b,1\n";
        let cuda = "pycolmap/__init__.py,sha256=a,1\npycolmap/_core.so,sha256=c,1\n";
        let other_order = "pycolmap/_core.so,sha256=b,1\npycolmap/__init__.py,sha256=a,1\n";
        let listed = |record: &str| listed(record, |_| false);
        assert_eq!(listed(plain), listed(other_order));
        assert_ne!(listed(plain), listed(cuda));
        assert_eq!(names(plain), names(cuda));
    }

    #[test]
    fn a_namespace_of_the_older_kind_has_parts() {
        let record = "space/__init__.py,sha256=a,9\n\
            space/alone.py,sha256=b,1\n\
            space/one/__init__.py,sha256=c,1\n\
            space/one/deep.py,sha256=d,1\n";
        // "space/one/" starts so too, and the closure calls it a namespace.
        assert_eq!(names(record), ["space.alone", "space.one.deep"]);
        let only_outer = listed(record, |init| init == "space/__init__.py");
        assert_eq!(only_outer[1].name, "space.one");
        let scratch = tempfile::tempdir().unwrap();
        let directory = Utf8Path::from_path(scratch.path()).unwrap();
        let init = directory.join("__init__.py");
        assert!(!super::is_namespace(&init));
        for (text, expected) in [
            (
                "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
                true,
            ),
            (
                "__import__('pkg_resources').declare_namespace(__name__)\n",
                true,
            ),
            ("VERSION = 1\n", false),
        ] {
            lichtfeld_system::files::write_atomic(&init, text.as_bytes()).unwrap();
            assert_eq!(super::is_namespace(&init), expected, "{text}");
        }
    }

    #[test]
    fn a_namespace_of_too_many_parts_is_one() {
        let record = |count: usize| -> String {
            let modules = (0..count).map(|number| format!("many/m{number}.py,sha256=a,1\n"));
            modules.chain(["alone.py,sha256=b,1\n".into()]).collect()
        };
        assert_eq!(names(&record(MOST_PARTS - 1)).len(), MOST_PARTS);
        assert_eq!(names(&record(MOST_PARTS)), ["alone", "many"]);
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert_eq!(listed("", |_| true), []);
        assert_eq!(names("/\n//,,\n,,\n../x.py,,\n"), Vec::<String>::new());
    }
}
