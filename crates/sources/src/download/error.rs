//! Why something could not be downloaded.

use crate::codes;
use lichtfeld_system::Cause;
use lichtfeld_system::files::{FileError, hint_for};
use lichtfeld_system::human::bytes;
use std::time::Duration;

/// Why something could not be downloaded. URLs are without their queries, which may be secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// It is no URL to download from.
    #[error("cannot download from '{url}': {reason}")]
    BadAddress {
        /// The URL.
        url: String,
        /// Why not.
        reason: String,
    },
    /// Anybody on the way could put something else in its place.
    #[error("{url} is not downloaded: http:// is not encrypted, and what comes would be run")]
    Insecure {
        /// The URL.
        url: String,
    },
    /// The server cannot be reached.
    #[error("no network: {url} cannot be reached")]
    Offline {
        /// The URL.
        url: String,
        /// What the system said.
        source: Cause,
    },
    /// The server is there, and has no such thing.
    #[error("{url} does not exist, or is private (the server said {status})")]
    NotFound {
        /// The URL.
        url: String,
        /// 404 or 410.
        status: u16,
    },
    /// The server wants to know who asks.
    #[error("{url} is not for everybody (the server said {status})")]
    Denied {
        /// The URL.
        url: String,
        /// 401, 403 or 407.
        status: u16,
    },
    /// The server answered, but not with what was asked for.
    #[error("the server of {url} failed (it said {status})")]
    Server {
        /// The URL.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// Larger than it may be.
    #[error("{url} is larger than {}", bytes(*limit))]
    TooLarge {
        /// The URL.
        url: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// It is not what was promised.
    #[error("{url} is not what was promised: its SHA-256 is {found}, and should be {expected}")]
    WrongHash {
        /// The URL.
        url: String,
        /// In hexadecimal digits.
        expected: String,
        /// In hexadecimal digits.
        found: String,
    },
    /// Nothing came for too long.
    #[error("{url}: nothing came for {} s, after {}", silence.as_secs(), bytes(*received))]
    TimedOut {
        /// The URL.
        url: String,
        /// How long.
        silence: Duration,
        /// How many bytes had come.
        received: u64,
    },
    /// The connection cannot be made safe.
    #[error("no safe connection to {url}")]
    Tls {
        /// The URL.
        url: String,
        /// What is wrong.
        source: Cause,
    },
    /// It leads on and on, or to where nothing is downloaded from.
    #[error("{url} leads elsewhere: {reason}")]
    Redirect {
        /// The URL.
        url: String,
        /// Where, or how often.
        reason: String,
    },
    /// The connection ended before everything was there.
    #[error("{url} broke off after {}", bytes(*received))]
    BrokenOff {
        /// The URL.
        url: String,
        /// How many bytes had come.
        received: u64,
        /// What the system said.
        source: Cause,
    },
    /// The certificates to trust cannot be read.
    #[error("SSL_CERT_FILE names {path}, which is of no use")]
    Certificates {
        /// The file.
        path: String,
        /// Why not.
        source: Cause,
    },
    /// It cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The caller cancelled.
    #[error("the download was cancelled")]
    Cancelled,
}

impl DownloadError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadAddress { .. } => codes::NOT_A_SOURCE.code,
            Self::Offline { .. } => codes::NO_NETWORK.code,
            Self::NotFound { .. } => codes::NOT_FOUND.code,
            Self::Insecure { .. } => codes::INSECURE.code,
            Self::Denied { .. } => codes::DENIED.code,
            Self::Server { .. } => codes::SERVER.code,
            Self::TooLarge { .. } => codes::DOWNLOAD_TOO_LARGE.code,
            Self::WrongHash { .. } => codes::WRONG_HASH.code,
            Self::TimedOut { .. } => codes::TIMED_OUT.code,
            Self::Tls { .. } => codes::TLS.code,
            Self::Redirect { .. } => codes::REDIRECT.code,
            Self::BrokenOff { .. } => codes::BROKEN_OFF.code,
            Self::Certificates { .. } => codes::CERTIFICATES.code,
            Self::File(error) => error.code(),
            Self::Cancelled => lichtfeld_system::codes::CANCELLED.code,
        }
    }

    /// What to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::BadAddress { .. } => "give a URL that begins with https://",
            Self::Insecure { .. } => {
                "write https:// instead; http:// is only taken from this machine (127.0.0.1)"
            }
            Self::Offline { .. } => {
                "look whether you are online, and whether HTTPS_PROXY is right if you need a \
                 proxy; then try again"
            }
            Self::NotFound { .. } => "look at the address in a browser",
            Self::Denied { .. } => {
                "download it with your browser, and install the file; or use transport=\"git\", \
                 which knows your keys"
            }
            Self::Server { status: 429, .. } => "the server is asked too often: wait some minutes",
            Self::Server { .. } => "try again later",
            Self::TooLarge { .. } => "ask the plugin's author to leave data out of the archive",
            Self::WrongHash { .. } => {
                "it was damaged on its way or replaced: try again; if it stays, tell the plugin's \
                 author, and do not install it"
            }
            Self::TimedOut { .. } | Self::BrokenOff { .. } => "try again",
            Self::Tls { .. } => {
                "look at the date of this machine; behind a company's proxy, let SSL_CERT_FILE name \
                 a file with its certificates (PEM)"
            }
            Self::Redirect { .. } => {
                "look at the address in a browser, and give the one it ends at"
            }
            Self::Certificates { .. } => "unset SSL_CERT_FILE, or correct it: it names a PEM file",
            Self::File(error) => return hint_for(error.io(), error.path()),
            Self::Cancelled => return None,
        };
        Some(text.to_owned())
    }

    /// Whether a program that knows the user's keys might be answered differently.
    pub(crate) fn may_be_private(&self) -> bool {
        matches!(self, Self::NotFound { .. } | Self::Denied { .. })
    }
}
