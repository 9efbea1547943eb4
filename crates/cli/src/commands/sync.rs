//! `lichtfeld-plugins sync NAME`: a plugin's environment, without loading the plugin.

use crate::exit_status::{OK, WRONG};
use crate::output::Streams;
use crate::progress::Printer;
use lichtfeld_runtime::{Error, Manager, Sync};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The plugins' names.
    #[arg(required = true)]
    names: Vec<String>,
    /// Also write `uv.lock` into the plugin's directory, so that everybody gets these versions.
    #[arg(long, conflicts_with = "repair")]
    lock: bool,
    /// Make the environment anew, whatever is there.
    #[arg(long)]
    repair: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let how = match (args.lock, args.repair) {
        (true, _) => Sync::Lock,
        (_, true) => Sync::Repair,
        _ => Sync::Ensure,
    };
    let mut status = OK;
    for name in &args.names {
        let synced = match manager.sync(name, how, &mut Printer(streams)) {
            Ok(synced) => synced,
            Err(error) => {
                streams.error(&error);
                status = WRONG;
                continue;
            }
        };
        if args.json {
            streams.json(&synced);
            continue;
        }
        let path = synced
            .path
            .map_or_else(String::new, |path| format!(" {path}"));
        streams.line(format!(
            "{name}: environment {}{path}",
            synced.environment.name()
        ));
        for (distribution, version) in &synced.distributions {
            streams.line(format!("  {distribution} {version}"));
        }
        for note in &synced.notes {
            streams.note(format!("note: {note}"));
        }
    }
    Ok(status)
}
