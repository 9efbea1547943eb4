//! What an argument for a picture means: a texture, a name that the host knows, or a file.
//!
//! A relative path belongs to the plugin whose code calls: the front end may run elsewhere, and knows
//! nothing of the plugin's directory. What is not a path by its look stays a name.

use crate::bundled_modules::PLUGIN_LOADER;
use crate::layout::args::Call;
use crate::layout::handle::warn;
use crate::python_frame;
use crate::textures::{self, DynamicTexture};
use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use lichtfeld_panel::{FIRST_TEXTURE, Picture, Text, TextureRef};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

/// The endings of files that are pictures.
const PICTURES: [&str; 10] = [
    "png", "jpg", "jpeg", "bmp", "gif", "webp", "svg", "tga", "hdr", "tif",
];

/// Reads an argument: a texture's number, a `DynamicTexture`, or a path or name.
pub(super) fn picture(call: Call<'_>, argument: &str, value: Any<'_, '_>) -> PyResult<Picture> {
    let py = value.py();
    if value.is_instance_of::<PyString>() {
        return Ok(named(py, call, argument, &call.text(argument, value)?));
    }
    if let Ok(texture) = value.cast::<DynamicTexture>() {
        return Ok(pixels(py, call, argument, texture.get().info()));
    }
    match value.extract::<u64>() {
        Ok(texture) if texture >= FIRST_TEXTURE => {
            Ok(pixels(py, call, argument, textures::all().info(texture)))
        }
        Ok(texture) => Ok(Picture::Texture(texture)),
        // A path: anything that says so itself.
        Err(_) => match value.call_method0("__fspath__") {
            Ok(path) => Ok(named(py, call, argument, &call.text(argument, &path)?)),
            Err(_) => Err(call.wrong_type(
                argument,
                "a texture's number or the path of an image",
                value,
            )),
        },
    }
}

/// Returns a texture of a plugin, or a picture without a name if it has no pixels, with a warning.
fn pixels(py: Python<'_>, call: Call<'_>, argument: &str, texture: Option<TextureRef>) -> Picture {
    match texture {
        Some(texture) => Picture::Pixels(texture),
        None => {
            let message = format!("{}: `{argument}` is a texture without pixels", call.name());
            let hint = "call update(tensor) before, and keep the DynamicTexture while it is shown";
            warn(py, "picture", message, hint);
            Picture::Named(Text::default())
        }
    }
}

/// Returns whether a name is the path of a file by its look.
fn is_path(name: &Utf8Path) -> bool {
    let ending = name.extension().unwrap_or_default();
    PICTURES
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
        || name.components().nth(1).is_some()
}

/// Returns a relative path below `root`, or `None` if it leads out of it.
fn below(root: &Utf8Path, relative: &Utf8Path) -> Option<Utf8PathBuf> {
    let mut parts = Vec::new();
    for part in relative.components() {
        match part {
            Utf8Component::Normal(part) => parts.push(part),
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => drop(parts.pop()?),
            Utf8Component::RootDir | Utf8Component::Prefix(_) => return None,
        }
    }
    Some(
        parts
            .into_iter()
            .fold(root.to_owned(), |path, part| path.join(part)),
    )
}

/// Returns the directory of the plugin whose code calls, or `None` for other code.
fn root(py: Python<'_>) -> Option<Utf8PathBuf> {
    let frame = python_frame::current(py)?;
    let loader = PLUGIN_LOADER.get(py).ok()?;
    let version = loader
        .call_method1(intern!(py, "owner_of"), (frame,))
        .ok()?;
    let root = version.getattr(intern!(py, "root")).ok()?;
    Some(root.extract::<String>().ok()?.into())
}

fn named(py: Python<'_>, call: Call<'_>, argument: &str, name: &str) -> Picture {
    let given = || Picture::Named(Text::new(name));
    let path = Utf8Path::new(name);
    if !is_path(path) {
        return given();
    }
    let (found, root) = if path.is_absolute() {
        (path.to_owned(), None)
    } else {
        let Some(root) = root(py) else {
            return given();
        };
        let Some(found) = below(&root, path) else {
            let message = format!(
                "{}: `{argument}` leads out of the plugin: '{name}'",
                call.name()
            );
            let hint = "a relative path begins at the plugin's directory; use an absolute one for a \
                        file elsewhere";
            warn(py, "picture", message, hint);
            return given();
        };
        (found, Some(root))
    };
    if !found.is_file() {
        let message = match &root {
            Some(root) => format!("{}: there is no file '{name}' in {root}", call.name()),
            None => format!("{}: there is no file '{name}'", call.name()),
        };
        let hint = "a relative path begins at the plugin's directory";
        warn(py, "picture", message, hint);
    }
    Picture::Named(Text::new(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_path_by_its_look() {
        for path in ["a.png", "icons/run", "./run", "A.JPG", "../x.svg"] {
            assert!(is_path(Utf8Path::new(path)), "{path}");
        }
        for name in ["", "CHECKMARK", "scene.mesh", "run"] {
            assert!(!is_path(Utf8Path::new(name)), "{name}");
        }
    }

    #[test]
    fn a_relative_path_stays_below_the_plugin() {
        let below = |path| below(Utf8Path::new("/p"), Utf8Path::new(path));
        assert_eq!(below("icons/../a.png").unwrap(), "/p/a.png");
        assert_eq!(below("./icons/a.png").unwrap(), "/p/icons/a.png");
        for out in ["../a.png", "icons/../../a.png", "/a.png"] {
            assert_eq!(below(out), None, "{out}");
        }
    }
}
