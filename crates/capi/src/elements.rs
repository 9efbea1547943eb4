//! The documents of frames, and what a front end reports of their elements.

use crate::document_tree::lfp_document;
use crate::error::lfp_error;
use crate::frame::{HeldFrame, lfp_frame};
use crate::guard::{guarded, guarded_or};
use crate::input::lfp_value;
use crate::panels;
use lichtfeld_embed::panel::{ElementInput, Input, InputValue, WidgetId};
use std::ffi::c_char;
use std::ptr;

/// Returns the document of a frame, or null: the panel is not made from a template, or its surface does not
/// ask for one (`lfp_surface.document`). It lives as long as the frame. Any thread, without the GIL.
///
/// # Safety
/// `frame` is null or has a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_frame_document(frame: *const lfp_frame) -> *const lfp_document {
    if frame.is_null() {
        return ptr::null();
    }
    // SAFETY: `for_c` made it, as the caller says.
    let held = unsafe { &*frame.cast::<HeldFrame>() };
    guarded_or(ptr::null(), || {
        let document = held.document();
        document.map_or(ptr::null(), |document| &raw const document.shown)
    })
}

/// Passes what the user did with an element of a document to the next drawing of its panel: `Click`, one
/// of the kinds that set a value, `Hover`, `Focus`, `Scroll`; or where the element lies, `Layout`. An element
/// that is gone is in `dropped` of the next frame. Any thread, with or without the GIL.
///
/// # Safety
/// `panel` is null or a text; `value` is as documented.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_element_input(
    panel: *const c_char,
    node: u64,
    value: *const lfp_value,
) -> *mut lfp_error {
    guarded(|| {
        // SAFETY: as the caller says.
        let (action, panel) = unsafe { (lfp_value::read_action(value)?, panels::find(panel)?) };
        let element = InputValue::Element(ElementInput::new(node, action));
        panel.push_input(Input::new(WidgetId::PANEL, element));
        Ok(())
    })
}
