//! Downloads: one GET over HTTPS, into a file or into memory, with limits to size and silence,
//! and a hash that is checked before what came is used.
//!
//! Respected are `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY` and `SSL_CERT_FILE`.

mod address;
mod connection;
mod error;
mod proxy;
mod trust;

pub use address::Address;
pub(crate) use address::shown;
pub use error::DownloadError;

use camino::Utf8Path;
use connection::{Failed, Message};
use lichtfeld_system::CancelToken;
use lichtfeld_system::files::FileError;
use lichtfeld_system::human::bytes;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::Write;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};
use tracing::{debug, debug_span};

/// More than any plugin's archive has: 256 MiB.
pub const MAX_ARCHIVE: u64 = 256 << 20;
/// The longest time without a byte.
const SILENCE: Duration = Duration::from_secs(30);
/// How often to look whether it was cancelled.
const ASK: Duration = Duration::from_millis(50);
/// How often the progress is reported.
const TELL: Duration = Duration::from_secs(1);

/// Something to download.
#[derive(Clone, Debug)]
pub struct Download {
    address: Address,
    limit: u64,
    silence: Duration,
    sha256: Option<String>,
    etag: Option<String>,
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// Its length in bytes.
    pub bytes: u64,
    /// The version, as the server calls it: for [`Download::unless`].
    pub etag: Option<String>,
}

/// The answer to [`Download::to_memory`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fetched {
    /// It is the version that is known.
    Unchanged,
    /// It is new.
    Content {
        /// All of it.
        content: Vec<u8>,
        /// The version.
        etag: Option<String>,
    },
}

impl Download {
    /// A download of at most `limit` bytes.
    #[must_use]
    pub fn new(address: Address, limit: u64) -> Self {
        Self {
            address,
            limit,
            silence: SILENCE,
            sha256: None,
            etag: None,
        }
    }

    /// Only if its SHA-256 is this, in hexadecimal digits.
    #[must_use]
    pub fn with_sha256(mut self, sha256: Option<&str>) -> Self {
        self.sha256 = sha256.map(str::to_ascii_lowercase);
        self
    }

    /// Only if it is another version than this one, as the server has called it.
    #[must_use]
    pub fn unless(mut self, etag: Option<&str>) -> Self {
        self.etag = etag.map(str::to_owned);
        self
    }

    /// Gives up after this time without a byte; 30 seconds by default.
    #[must_use]
    pub fn with_silence(mut self, silence: Duration) -> Self {
        self.silence = silence;
        self
    }

    /// Downloads into a new file, which is removed again if anything fails. `report` is called with the
    /// progress each second.
    ///
    /// # Errors
    /// [`DownloadError`].
    pub fn to_file(
        &self,
        path: &Utf8Path,
        cancel: &CancelToken,
        report: &mut dyn FnMut(&str),
    ) -> Result<Received, DownloadError> {
        let cannot = |error| FileError::new("write", path, error);
        let mut file = File::options()
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(cannot)?;
        let mut write = |piece: &[u8]| file.write_all(piece).map_err(cannot);
        let received = self.receive(&mut write, cancel, report);
        drop(file);
        match received {
            Ok(Some(received)) => Ok(received),
            failed => {
                // A staging directory is removed as a whole; other directories are not.
                let _ = fs::remove_file(path);
                match failed {
                    Err(error) => Err(error),
                    // Nothing was said to be known.
                    Ok(_) => Err(self.server(304)),
                }
            }
        }
    }

    /// Downloads something small.
    ///
    /// # Errors
    /// [`DownloadError`].
    pub fn to_memory(&self, cancel: &CancelToken) -> Result<Fetched, DownloadError> {
        let mut content = Vec::new();
        let mut write = |piece: &[u8]| {
            content.extend_from_slice(piece);
            Ok(())
        };
        let received = self.receive(&mut write, cancel, &mut |_| {})?;
        Ok(match received {
            None if self.etag.is_some() => Fetched::Unchanged,
            None => return Err(self.server(304)),
            Some(received) => Fetched::Content {
                content,
                etag: received.etag,
            },
        })
    }

    fn server(&self, status: u16) -> DownloadError {
        DownloadError::Server {
            url: self.address.to_string(),
            status,
        }
    }

    /// None where it is the version that is known.
    fn receive(
        &self,
        write: &mut dyn FnMut(&[u8]) -> Result<(), FileError>,
        cancel: &CancelToken,
        report: &mut dyn FnMut(&str),
    ) -> Result<Option<Received>, DownloadError> {
        let url = self.address.to_string();
        let too_large = || DownloadError::TooLarge {
            url: url.clone(),
            limit: self.limit,
        };
        let _span = debug_span!("download", %url).entered();
        report(&format!("downloading {url}"));
        let pieces = connection::open(&self.address, self.etag.as_deref(), self.silence).map_err(
            |error| DownloadError::Offline {
                url: url.clone(),
                source: error.into(),
            },
        )?;
        let started = Instant::now();
        let (mut last, mut told) = (started, started);
        let mut size = None;
        let mut hasher = Sha256::new();
        let mut received = Received {
            bytes: 0,
            etag: None,
        };
        loop {
            let message = pieces.recv_timeout(ASK);
            if cancel.is_cancelled() {
                return Err(DownloadError::Cancelled);
            }
            match message {
                Ok(Message::Begins { total, etag }) => {
                    if total.is_some_and(|total| total > self.limit) {
                        return Err(too_large());
                    }
                    (size, received.etag) = (total, etag);
                }
                Ok(Message::Unchanged) => return Ok(None),
                Ok(Message::Piece(piece)) => {
                    received.bytes += piece.len() as u64;
                    if received.bytes > self.limit {
                        return Err(too_large());
                    }
                    hasher.update(&piece);
                    write(&piece)?;
                }
                Ok(Message::End) => break,
                Ok(Message::Failed(Failed::Known(error))) => return Err(error),
                Ok(Message::Failed(Failed::Broken(error))) => {
                    return Err(DownloadError::BrokenOff {
                        url,
                        received: received.bytes,
                        source: error.into(),
                    });
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(DownloadError::BrokenOff {
                        url,
                        received: received.bytes,
                        source: "the download ended without an answer".into(),
                    });
                }
                Err(RecvTimeoutError::Timeout) => {
                    if last.elapsed() < self.silence {
                        continue;
                    }
                    return Err(DownloadError::TimedOut {
                        url,
                        silence: self.silence,
                        received: received.bytes,
                    });
                }
            }
            last = Instant::now();
            if told.elapsed() >= TELL {
                told = last;
                let of = size.map_or_else(String::new, |size| format!(" of {}", bytes(size)));
                report(&format!("{}{of} downloaded", bytes(received.bytes)));
            }
        }
        debug!(bytes = received.bytes, elapsed = ?started.elapsed(), "downloaded");
        if let Some(expected) = &self.sha256 {
            same_hash(&url, expected, &hasher.finalize())?;
        }
        Ok(Some(received))
    }
}

/// Whether a text is a SHA-256 in hexadecimal digits.
#[must_use]
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(crate) fn same_hash(url: &str, expected: &str, found: &[u8]) -> Result<(), DownloadError> {
    let found: String = found.iter().map(|byte| format!("{byte:02x}")).collect();
    if expected.eq_ignore_ascii_case(&found) {
        return Ok(());
    }
    Err(DownloadError::WrongHash {
        url: url.to_owned(),
        expected: expected.to_owned(),
        found,
    })
}

#[cfg(test)]
mod tests;
