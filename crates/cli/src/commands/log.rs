//! `lichtfeld-plugins log NAME`.

use crate::exit_status::OK;
use crate::output::Streams;
use lichtfeld_runtime::{Error, Manager};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The plugin's name.
    name: String,
    /// How many lines.
    #[arg(short = 'n', long, default_value_t = 50)]
    lines: usize,
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let key = manager.require(&args.name)?.key;
    for line in manager.logs().tail(&key, args.lines) {
        streams.line(line);
    }
    Ok(OK)
}
