//! Documents of the application for panels that are made from a template.

use crate::error::{Problem, lfp_error};
use crate::guard::guarded;
use crate::panels;
use lichtfeld_embed::documents::{mount_pointer, unmount};
use std::ffi::{c_char, c_void};

/// Gives a panel the document that the application has made of its `template_name`: calls its
/// `on_bind_model(context)`, unless `context` is null, and its `on_mount(document)`. From then on
/// `on_update`, `on_scene_changed` and `on_unmount` get the document. Both are borrowed `PyObject *` of
/// any class; a panel in a process of its own gets a reference to them.
///
/// Call this on the UI thread, before the panel is drawn, with or without the GIL. Returns LR131 if a
/// function of the panel raises: it has no document then. A panel that is reloaded needs a new one.
///
/// # Safety
/// `panel` is null or a text; the others are objects of Python, or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_panel_mount(
    panel: *const c_char,
    document: *mut c_void,
    context: *mut c_void,
) -> *mut lfp_error {
    guarded(|| {
        if document.is_null() {
            return Err(Problem::Argument("document is null".to_owned()));
        }
        // SAFETY: as the caller says.
        let panel = unsafe { panels::find(panel) }?;
        // SAFETY: as the caller says.
        unsafe { mount_pointer(&panel, document, context) }
            .map_err(|refused| Problem::Document(refused.message, refused.traceback))
    })
}

/// Takes the document of a panel away: calls its `on_unmount(document)`. Does nothing if it has none. A
/// panel that is removed has done this. Call this on the UI thread, with or without the GIL.
///
/// # Safety
/// `panel` is null or a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_panel_unmount(panel: *const c_char) -> *mut lfp_error {
    guarded(|| {
        // SAFETY: as the caller says.
        let panel = unsafe { panels::find(panel) }?;
        unmount(&panel).map_err(|refused| Problem::Document(refused.message, refused.traceback))
    })
}
