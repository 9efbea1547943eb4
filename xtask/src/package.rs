//! `cargo xtask package`: what `cargo publish` would upload of each crate that may be published.
//!
//! Cargo packages the crates in the order of their dependencies and compiles each from what it has
//! packaged, beside the others, so that a file or a version that is missing is found here.

use crate::args::PackageArgs;
use crate::error::Result;
use crate::members;
use crate::package_c;
use crate::process::{Run, Stdout};
use crate::say;
use crate::workspace::Workspace;

/// Packages every crate that its manifest allows to publish.
pub(crate) fn run(workspace: &Workspace, args: &PackageArgs) -> Result<()> {
    if let Some(directory) = &args.c {
        return package_c::run(workspace, args, directory);
    }
    let members = members::read(workspace)?;
    let names: Vec<&str> = members
        .iter()
        .filter(|member| member.publishable)
        .map(|member| member.name.as_str())
        .collect();
    if names.is_empty() {
        say::note("package: no crate may be published (publish = false)");
        return Ok(());
    }
    say::note(format!("packaging {}", names.join(", ")));
    // What is packaged is compiled with the versions of the workspace, so that nothing is looked up.
    Run::cargo()
        .args(["fetch", "--quiet", "--locked"])
        .dir(workspace.root())
        .run(Stdout::ToStderr)?;
    let mut run = Run::cargo().args(["package", "--locked", "--offline"]);
    for name in &names {
        run = run.args(["--package", name]);
    }
    if args.no_verify {
        run = run.arg("--no-verify");
    }
    if args.allow_dirty {
        run = run.arg("--allow-dirty");
    }
    run.dir(workspace.root()).run(Stdout::ToStderr)
}
