//! The class `Layout`: a handle on the drawing that is going on.
//!
//! A layout, and the rows and columns made from it, work from the beginning of `draw` to its end,
//! on the thread that draws. A plugin that keeps one and uses it later gets an error that says so
//! rather than a garbled panel.

use super::sublayout::Sublayout;
use lichtfeld_panel::{Location, MAX_WIDGETS, Recorder};
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use smol_str::SmolStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One drawing that is going on, or has ended.
pub(super) struct Drawing {
    recorder: Mutex<Option<Recorder>>,
    thread: usize,
    /// Whether the recorder wants to know where each call comes from.
    wants_places: bool,
    /// The code object that called last, and its file: nearly all calls of a drawing come from
    /// one file, whose name is so copied once.
    file: Mutex<Option<(Py<PyAny>, SmolStr)>>,
}

/// A number for each thread that is alive; much cheaper than `std::thread::current().id()`.
fn thread_mark() -> usize {
    thread_local!(static MARK: u8 = const { 0 });
    MARK.with(|mark| std::ptr::from_ref(mark).addr())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drawing {
    pub(super) fn new(recorder: Recorder) -> Self {
        Self {
            wants_places: recorder.wants_places(),
            recorder: Mutex::new(Some(recorder)),
            thread: thread_mark(),
            file: Mutex::default(),
        }
    }

    /// Ends it; none if it has ended before.
    pub(super) fn end(&self) -> Option<Recorder> {
        lock(&self.recorder).take()
    }

    #[cold]
    fn refuse(&self, reason: Refusal) -> PyErr {
        PyRuntimeError::new_err(match reason {
            Refusal::Ended => {
                "this layout's draw() has ended: a layout works only while draw(layout) \
                 runs. Keep values in self, not the layout"
                    .to_owned()
            }
            Refusal::OtherThread => {
                "this layout belongs to another thread: draw from draw(layout) \
                 alone, and hand results over with lichtfeld.ui.schedule_on_ui_thread(fn)"
                    .to_owned()
            }
            Refusal::Full => format!(
                "more than {MAX_WIDGETS} widgets in one drawing: is there a loop that does not end?"
            ),
        })
    }
}

enum Refusal {
    Ended,
    OtherThread,
    Full,
}

/// What `draw(layout)` draws with: one method for each widget.
///
/// Buttons return True once for each click. Widgets with a value take the current one and return
/// `(changed, value)`. In a label `"shown##id"` the part from `##` on is not shown and tells widgets
/// of one name apart. Sizes are `(width, height)` in pixels: 0 is the natural size, a negative one
/// all there is. Colours are `(red, green, blue)` or `(red, green, blue, opacity)` from 0 to 1.
#[pyclass(module = "lichtfeld.plugins", name = "Layout", frozen)]
pub struct Layout {
    pub(super) drawing: Arc<Drawing>,
    /// What `row()`, `column()` and so on have made; none for the panel's own layout.
    pub(super) sub: Option<Mutex<Sublayout>>,
}

impl Layout {
    pub(super) fn new(drawing: Arc<Drawing>) -> Self {
        Self { drawing, sub: None }
    }

    /// Records something. `record` must not run Python code: the recorder is locked meanwhile.
    pub(super) fn with<R>(&self, record: impl FnOnce(&mut Recorder) -> R) -> PyResult<R> {
        if self.drawing.thread != thread_mark() {
            return Err(self.drawing.refuse(Refusal::OtherThread));
        }
        if let Some(sub) = &self.sub
            && !lock(sub).is_entered()
        {
            return Err(Sublayout::refusal());
        }
        // Asked for before the lock: Python code.
        let at = if self.drawing.wants_places {
            Python::attach(|py| self.caller(py))
        } else {
            None
        };
        match lock(&self.drawing.recorder).as_mut() {
            Some(recorder) if recorder.is_full() => Err(self.drawing.refuse(Refusal::Full)),
            Some(recorder) => {
                if self.drawing.wants_places {
                    recorder.called_from(at);
                }
                Ok(record(recorder))
            }
            None => Err(self.drawing.refuse(Refusal::Ended)),
        }
    }

    /// The same, also for a row or column that is just being entered or left.
    pub(super) fn with_parent<R>(&self, record: impl FnOnce(&mut Recorder) -> R) -> PyResult<R> {
        Self::new(Arc::clone(&self.drawing)).with(record)
    }

    /// Where in the plugin's code the call comes from.
    pub(super) fn caller(&self, py: Python<'_>) -> Option<Location> {
        static GETFRAME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let getframe = GETFRAME
            .get_or_try_init(py, || {
                Ok::<_, PyErr>(py.import("sys")?.getattr("_getframe")?.unbind())
            })
            .ok()?;
        let frame = getframe.bind(py).call0().ok()?;
        let code = frame.getattr(intern!(py, "f_code")).ok()?;
        let line = frame
            .getattr(intern!(py, "f_lineno"))
            .ok()?
            .extract()
            .ok()?;
        let mut known = lock(&self.drawing.file);
        if let Some((of, file)) = &*known
            && of.is(&code)
        {
            return Some(Location {
                file: file.clone(),
                line,
            });
        }
        drop(known);
        let name = code.getattr(intern!(py, "co_filename")).ok()?;
        let file = SmolStr::new(name.cast::<pyo3::types::PyString>().ok()?.to_string_lossy());
        known = lock(&self.drawing.file);
        let before = known.replace((code.unbind(), file.clone()));
        drop(known);
        drop(before);
        Some(Location { file, line })
    }
}

#[pymethods]
impl Layout {
    fn __repr__(&self) -> &'static str {
        let is_alive = lock(&self.drawing.recorder).is_some();
        if is_alive {
            "<Layout, drawing>"
        } else {
            "<Layout, draw() has ended>"
        }
    }
}
