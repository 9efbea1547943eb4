//! Writes a lock for an author whose manifest names no Python.
//!
//! uv then supposes the Python that it runs on, and the lock would be of no use on an older one. So
//! a copy of the manifest is locked that names the oldest Python on which there is a solution.

use std::fs;

use camino::Utf8Path;

use crate::error::InstallError;
use crate::event::Step;
use crate::open_manifest;
use crate::project;
use crate::uv::failure::Context;
use crate::uv::session::Session;
use lichtfeld_system::files;

/// The oldest Python that an application may have: 3.10.
const OLDEST: u8 = 10;

/// Writes `uv.lock` into the author's directory. Returns whether it did: for a manifest that names its
/// Pythons, or is in a workspace, uv does it itself.
pub(crate) fn relock(
    session: &Session<'_>,
    project_dir: &Utf8Path,
    copy: &Utf8Path,
) -> Result<bool, InstallError> {
    let Some(open) = open_manifest::read(project_dir)? else {
        return Ok(false);
    };
    let manifest = project_dir.join("pyproject.toml");
    let context = Context {
        plugin: session.plugin,
        manifest: &manifest,
        envs_dir: &session.options.envs_dir,
        python: &session.options.python,
        project: copy,
    };
    let (_, newest, _) = session.options.python.version;
    let known = fs::read_to_string(project_dir.join("uv.lock")).ok();
    let mut minor = OLDEST.min(newest);
    loop {
        let text = open.for_python(&format!(">=3.{minor}"));
        project::write(copy, &text, project_dir, known.as_deref())?;
        let command = session
            .command()
            .args(["lock", "--project"])
            .args([copy])
            .args(["--python", session.options.python.executable.as_str()])
            .current_dir(copy);
        match session.run(Step::Sync, command, &context) {
            Ok(_) => break,
            // What is required may not exist for such an old Python.
            Err(error) if minor < newest && error.may_be_versions() => minor += 1,
            Err(error) => return Err(error),
        }
    }
    let written = copy.join("uv.lock");
    let lock =
        fs::read_to_string(&written).map_err(|error| InstallError::io("read", &written, error))?;
    let lock = open.paths_of_author(lock, project_dir);
    files::write_atomic(project_dir.join("uv.lock"), lock.as_bytes())?;
    Ok(true)
}
