//! Why a plugin's files could not be fetched.

use crate::codes;
use crate::download::DownloadError;
use lichtfeld_system::Cause;
use lichtfeld_system::files::{FileError, hint_for};
use lichtfeld_system::process::ProcessError;

/// Why a plugin's files could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// It does not say where the files are.
    #[error("'{text}' cannot be installed from: {reason}")]
    Unusable {
        /// As given.
        text: String,
        /// Why not.
        reason: String,
    },
    /// git did not run.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The network is not there, or the server does not answer.
    #[error("no network: {url} cannot be reached: {reason}")]
    NoNetwork {
        /// The repository.
        url: String,
        /// What git said.
        reason: String,
    },
    /// There is no such repository, or none for us.
    #[error("{url} does not exist, or is private: {reason}")]
    NotFound {
        /// The repository.
        url: String,
        /// What git said.
        reason: String,
    },
    /// It cannot be downloaded.
    #[error(transparent)]
    Download(DownloadError),
    /// The repository has no such branch, tag or commit.
    #[error("{url} has no branch, tag or commit '{reference}'")]
    NoReference {
        /// The repository.
        url: String,
        /// What was asked for.
        reference: String,
    },
    /// git failed in another way.
    #[error("git cannot fetch {url}: {reason}")]
    Git {
        /// The repository.
        url: String,
        /// What git said.
        reason: String,
    },
    /// The archive cannot be read.
    #[error("{archive} is not a zip archive that can be used")]
    BadArchive {
        /// The archive: its path or URL.
        archive: String,
        /// Why not.
        source: Cause,
    },
    /// More, or larger, than any plugin is.
    #[error("{what}")]
    TooLarge {
        /// What is too large, and what the limit is.
        what: String,
    },
    /// Something that would lie, or lead, outside the plugin's directory.
    #[error("'{entry}' is refused: {reason}")]
    Unsafe {
        /// Its path, as the source has it.
        entry: String,
        /// Why.
        reason: String,
    },
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The caller cancelled.
    #[error("fetching was cancelled")]
    Cancelled,
}

impl SourceError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unusable { .. } => codes::NOT_A_SOURCE.code,
            Self::Process(error) => error.code(),
            Self::Download(error) => error.code(),
            Self::NoNetwork { .. } => codes::NO_NETWORK.code,
            Self::NotFound { .. } => codes::NOT_FOUND.code,
            Self::NoReference { .. } => codes::NO_REFERENCE.code,
            Self::Git { .. } => codes::GIT.code,
            Self::BadArchive { .. } => codes::BAD_ARCHIVE.code,
            Self::TooLarge { .. } => codes::CONTENT_TOO_LARGE.code,
            Self::Unsafe { .. } => codes::UNSAFE_ENTRY.code,
            Self::File(error) => error.code(),
            Self::Cancelled => lichtfeld_system::codes::CANCELLED.code,
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Unusable { .. } => {
                "give a directory, a .zip file or its https:// URL, 'owner/name' of GitHub, or a \
                 repository's URL"
            }
            Self::Process(_) if self.is_missing_program() => {
                "install git (https://git-scm.com); a public repository of GitHub or GitLab needs \
                 none with transport=\"archive\""
            }
            Self::Process(error) => return error.hint(),
            Self::Download(error) => return error.hint(),
            Self::NoNetwork { .. } => "look whether you are online, then try again",
            Self::NotFound { .. } => "look at the address in a browser",
            Self::NoReference { .. } => "leave out what follows '#' for the newest",
            Self::BadArchive { .. } => "download it again",
            Self::TooLarge { .. } | Self::Unsafe { .. } => "ask the plugin's author",
            Self::File(error) => return hint_for(error.io(), error.path()),
            Self::Git { .. } | Self::Cancelled => return None,
        };
        Some(text.to_owned())
    }

    /// Whether a program that knows the user's keys might be answered differently.
    pub(super) fn may_be_private(&self) -> bool {
        matches!(self, Self::Download(error) if error.may_be_private())
    }

    /// Whether a program is not installed.
    pub(super) fn is_missing_program(&self) -> bool {
        matches!(self, Self::Process(ProcessError::Start { source, .. })
            if source.kind() == std::io::ErrorKind::NotFound)
    }

    /// Whether the caller wanted it.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(
            self,
            Self::Cancelled | Self::Process(ProcessError::Cancelled { .. })
        )
    }
}

impl From<DownloadError> for SourceError {
    fn from(error: DownloadError) -> Self {
        match error {
            DownloadError::Cancelled => Self::Cancelled,
            DownloadError::File(error) => Self::File(error),
            error => Self::Download(error),
        }
    }
}
