//! `lichtfeld-plugins info NAME`.

use crate::exit_status::OK;
use crate::output::Streams;
use lichtfeld_runtime::{Error, Manager};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The plugin's name.
    name: String,
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let status = manager.require(&args.name)?;
    streams.json(&status);
    Ok(OK)
}
