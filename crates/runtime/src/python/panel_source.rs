//! A panel whose `draw` is a Python method in this process.

use super::layout;
use crate::panels::{PanelInfo, PanelSource};
use lichtfeld_panel::{Frame, PanelIdentity, Session};
use pyo3::intern;
use pyo3::prelude::*;

/// The one instance of a panel's class.
pub(crate) struct PyPanel {
    instance: Py<PyAny>,
}

impl PyPanel {
    pub(crate) fn new(instance: Py<PyAny>) -> Self {
        Self { instance }
    }
}

impl PanelSource for PyPanel {
    fn draw(&self, info: &PanelInfo, session: &mut Session) -> Frame {
        Python::attach(|py| {
            let identity = PanelIdentity::new(&info.id, &info.label);
            layout::draw(py, self.instance.bind(py), &identity, session)
        })
    }

    fn poll(&self) -> bool {
        Python::attach(|py| {
            let poll = self
                .instance
                .bind(py)
                .call_method1(intern!(py, "poll"), (py.None(),));
            // A `poll` that raises hides the panel; drawing it would not tell more.
            poll.and_then(|shown| shown.is_truthy()).unwrap_or(false)
        })
    }
}
