//! Values of the runtime as the dataclasses of `lfs_plugins.plugin`.

use lichtfeld_runtime::{LoadReport, PluginInfo, RejectedPlugin, State, Status};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Returns the member of `lfs_plugins.plugin.PluginState` for a state.
pub(crate) fn state(py: Python<'_>, state: State) -> PyResult<Bound<'_, PyAny>> {
    py.import("lfs_plugins.plugin")?
        .getattr("PluginState")?
        .getattr(state.name())
}

/// Makes a `lfs_plugins.plugin.PluginInfo`.
pub(crate) fn info<'py>(py: Python<'py>, info: &PluginInfo) -> PyResult<Bound<'py, PyAny>> {
    let fields = PyDict::new(py);
    fields.set_item("name", &info.name)?;
    fields.set_item("version", &info.version)?;
    let path = py
        .import("pathlib")?
        .getattr("Path")?
        .call1((info.path.as_str(),))?;
    fields.set_item("path", path)?;
    fields.set_item("description", &info.description)?;
    fields.set_item("author", &info.author)?;
    fields.set_item("entry_point", &info.entry_point)?;
    fields.set_item("dependencies", &info.dependencies)?;
    fields.set_item("auto_start", info.auto_start)?;
    fields.set_item("hot_reload", info.hot_reload)?;
    fields.set_item("plugin_api", &info.plugin_api)?;
    fields.set_item("lichtfeld_version", &info.lichtfeld_version)?;
    fields.set_item("required_features", &info.required_features)?;
    py.import("lfs_plugins.plugin")?
        .getattr("PluginInfo")?
        .call((), Some(&fields))
}

/// Makes an entry of `rejected`.
pub(crate) fn rejected<'py>(
    py: Python<'py>,
    rejected: &RejectedPlugin,
) -> PyResult<Bound<'py, PyDict>> {
    let failure = &rejected.failure;
    let location = failure.location.as_ref();
    let fields = PyDict::new(py);
    fields.set_item("name", &rejected.name)?;
    let path = py.import("pathlib")?.getattr("Path")?;
    fields.set_item("path", path.call1((rejected.path.as_str(),))?)?;
    fields.set_item("error", failure.to_string())?;
    fields.set_item("code", failure.code())?;
    fields.set_item("hint", failure.hint.as_ref())?;
    fields.set_item("file", location.map(|location| &location.file))?;
    fields.set_item("line", location.map(|location| location.line))?;
    fields.set_item("column", location.and_then(|location| location.column))?;
    Ok(fields)
}

/// Makes a `lfs_plugins.plugin.PluginInstance`.
pub(crate) fn instance<'py>(
    py: Python<'py>,
    status: &Status,
    module: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let fields = PyDict::new(py);
    fields.set_item("info", info(py, &status.info)?)?;
    fields.set_item("state", state(py, status.state)?)?;
    fields.set_item("module", module)?;
    fields.set_item("error", status.failure.as_ref().map(ToString::to_string))?;
    let traceback = status
        .failure
        .as_ref()
        .and_then(|failure| failure.traceback.clone());
    fields.set_item("error_traceback", traceback)?;
    let venv =
        py.import("pathlib")?
            .getattr("Path")?
            .call1((status.info.path.join(".venv").as_str(),))?;
    fields.set_item("venv_path", venv)?;
    py.import("lfs_plugins.plugin")?
        .getattr("PluginInstance")?
        .call((), Some(&fields))
}

fn milliseconds(time: std::time::Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// Makes the dict of `load_report`.
pub(crate) fn report<'py>(py: Python<'py>, status: &Status) -> PyResult<Bound<'py, PyDict>> {
    let LoadReport {
        environment,
        place,
        distributions,
        notes,
        ..
    } = &status.report;
    let stages = PyDict::new(py);
    stages.set_item("environment", milliseconds(status.report.environment_time))?;
    stages.set_item("import", milliseconds(status.report.import_time))?;
    stages.set_item("activation", milliseconds(status.report.activation_time))?;
    let report = PyDict::new(py);
    report.set_item("environment", environment.name())?;
    report.set_item("place", place.map(|place| place.to_string()))?;
    report.set_item("stages_ms", stages)?;
    report.set_item("state", status.state.name())?;
    report.set_item("stage", status.report.stage.map(|stage| stage.name()))?;
    report.set_item("error", status.failure.as_ref().map(ToString::to_string))?;
    report.set_item(
        "code",
        status.failure.as_ref().map(|failure| failure.code()),
    )?;
    report.set_item(
        "hint",
        status
            .failure
            .as_ref()
            .and_then(|failure| failure.hint.clone()),
    )?;
    report.set_item(
        "distributions",
        PyDict::from_sequence(&distributions.into_pyobject(py)?)?,
    )?;
    report.set_item("notes", notes)?;
    let own_writes = status.own_writes.iter().map(|path| path.as_str());
    report.set_item("own_writes", own_writes.collect::<Vec<_>>())?;
    Ok(report)
}
