//! Two directories change places.

use camino::Utf8Path;
use lichtfeld_system::files::FileError;
use std::fs;
use std::io;

/// Lets the directory `a` and the directory `b`, of one file system, change their places: in one
/// step where the system can, so that `a` is never missing. After an error both are where they were.
///
/// # Errors
/// [`FileError`].
pub fn exchange(a: &Utf8Path, b: &Utf8Path) -> Result<(), FileError> {
    if at_once(a, b).is_ok() {
        return Ok(());
    }
    let failed = |error| FileError::new("replace", a, error);
    let aside = b.with_extension("aside");
    fs::rename(a, &aside).map_err(failed)?;
    if let Err(error) = fs::rename(b, a) {
        fs::rename(&aside, a).map_err(failed)?;
        return Err(failed(error));
    }
    fs::rename(&aside, b).map_err(failed)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn at_once(a: &Utf8Path, b: &Utf8Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(
        CWD,
        a.as_std_path(),
        CWD,
        b.as_std_path(),
        RenameFlags::EXCHANGE,
    )?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn at_once(_: &Utf8Path, _: &Utf8Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
