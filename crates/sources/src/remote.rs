//! Files from elsewhere: downloaded archives, and repositories by the way that works.

use crate::download::{Address, Download, MAX_ARCHIVE};
use crate::error::SourceError;
use crate::transport::Transport;
use crate::{archive, forge, git, tree};
use camino::Utf8Path;
use lichtfeld_system::{CancelToken, human};
use std::fs;

/// Where to, and for how long.
pub(super) struct Into<'a> {
    pub(super) staging: &'a Utf8Path,
    pub(super) cancel: &'a CancelToken,
}

impl Into<'_> {
    /// Downloads an archive and unpacks it, once its hash is right.
    pub(super) fn unpack(
        &self,
        address: &Address,
        sha256: Option<&str>,
        files: &Utf8Path,
        report: &mut dyn FnMut(&str),
    ) -> Result<(), SourceError> {
        let path = self.staging.join("archive.zip");
        let download = Download::new(address.clone(), MAX_ARCHIVE).with_sha256(sha256);
        download.to_file(&path, self.cancel, report)?;
        report("unpacking");
        let unpacked = archive::unpack(&path, &address.to_string(), files, self.cancel);
        // Its room is needed for what was in it; where it stays, it goes with the staging.
        let _ = fs::remove_file(&path);
        unpacked
    }

    /// Fetches a repository, as an archive where that is wanted and possible.
    pub(super) fn repository(
        &self,
        url: &str,
        reference: Option<&str>,
        transport: Transport,
        files: &Utf8Path,
        report: &mut dyn FnMut(&str),
    ) -> Result<(), SourceError> {
        let refused = match transport {
            Transport::Git => None,
            Transport::Archive => match forge::archive_of(url, reference)? {
                None => {
                    if !url.starts_with("file://") {
                        report("no archive of this server is known; git fetches it");
                    }
                    None
                }
                Some(address) => match self.unpack(&address, None, files, report) {
                    Err(error) if error.may_be_private() => {
                        report(&format!("{}; git may know more", human::chain(&error)));
                        Some(error)
                    }
                    other => return other,
                },
            },
        };
        let clone = self.staging.join("clone");
        let cloned = git::clone(url, reference, &clone, self.cancel, report);
        match (cloned, refused) {
            (Err(error), Some(refused)) if error.is_missing_program() => return Err(refused),
            (cloned, _) => cloned?,
        }
        tree::copy(&clone, files, self.cancel)
    }
}
