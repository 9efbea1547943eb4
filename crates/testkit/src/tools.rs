//! The programs that tests run: uv and Python.

use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_installer::PythonInfo;
use lichtfeld_system::CancelToken;
use lichtfeld_system::process::{Activity, Child, Command, Finished, Timeouts};

/// The uv that tests use: `LICHTFELD_UV`, a virtual environment below `target/`, or PATH.
///
/// # Panics
/// Where there is none, with what to do.
#[must_use]
pub fn uv() -> Utf8PathBuf {
    let named = std::env::var("LICHTFELD_UV").ok().map(Utf8PathBuf::from);
    if let Some(path) = named {
        assert!(
            path.is_file(),
            "LICHTFELD_UV is {path}, and there is no such file"
        );
        return path;
    }
    let program = if cfg!(windows) { "uv.exe" } else { "uv" };
    let bin = if cfg!(windows) { "Scripts" } else { "bin" };
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let below = std::fs::read_dir(&root).into_iter().flatten().flatten();
    let below = below.filter_map(|entry| Utf8PathBuf::try_from(entry.path()).ok());
    let mut places: Vec<Utf8PathBuf> = below.map(|dir| dir.join(bin).join(program)).collect();
    places.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).filter_map(|dir| Utf8PathBuf::try_from(dir).ok());
    places.extend(on_path.map(|dir| dir.join(program)));
    places
        .into_iter()
        .find(|place| place.is_file())
        .unwrap_or_else(|| {
            panic!(
                "this test needs uv, and there is none in LICHTFELD_UV, below target/ or on PATH. \
             `cargo xtask test` prepares it."
            )
        })
}

/// The Python that tests use: `LICHTFELD_PYTHON`, or `python3` on PATH. The real program, not a
/// shim.
///
/// # Panics
/// Where there is none.
#[must_use]
pub fn python() -> PythonInfo {
    static PYTHON: OnceLock<PythonInfo> = OnceLock::new();
    let probe = || {
        let named = std::env::var("LICHTFELD_PYTHON").unwrap_or_else(|_| "python3".into());
        PythonInfo::probe(Utf8Path::new(&named)).unwrap_or_else(|error| {
            panic!("this test needs Python, which `cargo xtask test` prepares: {error}")
        })
    };
    PYTHON.get_or_init(probe).clone()
}

/// Runs a command to its end and gives its lines.
///
/// # Panics
/// Where it cannot be started or fails, with its last lines.
#[must_use]
pub fn run(command: Command) -> Vec<String> {
    let shown = command.display();
    let mut lines = Vec::new();
    let finished = command.run(&CancelToken::new(), &Timeouts::default(), &mut |signal| {
        lines.extend(signal.line().map(|line| line.text.clone()));
        Activity::Seen
    });
    let Finished { exit, tail, .. } = finished.expect("the command starts");
    assert!(exit.success(), "{shown}: {exit}\n{}", tail.join("\n"));
    lines
}

/// Starts one test of the test program that is running, by its full name, in a process of its own.
/// The test reads `variables` from its environment, and does nothing where they are not set.
///
/// # Panics
/// Where it cannot be started.
#[must_use]
pub fn start_test(test: &str, variables: &[(&str, &str)]) -> Child {
    Command::new(std::env::current_exe().expect("this program has a path"))
        .args(["--exact", "--nocapture", test])
        .envs(variables.iter().copied())
        .spawn(|_| {})
        .expect("the test program starts")
}
