//! From staging to published: one rename.

use std::fs::{self, File};
use std::io;

use camino::Utf8Path;
use fail::fail_point;

use super::{EnvironmentDir, TRASH};
use crate::error::InstallError;
use crate::generation::{Generation, RECORD_FILE, Record, USE_FILE};
use lichtfeld_system::files;

/// Publishes `environment`, which lies in the same directory, under its fingerprint. What was there
/// before, damaged or about to be repaired, is exchanged for it in one step where the system can.
pub(crate) fn publish(
    dir: &EnvironmentDir,
    environment: &Utf8Path,
    record: Record,
) -> Result<Generation, InstallError> {
    let in_use = environment.join(USE_FILE);
    File::create(&in_use).map_err(|error| InstallError::io("write", &in_use, error))?;
    fail_point!("publish-before-record");
    write_record(environment, &record)?;
    fail_point!("publish-after-record");
    let target = dir.generation(&record.fingerprint);
    let error = |source| InstallError::io("publish", &target, source);
    if fs::symlink_metadata(&target).is_ok() {
        let trash = dir.fresh(TRASH);
        exchange(environment, &target, &trash).map_err(error)?;
    } else {
        fs::rename(environment, &target).map_err(error)?;
    }
    fail_point!("publish-after-rename");
    files::sync_directory(&dir.path).map_err(error)?;
    fail_point!("publish-after-sync");
    Ok(Generation::new(&target, record))
}

/// Writes what has become known of a published environment: which versions were tried for it. The
/// caller has the lock of its directory.
pub(crate) fn note(generation: &Generation) -> Result<(), InstallError> {
    write_record(&generation.path, &generation.record)
}

fn write_record(environment: &Utf8Path, record: &Record) -> Result<(), InstallError> {
    let text = serde_json::to_vec_pretty(record)
        .map_err(|error| InstallError::io("write", environment, io::Error::other(error)))?;
    Ok(files::write_atomic(environment.join(RECORD_FILE), &text)?)
}

/// Puts `new` in the place of `old`, and what was there under `trash`.
fn exchange(new: &Utf8Path, old: &Utf8Path, trash: &Utf8Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        if renameat_with(
            CWD,
            new.as_std_path(),
            CWD,
            old.as_std_path(),
            RenameFlags::EXCHANGE,
        )
        .is_ok()
        {
            fail_point!("publish-after-exchange");
            return fs::rename(new, trash);
        }
    }
    // Not all file systems can. A process that dies between the two leaves an environment that is
    // missing, not a broken one, and the next installation makes it.
    fs::rename(old, trash)?;
    fail_point!("publish-between-renames");
    fs::rename(new, old)
}
