//! Times that a Python application sets before the manager is made.

use lichtfeld_runtime::{Timeouts, current};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

static TIMEOUTS: RwLock<Option<Timeouts>> = RwLock::new(None);

/// What was set, else the defaults.
pub(crate) fn timeouts() -> Timeouts {
    let set = TIMEOUTS.read().unwrap_or_else(PoisonError::into_inner);
    set.clone().unwrap_or_default()
}

fn seconds(name: &str, value: f64) -> PyResult<Duration> {
    Duration::try_from_secs_f64(value)
        .map_err(|error| PyValueError::new_err(format!("{name}={value}: {error}")))
}

/// Sets how long plugins may take, in seconds; to be called before the manager is made.
///
/// `load` is the limit for the import of a plugin into this process, and again for its `on_load`:
/// what takes longer is ended and counts as a failure of the plugin. None, the default, is for
/// ever. `unload` is the limit for each `on_unload` when the application ends. `draw` is the limit for
/// each `draw`, `poll` and the like of a panel in this process, for which the application stands
/// still; None is for ever. `ui_thread` is how long another thread waits until the UI thread begins
/// what only that thread may do; see `set_ui_thread`. `callback` is how long a plugin in a process of
/// its own waits for a function of the application, which goes on after that; it does not count while a
/// debugger holds either of them. `request` is how long plugins wait for the user's answer to a dialog,
/// which is then as if the user had cancelled.
///
/// Raises ValueError for what is no time, RuntimeError where the manager runs.
#[pyfunction]
#[pyo3(
    signature = (*, load=None, unload=5.0, draw=Some(2.0), ui_thread=30.0, callback=3600.0, request=3600.0),
    text_signature = "(*, load=None, unload=5.0, draw=2.0, ui_thread=30.0, callback=3600.0, request=3600.0)"
)]
pub(crate) fn set_limits(
    load: Option<f64>,
    unload: f64,
    draw: Option<f64>,
    ui_thread: f64,
    callback: f64,
    request: f64,
) -> PyResult<()> {
    let timeouts = Timeouts::default()
        .with_load(load.map(|load| seconds("load", load)).transpose()?)
        .with_unload(seconds("unload", unload)?)
        .with_draw(draw.map(|draw| seconds("draw", draw)).transpose()?)
        .with_ui_thread(seconds("ui_thread", ui_thread)?)
        .with_callback(seconds("callback", callback)?)
        .with_request(seconds("request", request)?);
    if current().is_some() {
        return Err(PyRuntimeError::new_err(
            "the plugin manager runs already; set its limits before",
        ));
    }
    *TIMEOUTS.write().unwrap_or_else(PoisonError::into_inner) = Some(timeouts);
    Ok(())
}
