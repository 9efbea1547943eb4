//! A frame of 100 widgets in an application in C++: through the library for C and C++, by direct calls of
//! nanobind, which is the floor, and as dicts of Python. `xtask/bench/frames` is the application.

use camino::Utf8PathBuf;

use super::Context;
use super::series::Series;
use crate::error::{Result, TaskError};
use crate::package_c;
use crate::process::Run;
use crate::python::environment::{self, Environment};
use crate::say;
use crate::workspace;

/// How many frames of each kind are drawn, after those that warm up.
const SAMPLES: &str = "2000";

/// Returns the series, or none where CMake is missing.
pub(super) fn series(context: &Context<'_>) -> Result<Vec<Series>> {
    if Run::new("cmake").arg("--version").read().is_err() {
        say::note("cmake is not installed: the frames in C++ are left out");
        return Ok(vec![]);
    }
    let program = built(context)?;
    let plugins = context.scratch("frames")?.join("plugins");
    let plugin = plugins.join("frames");
    workspace::create_dir(&plugin)?;
    for file in ["__init__.py", "pyproject.toml"] {
        let from = context.workspace.path("xtask/bench/frames/plugin");
        let text = workspace::read(&from.join(file))?;
        lichtfeld_system::files::write_atomic(plugin.join(file), text.as_bytes())?;
    }
    let run = Run::new(&program).args([plugins.as_str(), SAMPLES]);
    let (stdout, status) = run.results()?;
    if !status.success() {
        return Err(TaskError::Found(format!("{program} failed; see above")));
    }
    serde_json::from_str(&stdout).map_err(|error| TaskError::Unexpected {
        what: format!("the output of {program}"),
        reason: error.to_string(),
    })
}

/// Builds the library as it ships, and the application. Costs little when nothing has changed.
fn built(context: &Context<'_>) -> Result<Utf8PathBuf> {
    let prepared = context.prepared()?;
    let library = context.workspace.target("bench").join("library");
    let chosen = &prepared.interpreter;
    let interpreter = package_c::installed(context.workspace, chosen, None, "release", &library)?;
    let nanobind = environment_with_nanobind(context)?;
    let cmake_dir = Run::new(nanobind.python())
        .args(["-c", "import nanobind; print(nanobind.cmake_dir())"])
        .read()?;
    let python = Run::new(&interpreter.executable)
        .args(["-c", "import sys; print(sys.base_prefix)"])
        .read()?;
    let build = context.workspace.target("bench").join("frames");
    Run::new("cmake")
        .arg("-S")
        .arg(context.workspace.path("xtask/bench/frames"))
        .args(["-B", build.as_str(), "-DCMAKE_BUILD_TYPE=Release"])
        .arg(format!("-DCMAKE_PREFIX_PATH={library}"))
        .arg(format!("-Dnanobind_DIR={}", cmake_dir.trim()))
        .arg(format!("-DPython_ROOT_DIR={}", python.trim()))
        .read()?;
    Run::new("cmake")
        .args(["--build", build.as_str(), "--config", "Release"])
        .read()?;
    Ok(build.join("frames"))
}

fn environment_with_nanobind(context: &Context<'_>) -> Result<Environment> {
    let prepared = context.prepared()?;
    let requirements = context.workspace.path("xtask/requirements/bench.txt");
    let name = format!("python/bench-{}", prepared.interpreter.version_text());
    let _lock = context.workspace.lock()?;
    environment::made(
        &prepared.tools.uv(),
        &prepared.interpreter,
        context.workspace.target(&name),
        &["--requirement", requirements.as_str()],
        &[&workspace::read(&requirements)?],
    )
}
