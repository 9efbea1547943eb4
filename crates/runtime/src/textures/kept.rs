//! The textures of this process: made from arrays, listed by frames, freed with their plugins.

use crate::current_manager::current;
use crate::exception::plugin_error;
use crate::textures::{read, storage};
use lichtfeld_engine::registrations::ledger::Owner;
use lichtfeld_engine::registrations::textures::{TextureRefused, Textures};
use lichtfeld_panel::{Frame, Picture, Text, TextureRef, Warning};
use lichtfeld_system::PerProcess;
use pyo3::prelude::*;
use std::sync::Arc;

/// A forked copy of the process has none: nobody draws there.
static ALL: PerProcess<Textures> = PerProcess::new(Textures::default);

/// Returns the textures of this process; in the application also those of workers.
///
/// Any thread may read them, with or without the GIL.
#[must_use]
pub fn all() -> &'static Textures {
    ALL.get()
}

fn refused(py: Python<'_>, what: &str, error: &TextureRefused) -> PyErr {
    let message = format!("{what}: {error}");
    plugin_error(
        py,
        "PluginLimitError",
        TextureRefused::CODE,
        &message,
        error.hint(),
    )
}

/// Makes the pixels of a texture of an array of Python. If they are those that it has, the version
/// stays. `what` is the call, for messages.
///
/// # Errors
/// `TypeError` or `ValueError` for what is not an image, with what is expected; `PluginLimitError` at a
/// bound of the plugin; `MemoryError`.
pub(crate) fn keep(
    owner: Option<&Owner>,
    id: u64,
    value: &Bound<'_, PyAny>,
    what: &str,
) -> PyResult<TextureRef> {
    let py = value.py();
    let array = read::array(value, what)?;
    let numbers = array.numbers();
    let (width, height) = numbers.size();
    all()
        .check(id, owner, width, height)
        .map_err(|error| refused(py, what, &error))?;
    let before = all().get(id);
    let made = py.detach(|| {
        let pixels = storage::stored(&numbers)?;
        let same = before.filter(|before| {
            let size = (u64::from(before.info.width), u64::from(before.info.height));
            size == (width, height) && before.pixels() == pixels.bytes()
        });
        Some((pixels, same))
    });
    drop(array);
    let (pixels, same) = made.ok_or_else(|| {
        let message = format!("{what}: there is no memory for {width} x {height} pixels");
        pyo3::exceptions::PyMemoryError::new_err(message)
    })?;
    if let Some(same) = same {
        return Ok(same.info);
    }
    // Checked above: they are at most `MAX_TEXTURE_SIDE`.
    let size = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
    let texture = TextureRef::new(id, 0, size(width), size(height));
    let put = all()
        .put(owner, texture, pixels)
        .map_err(|error| refused(py, what, &error))?;
    if put.is_first
        && let (Some(owner), Some(manager)) = (owner, current())
    {
        free_with(manager.ledger(), owner);
    }
    Ok(put.texture)
}

/// Lets the ledger free the textures of a version of a plugin.
pub(crate) fn free_with(ledger: &Arc<lichtfeld_engine::Ledger>, owner: &Owner) {
    let freed = owner.clone();
    ledger.record_expected(owner.clone(), "textures", move || all().free(&freed));
}

/// Ends a drawing of a panel: frees the textures of labels that it did not show, and writes the present
/// versions into the frame.
pub(crate) fn settle(panel: &str, frame: &mut Frame) {
    all().settle(panel, &frame.textures);
    if !frame.textures.is_empty() {
        refresh(frame, |_| true);
    }
}

/// Writes the present versions of textures into a frame. One that does not exist, or that the frame may
/// not show, is shown as a picture without a name, with a warning.
pub(crate) fn refresh(frame: &mut Frame, may_show: impl Fn(u64) -> bool) {
    let mut is_any_gone = false;
    for widget in &mut frame.widgets {
        let Some(picture) = widget.kind.picture_mut() else {
            continue;
        };
        let Picture::Pixels(texture) = picture else {
            continue;
        };
        let known = may_show(texture.id).then(|| all().info(texture.id));
        match known.flatten() {
            Some(known) => *texture = known,
            None => {
                is_any_gone = true;
                *picture = Picture::Named(Text::default());
            }
        }
    }
    if is_any_gone {
        frame.warnings.push(Warning::new(
            "texture",
            "a picture shows a texture that does not exist any more",
            "keep the DynamicTexture in self as long as it is shown",
        ));
    }
    frame.list_textures();
}
