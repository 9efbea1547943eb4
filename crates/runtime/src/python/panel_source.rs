//! A panel or a menu whose `draw` is a Python method in this process.

use super::layout;
use crate::host::Level;
use crate::panels::{PanelInfo, PanelSource};
use lichtfeld_panel::{Frame, PanelIdentity, Session};
use pyo3::intern;
use pyo3::prelude::*;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// So many different lines are logged of one panel until its plugin is reloaded: a message with a
/// number that changes would else be a line for each drawing.
const MAX_LINES: usize = 32;

/// The one instance of a panel's class.
pub(crate) struct PyPanel {
    instance: Py<PyAny>,
    id: String,
    plugin: Option<String>,
    mounted: AtomicBool,
    told: Mutex<HashSet<String>>,
}

impl PyPanel {
    pub(crate) fn new(instance: Py<PyAny>, info: &PanelInfo) -> Self {
        Self {
            instance,
            id: info.id.clone(),
            plugin: info.plugin.clone(),
            mounted: AtomicBool::new(false),
            told: Mutex::default(),
        }
    }

    fn log(&self, py: Python<'_>, level: Level, text: &str) {
        if let Some(manager) = super::current() {
            py.detach(|| manager.log(self.plugin.as_deref(), level, text));
        }
    }

    /// Logs what was not logged of this panel before. The plugin's new version has a panel of its
    /// own, so that a reload tells again.
    fn log_once(&self, py: Python<'_>, level: Level, text: String) {
        let number = {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
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

    /// Calls a method that older or simpler classes may lack.
    fn hook(&self, py: Python<'_>, name: &str) {
        let instance = self.instance.bind(py);
        let called = match instance.getattr_opt(name) {
            Ok(Some(hook)) => hook.call1((py.None(),)).map(|_| ()),
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = called {
            let text = layout::traceback_of(py, &error);
            self.log_once(
                py,
                Level::Error,
                format!("panel '{}': {name} failed\n{text}", self.id),
            );
        }
    }
}

impl PanelSource for PyPanel {
    fn draw(&self, info: &PanelInfo, session: &mut Session) -> Frame {
        Python::attach(|py| {
            if !self.mounted.swap(true, Ordering::AcqRel) {
                self.hook(py, "on_mount");
            }
            let identity = PanelIdentity::new(&info.id, &info.label);
            let frame = layout::draw(py, self.instance.bind(py), &identity, session);
            self.report(py, &frame);
            frame
        })
    }

    fn poll(&self) -> bool {
        Python::attach(|py| {
            let Some(poll) = self.instance.bind(py).getattr_opt(intern!(py, "poll"))? else {
                return Ok(true);
            };
            poll.call1((py.None(),))?.is_truthy()
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
        if self.mounted.swap(false, Ordering::AcqRel) {
            Python::attach(|py| self.hook(py, "on_unmount"));
        }
    }
}
