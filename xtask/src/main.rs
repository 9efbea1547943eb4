//! `cargo xtask`: the project's daily tasks. `cargo xtask --help` lists them.
//!
//! Everything a task makes lies under `target/`; nothing is installed on the machine, and the
//! user's own `~/.lichtfeld` is never touched.

mod args;
mod bench;
mod busy;
mod c_header;
mod ci;
mod codegen;
mod compat;
mod compatibility;
mod demo;
mod diagnostics;
mod error;
mod fuzz;
mod members;
mod modules;
mod package;
mod package_c;
mod process;
mod python;
mod say;
mod scene;
mod soak;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use args::{Cli, Task};
use clap::Parser as _;
use lichtfeld_system::human;
use python::wheel::Profile;
use workspace::Workspace;

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::note(format!("\nerror: {}", human::chain(&error)));
            if let Some(hint) = error.hint() {
                say::note(format!("hint: {hint}"));
            }
            ExitCode::from(error.exit_status())
        }
    }
}

fn run(task: Task) -> error::Result<()> {
    let workspace = Workspace::locate()?;
    match task {
        Task::Demo(args) => demo::run(&workspace, &args),
        Task::Test(args) => test::run(&workspace, &args),
        Task::Ci(args) => ci::run(&workspace, &args),
        Task::Tidy(args) => tidy::run(&workspace, &args),
        Task::Fuzz(args) => fuzz::run(&workspace, &args),
        Task::Package(args) => package::run(&workspace, &args),
        Task::Bench(args) => bench::run(&workspace, &args),
        Task::Codegen(args) => codegen::run(&workspace, &args),
        Task::Scene(args) => scene::run(&args),
        Task::Soak(args) => soak::run(&workspace, &args),
        Task::Compat(args) => compat::run(&workspace, &args),
        Task::Python(args) => {
            let prepared = python::prepare(&workspace, args.python.as_ref(), Profile::Dev)?;
            say::out(prepared.environment.python());
            Ok(())
        }
    }
}
