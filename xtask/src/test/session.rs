//! What the parts of the tests share: the interpreter, the tools, the wheel, what was asked for.

use std::cell::OnceCell;

use camino::Utf8PathBuf;

use crate::args::TestArgs;
use crate::error::Result;
use crate::process::Run;
use crate::python::environment::Environment;
use crate::python::interpreter::Interpreter;
use crate::python::tools::Tools;
use crate::python::wheel::{self, Profile, Wheel};
use crate::python::{self, find, tools};
use crate::say;
use crate::workspace::{self, Workspace};

/// One run of `cargo xtask test`.
pub(super) struct Session<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) args: &'a TestArgs,
    pub(super) interpreter: Interpreter,
    pub(super) tools: Tools,
    /// The packages whose Rust tests run; `None` for all.
    pub(super) packages: Option<Vec<String>>,
    wheel: OnceCell<Wheel>,
}

impl<'a> Session<'a> {
    /// Finds the interpreter and installs the tools.
    pub(super) fn new(
        workspace: &'a Workspace,
        args: &'a TestArgs,
        packages: Option<Vec<String>>,
    ) -> Result<Self> {
        let interpreter = find::choose(args.python.python.as_ref())?;
        say::note(format!("using {}", interpreter.shown()));
        let tools = tools::installed(workspace, &interpreter)?;
        Ok(Self {
            workspace,
            args,
            interpreter,
            tools,
            packages,
            wheel: OnceCell::new(),
        })
    }

    /// Sets what every test may count on: uv's real binary and an interpreter, whatever PATH offers.
    pub(super) fn with_variables(&self, run: Run, interpreter: &Interpreter) -> Run {
        run.env("LICHTFELD_UV", self.tools.uv())
            .env("LICHTFELD_PYTHON", &interpreter.executable)
            .env("PYO3_PYTHON", &interpreter.executable)
            .env_remove("LFS_RESOLVED_PLUGIN_DIR")
            .dir(self.workspace.root())
    }

    /// The wheel that is tested, built at the first call.
    pub(super) fn wheel(&self) -> Result<&Wheel> {
        if let Some(wheel) = self.wheel.get() {
            return Ok(wheel);
        }
        let profile = if self.args.release {
            Profile::Release
        } else {
            Profile::Dev
        };
        let wheel = wheel::build(self.workspace, &self.tools, &self.interpreter, profile)?;
        Ok(self.wheel.get_or_init(|| wheel))
    }

    /// An environment of an interpreter with the wheel in it.
    pub(super) fn with_wheel(&self, interpreter: &Interpreter) -> Result<Environment> {
        python::with_wheel(self.workspace, &self.tools, interpreter, self.wheel()?)
    }

    /// An empty place for what a runner reports, in `target/test`.
    pub(super) fn report(&self, name: &str) -> Result<Utf8PathBuf> {
        let dir = self.workspace.target("test");
        workspace::create_dir(&dir)?;
        let path = dir.join(format!("{name}.xml"));
        workspace::remove(&path)?;
        Ok(path)
    }
}
