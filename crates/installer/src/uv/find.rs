//! Where uv is.

use std::fs::File;
use std::io::Read;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::{MINIMUM, Uv, parse_version};
use crate::error::InstallError;
use crate::options::InstallerOptions;
use lichtfeld_system::process::{Activity, Command, Stream, Timeouts, variable};
use lichtfeld_system::{CancelToken, Cause};

const PROGRAM: &str = if cfg!(windows) { "uv.exe" } else { "uv" };
const ANSWER_TIME: Duration = Duration::from_secs(30);

/// Looks for uv: the options, `LICHTFELD_UV`, beside the host, the Python package, PATH.
pub(crate) fn find(options: &InstallerOptions) -> Result<Uv, InstallError> {
    let mut looked = Vec::new();
    // Who names a path wants that one and no other.
    let named = [
        ("the configured path", options.uv.clone()),
        (
            "LICHTFELD_UV",
            variable("LICHTFELD_UV")
                .and_then(|path| path.into_string().ok())
                .map(Into::into),
        ),
    ];
    for (what, path) in named {
        if let Some(path) = path {
            return if is_program(&path) {
                Ok(Uv {
                    path: real(path, options),
                })
            } else {
                looked.push(format!("{path} ({what})"));
                Err(InstallError::UvMissing { looked })
            };
        }
    }
    let beside = |program: &Option<Utf8PathBuf>, below: &str| {
        program
            .as_deref()
            .and_then(Utf8Path::parent)
            .map(|dir| dir.join(below).join(PROGRAM))
    };
    let python = Some(options.python.executable.clone());
    let mut places: Vec<Utf8PathBuf> = [
        beside(&options.host_executable, "bin"),
        beside(&options.host_executable, ""),
        options.packaged_uv.clone(),
        beside(&python, ""),
        beside(&python, "Scripts"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let path = variable("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).filter_map(|dir| Utf8PathBuf::try_from(dir).ok());
    places.extend(on_path.map(|dir| dir.join(PROGRAM)));
    places.dedup();
    // A shim works, but costs its shell at every call: a real binary anywhere goes first.
    let mut shim = None;
    for place in places {
        if is_program(&place) {
            if !is_script(&place) {
                return Ok(Uv { path: place });
            }
            shim.get_or_insert(place);
        } else {
            looked.push(place.into_string());
        }
    }
    match shim {
        Some(shim) => Ok(Uv {
            path: real(shim, options),
        }),
        None => {
            looked.dedup();
            Err(InstallError::UvMissing { looked })
        }
    }
}

/// Asks uv for its version, and whether that is new enough.
pub(crate) fn version(uv: &Uv) -> Result<String, InstallError> {
    let unusable = |source: Cause| InstallError::UvUnusable {
        path: uv.path.clone(),
        source,
    };
    let said = ask(Command::new(&uv.path).scrub_python().arg("--version")).map_err(unusable)?;
    let version = parse_version(&said)
        .ok_or_else(|| unusable(format!("asked for its version, it said {said:?}").into()))?;
    new_enough(uv, &version.to_string())
}

/// Checks a version that is known already.
pub(crate) fn new_enough(uv: &Uv, version: &str) -> Result<String, InstallError> {
    match parse_version(version) {
        Some(found) if found < MINIMUM => Err(InstallError::UvTooOld {
            path: uv.path.clone(),
            found: found.to_string(),
            needed: MINIMUM.to_string(),
        }),
        Some(found) => Ok(found.to_string()),
        None => Err(InstallError::UvUnusable {
            path: uv.path.clone(),
            source: format!("it calls itself {version:?}").into(),
        }),
    }
}

/// The first line of standard output of a short command.
pub(super) fn ask(command: Command) -> Result<String, Cause> {
    let timeouts = Timeouts::default().with_stall(ANSWER_TIME);
    let mut answer = None;
    let finished = command.run(&CancelToken::new(), &timeouts, &mut |signal| {
        match signal.line() {
            Some(line) if line.stream == Stream::Stdout && answer.is_none() => {
                answer = Some(line.text.trim().to_owned());
            }
            _ => {}
        }
        Activity::None
    });
    let finished = finished?;
    match answer {
        Some(answer) if finished.exit.success() => Ok(answer),
        _ => Err(format!("{}: {}", finished.exit, finished.tail.join(" / ")).into()),
    }
}

/// Returns the binary behind a shim: uv passes its own path to its children in the variable `UV`.
fn real(path: Utf8PathBuf, options: &InstallerOptions) -> Utf8PathBuf {
    if !is_script(&path) {
        return path;
    }
    let python = &options.python.executable;
    let command = Command::new(&path)
        .scrub_python()
        .args(["run", "--no-project", "--no-config", "--offline"])
        .args([
            "--no-python-downloads",
            "--python",
            python.as_str(),
            "--",
            python.as_str(),
        ])
        .args(["-I", "-c", "import os; print(os.environ['UV'])"]);
    match ask(command) {
        Ok(found) if is_program(Utf8Path::new(&found)) => found.into(),
        _ => path,
    }
}

fn is_script(path: &Utf8Path) -> bool {
    let mut start = [0; 2];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok()
        && &start == b"#!"
}

fn is_program(path: &Utf8Path) -> bool {
    let Ok(metadata) = std::fs::metadata(path) else {
        return false;
    };
    #[cfg(unix)]
    let executable = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let executable = true;
    metadata.is_file() && executable
}
