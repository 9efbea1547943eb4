//! Finding the plugins of a directory without running any of them, quickly and again and again.

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

/// What a directory of plugins holds.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Discovery {
    /// The plugins, by name, each name once.
    pub plugins: Vec<Discovered>,
    /// Directories that are meant to be plugins and cannot be loaded, by path.
    pub rejected: Vec<Rejected>,
    /// Names that several directories claim, by name.
    pub duplicates: Vec<Duplicate>,
}

/// A plugin that was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Discovered {
    /// The plugin's directory, as it is called in the directory of plugins: links are not resolved.
    pub dir: Utf8PathBuf,
    /// What it says of itself.
    pub manifest: Arc<Manifest>,
    /// What its author should know although it can be loaded.
    pub warnings: Arc<[Diagnostic]>,
    /// The text that the warnings are about; empty if there are none.
    pub source: Arc<str>,
}

/// A directory that is meant to be a plugin and cannot be loaded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rejected {
    /// The directory.
    pub dir: Utf8PathBuf,
    /// Why; at least one is an error.
    pub diagnostics: Arc<[Diagnostic]>,
    /// The text they are about, as far as it could be read.
    pub source: Arc<str>,
}

impl Rejected {
    /// All diagnostics, drawn.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        render_all(&self.diagnostics, &self.source, style)
    }
}

/// Several directories with plugins of one name. Only `used` is among the plugins.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Duplicate {
    /// The name, as `used` writes it.
    pub name: PluginName,
    /// The one that counts: its directory bears the name, or it is the first by path.
    pub used: Utf8PathBuf,
    /// The others, by path.
    pub ignored: Vec<Utf8PathBuf>,
    /// One warning for each of the ignored directories.
    pub warnings: Vec<Diagnostic>,
}

/// Why a directory of plugins could not be listed.
#[derive(Debug, thiserror::Error)]
#[error("the plugins directory {dir} cannot be listed: {source}")]
pub struct DiscoverError {
    dir: Utf8PathBuf,
    source: io::Error,
}

impl DiscoverError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Code::Unreadable.as_str()
    }

    /// What to do.
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

    /// Whether there is no such directory (the manager creates it).
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }
}

/// Finds the plugins of a directory, once. See [`Discoverer`] for asking again.
///
/// # Errors
/// [`DiscoverError`] where the directory itself cannot be listed. What is wrong with one plugin is
/// in [`Discovery::rejected`] and hides no other.
pub fn discover(dir: &Utf8Path) -> Result<Discovery, DiscoverError> {
    Discoverer::default().discover(dir)
}

/// Finds the plugins of a directory, and remembers what it read: asking again costs one `stat` for
/// each plugin, and reads what has changed.
///
/// Passed over are plain files, directories without a manifest or without `[tool.lichtfeld]`, and
/// names that start with a dot (hidden, staging), are `__pycache__`, or end with `~`, `.tmp` or
/// `.staging`.
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
    /// Knows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets what was read, so that the next discovery reads everything.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// Finds the plugins of a directory; asked for another directory than last time, it starts
    /// anew.
    ///
    /// # Errors
    /// [`DiscoverError`] where the directory itself cannot be listed; what is known is kept.
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
        for (entry, found, stamp) in look_at_all(dir, asked) {
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
        // Only links need a second look; a type that cannot be told is looked at as well.
        let file = entry
            .file_type()
            .is_ok_and(|kind| !kind.is_dir() && !kind.is_symlink());
        let name = entry.file_name();
        if !file && !is_passed_over(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn is_passed_over(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    bytes.starts_with(b".")
        || bytes == b"__pycache__"
        || [&b"~"[..], b".tmp", b".staging"]
            .iter()
            .any(|suffix| bytes.ends_with(suffix))
}

type Asked = (OsString, Option<Known>);
type Answer = (OsString, Found, Option<Stamp>);

/// Fewer directories than this are read sooner than a thread is started.
const WORTH_A_THREAD: usize = 128;

/// Looks at every directory. What is not known yet has to be read and parsed, which several
/// threads do sooner than one.
fn look_at_all(dir: &Utf8Path, asked: Vec<Asked>) -> Vec<Answer> {
    let look_at = |(entry, before): Asked| {
        let (found, stamp) = look(dir, &entry, before);
        (entry, found, stamp)
    };
    let new = asked.iter().filter(|(_, before)| before.is_none()).count();
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = processors.min(4).min(new / WORTH_A_THREAD + 1);
    if threads == 1 {
        return asked.into_iter().map(look_at).collect();
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
            running.push(scope.spawn(move || part.into_iter().map(look_at).collect::<Vec<_>>()));
        }
        let joined = running.into_iter().flat_map(|thread| match thread.join() {
            Ok(answers) => answers,
            // A panic in a rule is a mistake of this crate; it goes on as if there was one thread.
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect()
    })
}

/// Looks at one directory, reading its manifest only if it may have changed. The stamp is for next
/// time; `None` where there is nothing to trust then.
fn look(parent: &Utf8Path, entry: &OsStr, before: Option<Known>) -> (Found, Option<Stamp>) {
    let Some(name) = entry.to_str() else {
        return (not_utf8(parent, entry), None);
    };
    let dir = parent.join(name);
    let path = dir.join(MANIFEST_FILE);
    let metadata = match fs::metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) => {
            // A link to a plain file, or to a directory that is no plugin, is nobody's mistake.
            let parsed = unreachable_manifest(&dir, path, &error);
            return (found(dir, parsed), None);
        }
    };
    // Taken before reading: a change while it is read makes the next stamp differ.
    let stamp = Stamp::of(&metadata);
    if let (Some(before), Some(stamp)) = (before, &stamp)
        && before.stamp == *stamp
    {
        return (before.found, Some(before.stamp));
    }
    let found = found(dir.clone(), read_found(&dir, path, &metadata));
    // What depends on more than the manifest is not remembered: its author may be creating the
    // missing file right now.
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
    let message =
        "the name of this directory is not UTF-8, so that the plugin in it cannot be loaded.";
    let parsed = fail(&dir, Code::PathNotUtf8, message.to_owned());
    found(dir, parsed)
}

/// Sorts the plugins by name, and sets aside those whose name another one has.
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

/// How well a plugin's directory bears its name: to the letter, by another spelling, not at all.
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
        "whose directory bears the name"
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
