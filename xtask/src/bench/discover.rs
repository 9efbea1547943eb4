//! Discovery: manifests found and read, beside opening and reading each file.

use std::fs;
use std::time::Instant;

use camino::{Utf8Path, Utf8PathBuf};

use super::series::{Limit, Series};
use super::{Bench, Context};
use crate::error::{Result, TaskError};
use crate::workspace;

/// How many plugins, and how often each size is measured.
const SIZES: [(usize, usize); 4] = [(10, 200), (100, 50), (1_000, 20), (10_000, 5)];

pub(super) const BENCH: Bench = Bench {
    name: "discover",
    about: "finding 10 to 10,000 plugins, warm page cache",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    let mut series = Vec::new();
    for (count, rounds) in SIZES {
        let dir = context.scratch("discover")?;
        let manifests = generate(&dir, count)?;
        read_all(&manifests)?;
        let mut floor = Vec::new();
        for _ in 0..rounds {
            let start = Instant::now();
            read_all(&manifests)?;
            floor.push(start.elapsed().as_secs_f64());
        }
        let mut first = Series::seconds(format!("{count} plugins"), vec![]).with_floor(floor);
        if count == 1_000 {
            first = first
                .with_limit(Limit::Ratio(5.0))
                .with_limit(Limit::Median(0.025));
        }
        series.push(first);
        workspace::remove_dir(&dir)?;
    }
    Ok(series)
}

/// The floor: open and read each file.
fn read_all(manifests: &[Utf8PathBuf]) -> Result<usize> {
    let mut bytes = 0;
    for path in manifests {
        bytes += fs::read(path).map_err(TaskError::io("read", path))?.len();
    }
    Ok(bytes)
}

/// Plugins as people write them: half of the older manifest, half of the newer one.
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
        workspace::write(&manifest, text)?;
        manifests.push(manifest);
    }
    Ok(manifests)
}
