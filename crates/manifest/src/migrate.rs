//! Converts the older forms of a manifest to the present form: returns the new text and the diff.
//!
//! It reads and writes no files; `lichtfeld-plugins migrate` does that, after showing the diff.
//! Comments and the order of lines do not change.

use camino::Utf8Path;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Key, Table, Value, value};

use crate::diagnostic::Diagnostic;
use crate::model::ManifestForm;
use crate::parse::{ManifestError, parse};

/// The versions of the plugin API that migrated manifests require: the present API.
const PLUGIN_API: &str = ">=1.0,<2";

/// A manifest in the present form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// The text of the new `pyproject.toml`.
    pub text: String,
    /// The changes as a unified diff; empty if the manifest has the present form already.
    pub diff: String,
    /// What remains to be done by hand, as one sentence each.
    pub notes: Vec<String>,
}

impl Migration {
    /// Returns whether there is anything to write.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        !self.diff.is_empty()
    }
}

/// Why a manifest could not be migrated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The old manifest has mistakes, which have to be corrected first.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The `plugin.toml` is not TOML.
    #[error("{path}:{line}: {message}")]
    Syntax {
        /// The file.
        path: camino::Utf8PathBuf,
        /// The line, from 1.
        line: usize,
        /// The parser's message.
        message: String,
    },
    /// The `plugin.toml` has no `[plugin]` table.
    #[error("{path} has no `[plugin]` table")]
    NoPluginTable {
        /// The file.
        path: camino::Utf8PathBuf,
    },
    /// The new manifest has mistakes, because the old one has.
    #[error("the migrated manifest would not be valid:\n{}", lines(diagnostics))]
    Result {
        /// The mistakes, with their locations in the new text.
        diagnostics: Vec<Diagnostic>,
        /// The new text.
        text: String,
    },
}

impl MigrateError {
    /// Returns the stable code of the first mistake.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Manifest(error) => error.code(),
            Self::Syntax { .. } => crate::Code::NotToml.as_str(),
            Self::NoPluginTable { .. } => crate::Code::NoProject.as_str(),
            Self::Result { diagnostics, .. } => diagnostics
                .first()
                .map_or(crate::Code::Unreadable, |first| first.code)
                .as_str(),
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Manifest(error) => error.hint(),
            Self::Syntax { .. } => Some("Repair the line, and try again.".into()),
            Self::NoPluginTable { .. } => {
                Some("Add `[plugin]` with `name` and `version`, and try again.".into())
            }
            Self::Result { .. } => Some("Correct these in the old file, and try again.".into()),
        }
    }
}

fn lines(diagnostics: &[Diagnostic]) -> String {
    diagnostics
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Upgrades a `pyproject.toml` with the older `[tool.lichtfeld]` to the v1 form.
///
/// ```
/// use lichtfeld_manifest::migrate;
///
/// let old = "[project]\nname = 'x'\nversion = '1'\n\n[tool.lichtfeld]\nmin_lichtfeld_version = '0.5.0' # tested\n";
/// let migration = migrate::pyproject(old, "pyproject.toml".into())?;
/// assert!(migration.text.contains("lichtfeld_version = \">=0.5.0\" # tested"));
/// assert!(!migrate::pyproject(&migration.text, "pyproject.toml".into())?.is_needed());
/// # Ok::<(), migrate::MigrateError>(())
/// ```
///
/// # Errors
/// [`MigrateError::Manifest`] if the text has mistakes, or is not a plugin's manifest.
pub fn pyproject(text: &str, origin: &Utf8Path) -> Result<Migration, MigrateError> {
    let manifest = match parse(text, origin).into_result() {
        Ok(manifest) => Some(manifest),
        // An incomplete v1 form is completed here; the author has to correct everything else.
        Err(ManifestError::Invalid { diagnostics, .. })
            if diagnostics
                .iter()
                .all(|d| !d.is_error() || d.code == crate::Code::MissingKey) =>
        {
            None
        }
        Err(error) => return Err(error.into()),
    };
    let mut document = document(text, origin)?;
    let minimum = manifest
        .as_ref()
        .and_then(|manifest| manifest.min_lichtfeld_version());
    let legacy = manifest
        .as_ref()
        .is_none_or(|manifest| manifest.form() == ManifestForm::Legacy);
    let mut notes = Vec::new();
    if let Some(section) = section(&mut document) {
        upgrade(section, minimum.map(ToString::to_string), &mut notes);
    }
    if let Some(project) = document
        .get_mut("project")
        .and_then(Item::as_table_like_mut)
        && legacy
        && !project.contains_key("description")
    {
        project.insert("description", value("A plugin for LichtFeld Studio"));
        notes.push("Say in `description` what the plugin does.".to_owned());
    }
    finish(text, document.to_string(), origin, origin, notes)
}

/// Converts a `plugin.toml`, the oldest form, to a `pyproject.toml`. `origin` is the path of the
/// `plugin.toml`; the new file belongs beside it.
///
/// # Errors
/// [`MigrateError`] if the text is not TOML, has no `[plugin]` table, or has values that a
/// `pyproject.toml` must not have.
pub fn plugin_toml(text: &str, origin: &Utf8Path) -> Result<Migration, MigrateError> {
    let mut old = document(text, origin)?;
    let mut notes = Vec::new();
    let Some(Item::Table(plugin)) = old.remove("plugin") else {
        return Err(MigrateError::NoPluginTable {
            path: origin.to_owned(),
        });
    };
    let dependencies = old.remove("dependencies");
    let lifecycle = old.remove("lifecycle");

    let mut project = Table::new();
    let mut section = Table::new();
    project
        .decor_mut()
        .set_prefix(plugin.decor().prefix().cloned().unwrap_or_default());
    for (key, item) in entries(plugin) {
        match key.get() {
            "name" | "version" | "description" | "readme" | "license" | "requires-python" => {
                project.insert_formatted(&key, item);
            }
            "author" => {
                let mut author = InlineTable::new();
                author.insert("name", item.as_str().unwrap_or_default().into());
                let mut renamed = Key::new("authors");
                *renamed.leaf_decor_mut() = key.leaf_decor().clone();
                let suffix = item.as_value().map(|author| author.decor().clone());
                let mut authors = Value::Array(Array::from_iter([author]));
                if let Some(decor) = suffix {
                    *authors.decor_mut() = decor;
                }
                project.insert_formatted(&renamed, Item::Value(authors));
            }
            "authors" => drop(project.insert_formatted(&key, item)),
            "entry_point" | "min_lichtfeld_version" | "display_name" => {
                section.insert_formatted(&key, item);
            }
            other => notes.push(format!(
                "`{other}` of `[plugin]` does not exist in the present form, and is left out."
            )),
        }
    }
    for (key, item) in dependencies.into_iter().flat_map(tables) {
        match key.get() {
            "packages" => {
                let mut renamed = Key::new("dependencies");
                *renamed.leaf_decor_mut() = key.leaf_decor().clone();
                project.insert_formatted(&renamed, item);
            }
            other => notes.push(format!(
                "`{other}` of `[dependencies]` does not exist in the present form, and is left out."
            )),
        }
    }
    for (key, item) in lifecycle.into_iter().flat_map(tables) {
        match key.get() {
            "auto_start" | "hot_reload" => drop(section.insert_formatted(&key, item)),
            other => notes.push(format!(
                "`{other}` of `[lifecycle]` does not exist in the present form, and is left out."
            )),
        }
    }
    let rest: Vec<String> = old.iter().map(|(key, _)| format!("`[{key}]`")).collect();
    if !rest.is_empty() {
        notes.push(format!(
            "{} does not exist in the present form, and is left out.",
            rest.join(", ")
        ));
    }
    let minimum = section
        .get("min_lichtfeld_version")
        .and_then(Item::as_str)
        .map(str::to_owned);
    upgrade(&mut section, minimum, &mut notes);
    if !project.contains_key("description") {
        project.insert("description", value("A plugin for LichtFeld Studio"));
        notes.push("Say in `description` what the plugin does.".to_owned());
    }
    notes.push(
        "Delete the `plugin.toml` when the new file is right: it is no longer read.".to_owned(),
    );
    let mut tool = Table::new();
    tool.set_implicit(true);
    section.decor_mut().set_prefix("\n");
    tool.insert("lichtfeld", Item::Table(section));
    let mut new = DocumentMut::new();
    new.insert("project", Item::Table(project));
    new.insert("tool", Item::Table(tool));
    new.set_trailing(old.trailing().clone());
    let target = origin.with_file_name(crate::MANIFEST_FILE);
    finish("", new.to_string(), origin, &target, notes)
}

fn document(text: &str, origin: &Utf8Path) -> Result<DocumentMut, MigrateError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.parse::<DocumentMut>().map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.get(..at).unwrap_or("").matches('\n').count() + 1;
        MigrateError::Syntax {
            path: origin.to_owned(),
            line,
            message: error.message().to_owned(),
        }
    })
}

fn section(document: &mut DocumentMut) -> Option<&mut dyn toml_edit::TableLike> {
    let tool = document.get_mut("tool")?.as_table_like_mut()?;
    tool.get_mut("lichtfeld")?.as_table_like_mut()
}

/// Takes the entries of a table, with their comments, in order.
fn entries(mut table: Table) -> Vec<(Key, Item)> {
    let keys: Vec<Key> = table
        .iter()
        .filter_map(|(key, _)| table.key(key).cloned())
        .collect();
    keys.into_iter()
        .filter_map(|key| table.remove(key.get()).map(|item| (key, item)))
        .collect()
}

fn tables(item: Item) -> Vec<(Key, Item)> {
    item.into_table().map(entries).unwrap_or_default()
}

/// Adds the missing keys of v1, and replaces older keys where they are.
fn upgrade(
    section: &mut dyn toml_edit::TableLike,
    minimum: Option<String>,
    notes: &mut Vec<String>,
) {
    let maximum = section
        .get("max_lichtfeld_version")
        .and_then(Item::as_str)
        .map(str::to_owned);
    let specifiers = match (&minimum, &maximum) {
        (Some(minimum), Some(maximum)) => format!(">={minimum},<={maximum}"),
        (Some(minimum), None) => format!(">={minimum}"),
        (None, Some(maximum)) => format!("<={maximum}"),
        (None, None) => ">=0.5".to_owned(),
    };
    let has_new = section.contains_key("lichtfeld_version");
    if has_new && (minimum.is_some() || maximum.is_some()) {
        notes.push(
            "`lichtfeld_version` remains, and the older keys beside it are left out.".to_owned(),
        );
    }
    let replaced = ["min_lichtfeld_version", "max_lichtfeld_version"];
    // Removed and inserted one by one: a renamed key then keeps its position and comments.
    let keys: Vec<Key> = section
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter_map(|key| section.key(&key).cloned())
        .collect();
    let mut old: Vec<(Key, Item)> = Vec::with_capacity(keys.len());
    for key in keys {
        if let Some(item) = section.remove(key.get()) {
            old.push((key, item));
        }
    }
    let mut written = has_new;
    for (key, item) in old {
        if !replaced.contains(&key.get()) {
            put(section, &key, item);
        } else if !written {
            written = true;
            let mut renamed = Key::new("lichtfeld_version");
            *renamed.leaf_decor_mut() = key.leaf_decor().clone();
            let mut new = Value::from(specifiers.as_str());
            if let Some(old) = item.as_value() {
                *new.decor_mut() = old.decor().clone();
            }
            put(section, &renamed, Item::Value(new));
        }
    }
    let mut complete = |key: &str, item: Item| {
        if !section.contains_key(key) {
            section.insert(key, item);
        }
    };
    complete("hot_reload", value(true));
    complete("plugin_api", value(PLUGIN_API));
    complete("lichtfeld_version", value(specifiers));
    complete("required_features", value(Array::new()));
}

/// Inserts a key with its comments, which the trait for both types of tables does not support.
fn put(section: &mut dyn toml_edit::TableLike, key: &Key, item: Item) {
    section.insert(key.get(), item);
    if let Some(mut inserted) = section.key_mut(key.get()) {
        *inserted.leaf_decor_mut() = key.leaf_decor().clone();
        *inserted.dotted_decor_mut() = key.dotted_decor().clone();
    }
}

fn finish(
    before: &str,
    text: String,
    from: &Utf8Path,
    to: &Utf8Path,
    notes: Vec<String>,
) -> Result<Migration, MigrateError> {
    let parsed = parse(&text, to);
    if parsed.manifest().is_none() {
        let diagnostics = parsed
            .diagnostics
            .into_iter()
            .filter(Diagnostic::is_error)
            .collect();
        return Err(MigrateError::Result { diagnostics, text });
    }
    let header = if from == to {
        from
    } else {
        Utf8Path::new("/dev/null")
    };
    let diff = similar::TextDiff::from_lines(before, &text);
    let diff = if before == text {
        String::new()
    } else {
        diff.unified_diff()
            .context_radius(3)
            .header(header.as_str(), to.as_str())
            .to_string()
    };
    Ok(Migration { text, diff, notes })
}
