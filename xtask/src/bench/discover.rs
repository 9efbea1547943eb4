//! How long discovery takes for 10 to 10,000 plugins. The floor opens and reads each manifest.

use std::fs;
use std::time::Instant;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::{Discoverer, Style};
use lichtfeld_system::files;

use super::series::{Limit, Series};
use super::{Bench, Context};
use crate::error::{Result, TaskError};
use crate::workspace;

/// Numbers of plugins, and how often each is measured.
const SIZES: [(usize, usize); 4] = [(10, 200), (100, 50), (1_000, 20), (10_000, 5)];

pub(super) const BENCH: Bench = Bench {
    name: "discover",
    about: "finding 10 to 10,000 plugins, warm page cache",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    let mut all = Vec::new();
    for (count, rounds) in SIZES {
        let dir = context.scratch("discover")?;
        let manifests = generate(&dir, count)?;
        let mut floor = Vec::new();
        let mut first = Vec::new();
        let mut again = Vec::new();
        // The first round fills the page cache and does not count.
        for round in 0..=rounds {
            let mut discoverer = Discoverer::new();
            let times = [
                timed(|| read_all(&manifests))?,
                timed(|| found(&mut discoverer, &dir, count))?,
                timed(|| found(&mut discoverer, &dir, count))?,
            ];
            if round > 0 {
                floor.push(times[0]);
                first.push(times[1]);
                again.push(times[2]);
            }
        }
        let mut first =
            Series::seconds(format!("{count} plugins, first"), first).with_floor(floor.clone());
        let mut again = Series::seconds(format!("{count} plugins, again"), again).with_floor(floor);
        if count == 1_000 {
            first = first
                .with_limit(Limit::Ratio(5.0))
                .with_limit(Limit::Median(0.025));
            again = again.with_limit(Limit::Median(0.008));
        }
        all.extend([first, again]);
        workspace::remove(&dir)?;
    }
    Ok(all)
}

fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

/// Discovers once. Fails if a plugin is missing, since the time then says nothing.
fn found(discoverer: &mut Discoverer, dir: &Utf8Path, count: usize) -> Result<()> {
    let unexpected = |reason: String| TaskError::Unexpected {
        what: "the discovery".to_owned(),
        reason,
    };
    let discovery = discoverer
        .discover(dir)
        .map_err(|error| unexpected(error.to_string()))?;
    if discovery.plugins.len() == count {
        return Ok(());
    }
    let found = discovery.plugins.len();
    let first = discovery
        .rejected
        .first()
        .map(|rejected| rejected.render(Style::Plain));
    Err(unexpected(format!(
        "it found {found} of {count} plugins\n{}",
        first.unwrap_or_default()
    )))
}

/// The floor: opens and reads each file.
fn read_all(manifests: &[Utf8PathBuf]) -> Result<usize> {
    let mut bytes = 0;
    for path in manifests {
        bytes += fs::read(path).map_err(TaskError::io("read", path))?.len();
    }
    Ok(bytes)
}

/// Writes plugins as people write them, half of them with the older form of the manifest.
fn generate(dir: &Utf8Path, count: usize) -> Result<Vec<Utf8PathBuf>> {
    let mut manifests = Vec::with_capacity(count);
    for index in 0..count {
        let name = format!("plugin_{index:05}");
        let rules = if index % 2 == 0 {
            "auto_start = true\nhot_reload = true\nmin_lichtfeld_version = \"1.0.0\"\n"
        } else {
            "hot_reload = true\nplugin_api = \">=1,<2\"\nlichtfeld_version = \">=1.0\"\n\
             required_features = [\"panels.v1\", \"settings.v1\"]\n"
        };
        let text = format!(
            "[project]\nname = \"{name}\"\nversion = \"1.{index}.0\"\n\
             description = \"Generated for a measurement\"\n\
             authors = [{{name = \"Nobody\"}}]\nrequires-python = \">=3.10\"\n\
             dependencies = [\"numpy>=1.26\", \"pillow>=10\"]\n\n[tool.lichtfeld]\n{rules}"
        );
        let manifest = dir.join(&name).join("pyproject.toml");
        let parent = dir.join(&name);
        workspace::create_dir(&parent)?;
        files::write_scratch(&manifest, text.as_bytes())?;
        files::write_scratch(&parent.join("__init__.py"), b"")?;
        manifests.push(manifest);
    }
    Ok(manifests)
}
