//! A plugin's source, and how its files are fetched.

use std::fmt;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::CancelToken;

use crate::download::{Address, shown};
use crate::error::SourceError;
use crate::transport::Transport;
use crate::{archive, remote, tree};

/// Where a plugin's files are to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PluginSource {
    /// A directory on this machine.
    Directory(Utf8PathBuf),
    /// A `.zip` on this machine.
    Archive {
        /// Where it is.
        path: Utf8PathBuf,
        /// Of its content, in hexadecimal digits; checked before anything is unpacked.
        sha256: Option<String>,
    },
    /// A `.zip` on a server.
    Remote {
        /// Its URL.
        address: Address,
        /// Of its content, in hexadecimal digits; checked before anything is unpacked.
        sha256: Option<String>,
    },
    /// A repository, by a URL that git understands, and a branch, tag or commit.
    Git {
        /// The URL.
        url: String,
        /// The branch, tag or commit; none is the repository's own choice.
        reference: Option<String>,
    },
}

impl fmt::Display for PluginSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) | Self::Archive { path, .. } => f.write_str(path.as_str()),
            Self::Remote { address, .. } => address.fmt(f),
            Self::Git { url, reference } => {
                if url.contains("://") && url.contains('@') {
                    f.write_str(&shown(url))?;
                } else {
                    f.write_str(url)?;
                }
                reference
                    .as_ref()
                    .map_or(Ok(()), |reference| write!(f, "#{reference}"))
            }
        }
    }
}

impl PluginSource {
    /// Brings the files into `staging`, an empty directory, and returns the plugin's own
    /// directory below it: if one directory holds everything, that one. `report` is called with lines
    /// for the user.
    ///
    /// # Errors
    /// [`SourceError`]; what lies in `staging` then is the caller's to remove.
    pub fn fetch(
        &self,
        staging: &Utf8Path,
        transport: Transport,
        cancel: &CancelToken,
        report: &mut dyn FnMut(&str),
    ) -> Result<Utf8PathBuf, SourceError> {
        let _span = tracing::debug_span!("fetch", source = %self).entered();
        let files = staging.join("files");
        match self {
            Self::Directory(path) => {
                report(&format!("copying {path}"));
                tree::copy(path, &files, cancel)?;
            }
            Self::Archive { path, sha256 } => {
                report(&format!("unpacking {path}"));
                if let Some(expected) = sha256 {
                    archive::check_hash(path, expected)?;
                }
                archive::unpack(path, path.as_str(), &files, cancel)?;
            }
            Self::Remote { address, sha256 } => {
                let into = remote::Into { staging, cancel };
                into.unpack(address, sha256.as_deref(), &files, report)?;
            }
            Self::Git { url, reference } => {
                let into = remote::Into { staging, cancel };
                into.repository(url, reference.as_deref(), transport, &files, report)?;
            }
        }
        tree::top(&files)
    }
}
