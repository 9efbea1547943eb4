//! Tables.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use lichtfeld_panel::{MAX_COLUMNS, ScopeKind};
use pyo3::prelude::*;

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

#[pymethods]
impl Layout {
    /// A table of so many columns. Always True; ends with `end_table()`.
    fn begin_table(&self, py: Python<'_>, id: Any<'_, '_>, columns: Any<'_, '_>) -> PyResult<bool> {
        let id = Call::new("begin_table").text("id", id)?;
        let call = Call::labelled("begin_table", &id);
        let columns = usize::try_from(call.int("columns", columns)?).unwrap_or(0);
        if !(1..=MAX_COLUMNS).contains(&columns) {
            return Err(call.wrong_value("columns", "must be between 1 and 512"));
        }
        let at = self.caller(py);
        self.with(|recorder| {
            recorder.begin_table(&id, columns, at);
            true
        })
    }

    /// Names the next column that has no name yet; `width` in pixels, 0 shares what is left.
    #[pyo3(signature = (label, width = None))]
    fn table_setup_column(
        &self,
        py: Python<'_>,
        label: Any<'_, '_>,
        width: Option<Any<'_, '_>>,
    ) -> PyResult<()> {
        let label = Call::new("table_setup_column").text("label", label)?;
        let width = Call::labelled("table_setup_column", &label).pixels_or("width", width, 0.0)?;
        let at = self.caller(py);
        self.with(|recorder| recorder.setup_column(&label, width, at))
    }

    /// Shows the names of the columns.
    fn table_headers_row(&self, py: Python<'_>) -> PyResult<()> {
        let at = self.caller(py);
        self.with(|recorder| recorder.show_headers(at))
    }

    /// Goes to a new row.
    fn table_next_row(&self, py: Python<'_>) -> PyResult<()> {
        let at = self.caller(py);
        self.with(|recorder| recorder.next_row(at))
    }

    /// Goes to the next cell, of the next row after the last column. Always True.
    fn table_next_column(&self, py: Python<'_>) -> PyResult<bool> {
        let at = self.caller(py);
        self.with(|recorder| {
            recorder.next_column(at);
            true
        })
    }

    /// Goes to this column of the row, counted from 0. Returns whether there is one.
    fn table_set_column_index(&self, py: Python<'_>, column: Any<'_, '_>) -> PyResult<bool> {
        let column = Call::new("table_set_column_index").int("column", column)?;
        let at = self.caller(py);
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        self.with(|recorder| recorder.set_column_index(column, at))
    }

    /// Colours the row (`target` 0 or 1) or the cell (2 or 3).
    fn table_set_bg_color(&self, target: Any<'_, '_>, color: Any<'_, '_>) -> PyResult<()> {
        let call = Call::new("table_set_bg_color");
        let scope = match call.int("target", target)? {
            0 | 1 => ScopeKind::TableRow,
            2 | 3 => ScopeKind::TableCell,
            _ => {
                return Err(
                    call.wrong_value("target", "is 0 or 1 for the row, 2 or 3 for the cell")
                );
            }
        };
        let color = call.color("color", color)?;
        self.with(|recorder| recorder.color_table(scope, color))
    }

    /// Ends a table.
    fn end_table(&self, py: Python<'_>) -> PyResult<()> {
        self.end(py, ScopeKind::Table)
    }
}
