//! A frame as C reads it: counted, unchanging, and readable without the GIL on any thread.

use crate::document_tree::HeldDocument;
use crate::given_text::{lfp_text, pointer_of};
use crate::guard::guarded_or;
use crate::texture::{HeldTextures, lfp_texture};
use crate::widget::*;
use crate::widget_enums::*;
use crate::widget_kinds::Kept;
use lichtfeld_embed::panel::{Frame, Location, Redraw, Widget};
use std::sync::{Arc, OnceLock};

/// A mistake that the author of the plugin should correct.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_warning {
    /// A stable name for this kind of mistake.
    pub code: lfp_text,
    /// What is wrong.
    pub message: lfp_text,
    /// What to do.
    pub hint: lfp_text,
    /// The file; empty if it is not known.
    pub file: lfp_text,
    /// The line, from 1; 0 if it is not known.
    pub line: u32,
}

/// An input that reached no widget.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_dropped {
    /// The widget that it was for.
    pub widget: u64,
    /// Why it reached no widget, as a sentence.
    pub reason: lfp_text,
}

/// One drawing of a panel. It never changes, and can be read on any thread, without the GIL, also
/// after `lfp_end`. It is counted: `lfp_frame_retain` and `lfp_frame_release`. The widget `i` is at
/// `lfp_widget_at(frame, i)`.
#[repr(C)]
#[derive(Debug)]
pub struct lfp_frame {
    /// The size of this struct in bytes.
    pub size: usize,
    /// The size of a widget in bytes: a newer library may have longer ones.
    pub widget_size: usize,
    /// The widgets in drawing order, in one list: the content of a container is what follows it with a
    /// larger depth.
    pub widgets: *const lfp_widget,
    /// The number of widgets.
    pub widget_count: usize,
    /// The id of the panel.
    pub panel: lfp_text,
    /// Its title.
    pub label: lfp_text,
    /// Not 0 if it should be drawn once more at once.
    pub again: u32,
    /// Not 0 if the drawing ended early, by an exception. What was drawn before is in `widgets`.
    pub failed: u32,
    /// The class of the exception.
    pub exception: lfp_text,
    /// The message of the exception.
    pub message: lfp_text,
    /// The traceback as Python prints it.
    pub traceback: lfp_text,
    /// The file where it was raised; empty if it is not known.
    pub file: lfp_text,
    /// Its line, from 1; 0 if it is not known.
    pub line: u32,
    /// The size of a warning in bytes.
    pub warning_size: usize,
    /// Mistakes that the author should correct.
    pub warnings: *const lfp_warning,
    /// The number of warnings.
    pub warning_count: usize,
    /// The size of a dropped input in bytes.
    pub dropped_size: usize,
    /// Inputs that reached no widget.
    pub dropped: *const lfp_dropped,
    /// The number of dropped inputs.
    pub dropped_count: usize,
    /// Not 0 if the panel asks for double clicks anywhere: `LFP_INPUT_KIND_DOUBLE_CLICK`.
    pub wants_double_click: u32,
    /// Not 0 if the panel asks for drags anywhere: `LFP_INPUT_KIND_DRAG`.
    pub wants_drag: u32,
    /// Not 0 if the panel asks for the wheel: `LFP_INPUT_KIND_WHEEL`.
    pub wants_wheel: u32,
    /// Not 0 if the panel asks where the pointer is: keep it up to date by `lfp_panel_set_surface`.
    pub wants_pointer: u32,
    /// The size of a texture in bytes.
    pub texture_size: usize,
    /// The textures that the widgets show: `lfp_texture_at`, `lfp_texture_of`.
    pub textures: *const lfp_texture,
    /// The number of textures.
    pub texture_count: usize,
}

/// A frame with what it points to. C sees the first field.
#[repr(C)]
pub(crate) struct HeldFrame {
    shown: lfp_frame,
    _widgets: Box<[lfp_widget]>,
    _warnings: Box<[lfp_warning]>,
    _dropped: Box<[lfp_dropped]>,
    _textures: HeldTextures,
    _kept: Kept,
    /// Numbers of widgets are not copied.
    frame: Arc<Frame>,
    /// Made when C asks for it.
    document: OnceLock<HeldDocument>,
}

// SAFETY: the pointers lead to what it owns, and nobody changes that.
unsafe impl Send for HeldFrame {}
// SAFETY: as above.
unsafe impl Sync for HeldFrame {}

fn place(kept: &mut Kept, location: Option<&Location>) -> (lfp_text, u32) {
    location.map_or((lfp_text::EMPTY, 0), |location| {
        (kept.texts.keep(&location.file), location.line)
    })
}

fn widget(kept: &mut Kept, widget: &Widget) -> lfp_widget {
    let traits = &widget.traits;
    let (kind, content) = kept.content(&widget.kind);
    let mut flags = 0;
    let mut set = |flag: u16, is_set: bool| {
        if is_set {
            flags |= flag;
        }
    };
    set(LFP_DISABLED, traits.disabled);
    set(LFP_WANTS_HOVER, traits.wants_hover);
    set(LFP_FOCUS, traits.focus);
    set(LFP_SAME_LINE, traits.same_line.is_some());
    set(LFP_HAS_WIDTH, traits.width.is_some());
    set(LFP_HAS_TOOLTIP, traits.tooltip.is_some());
    set(LFP_CAN_DRAG, traits.drag.is_some());
    set(LFP_ACCEPTS, traits.accepts.is_some());
    set(LFP_WANTS_CLICK, traits.wants_click);
    set(LFP_WANTS_DOUBLE_CLICK, traits.wants_double_click);
    set(LFP_WANTS_DRAG, traits.wants_drag);
    set(LFP_WANTS_EDIT, traits.wants_edit);
    set(LFP_EDITING, traits.editing);
    set(LFP_IS_CONTAINER, widget.kind.is_container());
    let drag = traits.drag.as_deref();
    let (styles, style_count) = match &traits.styles {
        Some(styles) => kept.styles(styles.all()),
        None => (std::ptr::null(), 0),
    };
    let mut text = |text: Option<&str>| kept.texts.keep(text.unwrap_or_default());
    lfp_widget {
        id: widget.id.to_bits(),
        kind: kind as u32,
        depth: widget.depth,
        flags,
        label: text(widget.kind.label()),
        content,
        indent: traits.indent,
        width: traits.width.unwrap_or(0.0),
        same_line_offset: traits.same_line.map_or(0.0, |line| line.offset),
        same_line_spacing: traits.same_line.map_or(-1.0, |line| line.spacing),
        tooltip: text(traits.tooltip.as_deref()),
        drag_type: text(drag.map(|drag| &*drag.kind)),
        drag_data: text(drag.map(|drag| &*drag.data)),
        accepts: text(traits.accepts.as_deref()),
        icon: text(traits.icon.as_deref()),
        styles,
        style_count,
    }
}

impl HeldFrame {
    /// Returns the document of the frame for C.
    pub(crate) fn document(&self) -> Option<&HeldDocument> {
        let document = self.frame.document.as_ref()?;
        let make = || HeldDocument::new(Arc::clone(document));
        Some(self.document.get_or_init(make))
    }

    /// Gives a frame to C, with one reference.
    pub(crate) fn for_c(frame: Arc<Frame>) -> *const lfp_frame {
        let mut kept = Kept::default();
        let widgets: Box<[_]> = frame
            .widgets
            .iter()
            .map(|one| widget(&mut kept, one))
            .collect();
        let warnings: Box<[_]> = frame
            .warnings
            .iter()
            .map(|warning| {
                let (file, line) = place(&mut kept, warning.location.as_ref());
                lfp_warning {
                    code: kept.texts.keep(&warning.code),
                    message: kept.texts.keep(&warning.message),
                    hint: kept.texts.keep(&warning.hint),
                    file,
                    line,
                }
            })
            .collect();
        let dropped: Box<[_]> = frame
            .dropped
            .iter()
            .map(|dropped| lfp_dropped {
                widget: dropped.input.widget.to_bits(),
                reason: kept.texts.keep(&dropped.reason),
            })
            .collect();
        let textures = HeldTextures::of(&frame);
        let error = frame.error.as_ref();
        let (file, line) = place(&mut kept, error.and_then(|error| error.location.as_ref()));
        let texts = &mut kept.texts;
        let shown = lfp_frame {
            size: size_of::<lfp_frame>(),
            widget_size: size_of::<lfp_widget>(),
            widgets: pointer_of(&widgets),
            widget_count: widgets.len(),
            panel: texts.keep(&frame.panel.id),
            label: texts.keep(&frame.panel.label),
            again: (frame.redraw == Redraw::Again).into(),
            failed: error.is_some().into(),
            exception: texts.keep(error.map_or("", |error| &error.exception)),
            message: texts.keep(error.map_or("", |error| &error.message)),
            traceback: texts.keep(error.map_or("", |error| &error.traceback)),
            file,
            line,
            warning_size: size_of::<lfp_warning>(),
            warnings: pointer_of(&warnings),
            warning_count: warnings.len(),
            dropped_size: size_of::<lfp_dropped>(),
            dropped: pointer_of(&dropped),
            dropped_count: dropped.len(),
            wants_double_click: frame.wants.double_click.into(),
            wants_drag: frame.wants.drag.into(),
            wants_wheel: frame.wants.wheel.into(),
            wants_pointer: frame.wants.pointer.into(),
            texture_size: size_of::<lfp_texture>(),
            textures: pointer_of(&textures.shown),
            texture_count: textures.shown.len(),
        };
        let held = Self {
            shown,
            _widgets: widgets,
            _warnings: warnings,
            _dropped: dropped,
            _textures: textures,
            _kept: kept,
            frame,
            document: OnceLock::new(),
        };
        Arc::into_raw(Arc::new(held)).cast()
    }
}

/// Adds a reference, and returns the frame. Null is allowed. Any thread.
///
/// # Safety
/// `frame` is null or has a reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_frame_retain(frame: *const lfp_frame) -> *const lfp_frame {
    if !frame.is_null() {
        // SAFETY: `for_c` made it, as the caller says.
        unsafe { Arc::increment_strong_count(frame.cast::<HeldFrame>()) };
    }
    frame
}

/// Takes a reference away; with the last one the frame is gone. Null is allowed. Any thread, with or
/// without the GIL.
///
/// # Safety
/// `frame` is null or has a reference, which is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_frame_release(frame: *const lfp_frame) {
    if !frame.is_null() {
        // SAFETY: `for_c` made it, as the caller says.
        let frame = unsafe { Arc::from_raw(frame.cast::<HeldFrame>()) };
        guarded_or((), || drop(frame));
    }
}
