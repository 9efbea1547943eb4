//! What can be done with plugins, by one name for the calls that wait and those that do not.

use crate::error::Problem;
use lichtfeld_embed::runtime::{AfterInstall, Transport};
use lichtfeld_embed::{Manager, Observer};

/// What to do with a plugin.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_action {
    /// Load the plugin: make its environment if necessary, import it, call `on_load`.
    Load = 1,
    /// Unload it.
    Unload = 2,
    /// Replace its code by the files on disk. If that fails, the old code stays active.
    Reload = 3,
    /// Enable it, and remember this. Also ends a quarantine.
    Enable = 4,
    /// Unload and disable it, and remember this.
    Disable = 5,
    /// Install a plugin, and load it. The subject is a directory, a `.zip`, `owner/name` or a URL.
    Install = 6,
    /// Replace it by the newest state of its source.
    Update = 7,
    /// Unload and remove it.
    Uninstall = 8,
    /// Read the plugins directory. The subject is not used.
    Scan = 9,
    /// Load every plugin that is to start. The subject is not used. A plugin that fails is no error.
    LoadAll = 10,
}

impl lfp_action {
    const ALL: [Self; 10] = [
        Self::Load,
        Self::Unload,
        Self::Reload,
        Self::Enable,
        Self::Disable,
        Self::Install,
        Self::Update,
        Self::Uninstall,
        Self::Scan,
        Self::LoadAll,
    ];

    pub(crate) fn read(number: u32) -> Result<Self, Problem> {
        Self::ALL
            .into_iter()
            .find(|action| *action as u32 == number)
            .ok_or_else(|| Problem::Argument(format!("{number} is not an lfp_action")))
    }

    pub(crate) fn has_subject(self) -> bool {
        !matches!(self, Self::Scan | Self::LoadAll)
    }

    /// Returns the name for a thread.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Unload => "unload",
            Self::Reload => "reload",
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Install => "install",
            Self::Update => "update",
            Self::Uninstall => "uninstall",
            Self::Scan => "scan",
            Self::LoadAll => "load all",
        }
    }

    /// Does it. Returns the name of the plugin.
    pub(crate) fn run(
        self,
        manager: &Manager,
        subject: &str,
        observer: &mut dyn Observer,
    ) -> Result<String, Problem> {
        match self {
            Self::Load => manager.load(subject, observer)?,
            Self::Unload => manager.unload(subject)?,
            Self::Reload => manager.reload(subject, observer)?,
            Self::Enable => manager.enable(subject)?,
            Self::Disable => manager.disable(subject)?,
            Self::Install => {
                let (archive, load) = (Transport::Archive, AfterInstall::Load);
                return Ok(manager.install(subject, archive, load, observer)?);
            }
            Self::Update => drop(manager.update(subject, observer)?),
            Self::Uninstall => manager.uninstall(subject)?,
            Self::Scan => drop(manager.scan()?),
            Self::LoadAll => drop(manager.load_all(observer)?),
        }
        Ok(subject.to_owned())
    }
}
