//! `lichtfeld-plugins plan`.

use crate::exit_status::{OK, WRONG};
use crate::output::Streams;
use lichtfeld_runtime::{Error, Manager, Placement};
use lichtfeld_system::human::bytes;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Plugins by name; without any, all that are loaded when the application starts.
    names: Vec<String>,
    /// Propose the smallest set of changes that lets all plugins share the application's process.
    #[arg(long)]
    all_shared: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Prints what else is known of a plugin, one fact in a line.
fn details(found: &Placement, streams: &mut Streams<'_>) {
    if !found.agreed.is_empty() {
        let agreed: Vec<String> = found
            .agreed
            .iter()
            .map(|one| format!("{} {} ({})", one.name, one.version, one.origin))
            .collect();
        streams.line(format!("    versions of others: {}", agreed.join(", ")));
    }
    for change in &found.to_share {
        streams.line(format!("    to share: {change}"));
    }
    if let Some(disk) = found.disk {
        streams.line(format!(
            "    on disk: {} of its own, {} shared with uv's cache",
            bytes(disk.own),
            bytes(disk.shared)
        ));
    }
}

fn all_shared(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let proposal = manager.propose_all_shared(&args.names)?;
    let is_possible = proposal.against.is_empty();
    let status = if is_possible { OK } else { WRONG };
    if args.json {
        streams.json(&proposal);
        return Ok(status);
    }
    if !is_possible {
        streams.line("not all plugins can share the application's process:");
    } else if proposal.changes.is_empty() {
        streams.line("nothing has to change for all plugins to share the application's process");
    } else {
        streams.line("all plugins share the application's process after these changes:");
    }
    for line in proposal.changes.iter().chain(&proposal.against) {
        streams.line(format!("    {line}"));
    }
    Ok(status)
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    if args.all_shared {
        return all_shared(args, manager, streams);
    }
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
        details(found, streams);
    }
    if plan.placements.is_empty() {
        streams.note(format!(
            "no plugins to start in {}",
            manager.home().plugins()
        ));
    }
    Ok(status)
}
