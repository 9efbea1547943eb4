//! What is wrong with one package, one address or one setting, as uv tells it.

use camino::Utf8PathBuf;

use crate::codes;
use crate::transcript::Transcript;

/// Why one package cannot be installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageFailure {
    /// What was downloaded is not what was promised.
    #[error(
        "{package} does not have the content that {plugin} expects: the hash is {computed}, not {expected}"
    )]
    HashMismatch {
        /// The plugin.
        plugin: String,
        /// The package, as uv names it.
        package: String,
        /// The hash that the index, the lock file or the address promises.
        expected: String,
        /// The hash of what was downloaded.
        computed: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// The address of a dependency has no such file, or does not give it away.
    #[error("{plugin} requires {package}, and its address cannot be downloaded: {reason}")]
    AddressRefused {
        /// The plugin.
        plugin: String,
        /// The requirement, with its address.
        package: String,
        /// The status of the server, or the last line of git.
        reason: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// A configuration file of uv that is not the plugin's.
    #[error("uv cannot read its configuration {path}: {reason}")]
    BadConfiguration {
        /// The file.
        path: Utf8PathBuf,
        /// What is wrong, with line and column where known.
        reason: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// The files of a package are for other systems or other versions of Python.
    #[error(
        "{package}, which {plugin} requires, has no wheel for this system and Python {python}, and no sources: {reason}"
    )]
    NoWheel {
        /// The plugin.
        plugin: String,
        /// The package.
        package: String,
        /// The host's version.
        python: String,
        /// Which there are, as far as uv says.
        reason: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// Only pre-releases satisfy a requirement, and they are not allowed.
    #[error("only pre-releases satisfy the requirements of {plugin}: {reason}")]
    OnlyPrereleases {
        /// The plugin.
        plugin: String,
        /// The package.
        package: String,
        /// uv's explanation.
        reason: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// A library of this machine is not where the manifest says.
    #[error("{plugin} requires a library in {path}, which does not exist")]
    MissingPath {
        /// The plugin.
        plugin: String,
        /// The path.
        path: Utf8PathBuf,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// The certificate of a server is not trusted.
    #[error("the certificate of {address} is not trusted: {reason}")]
    Certificate {
        /// The plugin.
        plugin: String,
        /// The address.
        address: String,
        /// Why not.
        reason: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
    /// The sources of a package need a program to build them that they do not ask for.
    #[error(
        "{package}, which {plugin} requires, cannot be built: its sources need the module {module} and do not list it"
    )]
    BackendMissing {
        /// The plugin.
        plugin: String,
        /// The package.
        package: String,
        /// The module.
        module: String,
        /// What uv said.
        transcript: Box<Transcript>,
    },
}

impl PackageFailure {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::HashMismatch { .. } => codes::HASH_MISMATCH.code,
            Self::AddressRefused { .. } => codes::ADDRESS_REFUSED.code,
            Self::BadConfiguration { .. } => codes::BAD_CONFIGURATION.code,
            Self::NoWheel { .. } => codes::NO_WHEEL.code,
            Self::OnlyPrereleases { .. } => codes::ONLY_PRERELEASES.code,
            Self::MissingPath { .. } => codes::MISSING_PATH.code,
            Self::Certificate { .. } => codes::CERTIFICATE.code,
            Self::BackendMissing { .. } => codes::BACKEND_MISSING.code,
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::HashMismatch { package, .. } => format!(
                "Somebody has replaced the file of {package} on the index, or a server between \
                 changes downloads. If the file was replaced on purpose, lock the plugin again: \
                 `uv lock --upgrade-package NAME` in its directory."
            ),
            Self::AddressRefused { .. } => {
                "Open the address in a browser. Correct it in `[project] dependencies` or \
                 `[tool.uv.sources]`, or give uv the credentials for it: `uv auth login ADDRESS`."
                    .into()
            }
            Self::BadConfiguration { path, .. } => format!(
                "Correct {path}, or remove it. It is your own configuration of uv, not the plugin's."
            ),
            Self::NoWheel { package, .. } => format!(
                "Ask for a version of {package} that has a wheel for this system, or limit the \
                 requirement with a marker such as `; sys_platform == 'win32'`."
            ),
            Self::OnlyPrereleases { package, .. } => format!(
                "Name a pre-release in the requirement, such as `{package}>=1.0a1`, or set \
                 `prerelease = \"allow\"` under `[tool.uv]` of the plugin's pyproject.toml."
            ),
            Self::MissingPath { path, .. } => format!(
                "Put the library into {path}, or correct its path under `[tool.uv.sources]`. It is \
                 relative to the plugin's directory."
            ),
            Self::Certificate { .. } => {
                "If a proxy of your network replaces certificates, set UV_SYSTEM_CERTS=1, or \
                 SSL_CERT_FILE to a file with its certificate."
                    .into()
            }
            Self::BackendMissing {
                package, module, ..
            } => format!(
                "Ask for a version of {package} that has a wheel, or add `{module}` under \
                 `[tool.uv.extra-build-dependencies]` of the plugin's pyproject.toml."
            ),
        }
    }

    /// What uv was asked and said.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        match self {
            Self::HashMismatch { transcript, .. }
            | Self::AddressRefused { transcript, .. }
            | Self::BadConfiguration { transcript, .. }
            | Self::NoWheel { transcript, .. }
            | Self::OnlyPrereleases { transcript, .. }
            | Self::MissingPath { transcript, .. }
            | Self::Certificate { transcript, .. }
            | Self::BackendMissing { transcript, .. } => transcript,
        }
    }
}
