//! The state of a row, a column and so on, before and while it is drawn.

use lichtfeld_panel::{Flow, Kind, LayoutMark, Vec2};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// What a row, column and so on is, before and while it is drawn.
#[derive(Clone)]
pub(super) struct Sublayout {
    flow: Flow,
    pub(super) enabled: bool,
    pub(super) active: bool,
    pub(super) alert: bool,
    pub(super) scale: (f32, f32),
    pub(super) mark: Option<LayoutMark>,
}

impl Sublayout {
    pub(super) fn new(flow: Flow) -> Self {
        Self {
            flow,
            enabled: true,
            active: false,
            alert: false,
            scale: (1.0, 1.0),
            mark: None,
        }
    }

    pub(super) fn is_entered(&self) -> bool {
        self.mark.is_some()
    }

    #[cold]
    pub(super) fn refusal() -> PyErr {
        PyRuntimeError::new_err(
            "a row, column, box, split or grid works only inside its with block: write \
             `with layout.row() as row:` and call row's widgets in there",
        )
    }

    pub(super) fn kind(&self) -> Kind {
        Kind::Layout {
            flow: self.flow,
            active: self.active,
            alert: self.alert,
            scale: Vec2::new(self.scale.0, self.scale.1),
        }
    }
}
