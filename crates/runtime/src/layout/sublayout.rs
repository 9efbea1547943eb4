//! `row()`, `column()`, `box()`, `split()`, `grid_flow()`: layouts in layouts, used by `with`.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use crate::layout::sublayout_state::Sublayout;
use lichtfeld_panel::Flow;
use parking_lot::Mutex;
use pyo3::exceptions::{PyAttributeError, PyRuntimeError};
use pyo3::prelude::*;
use std::sync::Arc;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

impl Layout {
    fn sub(&self, flow: Flow) -> PyResult<Self> {
        self.with(|_| ())?;
        let sub = Some(Mutex::new(Sublayout::new(flow)));
        Ok(Self {
            drawing: Arc::clone(&self.drawing),
            sub,
        })
    }

    fn change(&self, name: &str, change: impl FnOnce(&mut Sublayout)) -> PyResult<()> {
        let Some(sub) = &self.sub else {
            return Err(PyAttributeError::new_err(format!(
                "the panel's own layout has no `{name}`; set it on a row: \
                 `with layout.row() as row: row.{name} = ...`"
            )));
        };
        let sub = {
            let mut sub = sub.lock();
            change(&mut sub);
            sub.clone()
        };
        match sub.mark {
            Some(mark) => self.with(|recorder| {
                recorder.change_layout(mark, sub.enabled, |kind| *kind = sub.kind());
            }),
            None => Ok(()),
        }
    }

    fn get<T>(&self, read: impl FnOnce(&Sublayout) -> T, otherwise: T) -> T {
        match &self.sub {
            Some(sub) => read(&sub.lock()),
            None => otherwise,
        }
    }
}

#[pymethods]
impl Layout {
    /// Side by side: `with layout.row() as row:`.
    fn row(&self) -> PyResult<Self> {
        self.sub(Flow::Row)
    }

    /// One below the other: `with layout.column() as column:`.
    fn column(&self) -> PyResult<Self> {
        self.sub(Flow::Column)
    }

    /// In a frame: `with layout.box() as box:`.
    #[pyo3(name = "box")]
    fn boxed(&self) -> PyResult<Self> {
        self.sub(Flow::Box)
    }

    /// Side by side, the first taking `factor` (0 to 1) of the width: `with layout.split(0.3) as
    /// split:`.
    #[pyo3(signature = (factor = None))]
    fn split(&self, factor: Option<Any<'_, '_>>) -> PyResult<Self> {
        let factor = Call::new("split")
            .pixels_or("factor", factor, 0.5)?
            .clamp(0.0, 1.0);
        self.sub(Flow::Split { factor })
    }

    /// In columns; 0: as many as fit. `with layout.grid_flow(columns=3) as grid:`.
    #[pyo3(signature = (columns = None, even_columns = None, even_rows = None))]
    fn grid_flow(
        &self,
        columns: Option<Any<'_, '_>>,
        even_columns: Option<Any<'_, '_>>,
        even_rows: Option<Any<'_, '_>>,
    ) -> PyResult<Self> {
        let call = Call::new("grid_flow");
        let columns = u32::try_from(call.int_or("columns", columns, 0)?)
            .map_err(|_| call.wrong_value("columns", "must be 0 or more"))?;
        let even_columns = call.flag_or("even_columns", even_columns, true)?;
        let even_rows = call.flag_or("even_rows", even_rows, true)?;
        self.sub(Flow::Grid {
            columns,
            even_columns,
            even_rows,
        })
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyResult<PyRef<'_, Self>> {
        let Some(sub) = &slf.sub else {
            return Err(PyRuntimeError::new_err(
                "the panel's own layout needs no with block; write `with layout.row() as row:`",
            ));
        };
        let state = sub.lock().clone();
        if state.is_entered() {
            return Err(PyRuntimeError::new_err(
                "this row or column is used already; call layout.row() again for another",
            ));
        }
        let at = slf.caller(slf.py());
        let mark = slf.with_parent(|recorder| {
            let mark = recorder.begin_layout(state.kind(), at);
            recorder.change_layout(mark, state.enabled, |_| ());
            mark
        })?;
        sub.lock().mark = Some(mark);
        Ok(slf)
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(&self, _exception: &Bound<'_, pyo3::types::PyTuple>) -> PyResult<bool> {
        let mark = match &self.sub {
            Some(sub) => sub.lock().mark.take(),
            None => None,
        };
        if let Some(mark) = mark {
            self.with_parent(|recorder| recorder.end_layout(mark))?;
        }
        Ok(false)
    }

    /// Whether what is in it can be used.
    #[getter]
    fn get_enabled(&self) -> bool {
        self.get(|sub| sub.enabled, true)
    }

    #[setter]
    fn set_enabled(&self, value: Any<'_, '_>) -> PyResult<()> {
        let enabled = Call::new("row").flag("enabled", value)?;
        self.change("enabled", |sub| sub.enabled = enabled)
    }

    /// Whether it is drawn pressed in.
    #[getter]
    fn get_active(&self) -> bool {
        self.get(|sub| sub.active, false)
    }

    #[setter]
    fn set_active(&self, value: Any<'_, '_>) -> PyResult<()> {
        let active = Call::new("row").flag("active", value)?;
        self.change("active", |sub| sub.active = active)
    }

    /// Whether it is drawn as a warning.
    #[getter]
    fn get_alert(&self) -> bool {
        self.get(|sub| sub.alert, false)
    }

    #[setter]
    fn set_alert(&self, value: Any<'_, '_>) -> PyResult<()> {
        let alert = Call::new("row").flag("alert", value)?;
        self.change("alert", |sub| sub.alert = alert)
    }

    /// What the widths in it are multiplied by.
    #[getter]
    fn get_scale_x(&self) -> f32 {
        self.get(|sub| sub.scale.0, 1.0)
    }

    #[setter]
    fn set_scale_x(&self, value: Any<'_, '_>) -> PyResult<()> {
        let scale = Call::new("row").pixels("scale_x", value)?;
        self.change("scale_x", |sub| sub.scale.0 = scale)
    }

    /// What the heights in it are multiplied by.
    #[getter]
    fn get_scale_y(&self) -> f32 {
        self.get(|sub| sub.scale.1, 1.0)
    }

    #[setter]
    fn set_scale_y(&self, value: Any<'_, '_>) -> PyResult<()> {
        let scale = Call::new("row").pixels("scale_y", value)?;
        self.change("scale_y", |sub| sub.scale.1 = scale)
    }
}
