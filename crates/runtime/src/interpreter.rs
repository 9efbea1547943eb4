//! Facts about the interpreter of this process.

pub use crate::path_modules::distributions;
use camino::Utf8PathBuf;
use lichtfeld_engine::error::Error;
use lichtfeld_engine::execution::host::Host;
use lichtfeld_engine::manager::config::Config;
use lichtfeld_engine::model::home::Home;
use lichtfeld_installer::PythonInfo;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Returns the facts about the running interpreter from which environments are made. Pass
/// `executable` if `sys.executable` is the application itself.
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

/// Returns the configuration for a Python program, from environment variables and the running
/// interpreter.
///
/// # Errors
/// [`Error::Io`] if there is no home directory, or no interpreter is known.
pub fn default_config(py: Python<'_>, host: impl Host + 'static) -> Result<Config, Error> {
    let unknown = |reason: String| Error::io("cannot start the manager", reason);
    let home = Home::from_env().map_err(|error| unknown(error.to_string()))?;
    let python = info(py, None).map_err(|error| unknown(error.to_string()))?;
    let mut config = Config::from_env(home, python, host);
    config.packaged_uv = packaged_uv(py);
    Ok(config)
}

/// Returns the program of the Python package `uv`, or `None` if that is not installed.
#[must_use]
pub fn packaged_uv(py: Python<'_>) -> Option<Utf8PathBuf> {
    let found = py.import("uv").ok()?.call_method0("find_uv_bin").ok()?;
    found.extract::<String>().ok().map(Utf8PathBuf::from)
}

/// Returns the interpreter program that belongs to the library of this process, for a host whose
/// `sys.executable` is the host itself.
///
/// # Errors
/// If `sys` lacks an attribute that every interpreter has.
pub fn installed(py: Python<'_>) -> PyResult<Option<Utf8PathBuf>> {
    let base: String = py.import("sys")?.getattr("base_exec_prefix")?.extract()?;
    let version = py.version_info();
    let base = Utf8PathBuf::from(base);
    let candidates = if cfg!(windows) {
        vec![base.join("python.exe")]
    } else {
        vec![
            base.join(format!("bin/python{}.{}", version.major, version.minor)),
            base.join("bin/python3"),
        ]
    };
    Ok(candidates.into_iter().find(|path| path.is_file()))
}
