//! The Python that environments are made for: always the host's own, never searched for.

use std::collections::BTreeMap;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::error::InstallError;
use lichtfeld_system::process::{Activity, Command, Stream, Timeouts};
use lichtfeld_system::{CancelToken, Cause};

/// How long an interpreter may take to say who it is.
const PROBE_TIMEOUT: Duration = Duration::from_secs(60);

/// Prints what [`PythonInfo`] holds, in that order.
const PROBE: &str = "import json, sys, sysconfig; print(json.dumps({\
    'executable': sys.executable, 'version': sys.version_info[:3], \
    'abi': sysconfig.get_config_var('SOABI') or sys.implementation.cache_tag, \
    'platform': sysconfig.get_platform(), 'prefix': sys.base_prefix}))";

/// What [`PROBE`] prints.
#[derive(Deserialize)]
struct Answer {
    #[serde(flatten)]
    info: PythonInfo,
    prefix: Utf8PathBuf,
}

/// The interpreter that the host embeds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PythonInfo {
    /// Its program, as an absolute path.
    pub executable: Utf8PathBuf,
    /// Major, minor, patch.
    pub version: (u8, u8, u8),
    /// The ABI, such as `cpython-312-x86_64-linux-gnu`: what compiled extensions are bound to.
    pub abi: String,
    /// The platform as `sysconfig.get_platform()` names it, such as `linux-x86_64`.
    pub platform: String,
}

impl PythonInfo {
    /// What a host that embeds Python knows without running it; see the fields.
    pub fn new(
        executable: impl Into<Utf8PathBuf>,
        version: (u8, u8, u8),
        abi: impl Into<String>,
        platform: impl Into<String>,
    ) -> Self {
        Self {
            executable: executable.into(),
            version,
            abi: abi.into(),
            platform: platform.into(),
        }
    }

    /// An environment variable that a program has that was started by [`PythonInfo::probe`]. One
    /// that finds it where it looks for an interpreter itself is none.
    pub const ASKED: &'static str = "LICHTFELD_WHICH_PYTHON";

    /// Asks an interpreter who it is, by running it.
    ///
    /// # Errors
    /// [`InstallError::PythonUnusable`].
    pub fn probe(executable: &Utf8Path) -> Result<Self, InstallError> {
        Self::probe_with_prefix(executable).map(|(info, _)| info)
    }

    /// The same, with the directory that it is installed in (`sys.base_prefix`).
    ///
    /// # Errors
    /// [`InstallError::PythonUnusable`].
    pub fn probe_with_prefix(executable: &Utf8Path) -> Result<(Self, Utf8PathBuf), InstallError> {
        let unusable = |source: Cause| InstallError::PythonUnusable {
            executable: executable.to_owned(),
            source,
        };
        let command = Command::new(executable)
            .scrub_python()
            .env(Self::ASKED, "1")
            .args(["-I", "-c", PROBE]);
        let timeouts = Timeouts::default().with_stall(PROBE_TIMEOUT);
        let mut answer = String::new();
        let finished = command
            .run(
                &CancelToken::new(),
                &timeouts,
                &mut |signal| match signal.line() {
                    Some(line) if line.stream == Stream::Stdout => {
                        answer.clone_from(&line.text);
                        Activity::Seen
                    }
                    _ => Activity::None,
                },
            )
            .map_err(|error| unusable(error.into()))?;
        if !finished.exit.success() {
            let said = finished.tail.join(" / ");
            return Err(unusable(format!("{}: {said}", finished.exit).into()));
        }
        serde_json::from_str(&answer)
            .map(|Answer { info, prefix }| (info, prefix))
            .map_err(|_| unusable(format!("it answered {answer:?}").into()))
    }

    /// The file of its program, behind all links: `python`, `python3` and a virtual environment's own
    /// link are one interpreter. Looked up once in a process.
    pub(crate) fn file(&self) -> Utf8PathBuf {
        static KNOWN: Mutex<BTreeMap<Utf8PathBuf, Utf8PathBuf>> = Mutex::new(BTreeMap::new());
        let mut known = KNOWN.lock();
        if let Some(file) = known.get(&self.executable) {
            return file.clone();
        }
        // One that is missing has its name alone.
        match self.executable.canonicalize_utf8() {
            Ok(file) => known.entry(self.executable.clone()).or_insert(file).clone(),
            Err(_) => self.executable.clone(),
        }
    }

    /// `3.12.1`.
    #[must_use]
    pub fn version_text(&self) -> String {
        let (major, minor, patch) = self.version;
        format!("{major}.{minor}.{patch}")
    }

    /// `3.12`: the series whose compiled extensions fit.
    #[must_use]
    pub fn series(&self) -> String {
        let (major, minor, _) = self.version;
        format!("{major}.{minor}")
    }
}
