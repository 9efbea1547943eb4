//! A panel or a menu whose `draw` is a Python method in this process.

use crate::bundled_modules::{TESTED_PAIRS, TYPES};
use crate::draw_limit::{Call, watched};
use crate::layout::{self, Layout};
use crate::python_operator::context;
use crate::retained::Mounted;
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::ledger::Owner;
use lichtfeld_engine::registrations::panels::{PanelInfo, PanelSource};
use lichtfeld_panel::{Frame, Location, PanelIdentity, Recorder, Session, Warning};
use parking_lot::Mutex;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyType;
use std::any::Any;
use std::collections::HashSet;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// So many different lines are logged of one panel until its plugin is reloaded: a message with a
/// number that changes would else be a line for each drawing.
const MAX_LINES: usize = 32;

/// The one instance of a panel's class.
pub(crate) struct PyPanel {
    instance: Py<PyAny>,
    id: String,
    /// The normalised name of the plugin whose log receives the failures.
    plugin: Option<String>,
    mounted: AtomicBool,
    /// What its callbacks get: the document that the host has made of its template, else its own.
    document: Mutex<Option<Py<PyAny>>>,
    /// The document that is shown as widgets, in a host that makes none of the template.
    own: Option<Mounted>,
    shows_own: AtomicBool,
    /// Whether its class has an `on_update` of its own.
    updates: bool,
    /// Whether it is made for a document, from a template, and has no `draw` of its own: its
    /// callbacks wait for a document.
    retained: bool,
    told: Mutex<HashSet<String>>,
    /// When a slow call was logged.
    told_slow: Mutex<Option<Instant>>,
    /// Warnings about its code, which are in each of its frames.
    advice: OnceLock<Vec<Warning>>,
}

impl PyPanel {
    pub(crate) fn new(
        instance: &Bound<'_, PyAny>,
        info: &PanelInfo,
        owner: Option<&Owner>,
    ) -> PyResult<Self> {
        let class = instance.get_type();
        Ok(Self {
            updates: overrides(&class, "on_update")?,
            retained: info.retained,
            instance: instance.clone().unbind(),
            id: info.id.clone(),
            plugin: owner.map(|owner| owner.key.clone()),
            mounted: AtomicBool::new(false),
            document: Mutex::default(),
            own: Mounted::of(&class, overrides(&class, "draw")?)?,
            shows_own: AtomicBool::new(false),
            told: Mutex::default(),
            told_slow: Mutex::default(),
            advice: OnceLock::new(),
        })
    }

    /// What the thread that draws calls, with the limit for it.
    fn call<'a>(&'a self, what: &'a str) -> Call<'a> {
        Call {
            what,
            kind: "panel",
            id: &self.id,
            plugin: self.plugin.as_deref(),
            told: &self.told_slow,
        }
    }

    fn log(&self, py: Python<'_>, level: Level, text: &str) {
        if let Some(manager) = crate::current_manager::current() {
            py.detach(|| manager.log(self.plugin.as_deref(), level, text));
        }
    }

    /// Logs what was not logged of this panel before. The plugin's new version has a panel of its
    /// own, so that a reload tells again.
    fn log_once(&self, py: Python<'_>, level: Level, text: String) {
        let number = {
            let mut told = self.told.lock();
            if told.len() > MAX_LINES || !told.insert(text.clone()) {
                return;
            }
            told.len()
        };
        if number > MAX_LINES {
            let more = format!(
                "panel '{}': more errors and warnings are not logged until the plugin is reloaded",
                self.id
            );
            self.log(py, Level::Warn, &more);
        } else {
            self.log(py, level, &text);
        }
    }

    fn report(&self, py: Python<'_>, frame: &Frame) {
        if let Some(error) = &frame.error {
            let text = format!("panel '{}' cannot be drawn\n{}", self.id, error.traceback);
            self.log_once(py, Level::Error, text);
        }
        for warning in &frame.warnings {
            let place = warning
                .location
                .as_ref()
                .map_or_else(String::new, |location| format!(" ({location})"));
            let text = format!(
                "panel '{}': {}{place}; {}",
                self.id, warning.message, warning.hint
            );
            self.log_once(py, Level::Warn, text);
        }
        for dropped in &frame.dropped {
            let text = format!(
                "panel '{}': an input for widget {} was dropped: {}",
                self.id, dropped.input.widget, dropped.reason
            );
            self.log(py, Level::Debug, &text);
        }
    }

    /// Calls a method that older or simpler classes may lack; whether it returned something true.
    fn hook(&self, py: Python<'_>, name: &str) -> bool {
        let document = self.document.lock().as_ref().map(|one| one.clone_ref(py));
        if self.retained && document.is_none() {
            return false;
        }
        let document = document.unwrap_or_else(|| py.None());
        self.attempt(py, name, document.bind(py)).unwrap_or(false)
    }

    /// As `hook`, with this argument. What it raises is logged, and returned.
    fn attempt(&self, py: Python<'_>, name: &str, given: &Bound<'_, PyAny>) -> PyResult<bool> {
        let instance = self.instance.bind(py);
        let called = match instance.getattr_opt(name) {
            Ok(Some(hook)) => watched(py, &self.call(name), || {
                hook.call1((given,)).and_then(|result| result.is_truthy())
            }),
            Ok(None) => Ok(false),
            Err(error) => Err(error),
        };
        called.inspect_err(|error| {
            let text = layout::traceback_of(py, error);
            self.log_once(
                py,
                Level::Error,
                format!("panel '{}': {name} failed\n{text}", self.id),
            );
        })
    }

    /// Gives it a document of the host, in place of the one that it has: `on_bind_model`, unless
    /// `context` is None, and `on_mount`. If one of them raises it has no document.
    pub(crate) fn mount(
        &self,
        document: &Bound<'_, PyAny>,
        context: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let py = document.py();
        self.unmount(py);
        let bound = match context.is_none() {
            true => Ok(false),
            false => self.attempt(py, "on_bind_model", context),
        };
        bound.and_then(|_| self.attempt(py, "on_mount", document))?;
        *self.document.lock() = Some(document.clone().unbind());
        self.mounted.store(true, Ordering::Release);
        Ok(())
    }

    /// Takes the document away: `on_unmount`, if it was mounted.
    pub(crate) fn unmount(&self, py: Python<'_>) {
        if self.mounted.swap(false, Ordering::AcqRel) {
            self.hook(py, "on_unmount");
        }
        let document = self.document.lock().take();
        drop(document);
        if self.shows_own.swap(false, Ordering::AcqRel)
            && let Some(own) = &self.own
        {
            own.unmount(&self.id);
        }
    }

    /// Begins to show the panel, to which the host has given no document: with one of its own, if it
    /// is made from a template.
    fn begin(&self, py: Python<'_>) {
        if let Some(own) = &self.own {
            let made = own.context(py).and_then(|context| {
                // What it raises is in the log, and the names that it has bound are shown.
                let _ = self.attempt(py, "on_bind_model", context.bind(py));
                own.mount(py, &self.id);
                own.document(py)
            });
            self.shows_own.store(true, Ordering::Release);
            match made {
                Ok(document) if !document.is_none(py) => {
                    *self.document.lock() = Some(document);
                }
                Ok(_) => {}
                Err(error) => self.log(py, Level::Error, &layout::traceback_of(py, &error)),
            }
        }
        self.hook(py, "on_mount");
    }

    /// Draws it with this layout.
    fn draw_with(&self, py: Python<'_>, layout: &Py<Layout>) -> PyResult<()> {
        let own = || {
            self.instance
                .call_method1(py, intern!(py, "draw"), (layout,))
                .map(drop)
        };
        match self.own_document() {
            Some(document) => document.draw(py, layout, &own),
            None => own(),
        }
    }

    fn own_document(&self) -> Option<&Mounted> {
        let is_shown = self.shows_own.load(Ordering::Acquire);
        self.own.as_ref().filter(|_| is_shown)
    }

    /// Tells the author what is wrong with the document, in the frame and in the log.
    fn report_document(&self, py: Python<'_>, frame: &mut Frame) {
        if let Some(document) = self.own_document() {
            frame.warnings.extend(document.warnings());
            frame.document = document.elements();
            for failure in document.take_failures() {
                self.log_once(py, Level::Error, format!("panel '{}': {failure}", self.id));
            }
        }
    }

    /// Draws it into another panel's layout.
    ///
    /// # Errors
    /// What to show in its place; the traceback is in the log.
    fn draw_into(&self, py: Python<'_>, layout: &Bound<'_, PyAny>) -> Result<(), String> {
        let drawn = self
            .instance
            .call_method1(py, intern!(py, "draw"), (layout,));
        drawn.map(drop).map_err(|error| {
            let text = layout::traceback_of(py, &error);
            self.log_once(
                py,
                Level::Error,
                format!("'{}' cannot be drawn\n{text}", self.id),
            );
            format!("'{}' cannot be drawn: {error}", self.id)
        })
    }

    /// Returns its template and whether a document of its own is shown, unless a document of the host
    /// is shown: that one is made anew by a reload.
    pub(crate) fn template(&self) -> Option<(&Mounted, bool)> {
        let shows_own = self.own_document().is_some();
        self.own
            .as_ref()
            .filter(|_| shows_own || !self.is_mounted())
            .map(|own| (own, shows_own))
    }

    fn is_mounted(&self) -> bool {
        self.mounted.load(Ordering::Acquire)
    }
}

/// Returns the warnings about the code of a panel's class.
fn advice(class: &Bound<'_, PyType>) -> PyResult<Vec<Warning>> {
    let found: Vec<(String, u32, String)> = TESTED_PAIRS
        .get(class.py())?
        .call_method1("find", (class,))?
        .extract()?;
    let warning = |(file, line, method): (String, u32, String)| {
        let mut warning = Warning::new(
            "tested-pair",
            format!("layout.{method}(...) returns (changed, value), which is always true"),
            format!("write `changed, value = layout.{method}(...)`, then `if changed:`"),
        );
        warning.location = Some(Location::new(file, line));
        warning
    };
    Ok(found.into_iter().map(warning).collect())
}

/// Whether a class has this method from elsewhere than `Panel`.
pub(super) fn overrides(class: &Bound<'_, PyType>, name: &str) -> PyResult<bool> {
    let inherited = TYPES.get(class.py())?.getattr("Panel")?.getattr(name)?;
    Ok(class
        .getattr_opt(name)?
        .is_some_and(|found| !found.is(&inherited)))
}

impl PanelSource for PyPanel {
    fn draw(&self, info: &PanelInfo, session: &mut Session) -> Frame {
        Python::attach(|py| {
            if !self.mounted.swap(true, Ordering::AcqRel) {
                self.begin(py);
            }
            let identity = PanelIdentity::new(&info.id, &info.label);
            let mut frame = layout::draw_by(py, &identity, session, |layout| {
                watched(py, &self.call("draw"), || self.draw_with(py, &layout))
            });
            // An author whose class cannot be looked at gets no advice.
            let advice = self
                .advice
                .get_or_init(|| advice(&self.instance.bind(py).get_type()).unwrap_or_default());
            frame.warnings.extend_from_slice(advice);
            self.report_document(py, &mut frame);
            self.report(py, &frame);
            frame
        })
    }

    fn draw_inside(
        &self,
        _: &PanelInfo,
        recorder: Recorder,
    ) -> (Option<Recorder>, Result<(), String>) {
        Python::attach(|py| layout::draw_inside(py, recorder, |layout| self.draw_into(py, layout)))
    }

    fn poll(&self) -> bool {
        Python::attach(|py| {
            let Some(poll) = self.instance.bind(py).getattr_opt(intern!(py, "poll"))? else {
                return Ok(true);
            };
            watched(py, &self.call("poll"), || {
                poll.call1((context(py)?,))?.is_truthy()
            })
        })
        .unwrap_or_else(|error: PyErr| {
            // A `poll` that raises hides the panel; drawing it would not tell more.
            Python::attach(|py| {
                let text = layout::traceback_of(py, &error);
                let text = format!("panel '{}' is hidden: poll failed\n{text}", self.id);
                self.log_once(py, Level::Error, text);
            });
            false
        })
    }

    fn removed(&self) {
        if self.is_mounted() {
            Python::attach(|py| self.unmount(py));
        }
    }

    fn updates(&self) -> bool {
        self.updates && self.is_mounted()
    }

    fn update(&self) -> bool {
        Python::attach(|py| self.hook(py, "on_update"))
            || self.own_document().is_some_and(Mounted::needs_drawing)
    }

    fn scene_changed(&self) -> bool {
        self.is_mounted() && Python::attach(|py| self.hook(py, "on_scene_changed"))
    }

    fn interface(&self) -> Option<&dyn Any> {
        Some(self)
    }
}
