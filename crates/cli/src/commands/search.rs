//! `lichtfeld-plugins search QUERY`: what a registry has.

use crate::exit_status::OK;
use crate::output::Streams;
use crate::progress::Printer;
use lichtfeld_runtime::{Compatibility, Error, Manager};
use serde_json::Value;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Words to find, in names, ids, keywords and descriptions; without any, everything.
    query: Vec<String>,
    /// Also plugins without a version that suits this application.
    #[arg(long)]
    all: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let among = if args.all {
        Compatibility::All
    } else {
        Compatibility::Compatible
    };
    let query = args.query.join(" ");
    let found = manager.search(&query, among, None, &mut Printer(streams))?;
    if args.json {
        let described: Vec<Value> = found
            .iter()
            .map(|plugin| plugin.describe(manager.facts()))
            .collect();
        streams.json(&described);
        return Ok(OK);
    }
    let width = found.iter().map(|plugin| plugin.id.as_str().len()).max();
    let width = width.unwrap_or(0).max(4);
    for plugin in &found {
        let version = match plugin.newest_compatible(manager.facts()) {
            Some(newest) => newest.version.to_string(),
            None => "(none suits)".to_owned(),
        };
        streams.line(format!(
            "{:width$}  {version:12}  {}",
            plugin.id.as_str(),
            plugin.description
        ));
    }
    if found.is_empty() {
        streams.note(if args.all || query.is_empty() {
            "nothing was found".to_owned()
        } else {
            "nothing was found that suits this application; --all looks among all".to_owned()
        });
    }
    Ok(OK)
}
