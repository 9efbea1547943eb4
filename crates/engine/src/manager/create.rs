//! Creates new plugins: a directory with a manifest, and code that can be loaded at once.

use crate::error::Error;
use crate::error::package::PackageError;
use crate::manager::Manager;
use crate::manager::templates::Template;
use crate::model::on_disk::OnDisk;
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::{Host as HostFacts, MANIFEST_FILE, PluginName, Style, render_all};
use lichtfeld_system::files;
use std::fs;
use std::io;
use std::sync::Arc;

impl Manager {
    /// Makes a new plugin in a directory with its name, in the plugins directory or in `target`,
    /// and returns that directory. The plugin is valid and can be loaded at once. Existing files
    /// are not changed.
    ///
    /// # Errors
    /// [`Error::BadName`], [`Error::Package`] with [`PackageError::Exists`], [`Error::Io`].
    pub fn create(
        &self,
        name: &str,
        target: Option<&Utf8Path>,
        template: Template,
    ) -> Result<Utf8PathBuf, Error> {
        self.require_own_process()?;
        let parsed = Error::name(name)?;
        if target.is_none() {
            self.scan()?;
            if let Some(known) = self.info(name) {
                return Err(PackageError::Exists {
                    name: known.name.clone(),
                    path: known.path.clone(),
                }
                .into());
            }
        }
        let parent = target.unwrap_or_else(|| self.home().plugins());
        let made = parent.join(parsed.as_str());
        write(&parsed, parent, template, self.facts())?;
        // From the beginning: uv would make one that does not see the application.
        if let Some(manifest) = lichtfeld_manifest::read(&made).manifest() {
            self.make_author_environment_of(&OnDisk::new(made.clone(), Arc::clone(manifest)));
        }
        if target.is_none() {
            self.scan()?;
        }
        Ok(made)
    }
}

/// Writes the plugin into a directory beside its own, checks that it is valid, and moves it in one
/// step.
fn write(
    name: &PluginName,
    parent: &Utf8Path,
    template: Template,
    facts: &HostFacts,
) -> Result<(), Error> {
    let made = parent.join(name.as_str());
    let cannot = |error: io::Error| Error::io(format!("cannot make {made}"), error);
    let exists = || PackageError::Exists {
        name: name.as_str().to_owned(),
        path: made.clone(),
    };
    if made.symlink_metadata().is_ok() {
        return Err(exists().into());
    }
    fs::create_dir_all(parent).map_err(cannot)?;
    let staging = tempfile::Builder::new()
        .prefix(".new-")
        .suffix(".staging")
        .tempdir_in(parent)
        .map_err(cannot)?;
    let dir = Utf8PathBuf::try_from(staging.path().join("plugin"))
        .map_err(|error| cannot(io::Error::other(error)))?;
    fs::create_dir(&dir).map_err(cannot)?;
    for (file, text) in [
        (MANIFEST_FILE, manifest(name, template, facts)),
        ("__init__.py", code(name, template)),
        (".gitignore", "/.venv\n__pycache__/\n".to_owned()),
    ] {
        files::write_atomic(dir.join(file), text.as_bytes())
            .map_err(|error| Error::io(format!("cannot make {made}"), error))?;
    }
    let parsed = lichtfeld_manifest::read(&dir);
    if parsed.manifest().is_none() {
        let reason = render_all(parsed.diagnostics(), parsed.source(), Style::Plain);
        return Err(cannot(io::Error::other(reason)));
    }
    // If a directory was made meanwhile, the rename fails, unless that is empty.
    fs::rename(&dir, &made).map_err(|error| match made.symlink_metadata() {
        Ok(_) => Error::from(exists()),
        Err(_) => cannot(error),
    })
}

fn manifest(name: &PluginName, template: Template, facts: &HostFacts) -> String {
    let features = template
        .feature()
        .filter(|feature| facts.features.iter().any(|known| known == feature))
        .map_or_else(String::new, |feature| format!("\"{feature}\""));
    format!(
        "[project]\n\
         name = \"{name}\"\n\
         version = \"0.1.0\"\n\
         description = \"What it is for, in one line\"\n\
         dependencies = []                # such as \"numpy>=1.26\"\n\
         \n\
         [tool.lichtfeld]\n\
         auto_start = true                # loaded when the application starts\n\
         hot_reload = true                # reloaded when you save\n\
         plugin_api = \">={api}\"\n\
         lichtfeld_version = \">={version}\"\n\
         required_features = [{features}]\n\
         \n\
         [tool.pyright]                   # looks into no .venv by itself\n\
         venvPath = \".\"\n\
         venv = \".venv\"\n",
        name = name.as_str(),
        api = facts.plugin_api,
        version = facts.version,
    )
}

/// Returns the template's code with the names of the plugin.
fn code(name: &PluginName, template: Template) -> String {
    let module = name.module_name().as_str();
    let words: Vec<&str> = module.split('_').filter(|word| !word.is_empty()).collect();
    let mut class: String = words.iter().map(|word| capitalized(word)).collect();
    if class.starts_with(|c: char| c.is_ascii_digit()) {
        class.insert_str(0, "Plugin");
    }
    crate::manager::templates::entry(template)
        .replace("MyPlugin", &class)
        .replace("My plugin", &capitalized(&words.join(" ")))
        .replace("my_plugin", module)
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
