//! An exception in `draw` as the panel's content.

use crate::bundled_modules::PLUGIN_LOADER;
use crate::layout::handle::Layout;
use lichtfeld_panel::{Location, PanelError};
use pyo3::exceptions::PyAttributeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Describes an exception as Python prints it.
pub(super) fn describe(py: Python<'_>, error: &PyErr) -> PanelError {
    // If this fails, Python's own message stays.
    let _ = name_the_nearest(py, error);
    let kind = error.get_type(py);
    let exception = kind
        .qualname()
        .map_or_else(|_| "exception".to_owned(), |name| name.to_string());
    // `str` runs the exception's own code, which can fail as well.
    let message = error.value(py).str().map_or_else(
        |_| format!("<{exception} whose text cannot be made>"),
        |text| text.to_string_lossy().into_owned(),
    );
    let traceback = traceback_of(py, error);
    let mut described = PanelError::new(exception, message, traceback);
    described.location = location(py, error);
    described
}

/// Returns an exception as Python prints it, with its causes.
pub(crate) fn traceback_of(py: Python<'_>, error: &PyErr) -> String {
    // The value alone does not know its traceback before Python 3.12.
    let parts = (error.get_type(py), error.value(py), error.traceback(py));
    py.import(intern!(py, "traceback"))
        .and_then(|traceback| traceback.call_method1(intern!(py, "format_exception"), parts))
        .and_then(|lines| lines.extract::<Vec<String>>())
        .map_or_else(|_| format!("{error}\n"), |lines| lines.concat())
}

/// Puts the name that was meant into an AttributeError for a widget that does not exist.
///
/// This happens after the exception, not in a `__getattr__` of the layout: with one, Python makes an
/// object for each method that is called, which costs as much as recording it.
fn name_the_nearest(py: Python<'_>, error: &PyErr) -> PyResult<()> {
    if !error.is_instance_of::<PyAttributeError>(py) {
        return Ok(());
    }
    let value = error.value(py);
    let object = value.getattr(intern!(py, "obj"))?;
    if !object.is_instance_of::<Layout>() {
        return Ok(());
    }
    let name: String = value.getattr(intern!(py, "name"))?.extract()?;
    let known: Vec<String> = object.dir()?.extract()?;
    let known = known.iter().filter(|known| !known.starts_with('_'));
    let message = match nearest(known.map(String::as_str), &name) {
        Some(known) => format!("layout has no widget `{name}`; did you mean `{known}`?"),
        None => format!("layout has no widget `{name}`; dir(layout) lists all of them"),
    };
    value.setattr(intern!(py, "args"), (message,))?;
    // Python would add a guess of its own.
    value.setattr(intern!(py, "name"), py.None())
}

/// Returns the name that is most similar to `name`, or `None` if none is similar.
pub(crate) fn nearest<'n>(known: impl Iterator<Item = &'n str>, name: &str) -> Option<&'n str> {
    known
        .map(|known| (strsim::jaro_winkler(known, name), known))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, known)| known)
}

/// Returns the innermost position of the plugin in the traceback, or of other code that is not of this
/// system; for a syntax error, the position that it names.
fn location(py: Python<'_>, error: &PyErr) -> Option<Location> {
    if error.is_instance_of::<pyo3::exceptions::PySyntaxError>(py) {
        let value = error.value(py);
        let file: String = value.getattr("filename").ok()?.extract().ok()?;
        let line = value.getattr("lineno").ok()?.extract().ok()?;
        return Some(Location::new(file, line));
    }
    let (mut of_plugin, mut of_others) = (None, None);
    let mut next = Some(error.traceback(py)?.into_any());
    while let Some(at) = next {
        match owner(py, &at).ok()? {
            Owner::Plugin => of_plugin = Some(at.clone()),
            Owner::Other => of_others = Some(at.clone()),
            Owner::System => {}
        }
        let following = at.getattr(intern!(py, "tb_next")).ok()?;
        next = Some(following).filter(|following| !following.is_none());
    }
    let at = of_plugin.or(of_others)?;
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
    Some(Location::new(file, line))
}

enum Owner {
    Plugin,
    /// The packages of this system.
    System,
    Other,
}

/// Returns whose code an entry of a traceback is.
fn owner(py: Python<'_>, at: &Bound<'_, PyAny>) -> PyResult<Owner> {
    let globals = at
        .getattr(intern!(py, "tb_frame"))?
        .getattr(intern!(py, "f_globals"))?
        .cast_into::<PyDict>()?;
    let loader = globals.get_item(intern!(py, "__loader__"))?;
    let of_plugins = PLUGIN_LOADER
        .get(py)?
        .getattr(intern!(py, "PluginLoader"))?;
    if loader.is_some_and(|loader| loader.get_type().is(&of_plugins)) {
        return Ok(Owner::Plugin);
    }
    let name = globals.get_item(intern!(py, "__name__"))?;
    let name = name.and_then(|name| name.extract::<String>().ok());
    let top = name.as_deref().and_then(|name| name.split('.').next());
    let file = globals.get_item(intern!(py, "__file__"))?;
    let file = file.and_then(|file| file.extract::<String>().ok());
    let is_bundled = file.is_some_and(|file| file.starts_with("<lichtfeld>"));
    Ok(match top {
        Some("lichtfeld" | "lfs_plugins") => Owner::System,
        _ if is_bundled => Owner::System,
        _ => Owner::Other,
    })
}
