//! What the interpreter of this process says of itself.

use camino::Utf8PathBuf;
use lichtfeld_installer::PythonInfo;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Returns the facts about the running interpreter from which environments are made, without a check
/// of its program: [`find`](crate::interpreter::find) checks it. Pass `executable` if
/// `sys.executable` is another program.
///
/// # Errors
/// `ValueError` if no executable is known.
pub fn info(py: Python<'_>, executable: Option<Utf8PathBuf>) -> PyResult<PythonInfo> {
    let sys = py.import("sys")?;
    let executable = match executable {
        Some(executable) => executable,
        None => sys
            .getattr("executable")?
            .extract::<Option<String>>()?
            .filter(|path| !path.is_empty())
            .map(Utf8PathBuf::from)
            .ok_or_else(|| {
                PyValueError::new_err(
                    "sys.executable is empty; the host must say which Python it embeds",
                )
            })?,
    };
    let sysconfig = py.import("sysconfig")?;
    let abi: Option<String> = sysconfig
        .call_method1("get_config_var", ("SOABI",))?
        .extract()
        .unwrap_or(None);
    let platform: String = sysconfig.call_method0("get_platform")?.extract()?;
    let version = py.version_info();
    let tag: String = sys
        .getattr("implementation")?
        .getattr("cache_tag")?
        .extract()?;
    Ok(PythonInfo::new(
        executable,
        (version.major, version.minor, version.patch),
        abi.unwrap_or(tag),
        platform,
    ))
}
