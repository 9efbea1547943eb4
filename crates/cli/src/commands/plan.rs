//! `lichtfeld-plugins plan`.

use crate::exit_status::{OK, WRONG};
use crate::output::Streams;
use lichtfeld_runtime::{Error, Manager};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Plugins by name; without any, all that are loaded when the application starts.
    names: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let plan = manager.plan(&args.names)?;
    let status = if plan.placements.iter().all(|found| found.place.is_some()) {
        OK
    } else {
        WRONG
    };
    if args.json {
        streams.json(&plan);
        return Ok(status);
    }
    let width = plan
        .placements
        .iter()
        .map(|found| found.name.len())
        .max()
        .unwrap_or(0)
        .max(4);
    for found in &plan.placements {
        let place = found
            .place
            .map_or_else(|| "nowhere".to_owned(), |place| place.to_string());
        streams.line(format!(
            "{:width$}  {place:8}  {}",
            found.name, found.reason
        ));
    }
    if plan.placements.is_empty() {
        streams.note(format!(
            "no plugins to start in {}",
            manager.home().plugins()
        ));
    }
    Ok(status)
}
