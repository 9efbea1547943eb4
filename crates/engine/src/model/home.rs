//! The paths of everything that is kept, below `~/.lichtfeld` by default.

use camino::{Utf8Path, Utf8PathBuf};

/// The application's directory and the paths in it. It makes no directories; the code that writes
/// does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    root: Utf8PathBuf,
    plugins: Utf8PathBuf,
    cache: Utf8PathBuf,
}

/// A directory of a plugin's own, apart from its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PluginDirectory {
    /// What the plugin must not lose.
    Data,
    /// What it can make again; the user may empty it.
    Cache,
}

/// Neither a home directory nor `LFS_RESOLVED_PLUGIN_DIR` is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no place for plugins: neither LFS_RESOLVED_PLUGIN_DIR nor a home directory is set")]
pub struct NoHome;

impl Home {
    /// The home at `root`, with its plugins in `root/plugins`.
    #[must_use]
    pub fn new(root: impl Into<Utf8PathBuf>) -> Self {
        let root = absolute(root.into());
        Self {
            plugins: root.join("plugins"),
            cache: root.join("cache"),
            root,
        }
    }

    /// The home whose plugins directory is `plugins`; everything else lies beside that.
    #[must_use]
    pub fn with_plugins_dir(plugins: impl Into<Utf8PathBuf>) -> Self {
        let plugins = absolute(plugins.into());
        let root = plugins
            .parent()
            .map_or_else(|| plugins.clone(), Utf8Path::to_path_buf);
        Self {
            cache: root.join("cache"),
            root,
            plugins,
        }
    }

    /// Keeps the plugins directory, and puts everything else below another root.
    #[must_use]
    pub fn with_root(mut self, root: impl Into<Utf8PathBuf>) -> Self {
        self.root = absolute(root.into());
        self.cache = self.root.join("cache");
        self
    }

    /// Puts the caches elsewhere, for example on another disk.
    #[must_use]
    pub fn with_cache_dir(mut self, cache: impl Into<Utf8PathBuf>) -> Self {
        self.cache = absolute(cache.into());
        self
    }

    /// The home by the environment variables: `LFS_RESOLVED_PLUGIN_DIR` names the plugins
    /// directory, else `~/.lichtfeld` is the home; `LFS_RESOLVED_CACHE_DIR` names the directory of
    /// caches, else it is `cache` in the home.
    ///
    /// # Errors
    /// [`NoHome`] if neither is known, or the path is not UTF-8.
    pub fn from_env() -> Result<Self, NoHome> {
        let home = match directory("LFS_RESOLVED_PLUGIN_DIR") {
            Some(plugins) => Self::with_plugins_dir(plugins),
            None => {
                let home = std::env::home_dir().and_then(|home| Utf8PathBuf::try_from(home).ok());
                let home = home.filter(|home| home.is_absolute()).ok_or(NoHome)?;
                Self::new(home.join(".lichtfeld"))
            }
        };
        Ok(match directory("LFS_RESOLVED_CACHE_DIR") {
            Some(cache) => home.with_cache_dir(cache),
            None => home,
        })
    }

    /// The root of the home.
    #[must_use]
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// The authors' files.
    #[must_use]
    pub fn plugins(&self) -> &Utf8Path {
        &self.plugins
    }

    /// Environments, by plugin and fingerprint.
    #[must_use]
    pub fn envs(&self) -> Utf8PathBuf {
        self.root.join("envs")
    }

    /// The directory of all caches: those of plugins and those of the plugin system.
    #[must_use]
    pub fn cache_root(&self) -> &Utf8Path {
        &self.cache
    }

    /// A plugin's own data, kept across updates. `name` is the normalised name.
    #[must_use]
    pub fn data(&self, name: &str) -> Utf8PathBuf {
        self.root.join("data").join(name)
    }

    /// A plugin's own cache, kept across updates, safe to delete. `name` is the normalised name.
    #[must_use]
    pub fn cache(&self, name: &str) -> Utf8PathBuf {
        self.cache.join(name)
    }

    /// Compiled code of plugins. It is not in their directories, because the authors own those.
    #[must_use]
    pub fn bytecode(&self, name: &str) -> Utf8PathBuf {
        self.cache.join(".bytecode").join(name)
    }

    /// The Python packages of an application that has them in its program, for other processes.
    #[must_use]
    pub fn packages(&self) -> Utf8PathBuf {
        self.cache.join(".packages")
    }

    /// A plugin's settings file.
    #[must_use]
    pub fn settings(&self, name: &str) -> Utf8PathBuf {
        self.root.join("settings").join(format!("{name}.json"))
    }

    /// Enabled, disabled, quarantined.
    #[must_use]
    pub fn state_file(&self) -> Utf8PathBuf {
        self.root.join("state.json")
    }

    /// The lock of all small files that several processes write, settings apart.
    #[must_use]
    pub fn state_lock(&self) -> Utf8PathBuf {
        self.root.join("state.lock")
    }

    /// Markers of plugins whose code is being imported or activated right now.
    #[must_use]
    pub fn running(&self) -> Utf8PathBuf {
        self.root.join("running")
    }

    /// The draw times of panels, saved when the application ended.
    #[must_use]
    pub fn panel_stats(&self) -> Utf8PathBuf {
        self.root.join("panel-stats.json")
    }

    /// A plugin's log.
    #[must_use]
    pub fn log(&self, name: &str) -> Utf8PathBuf {
        self.root.join("logs").join(format!("{name}.log"))
    }
}

/// Returns the absolute path in a variable, or `None` if it is empty or not set.
fn directory(variable: &str) -> Option<Utf8PathBuf> {
    let dir = std::env::var(variable).ok().filter(|dir| !dir.is_empty())?;
    Some(absolute(Utf8PathBuf::from(dir)))
}

/// Relative paths start at the working directory of now: it may change later, and child processes
/// have others.
fn absolute(path: Utf8PathBuf) -> Utf8PathBuf {
    camino::absolute_utf8(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caches_may_lie_elsewhere() {
        let home = Home::new("/h").with_cache_dir("/fast/cache");
        assert_eq!(home.cache("a"), Utf8PathBuf::from("/fast/cache/a"));
        assert_eq!(home.data("a"), Utf8PathBuf::from("/h/data/a"));
        assert_eq!(home.with_root("/g").cache_root(), "/g/cache");
    }

    #[test]
    fn the_rest_lies_beside_a_named_plugins_directory() {
        let home = Home::with_plugins_dir("/somewhere/my-plugins");
        assert_eq!(home.root(), "/somewhere");
        assert_eq!(home.plugins(), "/somewhere/my-plugins");
        assert_eq!(
            home.settings("a"),
            Utf8PathBuf::from("/somewhere/settings/a.json")
        );
        assert_eq!(Home::new("/h").plugins(), "/h/plugins");
    }

    #[test]
    fn relative_paths_start_at_the_working_directory_of_now() {
        let here = Utf8PathBuf::try_from(std::env::current_dir().unwrap()).unwrap();
        assert_eq!(Home::new("h").envs(), here.join("h/envs"));
        let home = Home::with_plugins_dir("plugins").with_cache_dir("cache");
        assert_eq!(home.root(), here);
        assert_eq!(home.plugins(), here.join("plugins"));
        assert_eq!(home.cache_root(), here.join("cache"));
        assert_eq!(home.with_root("g").data("a"), here.join("g/data/a"));
    }
}
