//! Panels and menus: which there are, when they are due, and drawing them.

use crate::error::{Problem, lfp_error};
use crate::frame::{HeldFrame, lfp_frame};
use crate::given_text::{Strings, c_string, pointer_of};
use crate::guard::{guarded, guarded_or, shielded};
use crate::list::{Held, List};
use crate::session;
use crate::text;
use crate::widget_values::lfp_vec2;
use lichtfeld_embed::panel::{DocumentForm, Surface, TextMetrics, ThemeKind, Vec2};
use lichtfeld_embed::{Manager, Panel, Panels};
use std::ffi::{c_char, c_void};
use std::mem::{MaybeUninit, offset_of};
use std::ptr;
use std::sync::Arc;
use std::time::Instant;

/// Panels or menus. Both are drawn in the same way.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_panel_kind {
    /// Panels.
    Panel = 1,
    /// Menus.
    Menu = 2,
}

/// A panel or a menu. Texts are in UTF-8, and empty rather than null.
#[repr(C)]
#[derive(Debug)]
pub struct lfp_panel {
    /// The id, for all functions that take a panel. It stays the same over a reload of the plugin.
    pub id: *const c_char,
    /// The title.
    pub label: *const c_char,
    /// The place in the window, such as `SIDE_PANEL`; of a menu its location.
    pub space: *const c_char,
    /// The id of the panel that contains it.
    pub parent: *const c_char,
    /// The plugin; empty for a panel of the application.
    pub plugin: *const c_char,
    /// Smaller numbers come first; the list is in this order.
    pub order: i64,
    /// The width that it requests, in pixels; 0 for none.
    pub width: f64,
    /// The height that it requests, in pixels; 0 for none.
    pub height: f64,
    /// It is drawn again after so many milliseconds; 0: only on input or request.
    pub interval_ms: u64,
    /// For an application with documents: the name or the path of the template that it is made from.
    pub template_name: *const c_char,
    /// The style of the document, as text, besides the files beside the template.
    pub style: *const c_char,
    /// `content` or `fill`: how high the document is.
    pub height_mode: *const c_char,
    /// How it is shown, such as `DEFAULT_CLOSED`.
    pub options: *const *const c_char,
    /// The number of `options`.
    pub option_count: usize,
    /// Not 0 if its only content is its document: it draws nothing. See `lfp_panel_mount`.
    pub retained: u32,
}

/// Panels or menus, in their order. The item `i` is at `lfp_panel_at(list, i)`.
#[repr(C)]
#[derive(Debug)]
pub struct lfp_panel_list {
    /// The size of this struct in bytes.
    pub size: usize,
    /// The size of an item in bytes: a newer library may have longer ones.
    pub item_size: usize,
    /// The items.
    pub items: *const lfp_panel,
    /// The number of items.
    pub count: usize,
}

impl List for lfp_panel_list {
    type Item = lfp_panel;

    fn new(items: *const lfp_panel, count: usize) -> Self {
        Self {
            size: size_of::<Self>(),
            item_size: size_of::<lfp_panel>(),
            items,
            count,
        }
    }
}

/// Besides texts, panels point to arrays of options.
type HeldPanels = Held<lfp_panel_list, Vec<Box<[*const c_char]>>>;

/// Where a panel is drawn. Lengths are in pixels before scaling.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lfp_surface {
    /// `sizeof(lfp_surface)`.
    pub size: usize,
    /// The size of the content of the panel.
    pub width: f32,
    /// See `width`.
    pub height: f32,
    /// The upper left corner of the panel on the screen.
    pub x: f32,
    /// See `x`.
    pub y: f32,
    /// The size of the application's view.
    pub view_width: f32,
    /// See `view_width`.
    pub view_height: f32,
    /// The pointer, from the upper left corner of the panel.
    pub pointer_x: f32,
    /// See `pointer_x`.
    pub pointer_y: f32,
    /// The number of display pixels in one pixel of a frame; 0 counts as 1.
    pub scale: f32,
    /// Not 0 if the panel has the keyboard focus.
    pub focused: u32,
    /// Not 0 if the pointer is over the panel.
    pub hovered: u32,
    /// Measures a line of text in the font of the application: returns its width and its height in
    /// pixels before scaling. `text` is in UTF-8 and ends with a zero; `font_size` is in pixels, 0 for
    /// the usual size. Called on the thread that draws the panel, without the GIL, until another surface
    /// is set or `lfp_end` has returned. For a panel in a process of its own, the widths of characters
    /// are measured once. No exception of C++ may leave it. Null: the size is estimated, or measured as
    /// before.
    pub measure: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            text: *const c_char,
            length: usize,
            font_size: f32,
        ) -> lfp_vec2,
    >,
    /// Passed to `measure`. The same function with the same context counts as the same font.
    pub measure_context: *mut c_void,
    /// An `lfp_document_form`.
    pub document: u32,
    /// An `lfp_theme`.
    pub theme: u32,
}

/// The size of the struct before it had `measure` and what follows.
const OLDEST: usize = offset_of!(lfp_surface, measure);

/// What a function of the application measures with.
#[derive(Clone, Copy)]
struct Context(*mut c_void);

// SAFETY: it is only passed to the function, on the thread that draws, as the header says.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

fn table(manager: &Manager, kind: u32) -> Result<&Arc<Panels>, Problem> {
    if kind == lfp_panel_kind::Panel as u32 {
        Ok(manager.panels())
    } else if kind == lfp_panel_kind::Menu as u32 {
        Ok(manager.menus())
    } else {
        Err(Problem::Argument(format!(
            "{kind} is not an lfp_panel_kind"
        )))
    }
}

/// Finds a panel or a menu.
///
/// # Safety
/// The id is null or a text.
pub(crate) unsafe fn find(id: *const c_char) -> Result<Arc<Panel>, Problem> {
    // SAFETY: as the caller says.
    let id = unsafe { text::read(id, "panel") }?;
    let manager = session::manager()?;
    let found = manager
        .panels()
        .find(id)
        .or_else(|| manager.menus().find(id));
    found.ok_or_else(|| Problem::NoPanel(id.to_owned()))
}

fn listed(panels: &[Arc<Panel>]) -> *const lfp_panel_list {
    let mut texts = Strings::default();
    let mut lists = Vec::new();
    let items = panels.iter().map(|panel| {
        let info = panel.info();
        let (width, height) = info.size.unwrap_or_default();
        let options: Box<[_]> = info.options.iter().map(|one| texts.keep(one)).collect();
        let (first, option_count) = (pointer_of(&options), options.len());
        lists.push(options);
        lfp_panel {
            id: texts.keep(&info.id),
            label: texts.keep(&info.label),
            space: texts.keep(&info.space),
            parent: texts.keep(&info.parent),
            plugin: texts.keep(info.plugin.as_deref().unwrap_or_default()),
            order: info.order,
            width,
            height,
            interval_ms: info.interval_ms.unwrap_or(0),
            template_name: texts.keep(&info.template),
            style: texts.keep(&info.style),
            height_mode: texts.keep(&info.height_mode),
            options: first,
            option_count,
            retained: info.retained.into(),
        }
    });
    let items = items.collect();
    HeldPanels::for_c(items, texts, lists)
}

/// Gives what `work` makes to C.
///
/// # Safety
/// `out` is null or can be written to.
unsafe fn give<T>(
    out: *mut *const T,
    what: &str,
    work: impl FnOnce() -> Result<*const T, Problem>,
) -> *mut lfp_error {
    guarded(|| {
        if out.is_null() {
            return Err(Problem::Argument(format!("{what} is null")));
        }
        // SAFETY: as the caller says.
        unsafe { *out = ptr::null() };
        let made = work()?;
        // SAFETY: as the caller says.
        unsafe { *out = made };
        Ok(())
    })
}

/// Gives a list of all panels, or of all menus: `kind` is an `lfp_panel_kind`. Any thread, with or
/// without the GIL.
///
/// # Safety
/// `list` can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_panels(kind: u32, list: *mut *const lfp_panel_list) -> *mut lfp_error {
    let work = || Ok(listed(&table(&*session::manager()?, kind)?.visible()));
    // SAFETY: as the caller says.
    unsafe { give(list, "list", work) }
}

/// Gives a list of those that must be drawn now: because of an input, a request, or their interval.
/// Call this on the UI thread, since it may call `on_update` of panels.
///
/// # Safety
/// `list` can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_panels_due(
    kind: u32,
    list: *mut *const lfp_panel_list,
) -> *mut lfp_error {
    let work = || {
        let manager = session::manager()?;
        Ok(listed(&table(&manager, kind)?.due(Instant::now())))
    };
    // SAFETY: as the caller says.
    unsafe { give(list, "list", work) }
}

/// Releases a list. Null is allowed. Any thread.
///
/// # Safety
/// `lfp_panels` or `lfp_panels_due` made it, and it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_panel_list_release(list: *const lfp_panel_list) {
    // SAFETY: as the caller says.
    guarded_or((), || unsafe { HeldPanels::release(list) });
}

/// Returns in how many milliseconds the next panel or menu is due if nothing happens until then:
/// `UINT32_MAX` for never. The UI thread may sleep until then, or until `redraw`. Any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lfp_next_due(kind: u32) -> u32 {
    guarded_or(u32::MAX, || {
        let Ok(manager) = session::manager() else {
            return u32::MAX;
        };
        let now = Instant::now();
        let next = table(&manager, kind)
            .ok()
            .and_then(|table| table.next_due(now));
        next.map_or(u32::MAX, |next| {
            // Rounded up: earlier, it would not be due.
            let wait = next
                .saturating_duration_since(now)
                .as_micros()
                .div_ceil(1000);
            u32::try_from(wait).unwrap_or(u32::MAX)
        })
    })
}

/// Asks a panel whether to show it now: `*shown` gets the answer. Call this on the UI thread.
///
/// # Safety
/// `panel` is null or a text, and `shown` can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_panel_poll(panel: *const c_char, shown: *mut bool) -> *mut lfp_error {
    guarded(|| {
        if shown.is_null() {
            return Err(Problem::Argument("shown is null".to_owned()));
        }
        // SAFETY: as the caller says.
        unsafe { *shown = find(panel)?.poll() };
        Ok(())
    })
}

/// Draws a panel now, with the inputs that wait. `*frame` gets the frame, with one reference for the
/// caller. Call this on the UI thread. What the plugin does wrong is in the frame, and no error.
///
/// # Safety
/// `panel` is null or a text, and `frame` can be written to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_panel_draw(
    panel: *const c_char,
    frame: *mut *const lfp_frame,
) -> *mut lfp_error {
    // SAFETY: as the caller says.
    let work = || Ok(HeldFrame::for_c(unsafe { find(panel) }?.draw()));
    // SAFETY: as the caller says.
    unsafe { give(frame, "frame", work) }
}

/// Gives the frame of the last drawing, with one reference for the caller; `*frame` is null before the
/// first. Runs no code of the plugin. Any thread.
///
/// # Safety
/// As `lfp_panel_draw`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_panel_last(
    panel: *const c_char,
    frame: *mut *const lfp_frame,
) -> *mut lfp_error {
    let work = || {
        // SAFETY: as the caller says.
        let last = unsafe { find(panel) }?.last();
        Ok(last.map_or(ptr::null(), HeldFrame::for_c))
    };
    // SAFETY: as the caller says.
    unsafe { give(frame, "frame", work) }
}

/// Says where a panel is drawn, from its next drawing on. Any thread.
///
/// # Safety
/// `panel` is null or a text; `surface` is as documented.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_panel_set_surface(
    panel: *const c_char,
    surface: *const lfp_surface,
) -> *mut lfp_error {
    guarded(|| {
        // SAFETY: as the caller says.
        let given = unsafe { lfp_surface::copied(surface) }?;
        let mut surface = Surface::default();
        surface.size = Vec2::new(given.width, given.height);
        surface.position = Vec2::new(given.x, given.y);
        surface.viewport = Vec2::new(given.view_width, given.view_height);
        surface.pointer = Vec2::new(given.pointer_x, given.pointer_y);
        if given.scale.is_finite() && given.scale > 0.0 {
            surface.scale = given.scale;
        }
        surface.focused = given.focused != 0;
        surface.hovered = given.hovered != 0;
        surface.document = match given.document {
            0 => DocumentForm::Widgets,
            1 => DocumentForm::Tree,
            2 => DocumentForm::Both,
            other => {
                let message = format!("surface.document is {other}, not an lfp_document_form");
                return Err(Problem::Argument(message));
            }
        };
        surface.theme = match given.theme {
            0 => ThemeKind::Dark,
            1 => ThemeKind::Light,
            other => {
                let message = format!("surface.theme is {other}, not an lfp_theme");
                return Err(Problem::Argument(message));
            }
        };
        // SAFETY: as the caller says.
        let panel = unsafe { find(panel) }?;
        panel.set_surface(surface);
        if let Some(metrics) = given.metrics() {
            panel.set_text_metrics(metrics);
        }
        Ok(())
    })
}

impl lfp_surface {
    /// # Safety
    /// It is null, or `size` bytes are readable.
    unsafe fn copied(surface: *const Self) -> Result<Self, Problem> {
        if surface.is_null() {
            return Err(Problem::Argument("surface is null".to_owned()));
        }
        // SAFETY: the first field is always there.
        let size = unsafe { (&raw const (*surface).size).read() };
        if size < OLDEST {
            return Err(Problem::Argument(format!(
                "surface.size is {size}, and not sizeof(lfp_surface)"
            )));
        }
        let mut copy = MaybeUninit::<Self>::zeroed();
        // SAFETY: that many bytes are there, and no more than the copy has are written; all zeros are
        // a value of every field.
        Ok(unsafe {
            let to = copy.as_mut_ptr().cast::<u8>();
            let length = size.min(size_of::<Self>());
            surface.cast::<u8>().copy_to_nonoverlapping(to, length);
            copy.assume_init()
        })
    }

    /// What the function of the application measures.
    fn metrics(&self) -> Option<TextMetrics> {
        let measure = self.measure?;
        let context = Context(self.measure_context);
        let identity = [measure as usize, context.0.addr()];
        Some(TextMetrics::identified(identity, move |line, size| {
            // The whole of it, not its field, which is not `Send`.
            let Context(pointer) = { context };
            let text = c_string(line);
            let length = text.as_bytes().len();
            let measured = shielded(|| {
                // SAFETY: the header says when the function is called, and with what.
                unsafe { measure(pointer, text.as_ptr(), length, size) }
            });
            measured.map_or((0.0, 0.0), |size| (size.x, size.y))
        }))
    }
}

/// Requests a drawing of a panel, or of all if `panel` is null. Any thread.
///
/// # Safety
/// `panel` is null or a text.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lfp_request_redraw(panel: *const c_char) -> *mut lfp_error {
    guarded(|| {
        if panel.is_null() {
            session::manager()?.panels().request_redraw();
        } else {
            // SAFETY: as the caller says.
            unsafe { find(panel) }?.request_redraw();
        }
        Ok(())
    })
}

/// Tells panels that the scene of the application has changed: `on_scene_changed`. Call this on the UI
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lfp_scene_changed() -> *mut lfp_error {
    guarded(|| {
        session::manager()?.panels().scene_changed();
        Ok(())
    })
}
