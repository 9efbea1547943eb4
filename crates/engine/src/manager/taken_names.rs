//! What else is imported by the name of a plugin: packages of the application, and of the
//! environments of all plugins, loaded or not.

use crate::execution::conflicts::Origin;
use crate::execution::present::is_module;
use crate::manager::Manager;
use crate::model::level::Level;
use lichtfeld_installer::Distribution;
use lichtfeld_manifest::{Diagnostic, Manifest, PluginName};

impl Manager {
    /// Returns a warning for each package of this machine that is imported by the name of a plugin,
    /// or has it. Reads the environments' lists only.
    #[must_use]
    pub fn name_warnings(&self, manifest: &Manifest) -> Vec<Diagnostic> {
        let name = manifest.name();
        let mut found = self.present.lock().of_name(name);
        for (plugin, distributions) in self.installed_packages() {
            let same = distributions.iter().filter(|one| is_of_name(one, name));
            found.extend(same.map(|one| {
                let package = format!("the package {} {}", one.name, one.version);
                (package, Origin::Plugin(plugin.clone()))
            }));
        }
        let mut texts: Vec<String> = found
            .into_iter()
            .map(|(package, origin)| match origin {
                Origin::Plugin(key) if key == name.normalized() => {
                    format!("{package} that the plugin depends on")
                }
                Origin::Plugin(key) => {
                    let shown = self.shown_name(&key);
                    format!("{package} of plugin '{shown}'")
                }
                Origin::Host => format!("{package} of the application"),
            })
            .collect();
        texts.sort();
        texts.dedup();
        texts
            .iter()
            .map(|text| manifest.name_of_package(text))
            .collect()
    }

    /// Logs these warnings of a plugin that is being installed or updated.
    pub(crate) fn log_name_warnings(&self, manifest: &Manifest) {
        let key = manifest.name().normalized();
        for warning in self.name_warnings(manifest) {
            let line = format!("{} {}", warning.message, warning.hint);
            self.log(Some(key), Level::Warn, &line);
        }
    }

    /// Returns the packages in the newest environment of each plugin, by the plugin's key.
    fn installed_packages(&self) -> Vec<(String, Vec<Distribution>)> {
        let entries = self.home().envs().read_dir_utf8();
        let names = entries
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| PluginName::new(entry.file_name()).ok());
        names
            .filter_map(|name| {
                // What cannot be read is made again at the next load.
                let newest = self.installer.generations(&name).ok()?.into_iter().next()?;
                Some((name.normalized().to_owned(), newest.distributions))
            })
            .collect()
    }
}

/// Returns whether a distribution has the name of a plugin, or is imported by it.
fn is_of_name(distribution: &Distribution, name: &PluginName) -> bool {
    let mut modules = distribution.importable.iter();
    distribution.name == name.normalized()
        || modules.any(|importable| is_module(&importable.name, name))
}
