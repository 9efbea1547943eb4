//! The programs of `.venv`, which differ between operating systems.

use std::io;

use camino::Utf8Path;

use super::interpreter::Base;

/// Puts the interpreter into the directory of programs of `root`, if it is not there.
///
/// # Errors
/// What the operating system says.
#[cfg(unix)]
pub(super) fn put_interpreter(root: &Utf8Path, base: &Base, series: &str) -> io::Result<()> {
    use super::link::point;
    let bin = root.join("bin");
    point(&bin.join("python"), &base.program)?;
    for name in ["python3".to_owned(), format!("python{series}")] {
        let link = bin.join(name);
        // Relative, and so made once.
        if std::fs::symlink_metadata(&link).is_err() {
            std::os::unix::fs::symlink("python", link)?;
        }
    }
    Ok(())
}

/// Puts the interpreter into the directory of programs of `root`, if it is not there: the small
/// program of the standard library that reads `pyvenv.cfg` and starts the interpreter of its home.
///
/// # Errors
/// What the operating system says; also if this Python has no such program.
#[cfg(windows)]
pub(super) fn put_interpreter(root: &Utf8Path, base: &Base, _series: &str) -> io::Result<()> {
    let kept = base
        .home
        .join("Lib")
        .join("venv")
        .join("scripts")
        .join("nt");
    // Since 3.13 under another name.
    for (name, launchers) in [
        ("python.exe", ["venvlauncher.exe", "python.exe"]),
        ("pythonw.exe", ["venvwlauncher.exe", "pythonw.exe"]),
    ] {
        let target = root.join("Scripts").join(name);
        if target.is_file() {
            continue;
        }
        let launcher = launchers.iter().map(|name| kept.join(name));
        match launcher.into_iter().find(|path| path.is_file()) {
            Some(launcher) => std::fs::copy(launcher, target).map(drop)?,
            None if name == "python.exe" => {
                let message = format!("{kept} has no launcher for environments");
                return Err(io::Error::new(io::ErrorKind::NotFound, message));
            }
            None => {}
        }
    }
    Ok(())
}
