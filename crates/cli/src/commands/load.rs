//! `lichtfeld-plugins load NAME`: a load as the application does it, to see how it goes.

use super::{OK, WRONG, tell};
use crate::Streams;
use lichtfeld_runtime::{Error, Manager, Observer, Stage};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The plugins' names.
    #[arg(required = true)]
    names: Vec<String>,
}

/// Prints what a load or an installation tells.
pub(crate) struct Printer<'a, 'b>(pub(crate) &'a mut Streams<'b>);

impl Observer for Printer<'_, '_> {
    fn progress(&mut self, message: &str) {
        self.0.note(format!("  {message}"));
    }

    fn stage(&mut self, stage: Stage, detail: &str) {
        if stage != Stage::Complete {
            self.0.note(format!("{detail}: {stage}"));
        }
    }
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let mut status = OK;
    for name in &args.names {
        if let Err(error) = manager.load(name, &mut Printer(streams)) {
            tell(&error, streams);
            status = WRONG;
        }
        let Some(told) = manager.status(name) else {
            continue;
        };
        let report = &told.report;
        streams.line(format!(
            "{}: {} (environment {} in {:.1} ms, import {:.1} ms, activation {:.1} ms)",
            told.info.name,
            told.state,
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
