//! Notes for authors: what loads without an error and cannot be what was meant.

use crate::bundled_modules::TYPES;
use lichtfeld_manifest::nearest;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

/// The functions of the entry module that are called.
const HOOKS: [&str; 5] = [
    "on_load",
    "on_unload",
    "on_before_reload",
    "on_after_reload",
    "on_files_changed",
];

/// The bit of `co_flags` that `async def` sets.
const COROUTINE: u32 = 0x80;

/// Returns the notes about the functions of an entry module.
///
/// # Errors
/// If Python fails to look at the module.
pub(crate) fn of_module(module: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let globals = module.getattr("__dict__")?.cast_into::<PyDict>()?;
    let own = module.getattr("__name__")?;
    let mut notes = Vec::new();
    for (name, value) in globals {
        let Ok(name) = name.extract::<String>() else {
            continue;
        };
        let Some(code) = value.getattr_opt("__code__")? else {
            continue;
        };
        if !value
            .getattr_opt("__module__")?
            .is_some_and(|defined| defined.eq(&own).unwrap_or(false))
        {
            continue;
        }
        let line: u32 = code.getattr("co_firstlineno")?.extract()?;
        let file: String = code.getattr("co_filename")?.extract()?;
        if HOOKS.contains(&name.as_str()) {
            let flags: u32 = code.getattr("co_flags")?.extract()?;
            if flags & COROUTINE != 0 {
                notes.push(format!(
                    "{file}:{line}: `async def {name}` is called and never awaited, so that its \
                     code does not run; write `def {name}`"
                ));
            }
        } else if let Some(meant) = misspelt_hook(&name)
            && !module.hasattr(meant)?
        {
            notes.push(format!(
                "{file}:{line}: `{name}` is never called; did you mean `{meant}`?"
            ));
        }
    }
    Ok(notes)
}

/// Returns the hook that a function is meant to be. Names that do not begin like a hook are helpers.
fn misspelt_hook(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("on") || lower.starts_with("no_") {
        return nearest(name, HOOKS);
    }
    // The names that other applications give to the two.
    [("register", "on_load"), ("unregister", "on_unload")]
        .into_iter()
        .find_map(|(older, hook)| (older == name).then_some(hook))
}

/// Returns the notes about a class that is being registered as `kind`: "Panel", "Menu" or
/// "Operator".
///
/// # Errors
/// If Python fails to look at the class.
pub(crate) fn of_class(class: &Bound<'_, PyType>, kind: &str) -> PyResult<Vec<String>> {
    let py = class.py();
    let name = class.qualname()?;
    let base = TYPES.get(py)?.getattr(kind)?.cast_into::<PyType>()?;
    let mut notes = Vec::new();
    let (methods, what): (&[&str], &str) = match kind {
        "Operator" => (&["execute", "invoke"], "does nothing"),
        "Menu" => (&["draw", "menu_items"], "shows nothing"),
        _ => (&["draw"], "shows nothing"),
    };
    let has_template = class
        .getattr_opt("template")?
        .is_some_and(|template| template.is_truthy().unwrap_or(false));
    let mut is_own = has_template;
    for method in methods {
        is_own |= is_overridden(class, &base, method)?;
    }
    if !is_own {
        let own = own_methods(class, &base)?;
        let method = methods[0];
        let meant = own.iter().find(|own| nearest(own, methods).is_some());
        let meant = meant.map_or_else(String::new, |own| {
            format!("; did you mean `{method}` by `{own}`?")
        });
        notes.push(format!("{name} has no `{method}` and {what}{meant}"));
    }
    if kind == "Panel" {
        notes.extend(unknown_space(class)?);
    }
    Ok(notes)
}

fn is_overridden(
    class: &Bound<'_, PyType>,
    base: &Bound<'_, PyType>,
    name: &str,
) -> PyResult<bool> {
    let (found, inherited) = (class.getattr_opt(name)?, base.getattr_opt(name)?);
    Ok(match (found, inherited) {
        (Some(found), Some(inherited)) => !found.is(&inherited),
        (found, _) => found.is_some(),
    })
}

/// Returns the names of the methods that the class adds to those of its base.
fn own_methods(class: &Bound<'_, PyType>, base: &Bound<'_, PyType>) -> PyResult<Vec<String>> {
    let mut own = Vec::new();
    for name in class.dir()? {
        let name: String = name.extract()?;
        let is_method = class
            .getattr_opt(name.as_str())?
            .is_some_and(|value| value.hasattr("__code__").unwrap_or(false));
        if is_method && !base.hasattr(name.as_str())? {
            own.push(name);
        }
    }
    Ok(own)
}

fn unknown_space(class: &Bound<'_, PyType>) -> PyResult<Option<String>> {
    let mut space = None;
    for name in ["panel_space", "space"] {
        space = match space {
            None => class.getattr_opt(name)?.filter(|space| !space.is_none()),
            known => known,
        };
    }
    let Some(space) = space else {
        return Ok(None);
    };
    let space = space.getattr_opt("value")?.unwrap_or(space);
    let space = space.str()?.to_string_lossy().into_owned();
    let members = TYPES
        .get(class.py())?
        .getattr("PanelSpace")?
        .getattr("__members__")?;
    let known: Vec<String> = members
        .call_method0("keys")?
        .try_iter()?
        .map(|key| key?.extract())
        .collect::<PyResult<_>>()?;
    if space.is_empty() || known.contains(&space) {
        return Ok(None);
    }
    let meant = match nearest(&space, &known) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("there are: {}", known.join(", ")),
    };
    let name = class.qualname()?;
    Ok(Some(format!(
        "{name} has the unknown space '{space}'; {meant}"
    )))
}
