//! The command line: which tasks there are and what each takes.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// The project's daily tasks. Everything they make lies under `target/`.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Run the main job: install, load, draw, reload, reconstruct, unload
    Demo(DemoArgs),
    /// Run every test: Rust, Python on every interpreter found, end to end
    Test(TestArgs),
    /// Run what CI runs: formatting, lints, tidy, generated files, packages, fuzzing, tests
    Ci(PythonArgs),
    /// Check what no compiler checks: layers, circles, unused dependencies, links, file lengths
    Tidy(TidyArgs),
    /// Run the fuzz targets of all crates under libFuzzer
    Fuzz(FuzzArgs),
    /// Package the crates that may be published, as `cargo publish` would, or the library for C
    Package(PackageArgs),
    /// Run benchmarks; results are a table and target/bench/NAME.json
    Bench(BenchArgs),
    /// Write the generated files, or check that they are up to date
    Codegen(CodegenArgs),
    /// Render a synthetic scene as images with known cameras
    Scene(SceneArgs),
    /// Do anything with thirty plugins at any time, for half an hour: nothing hangs, nothing is left
    Soak(SoakArgs),
    /// Use the plugins of a folder in both places: check, load, draw, press every control, unload
    Compat(CompatArgs),
    /// Prepare target/python: the tools, an environment, the wheel in it; print its path
    Python(PythonArgs),
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PythonArgs {
    /// The Python to use (3.10 or newer); default: python3, else the newest that is found
    #[arg(long, value_name = "PATH")]
    pub(crate) python: Option<Utf8PathBuf>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DemoArgs {
    /// Reconstruct the photos in this folder; default: a rendered scene of 16 views
    #[arg(long, value_name = "DIR")]
    pub(crate) images: Option<Utf8PathBuf>,
    /// Print one JSON object on standard output, everything else on standard error
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) python: PythonArgs,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct TestArgs {
    /// Only tests whose name contains one of these
    pub(crate) filters: Vec<String>,
    /// Only this part of the tests (may be given several times)
    #[arg(long, value_name = "PART")]
    pub(crate) only: Vec<TestPart>,
    /// Only what the changes since this commit or branch can reach
    #[arg(long, value_name = "BASE", num_args = 0..=1, default_missing_value = "main")]
    pub(crate) changed: Option<String>,
    /// Beside loops that keep every core busy
    #[arg(long)]
    pub(crate) busy: bool,
    /// How many tests run at a time; default: one for each core
    #[arg(long, short, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// With the wheel as it ships instead of one that is compiled quickly
    #[arg(long)]
    pub(crate) release: bool,
    /// All Python tests on every interpreter, not only on the oldest and the newest
    #[arg(long)]
    pub(crate) everywhere: bool,
    #[command(flatten)]
    pub(crate) python: PythonArgs,
}

/// A part of the tests, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum TestPart {
    /// cargo's tests and doctests
    Rust,
    /// tests/python, on every interpreter found
    Python,
    /// tests/python/colmap, in an environment with pycolmap
    Colmap,
    /// The demo: twice, and without network
    Demo,
}

impl TestPart {
    pub(crate) const ALL: [Self; 4] = [Self::Rust, Self::Python, Self::Colmap, Self::Demo];
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FuzzArgs {
    /// Which targets: TARGET, CRATE or CRATE/TARGET; default: all
    pub(crate) targets: Vec<String>,
    /// How long each runs; default: `LICHTFELD_FUZZ_SECONDS`, else 20
    #[arg(long, value_name = "N")]
    pub(crate) seconds: Option<u64>,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PackageArgs {
    /// Do not compile what was packaged
    #[arg(long)]
    pub(crate) no_verify: bool,
    /// With changes that are not committed
    #[arg(long)]
    pub(crate) allow_dirty: bool,
    /// Instead: build the library for C and C++ applications, and install it in this directory
    #[arg(long, value_name = "DIR", conflicts_with_all = ["no_verify", "allow_dirty"])]
    pub(crate) c: Option<Utf8PathBuf>,
    /// With `--c`: compiled quickly, not as it ships
    #[arg(long, requires = "c")]
    pub(crate) dev: bool,
    #[command(flatten)]
    pub(crate) python: PythonArgs,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct BenchArgs {
    /// Which benchmarks; default: all
    pub(crate) names: Vec<String>,
    /// Print which benchmarks there are
    #[arg(long)]
    pub(crate) list: bool,
    /// End with status 1 where a limit is not kept
    #[arg(long)]
    pub(crate) enforce: bool,
    #[command(flatten)]
    pub(crate) python: PythonArgs,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct CodegenArgs {
    /// Write nothing; end with status 1 where a file differs
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct TidyArgs {
    /// Only print which file uses which names of which other, and the circles: of one package, one
    /// folder with Python packages, or all
    #[arg(long, value_name = "PACKAGE")]
    #[expect(
        clippy::option_option,
        reason = "clap's form of an option whose value may be left out"
    )]
    pub(crate) circles: Option<Option<String>>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct SceneArgs {
    /// The folder for the images and cameras.json
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Utf8PathBuf,
    /// How many images
    #[arg(long, default_value_t = 16)]
    pub(crate) views: u32,
    /// Width in pixels
    #[arg(long, default_value_t = 320)]
    pub(crate) width: u32,
    /// Height in pixels
    #[arg(long, default_value_t = 240)]
    pub(crate) height: u32,
    /// The seed: the same seed gives the same images
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct SoakArgs {
    /// How long, after a first round of 20 seconds
    #[arg(long, value_name = "N", default_value_t = 30.0)]
    pub(crate) minutes: f64,
    /// How many loops keep the machine busy meanwhile
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub(crate) loops: usize,
    /// The seed of a run before: the same operations, as far as threads allow; default: a new one
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u32>,
    #[command(flatten)]
    pub(crate) python: PythonArgs,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct CompatArgs {
    /// The folder with the folders of the plugins
    pub(crate) dir: Utf8PathBuf,
    /// Print one JSON object instead of a table
    #[arg(long)]
    pub(crate) json: bool,
    /// How long a plugin may take in one place, with its installation
    #[arg(long, value_name = "N", default_value_t = 600.0)]
    pub(crate) seconds: f64,
    #[command(flatten)]
    pub(crate) python: PythonArgs,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn tests_take_an_interpreter_a_part_and_filters() {
        let cli = Cli::parse_from(["x", "test", "--python", "p", "--only", "rust", "a", "b"]);
        let Task::Test(args) = cli.task else {
            panic!("{cli:?}")
        };
        assert_eq!(args.filters, ["a", "b"]);
        assert_eq!(args.only, [TestPart::Rust]);
        assert_eq!(args.python.python.unwrap(), "p");
    }
}
