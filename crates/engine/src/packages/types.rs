//! What an installation and an update are asked for, and what they answer.

/// What follows an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AfterInstall {
    /// The plugin is loaded, unless the user has switched it off.
    Load,
    /// Nothing.
    DoNotLoad,
}

/// Whether an update had anything to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Updated {
    /// The plugin was replaced.
    Replaced,
    /// What there is to be had is what is here.
    Newest,
}
