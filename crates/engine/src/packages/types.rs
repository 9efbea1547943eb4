//! Options and results of installing and updating.

/// What to do after an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AfterInstall {
    /// Load the plugin, unless the user has disabled it.
    Load,
    /// Only install it.
    DoNotLoad,
}

/// The result of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Updated {
    /// The plugin was replaced.
    Replaced,
    /// The installed version is the newest.
    Newest,
}
