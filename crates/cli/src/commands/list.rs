//! `lichtfeld-plugins list`.

use crate::exit_status::OK;
use crate::output::Streams;
use lichtfeld_runtime::{Error, Manager, PluginInfo, State};
use serde::Serialize;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    info: &'a PluginInfo,
    state: State,
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let discovery = manager.scan()?;
    let infos = manager.discover()?;
    let rows: Vec<Row<'_>> = infos
        .iter()
        .map(|info| Row {
            info,
            state: manager.state(&info.name).unwrap_or_default(),
        })
        .collect();
    if args.json {
        streams.json(&rows);
        return Ok(OK);
    }
    let width = rows
        .iter()
        .map(|row| row.info.name.len())
        .max()
        .unwrap_or(0)
        .max(4);
    for row in &rows {
        streams.line(format!(
            "{:width$}  {:10}  {:9}  {}",
            row.info.name, row.info.version, row.state, row.info.description
        ));
    }
    if rows.is_empty() {
        streams.note(format!("no plugins in {}", manager.home().plugins()));
    }
    for rejected in &discovery.rejected {
        streams.note(format!(
            "{}: not a valid plugin; `lichtfeld-plugins check {}` says why",
            rejected.dir, rejected.dir
        ));
    }
    Ok(OK)
}
