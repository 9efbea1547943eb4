//! Plugins as their authors write them.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::files;

/// Writes a plugin's directory.
#[derive(Clone, Debug)]
pub struct PluginBuilder {
    name: String,
    directory: Option<String>,
    version: String,
    dependencies: Vec<String>,
    requires_python: Option<String>,
    lichtfeld: String,
    tables: String,
    files: Vec<(String, String)>,
}

impl PluginBuilder {
    /// A plugin with version 1.0.0, no dependencies and an empty `__init__.py`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            directory: None,
            version: "1.0.0".into(),
            dependencies: Vec::new(),
            requires_python: None,
            lichtfeld: String::new(),
            tables: String::new(),
            files: vec![("__init__.py".into(), String::new())],
        }
    }

    /// The directory's name, where that is not the plugin's.
    #[must_use]
    pub fn directory(mut self, name: &str) -> Self {
        self.directory = Some(name.into());
        self
    }

    /// `[project] version`.
    #[must_use]
    pub fn version(mut self, version: &str) -> Self {
        self.version = version.into();
        self
    }

    /// One more of `[project] dependencies`.
    #[must_use]
    pub fn dependency(mut self, requirement: &str) -> Self {
        self.dependencies.push(requirement.into());
        self
    }

    /// `[project] requires-python`.
    #[must_use]
    pub fn requires_python(mut self, specifiers: &str) -> Self {
        self.requires_python = Some(specifiers.into());
        self
    }

    /// Lines for `[tool.lichtfeld]`, such as `auto_start = true`.
    #[must_use]
    pub fn lichtfeld(mut self, lines: &str) -> Self {
        self.lichtfeld.push_str(lines);
        self.lichtfeld.push('\n');
        self
    }

    /// Further tables, as TOML with their headers, such as `[[tool.uv.index]]`.
    #[must_use]
    pub fn tables(mut self, toml: &str) -> Self {
        self.tables.push_str(toml);
        self.tables.push('\n');
        self
    }

    /// A file, by its path in the plugin; again replaces it.
    #[must_use]
    pub fn file(mut self, path: &str, text: &str) -> Self {
        self.files.retain(|(known, _)| known != path);
        self.files.push((path.into(), text.into()));
        self
    }

    /// The text of `pyproject.toml`.
    #[must_use]
    pub fn manifest(&self) -> String {
        let quoted = |text: &str| toml_edit::Value::from(text).to_string();
        let dependencies: toml_edit::Array = self.dependencies.iter().collect();
        let requires = self.requires_python.as_deref();
        let requires = requires
            .map(|text| format!("requires-python = {}\n", quoted(text)))
            .unwrap_or_default();
        format!(
            "[project]\nname = {}\nversion = {}\n{requires}dependencies = {dependencies}\n\n\
             [tool.lichtfeld]\n{}\n{}",
            quoted(&self.name),
            quoted(&self.version),
            self.lichtfeld,
            self.tables,
        )
    }

    /// Writes the plugin below `plugins`, over an older one, and gives its directory.
    ///
    /// # Panics
    /// Where it cannot be written.
    pub fn write(&self, plugins: &Utf8Path) -> Utf8PathBuf {
        let dir = plugins.join(self.directory.as_deref().unwrap_or(&self.name));
        fs::create_dir_all(&dir).expect("the plugin's directory");
        files::write_atomic(dir.join("pyproject.toml"), self.manifest().as_bytes())
            .expect("the manifest");
        for (path, text) in &self.files {
            files::write_atomic(dir.join(path), text.as_bytes()).expect("a file of the plugin");
        }
        dir
    }
}
