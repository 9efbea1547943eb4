//! `lichtfeld-plugins load NAME`: a load as the application does it, to see how it goes.

use crate::exit_status::{OK, WRONG};
use crate::output::Streams;
use crate::progress::Printer;
use lichtfeld_runtime::{Error, Manager};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The plugins' names.
    #[arg(required = true)]
    names: Vec<String>,
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let mut status = OK;
    for name in &args.names {
        if let Err(error) = manager.load(name, &mut Printer(streams)) {
            streams.error(&error);
            status = WRONG;
        }
        let Some(loaded) = manager.status(name) else {
            continue;
        };
        let report = &loaded.report;
        streams.line(format!(
            "{}: {} (environment {} in {:.1} ms, import {:.1} ms, activation {:.1} ms)",
            loaded.info.name,
            loaded.state,
            report.environment.name(),
            report.environment_time.as_secs_f64() * 1e3,
            report.import_time.as_secs_f64() * 1e3,
            report.activation_time.as_secs_f64() * 1e3,
        ));
        for note in &report.notes {
            streams.note(format!("note: {note}"));
        }
    }
    manager.unload_all();
    Ok(status)
}
