//! `lichtfeld-plugins enable NAME` and `disable NAME`.

use crate::exit_status::OK;
use crate::output::Streams;
use lichtfeld_runtime::{Error, Manager};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The plugins' names.
    #[arg(required = true)]
    names: Vec<String>,
}

pub(crate) fn enable(
    args: &Args,
    manager: &Manager,
    streams: &mut Streams<'_>,
) -> Result<i32, Error> {
    for name in &args.names {
        manager.enable(name)?;
        streams.line(format!("{name} is enabled"));
    }
    Ok(OK)
}

pub(crate) fn disable(
    args: &Args,
    manager: &Manager,
    streams: &mut Streams<'_>,
) -> Result<i32, Error> {
    for name in &args.names {
        manager.disable(name)?;
        streams.line(format!("{name} is disabled"));
    }
    Ok(OK)
}
