//! The one Python object of the manager that runs.

use parking_lot::Mutex;
use pyo3::PyClass;
use pyo3::prelude::*;

static INSTANCE: Mutex<Option<Py<PyAny>>> = Mutex::new(None);

fn known<T: PyClass>(py: Python<'_>, is_current: &dyn Fn(&Bound<'_, T>) -> bool) -> Option<Py<T>> {
    let known = INSTANCE.lock().as_ref()?.clone_ref(py).into_bound(py);
    let known = known.cast_into::<T>().ok()?;
    is_current(&known).then(|| known.unbind())
}

/// Returns the object that was made last if `is_current` says so, else one by `make`. Threads that
/// ask at once get the same one.
///
/// # Errors
/// That of `make`.
pub(crate) fn same_or<T: PyClass>(
    py: Python<'_>,
    is_current: &dyn Fn(&Bound<'_, T>) -> bool,
    make: impl FnOnce() -> PyResult<Py<T>>,
) -> PyResult<Py<T>> {
    if let Some(known) = known(py, is_current) {
        return Ok(known);
    }
    // Without the lock: making an object may run the garbage collector, and with it Python code that
    // lets another thread make one.
    let made = make()?;
    if let Some(known) = known(py, is_current) {
        return Ok(known);
    }
    let old = INSTANCE.lock().replace(made.clone_ref(py).into_any());
    drop(old);
    Ok(made)
}

/// Forgets the object of a manager that has ended.
pub(crate) fn forget() {
    let old = INSTANCE.lock().take();
    drop(old);
}
