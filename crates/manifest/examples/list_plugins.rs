//! Lists the plugins of a directory: `cargo run --example list_plugins -- ~/.lichtfeld/plugins`.
//!
//! With `--time` it lists them twice, and prints how long each run took and how long it takes to
//! open and read each manifest.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::{Discoverer, Discovery, MANIFEST_FILE, Style};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (dir, mode) = (args.next().map(Utf8PathBuf::from), args.next());
    let Some(dir) = dir else {
        let _ = writeln!(io::stderr(), "usage: list_plugins DIRECTORY [--time]");
        return ExitCode::from(2);
    };
    let result = if mode.as_deref() == Some("--time") {
        time(&dir)
    } else {
        list(&dir)
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn list(dir: &Utf8Path) -> Result<(), Box<dyn std::error::Error>> {
    let Discovery {
        plugins,
        rejected,
        duplicates,
        ..
    } = lichtfeld_manifest::discover(dir)?;
    let mut out = io::stdout().lock();
    for plugin in plugins {
        let manifest = &plugin.manifest;
        writeln!(
            out,
            "{} {}  {}",
            manifest.name(),
            manifest.version(),
            manifest.description()
        )?;
    }
    for rejected in rejected {
        writeln!(out, "\n{}", rejected.render(Style::Plain))?;
    }
    for warning in duplicates.iter().flat_map(|duplicate| &duplicate.warnings) {
        writeln!(out, "\n{warning}")?;
    }
    Ok(())
}

/// Returns the best time of five, since other work on the machine only makes it slower.
fn time(dir: &Utf8Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut best = [Duration::MAX; 3];
    let mut plugins = 0;
    for _ in 0..5 {
        let mut discoverer = Discoverer::new();
        let mut note = |at: usize, since: Instant| best[at] = best[at].min(since.elapsed());
        let start = Instant::now();
        for entry in dir.read_dir_utf8()? {
            std::hint::black_box(std::fs::read(entry?.path().join(MANIFEST_FILE))).ok();
        }
        note(0, start);
        let start = Instant::now();
        plugins = discoverer.discover(dir)?.plugins.len();
        note(1, start);
        let start = Instant::now();
        std::hint::black_box(discoverer.discover(dir)?);
        note(2, start);
    }
    let [floor, first, again] = best;
    writeln!(
        io::stdout(),
        "{plugins} plugins: floor {floor:?}, first {first:?}, again {again:?}"
    )?;
    Ok(())
}
