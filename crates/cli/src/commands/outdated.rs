//! `lichtfeld-plugins outdated`: which installed plugins have newer versions in the registry.

use crate::exit_status::OK;
use crate::output::Streams;
use crate::progress::Printer;
use lichtfeld_runtime::{Error, Manager};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let outdated = manager.check_updates(&mut Printer(streams))?;
    if args.json {
        streams.json(&outdated);
        return Ok(OK);
    }
    for plugin in &outdated {
        streams.line(format!(
            "{}: {} is installed, {} is available",
            plugin.name, plugin.current, plugin.available
        ));
    }
    streams.note(if outdated.is_empty() {
        "nothing newer is available"
    } else {
        "hint: `lichtfeld-plugins update NAME` replaces one, and keeps what is yours"
    });
    Ok(OK)
}
