//! Finds the plugins of a directory without running any of them, quickly and repeatedly.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::sync::Arc;
use std::thread;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::Manifest;
use crate::name::{PluginName, normalize};
use crate::parse::{Outcome, Parsed};
use crate::read::{MANIFEST_FILE, fail, read_found, unreachable_manifest};
use crate::render::{Style, render_all};
use crate::stamp::Stamp;
use crate::written_name::written_name;

/// The content of a directory of plugins.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Discovery {
    /// The plugins, sorted by name, each name once.
    pub plugins: Vec<Discovered>,
    /// Directories that are meant to be plugins but cannot be loaded, sorted by path.
    pub rejected: Vec<Rejected>,
    /// Names that several directories use, sorted by name.
    pub duplicates: Vec<Duplicate>,
}

/// A plugin that was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Discovered {
    /// The plugin's directory, with its name in the directory of plugins: links are not resolved.
    pub dir: Utf8PathBuf,
    /// The plugin's manifest.
    pub manifest: Arc<Manifest>,
    /// The warnings about the manifest; they do not prevent loading.
    pub warnings: Arc<[Diagnostic]>,
    /// The text that the warnings refer to; empty if there are no warnings.
    pub source: Arc<str>,
}

/// A directory that is meant to be a plugin but cannot be loaded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rejected {
    /// The plugin's directory.
    pub dir: Utf8PathBuf,
    /// Why it cannot be loaded; at least one diagnostic is an error.
    pub diagnostics: Arc<[Diagnostic]>,
    /// The text that the diagnostics refer to, as far as it could be read.
    pub source: Arc<str>,
}

impl Rejected {
    /// Returns the name in the manifest if it can be read, else that of the directory.
    #[must_use]
    pub fn name(&self) -> &str {
        written_name(&self.source)
            .or_else(|| self.dir.file_name())
            .unwrap_or("")
    }

    /// Draws all diagnostics.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        render_all(&self.diagnostics, &self.source, style)
    }
}

/// Several directories whose plugins have one name. Only `used` is among the plugins.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Duplicate {
    /// The name, as the plugin in `used` writes it.
    pub name: PluginName,
    /// The directory that is used: it has the plugin's name, or is the first by path.
    pub used: Utf8PathBuf,
    /// The other directories, sorted by path.
    pub ignored: Vec<Utf8PathBuf>,
    /// One warning for each of the ignored directories.
    pub warnings: Vec<Diagnostic>,
}

/// Why a directory of plugins could not be listed.
#[derive(Debug, thiserror::Error)]
#[error("the plugins directory {dir} cannot be listed")]
pub struct DiscoverError {
    dir: Utf8PathBuf,
    source: io::Error,
}

impl DiscoverError {
    /// Returns the stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Code::Unreadable.as_str()
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self.source.kind() {
            io::ErrorKind::NotFound => format!("Create it: `mkdir -p {}`.", self.dir),
            io::ErrorKind::NotADirectory => format!("Remove or rename the file {}.", self.dir),
            _ => format!(
                "Give your user the right to read it: `chmod u+rx {}`.",
                self.dir
            ),
        })
    }

    /// Returns whether the directory does not exist (the manager creates it then).
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }
}

/// Finds the plugins of a directory once. Use a [`Discoverer`] to do this repeatedly.
///
/// # Errors
/// [`DiscoverError`] if the directory itself cannot be listed. A plugin that cannot be loaded is in
/// [`Discovery::rejected`] and does not affect the others.
pub fn discover(dir: &Utf8Path) -> Result<Discovery, DiscoverError> {
    Discoverer::default().discover(dir)
}

/// Finds the plugins of a directory repeatedly, and remembers what it has read: the next discovery
/// costs one `stat` for each plugin, and reads only what has changed.
///
/// It ignores plain files, directories without a manifest or without `[tool.lichtfeld]`, and names
/// that start with a dot (hidden, staging), are `__pycache__`, or end with `~`, `.tmp` or `.staging`.
#[derive(Debug, Default)]
pub struct Discoverer {
    dir: Utf8PathBuf,
    known: HashMap<OsString, Known>,
}

#[derive(Clone, Debug)]
struct Known {
    stamp: Stamp,
    found: Found,
}

#[derive(Clone, Debug)]
enum Found {
    Plugin(Discovered),
    Rejected(Rejected),
    Nothing,
}

impl Discoverer {
    /// Makes a discoverer that has read nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets what was read: the next discovery reads everything.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// Finds the plugins of a directory. If it is another directory than before, all that was read
    /// is forgotten.
    ///
    /// # Errors
    /// [`DiscoverError`] if the directory itself cannot be listed; then nothing is forgotten.
    pub fn discover(&mut self, dir: &Utf8Path) -> Result<Discovery, DiscoverError> {
        let entries = list(dir).map_err(|source| DiscoverError {
            dir: dir.to_owned(),
            source,
        })?;
        if self.dir != dir {
            self.forget();
            self.dir = dir.to_owned();
        }
        let asked: Vec<Asked> = entries
            .into_iter()
            .map(|entry| {
                let before = self.known.remove(&entry);
                (entry, before)
            })
            .collect();
        let mut known = HashMap::with_capacity(asked.len());
        let mut plugins = Vec::with_capacity(asked.len());
        let mut rejected = Vec::new();
        for (entry, found, stamp) in examine_all(dir, asked) {
            match &found {
                Found::Plugin(plugin) => plugins.push(plugin.clone()),
                Found::Rejected(one) => rejected.push(one.clone()),
                Found::Nothing => {}
            }
            if let Some(stamp) = stamp {
                known.insert(entry, Known { stamp, found });
            }
        }
        self.known = known;
        rejected.sort_by(|a, b| a.dir.cmp(&b.dir));
        let (plugins, duplicates) = one_for_each_name(plugins);
        Ok(Discovery {
            plugins,
            rejected,
            duplicates,
        })
    }
}

fn list(dir: &Utf8Path) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        // Links may lead to directories, and an unknown type may be one: both are examined.
        let file = entry
            .file_type()
            .is_ok_and(|kind| !kind.is_dir() && !kind.is_symlink());
        let name = entry.file_name();
        if !file && !is_ignored(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn is_ignored(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.starts_with(b".")
        || bytes == b"__pycache__"
        || [&b"~"[..], b".tmp", b".staging"]
            .iter()
            .any(|suffix| bytes.ends_with(suffix))
}

type Asked = (OsString, Option<Known>);
type Answer = (OsString, Found, Option<Stamp>);

/// Fewer directories than this are read faster than a thread is started.
const WORTH_A_THREAD: usize = 128;

/// Examines every directory. New ones have to be read and parsed, which several threads do faster
/// than one.
fn examine_all(dir: &Utf8Path, asked: Vec<Asked>) -> Vec<Answer> {
    let examine = |(entry, before): Asked| {
        let (found, stamp) = examine(dir, &entry, before);
        (entry, found, stamp)
    };
    let new = asked.iter().filter(|(_, before)| before.is_none()).count();
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(4).min(new / WORTH_A_THREAD + 1);
    if threads == 1 {
        return asked.into_iter().map(examine).collect();
    }
    let share = asked.len().div_ceil(threads);
    let mut asked = asked.into_iter();
    thread::scope(|scope| {
        let mut running = Vec::new();
        loop {
            let part: Vec<Asked> = asked.by_ref().take(share).collect();
            if part.is_empty() {
                break;
            }
            running.push(scope.spawn(move || part.into_iter().map(examine).collect::<Vec<_>>()));
        }
        let joined = running.into_iter().flat_map(|thread| match thread.join() {
            Ok(answers) => answers,
            // A panic in a rule is a mistake of this crate; it continues as with a single thread.
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
}

/// Examines one directory, and reads its manifest only if it may have changed. Returns the stamp to
/// compare next time, or `None` if it has to be read again.
fn examine(parent: &Utf8Path, entry: &OsStr, before: Option<Known>) -> (Found, Option<Stamp>) {
    let Some(name) = entry.to_str() else {
        return (not_utf8(parent, entry), None);
    };
    let dir = parent.join(name);
    let path = dir.join(MANIFEST_FILE);
    let metadata = match fs::metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) => {
            // A link to a plain file, or to a directory that is not a plugin, is not a mistake.
            let parsed = unreachable_manifest(&dir, path, &error);
            return (found(dir, parsed), None);
        }
    };
    // Taken before reading: if the file changes while it is read, the next stamp differs.
    let stamp = Stamp::of(&metadata);
    if let (Some(before), Some(stamp)) = (before, &stamp)
        && before.stamp == *stamp
    {
        return (before.found, Some(before.stamp));
    }
    let found = found(dir.clone(), read_found(&dir, path, &metadata));
    // A result that depends on other files is not remembered: the author may be creating the
    // missing file at this moment.
    let elsewhere = |d: &Diagnostic| {
        matches!(
            d.code,
            Code::EntryPointMissing | Code::EntryPointOutside | Code::Unreadable
        )
    };
    let settled = match &found {
        Found::Rejected(rejected) => !rejected.diagnostics.iter().any(elsewhere),
        Found::Plugin(_) | Found::Nothing => true,
    };
    (found, stamp.filter(|_| settled))
}

fn found(dir: Utf8PathBuf, parsed: Parsed) -> Found {
    let Parsed {
        outcome,
        diagnostics,
        source,
        ..
    } = parsed;
    match outcome {
        Outcome::Plugin(manifest) => Found::Plugin(Discovered {
            dir,
            manifest,
            warnings: diagnostics.into(),
            source,
        }),
        Outcome::Broken => Found::Rejected(Rejected {
            dir,
            diagnostics: diagnostics.into(),
            source,
        }),
        Outcome::NotAPlugin => Found::Nothing,
    }
}

fn not_utf8(parent: &Utf8Path, entry: &OsStr) -> Found {
    if !parent
        .as_std_path()
        .join(entry)
        .join(MANIFEST_FILE)
        .exists()
    {
        return Found::Nothing;
    }
    let dir = parent.join(entry.to_string_lossy().as_ref());
    let message = "the name of this directory is not UTF-8, so the plugin in it cannot be loaded.";
    let parsed = fail(&dir, Code::PathNotUtf8, message.to_owned());
    found(dir, parsed)
}

/// Sorts the plugins by name, and separates those whose name is used by another.
fn one_for_each_name(mut plugins: Vec<Discovered>) -> (Vec<Discovered>, Vec<Duplicate>) {
    plugins.sort_by(|a, b| a.manifest.name().cmp(b.manifest.name()));
    let count = plugins.len();
    let mut sorted = plugins.into_iter().peekable();
    let mut plugins = Vec::with_capacity(count);
    let mut duplicates = Vec::new();
    while let Some(first) = sorted.next() {
        let mut same = vec![first];
        while let Some(next) =
            sorted.next_if(|next| next.manifest.name() == same[0].manifest.name())
        {
            same.push(next);
        }
        if same.len() > 1 {
            same.sort_by_cached_key(|plugin| (rank(plugin), plugin.dir.clone()));
        }
        let mut same = same.into_iter();
        let Some(used) = same.next() else { continue };
        let ignored: Vec<Discovered> = same.collect();
        if !ignored.is_empty() {
            duplicates.push(duplicate(&used, &ignored));
        }
        plugins.push(used);
    }
    (plugins, duplicates)
}

/// Returns how well the directory's name matches the plugin's: 0 exactly, 1 in another spelling,
/// 2 not at all.
fn rank(plugin: &Discovered) -> u8 {
    let dir = plugin.dir.file_name().unwrap_or("");
    let name = plugin.manifest.name();
    match dir {
        dir if dir == name.as_str() => 0,
        dir if normalize(dir) == name.normalized() => 1,
        _ => 2,
    }
}

fn duplicate(used: &Discovered, ignored: &[Discovered]) -> Duplicate {
    let name = used.manifest.name().clone();
    let why = if rank(used) < 2 {
        "whose directory has this name"
    } else {
        "which is the first by path"
    };
    let warning = |other: &Discovered| {
        let message = format!(
            "the plugin `{}` is ignored: {} has a plugin of the same name, {why}.",
            other.manifest.name(),
            used.dir
        );
        let hint = "Delete one of the two directories, or give one plugin another `name`.";
        let path = other.manifest.path();
        let mut warning =
            Diagnostic::of_file(Code::DuplicateName, Severity::Warning, path, message, hint);
        warning.span = other.manifest.span(other.manifest.locations.name.as_ref());
        warning
    };
    Duplicate {
        warnings: ignored.iter().map(warning).collect(),
        ignored: ignored.iter().map(|other| other.dir.clone()).collect(),
        used: used.dir.clone(),
        name,
    }
}
