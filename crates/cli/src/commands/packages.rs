//! `lichtfeld-plugins install`, `update` and `uninstall`.

use crate::exit_status::{OK, WRONG};
use crate::output::Streams;
use crate::progress::Printer;
use lichtfeld_runtime::{
    AfterInstall, Error, InstallRequest, Manager, PluginId, Transport, Updated,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Install {
    /// An id of the registry (`search` shows them); or a directory, a .zip file or its https:// URL,
    /// `owner/name` of GitHub, a repository's URL, with a branch, tag or commit after a `#`.
    source: String,
    /// This version, for an id of the registry; the newest that suits if not given.
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Fetch the repository with git, not as an archive.
    #[arg(long)]
    git: bool,
}

pub(crate) fn install(
    args: &Install,
    manager: &Manager,
    streams: &mut Streams<'_>,
) -> Result<i32, Error> {
    let transport = if args.git {
        Transport::Git
    } else {
        Transport::Archive
    };
    let source = args.source.as_str();
    // A directory of that name is what a person sees before them.
    let is_here = std::path::Path::new(source).exists();
    let is_registered = args.version.is_some() || (PluginId::is_one(source) && !is_here);
    let observer = &mut Printer(streams);
    let name = if is_registered {
        let wanted = InstallRequest::new(source, transport).with_version(args.version.as_deref());
        manager.install_from_registry(wanted, AfterInstall::DoNotLoad, observer)?
    } else {
        manager.install(source, transport, AfterInstall::DoNotLoad, observer)?
    };
    let version = manager.info(&name).map(|info| info.version.clone());
    streams.line(format!(
        "{name} {} is installed",
        version.unwrap_or_default()
    ));
    streams.note(format!(
        "hint: `lichtfeld-plugins sync {name}` makes its environment now; the application does it \
         at the first load"
    ));
    Ok(OK)
}

#[derive(Debug, clap::Args)]
pub(crate) struct Names {
    /// The plugins' names.
    #[arg(required = true)]
    names: Vec<String>,
}

pub(crate) fn update(
    args: &Names,
    manager: &Manager,
    streams: &mut Streams<'_>,
) -> Result<i32, Error> {
    let mut status = OK;
    for name in &args.names {
        match manager.update(name, &mut Printer(streams)) {
            Ok(Updated::Newest) => streams.line(format!("{name}: nothing newer is available")),
            Ok(_) => {
                let version = manager.info(name).map(|info| info.version.clone());
                streams.line(format!("{name} is {} now", version.unwrap_or_default()));
            }
            Err(error) => {
                streams.error(&error);
                status = WRONG;
            }
        }
    }
    Ok(status)
}

pub(crate) fn uninstall(
    args: &Names,
    manager: &Manager,
    streams: &mut Streams<'_>,
) -> Result<i32, Error> {
    for name in &args.names {
        manager.uninstall(name)?;
        streams.line(format!("{name} is uninstalled; its settings and data stay"));
    }
    Ok(OK)
}
