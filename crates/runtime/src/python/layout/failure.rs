//! An exception in `draw` as the panel's content.

use lichtfeld_panel::{Location, PanelError};
use pyo3::intern;
use pyo3::prelude::*;
use smol_str::SmolStr;

/// Says what `error` is, as Python prints it.
pub(super) fn describe(py: Python<'_>, error: &PyErr) -> PanelError {
    let kind = error.get_type(py);
    let exception = kind
        .qualname()
        .map_or_else(|_| "exception".to_owned(), |name| name.to_string());
    // `str` runs the exception's own code, which can fail as well.
    let message = error.value(py).str().map_or_else(
        |_| format!("<{exception} whose text cannot be made>"),
        |text| text.to_string_lossy().into_owned(),
    );
    let traceback = py
        .import(intern!(py, "traceback"))
        .and_then(|traceback| {
            traceback.call_method1(intern!(py, "format_exception"), (error.value(py),))
        })
        .and_then(|lines| lines.extract::<Vec<String>>())
        .map_or_else(
            |_| format!("{exception}: {message}\n"),
            |lines| lines.concat(),
        );
    PanelError {
        exception,
        message,
        traceback,
        location: location(py, error),
    }
}

/// The innermost place of the traceback; of a syntax error, the place that it is about.
fn location(py: Python<'_>, error: &PyErr) -> Option<Location> {
    if error.is_instance_of::<pyo3::exceptions::PySyntaxError>(py) {
        let value = error.value(py);
        let file: String = value.getattr("filename").ok()?.extract().ok()?;
        let line = value.getattr("lineno").ok()?.extract().ok()?;
        return Some(Location {
            file: SmolStr::new(file),
            line,
        });
    }
    let mut at = error.traceback(py)?.into_any();
    loop {
        let next = at.getattr(intern!(py, "tb_next")).ok()?;
        if next.is_none() {
            break;
        }
        at = next;
    }
    let line = at.getattr(intern!(py, "tb_lineno")).ok()?.extract().ok()?;
    let code = at
        .getattr(intern!(py, "tb_frame"))
        .ok()?
        .getattr(intern!(py, "f_code"))
        .ok()?;
    let file: String = code
        .getattr(intern!(py, "co_filename"))
        .ok()?
        .extract()
        .ok()?;
    Some(Location {
        file: SmolStr::new(file),
        line,
    })
}
