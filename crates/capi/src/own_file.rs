//! The file of this library, which is also the native module of workers.

use lichtfeld_embed::camino::Utf8PathBuf;

/// Returns the path of this library, or `None` if it is unknown or is linked into the program.
pub(crate) fn own_file() -> Option<Utf8PathBuf> {
    let path = system::file_of_this_code()?;
    path.file_name()?
        .contains("lichtfeld_plugins_c")
        .then_some(path)
}

#[cfg(unix)]
mod system {
    use super::Utf8PathBuf;
    use lichtfeld_embed::camino::absolute_utf8;
    use std::ffi::CStr;

    pub(super) fn file_of_this_code() -> Option<Utf8PathBuf> {
        // SAFETY: the struct consists of pointers and integers.
        let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
        let code = file_of_this_code as *const () as *const libc::c_void;
        // SAFETY: it fills the struct for an address of this process.
        if unsafe { libc::dladdr(code, &raw mut info) } == 0 || info.dli_fname.is_null() {
            return None;
        }
        // SAFETY: the loader owns it, and it ends with a zero byte.
        let path = unsafe { CStr::from_ptr(info.dli_fname) };
        absolute_utf8(path.to_str().ok()?).ok()
    }
}

#[cfg(not(unix))]
mod system {
    use super::Utf8PathBuf;

    /// Windows has no workers, but plugins start processes. The library lies beside the program.
    pub(super) fn file_of_this_code() -> Option<Utf8PathBuf> {
        let program = Utf8PathBuf::try_from(std::env::current_exe().ok()?).ok()?;
        let library = program.with_file_name("lichtfeld_plugins_c.dll");
        library.is_file().then_some(library)
    }
}
