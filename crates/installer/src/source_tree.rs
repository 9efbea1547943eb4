//! What a local library looks like now: the files of its directory, within bounds.
//!
//! The path of a library comes from a manifest, which may name the root of the disk. A directory
//! with more files than a library has is given up early, and is then not followed.

use std::fs::{self, Metadata};
use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use camino::{Utf8Path, Utf8PathBuf};
use ignore::WalkBuilder;
use serde::{Deserialize, Serialize};

/// So many files and directories a library may have.
pub(crate) const MOST_ENTRIES: usize = 5_000;

/// So many bytes its files may have together, where they are compared by content.
const MOST_BYTES: u64 = 128 << 20;

/// So long looking through one may take.
const LONGEST: Duration = Duration::from_secs(2);

/// So deep its directories may be.
const DEEPEST: usize = 24;

/// The stamp of a file that changed within this time may be the same after another write.
const TICK: Duration = Duration::from_millis(50);

/// Directories of a library that are made from it: what tools build, and environments.
pub const MADE_DIRECTORIES: [&str; 8] = [
    "__pycache__",
    "node_modules",
    "site-packages",
    "venv",
    "target",
    "build",
    "dist",
    "_skbuild",
];

/// Endings of files that an editable library has to be built again for. The rest is used in place.
const BUILT: [&str; 17] = [
    "c", "cc", "cpp", "cxx", "cu", "cuh", "h", "hh", "hpp", "pyx", "pxd", "rs", "f90", "toml",
    "cfg", "cmake", "in",
];

/// Files of the same kind without such an ending.
const BUILT_NAMES: [&str; 3] = ["setup.py", "CMakeLists.txt", "meson.build"];

/// Which files of a library count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// All: they are copied into the environment.
    Everything,
    /// Those that a build reads, and which modules there are: the rest is used in place.
    Build,
}

/// What the files of a library were at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// By names, sizes and times; absent where a file was too young for its time to be trusted.
    pub(crate) quick: Option<String>,
    /// By names and content; absent where the library is too large to be looked through.
    pub(crate) content: Option<String>,
}

struct Seen {
    /// Relative to the root, with `/`; empty for a root that is a file.
    name: String,
    path: Utf8PathBuf,
    metadata: Metadata,
}

/// A library that is too large to be looked through, or that cannot be read.
struct TooLarge;

/// Looks at a library.
pub(crate) fn state(root: &Utf8Path, of: Of) -> State {
    let Ok(files) = files(root, of) else {
        return State::default();
    };
    let Ok(content) = content_of(&files, of) else {
        return State::default();
    };
    State {
        quick: (!files.iter().any(is_young)).then(|| quick_of(&files)),
        content: Some(content),
    }
}

/// Returns whether a library is as it was, reading its files only where times differ. One that is
/// too large is taken to be.
pub(crate) fn is_as(root: &Utf8Path, of: Of, before: &State) -> bool {
    let Some(content) = &before.content else {
        return true;
    };
    let Ok(files) = files(root, of) else {
        return true;
    };
    if before.quick.as_ref() == Some(&quick_of(&files)) {
        return true;
    }
    content_of(&files, of).is_ok_and(|now| now == *content)
}

/// A text that differs once any file of the library differs, by names, sizes and times. `None` for
/// one that is too large.
#[must_use]
pub fn live_state(root: &Utf8Path) -> Option<String> {
    files(root, Of::Everything)
        .ok()
        .map(|files| quick_of(&files))
}

/// The files that count, sorted by name. A root that is missing has none.
fn files(root: &Utf8Path, of: Of) -> Result<Vec<Seen>, TooLarge> {
    let deadline = Instant::now() + LONGEST;
    // What is left out counts as well: looking at it takes as long.
    let entries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&entries);
    let walk = WalkBuilder::new(root)
        .standard_filters(false)
        .hidden(true)
        .git_ignore(true)
        .require_git(false)
        .max_depth(Some(DEEPEST))
        .filter_entry(move |entry| {
            counted.fetch_add(1, Ordering::Relaxed) < MOST_ENTRIES
                && (entry.depth() == 0 || !is_made(entry))
        })
        .build();
    let mut found = Vec::new();
    for entry in walk {
        if entries.load(Ordering::Relaxed) >= MOST_ENTRIES || Instant::now() >= deadline {
            return Err(TooLarge);
        }
        // What cannot be read is for the build to report.
        let Ok(entry) = entry else { continue };
        let (Some(path), Ok(metadata)) = (Utf8Path::from_path(entry.path()), entry.metadata())
        else {
            continue;
        };
        if metadata.is_dir() {
            continue;
        }
        let name = path.strip_prefix(root).unwrap_or(path).as_str();
        if of == Of::Everything || is_built(path) || is_module(path) {
            found.push(Seen {
                name: name.replace('\\', "/"),
                path: path.to_owned(),
                metadata,
            });
        }
    }
    // The last entries may have been refused by the count.
    if entries.load(Ordering::Relaxed) >= MOST_ENTRIES {
        return Err(TooLarge);
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn is_made(entry: &ignore::DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    if entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return MADE_DIRECTORIES.contains(&&*name)
            || name.ends_with(".egg-info")
            || entry.path().join("pyvenv.cfg").is_file();
    }
    name.ends_with(".pyc") || name.ends_with('~') || name.ends_with(".tmp")
}

fn is_built(path: &Utf8Path) -> bool {
    path.extension().is_some_and(|end| BUILT.contains(&end))
        || path
            .file_name()
            .is_some_and(|name| BUILT_NAMES.contains(&name))
}

/// A module's content is used in place; that it is there decides what the build links.
fn is_module(path: &Utf8Path) -> bool {
    path.extension() == Some("py")
}

fn modified(metadata: &Metadata) -> Duration {
    let time = metadata.modified().ok();
    time.and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .unwrap_or_default()
}

fn is_young(seen: &Seen) -> bool {
    let age = seen.metadata.modified().ok().map(|time| time.elapsed());
    // A time in the future is not to be trusted either.
    age.is_none_or(|age| {
        age.is_ok_and(|age| age < TICK)
            || seen
                .metadata
                .modified()
                .is_ok_and(|t| t > SystemTime::now())
    })
}

fn quick_of(files: &[Seen]) -> String {
    let mut hasher = blake3::Hasher::new();
    for seen in files {
        hasher.update(&(seen.name.len() as u64).to_le_bytes());
        hasher.update(seen.name.as_bytes());
        hasher.update(&seen.metadata.len().to_le_bytes());
        hasher.update(&modified(&seen.metadata).as_nanos().to_le_bytes());
    }
    shortened(&hasher)
}

fn content_of(files: &[Seen], of: Of) -> Result<String, TooLarge> {
    let mut hasher = blake3::Hasher::new();
    let mut left = MOST_BYTES;
    for seen in files {
        hasher.update(&(seen.name.len() as u64).to_le_bytes());
        hasher.update(seen.name.as_bytes());
        if of == Of::Build && !is_built(&seen.path) {
            continue;
        }
        let bytes = if seen.metadata.is_file() {
            read(&seen.path, left)?
        } else if seen.metadata.is_symlink() {
            let target = fs::read_link(&seen.path).unwrap_or_default();
            target.to_string_lossy().into_owned().into_bytes()
        } else {
            Vec::new() // a pipe would never end
        };
        left = left.saturating_sub(bytes.len() as u64);
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    Ok(shortened(&hasher))
}

/// One that is gone meanwhile is empty.
fn read(path: &Utf8Path, most: u64) -> Result<Vec<u8>, TooLarge> {
    let mut bytes = Vec::new();
    if let Ok(file) = fs::File::open(path) {
        let _ = file.take(most + 1).read_to_end(&mut bytes);
    }
    if bytes.len() as u64 > most {
        return Err(TooLarge);
    }
    Ok(bytes)
}

fn shortened(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lichtfeld_system::files::write_atomic;

    fn library() -> (tempfile::TempDir, Utf8PathBuf) {
        let scratch = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(scratch.path().join("lib")).unwrap();
        for (name, text) in [
            ("pyproject.toml", "[project]"),
            ("lib/__init__.py", "VALUE = 1\n"),
            (".gitignore", "*.log\n"),
        ] {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            write_atomic(root.join(name), text.as_bytes()).unwrap();
        }
        (scratch, root)
    }

    fn put(root: &Utf8Path, name: &str, text: &str) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_atomic(path, text.as_bytes()).unwrap();
    }

    #[test]
    fn the_content_decides_and_what_is_made_does_not_count() {
        let (_scratch, root) = library();
        let before = state(&root, Of::Everything);
        for name in [
            ".git/HEAD",
            "target/debug/x",
            "build/lib/y.py",
            "lib/__pycache__/z.pyc",
            "own/pyvenv.cfg",
            "own/lib/z.py",
            "a.log",
        ] {
            put(&root, name, "made");
        }
        put(&root, "lib/__init__.py", "VALUE = 1\n");
        assert!(is_as(&root, Of::Everything, &before));
        put(&root, "lib/__init__.py", "VALUE = 2\n");
        assert!(!is_as(&root, Of::Everything, &before));
    }

    #[test]
    fn an_editable_one_is_built_for_other_reasons() {
        let (_scratch, root) = library();
        let before = state(&root, Of::Build);
        put(&root, "lib/__init__.py", "VALUE = 2\n");
        put(&root, "lib/data.txt", "text");
        assert!(is_as(&root, Of::Build, &before), "used in place");
        for (name, text) in [
            ("more/__init__.py", ""),
            ("pyproject.toml", "[project]\n"),
            ("core.c", ""),
        ] {
            let before = state(&root, Of::Build);
            put(&root, name, text);
            assert!(!is_as(&root, Of::Build, &before), "{name}");
        }
    }

    #[test]
    fn a_tree_without_an_end_is_given_up() {
        let (_scratch, root) = library();
        fs::create_dir(root.join("many")).unwrap();
        for number in 0..MOST_ENTRIES {
            fs::File::create(root.join(format!("many/{number}"))).unwrap();
        }
        let given_up = state(&root, Of::Everything);
        assert_eq!(given_up, State::default());
        assert_eq!(live_state(&root), None);
        assert!(is_as(&root, Of::Everything, &given_up));
        let started = Instant::now();
        assert_eq!(state(Utf8Path::new("/"), Of::Everything), State::default());
        assert!(started.elapsed() < LONGEST * 5);
    }

    #[test]
    fn a_file_is_one_and_what_is_missing_is_nothing() {
        let (_scratch, root) = library();
        let file = root.join("pyproject.toml");
        let before = state(&file, Of::Everything);
        assert!(before.content.is_some());
        put(&root, "pyproject.toml", "[other]");
        assert!(!is_as(&file, Of::Everything, &before));
        assert!(live_state(&root.join("nowhere")).is_some());
    }
}
