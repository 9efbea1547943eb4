//! The class `Layout`: a handle on the drawing that is going on.
//!
//! A layout, and the rows and columns made from it, work from the beginning of `draw` to its end,
//! on the thread that draws. A plugin that keeps one and uses it later gets an error that says so
//! rather than a garbled panel.

use crate::layout::sublayout_state::Sublayout;
use crate::python_frame;
use lichtfeld_panel::{Location, MAX_WIDGETS, Recorder, Text};
use parking_lot::{Mutex, MutexGuard};
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

thread_local! {
    /// The recorders of the drawings that go on on this thread, the innermost last: while a panel
    /// is drawn, its code may have another one drawn. Kept by thread, since each of a thousand
    /// widgets asks for it: a lock would cost time, and answer no question that being found here
    /// does not.
    static OPEN: RefCell<Vec<(u64, Recorder)>> = const { RefCell::new(Vec::new()) };
}

/// One drawing that is going on, or has ended.
pub(super) struct Drawing {
    /// Its place in [`OPEN`], on the thread that has begun it.
    number: u64,
    has_ended: AtomicBool,
    /// Whether the recorder wants to know where each call comes from.
    wants_locations: bool,
    /// The code object that called last, and its file: nearly all calls of a drawing come from
    /// one file, whose name is so copied once.
    file: Mutex<Option<(Py<PyAny>, Text)>>,
}

impl Drawing {
    /// Begins one, on this thread.
    pub(super) fn new(recorder: Recorder) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let drawing = Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            has_ended: AtomicBool::new(false),
            wants_locations: recorder.wants_locations(),
            file: Mutex::default(),
        };
        OPEN.with_borrow_mut(|open| open.push((drawing.number, recorder)));
        drawing
    }

    /// Ends it; none if it has ended before, or was begun on another thread.
    pub(super) fn end(&self) -> Option<Recorder> {
        self.has_ended.store(true, Ordering::Relaxed);
        OPEN.with_borrow_mut(|open| {
            let at = open
                .iter()
                .rposition(|(number, _)| *number == self.number)?;
            Some(open.remove(at).1)
        })
    }

    /// Takes the recorder out, for another panel that is drawn inside this one.
    pub(super) fn lend(&self) -> PyResult<Recorder> {
        OPEN.with_borrow_mut(|open| {
            let at = open
                .iter()
                .rposition(|(number, _)| *number == self.number)?;
            Some(open.remove(at).1)
        })
        .ok_or_else(|| self.absence())
    }

    /// Goes on with the recorder that was lent.
    pub(super) fn take_back(&self, recorder: Recorder) {
        OPEN.with_borrow_mut(|open| open.push((self.number, recorder)));
    }

    /// Why it is not among those that go on on this thread.
    #[cold]
    fn absence(&self) -> PyErr {
        self.refuse(if self.has_ended.load(Ordering::Relaxed) {
            Refusal::Ended
        } else {
            Refusal::OtherThread
        })
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
            Refusal::Busy => {
                "this layout is recording another call at this moment: an argument's own code \
                 called it again. Compute the arguments before"
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
    Busy,
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

    /// Records something. `record` must not run Python code: the recorder is borrowed meanwhile.
    #[inline]
    pub(crate) fn with<R>(&self, record: impl FnOnce(&mut Recorder) -> R) -> PyResult<R> {
        if let Some(sub) = &self.sub {
            self.check_entered(sub)?;
        }
        let drawing = &*self.drawing;
        // Asked for before the recorder is borrowed: Python code.
        let at = if drawing.wants_locations {
            Python::attach(|py| self.caller(py))
        } else {
            None
        };
        OPEN.with(|open| {
            let Ok(mut open) = open.try_borrow_mut() else {
                return Err(drawing.refuse(Refusal::Busy));
            };
            let mut found = open.iter_mut().rev();
            let Some((_, recorder)) = found.find(|(number, _)| *number == drawing.number) else {
                return Err(drawing.absence());
            };
            if recorder.is_full() {
                return Err(drawing.refuse(Refusal::Full));
            }
            if drawing.wants_locations {
                recorder.called_from(at);
            }
            Ok(record(recorder))
        })
    }

    fn check_entered(&self, sub: &Mutex<Sublayout>) -> PyResult<()> {
        let is_entered = sub.lock().is_entered();
        if is_entered {
            return Ok(());
        }
        // Whoever keeps a row beyond its drawing is told of that first.
        self.with_parent(|_| ())?;
        Err(Sublayout::refusal())
    }

    /// The same, also for a row or column that is just being entered or left.
    pub(super) fn with_parent<R>(&self, record: impl FnOnce(&mut Recorder) -> R) -> PyResult<R> {
        Self::new(Arc::clone(&self.drawing)).with(record)
    }

    fn last_file(&self) -> MutexGuard<'_, Option<(Py<PyAny>, Text)>> {
        self.drawing.file.lock()
    }

    /// Where in the plugin's code the call comes from.
    pub(super) fn caller(&self, py: Python<'_>) -> Option<Location> {
        let frame = python_frame::current(py)?;
        let code = frame.getattr(intern!(py, "f_code")).ok()?;
        let line = frame
            .getattr(intern!(py, "f_lineno"))
            .ok()?
            .extract()
            .ok()?;
        let mut known = self.last_file();
        if let Some((of, file)) = &*known
            && of.is(&code)
        {
            return Some(Location::new(file.clone(), line));
        }
        drop(known);
        let name = code.getattr(intern!(py, "co_filename")).ok()?;
        let file = Text::new(name.cast::<pyo3::types::PyString>().ok()?.to_string_lossy());
        known = self.last_file();
        let before = known.replace((code.unbind(), file.clone()));
        drop(known);
        drop(before);
        Some(Location::new(file, line))
    }
}

/// Adds a warning to the innermost drawing that goes on on this thread, with the line that calls.
#[cold]
pub(super) fn warn(py: Python<'_>, code: &str, message: String, hint: &str) {
    let at = line_of_caller(py).ok();
    OPEN.with(|open| {
        if let Ok(mut open) = open.try_borrow_mut()
            && let Some((_, recorder)) = open.last_mut()
        {
            recorder.warn(code, message, hint.to_owned(), at);
        }
    });
}

fn line_of_caller(py: Python<'_>) -> PyResult<Location> {
    let frame = py.import("sys")?.call_method0("_getframe")?;
    let file: String = frame.getattr("f_code")?.getattr("co_filename")?.extract()?;
    Ok(Location::new(file, frame.getattr("f_lineno")?.extract()?))
}

#[pymethods]
impl Layout {
    fn __repr__(&self) -> &'static str {
        if self.drawing.has_ended.load(Ordering::Relaxed) {
            "<Layout, draw() has ended>"
        } else {
            "<Layout, drawing>"
        }
    }
}
