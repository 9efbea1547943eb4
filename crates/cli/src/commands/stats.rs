//! `lichtfeld-plugins stats`: which panels are slow to draw.
//!
//! The numbers of a running application are in `lichtfeld.ui.stats()`. Without names this command
//! shows the numbers that the application wrote when it ended; with names it loads the plugins here
//! and draws their panels.

use crate::exit_status::{OK, WRONG};
use crate::output::Streams;
use crate::progress::Printer;
use lichtfeld_runtime::{DrawStats, Error, Manager};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Plugins to load here, whose panels are drawn. Without: the numbers of the application's
    /// last run.
    names: Vec<String>,
    /// How often each panel is drawn.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    frames: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    if args.names.is_empty() {
        return last_run(args, manager, streams);
    }
    let mut status = OK;
    let mut all = Vec::new();
    for name in &args.names {
        match draw(name, args.frames, manager, streams) {
            Ok((stats, drawn)) => {
                all.extend(stats);
                status = status.max(drawn);
            }
            Err(error) => {
                streams.error(&error);
                status = WRONG;
            }
        }
    }
    all.sort_by(|a, b| b.worst_ms.total_cmp(&a.worst_ms));
    // These numbers are a trial; those of the application stay.
    manager.panels().forget_past_stats();
    show(&all, args, streams);
    Ok(status)
}

fn last_run(args: &Args, manager: &Manager, streams: &mut Streams<'_>) -> Result<i32, Error> {
    let Some(saved) = manager.saved_draw_stats()? else {
        streams.note(
            "no numbers yet: the application writes them when it ends. To draw the panels of a \
             plugin here: lichtfeld-plugins stats NAME",
        );
        if args.json {
            streams.json(&Vec::<DrawStats>::new());
        }
        return Ok(OK);
    };
    streams.note(format!("as the application ended at {}:", saved.written));
    show(&saved.panels, args, streams);
    Ok(OK)
}

/// Loads one plugin, draws its panels, unloads it.
fn draw(
    name: &str,
    frames: u32,
    manager: &Manager,
    streams: &mut Streams<'_>,
) -> Result<(Vec<DrawStats>, i32), Error> {
    let mut status = OK;
    // Only this command loads plugins in this process, one after the other.
    manager.load(name, &mut Printer(streams))?;
    let panels = manager.panels().visible();
    if panels.is_empty() {
        streams.note(format!("{name} has no panels"));
    }
    for panel in &panels {
        for _ in 0..frames {
            if let Some(error) = &panel.draw().error {
                streams.note(format!(
                    "{} cannot be drawn:\n{}",
                    panel.info().id,
                    error.traceback.trim_end()
                ));
                status = WRONG;
                break;
            }
        }
    }
    let stats = panels.iter().map(|panel| panel.stats()).collect();
    manager.unload(name)?;
    Ok((stats, status))
}

fn show(all: &[DrawStats], args: &Args, streams: &mut Streams<'_>) {
    if args.json {
        streams.json(&all);
        return;
    }
    let width = |of: fn(&DrawStats) -> usize| all.iter().map(of).max().unwrap_or(0).max(6);
    let ids = width(|stats| stats.id.len());
    let plugins = width(|stats| stats.plugin.as_deref().unwrap_or("-").len());
    if !all.is_empty() {
        streams.line(format!(
            "{:ids$}  {:plugins$}  {:>7}  {:>12}  {:>9}  {:>9}",
            "panel", "plugin", "drawn", "over 16 ms", "mean ms", "worst ms"
        ));
    }
    for stats in all {
        streams.line(format!(
            "{:ids$}  {:plugins$}  {:>7}  {:>12}  {:>9.2}  {:>9.2}",
            stats.id,
            stats.plugin.as_deref().unwrap_or("-"),
            stats.draws,
            stats.slow,
            stats.mean_ms,
            stats.worst_ms
        ));
    }
}
