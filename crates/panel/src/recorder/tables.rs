//! Tables: rows and cells are containers that open and close by themselves.
//!
//! Authors only call "next row" and "next column"; a front end receives rows that contain cells.

use super::scope::{Keep, ScopeKind};
use super::state::Recorder;
use crate::frame::Location;
use crate::kind::{TableColumn, WidgetKind};
use crate::text_value::Text;
use crate::value::Rgba;

/// The largest number of columns of a table.
pub const MAX_COLUMNS: usize = 512;

impl Recorder {
    /// Opens a table with this many columns, which have no labels yet.
    pub fn begin_table(&mut self, label: &str, columns: usize, at: Option<Location>) {
        let columns = vec![TableColumn::default(); columns.clamp(1, MAX_COLUMNS)];
        self.begin(ScopeKind::Table, Some(label), at, |label| {
            WidgetKind::Table {
                label,
                columns,
                headers: false,
            }
        });
    }

    fn table(&mut self) -> Option<(&mut Vec<TableColumn>, &mut bool)> {
        let index = self.innermost(ScopeKind::Table)?;
        match &mut self.frame.widgets.get_mut(index)?.kind {
            WidgetKind::Table {
                columns, headers, ..
            } => Some((columns, headers)),
            _ => None,
        }
    }

    /// Returns the index of the innermost table in the stack of scopes, or warns if there is none.
    fn table_scope(&mut self, call: &str, at: Option<Location>) -> Option<usize> {
        let index = self
            .scopes
            .iter()
            .rposition(|scope| scope.kind == ScopeKind::Table);
        if index.is_none() {
            self.warn(
                "no-table",
                format!("{call}() was called outside of a table"),
                "call it between begin_table() and end_table()".to_owned(),
                at,
            );
        }
        index
    }

    /// Sets the label and the width of the next column without them; a width of 0 shares the
    /// remaining space.
    pub fn setup_column(&mut self, label: &str, width: f32, at: Option<Location>) {
        let Some(index) = self.table_scope("table_setup_column", at.clone()) else {
            return;
        };
        let next = self.scopes[index].described;
        self.scopes[index].described += 1;
        let described = TableColumn {
            label: Text::new(label),
            width,
        };
        match self.table().and_then(|(columns, _)| columns.get_mut(next)) {
            Some(column) => *column = described,
            None => self.warn(
                "too-many-columns",
                format!("table_setup_column({label:?}) is one more than the table has columns"),
                "raise the number of columns in begin_table()".to_owned(),
                at,
            ),
        }
    }

    /// Shows the labels of the columns as the first row.
    pub fn show_headers(&mut self, at: Option<Location>) {
        if self.table_scope("table_headers_row", at).is_some()
            && let Some((_, headers)) = self.table()
        {
            *headers = true;
        }
    }

    /// Ends the current row, if any, and begins a new one.
    pub fn next_row(&mut self, at: Option<Location>) {
        if let Some(index) = self.table_scope("table_next_row", at) {
            self.leave_cell(index, Keep::Nothing, "table_next_row");
            self.place_raw(WidgetKind::TableRow { color: None });
            self.push_scope(ScopeKind::TableRow, None);
        }
    }

    /// Goes to the next cell; after the last column, to the first cell of a new row.
    pub fn next_column(&mut self, at: Option<Location>) {
        if self.table_scope("table_next_column", at).is_some() {
            let last = self.current_column();
            let count = self.table().map_or(1, |(columns, _)| columns.len());
            let next = last.map_or(0, |column| column + 1);
            self.go_to_column(if next >= count { None } else { Some(next) });
        }
    }

    /// Goes to this column of the row. Returns `false` if the table has no such column.
    pub fn set_column_index(&mut self, column: usize, at: Option<Location>) -> bool {
        if self.table_scope("table_set_column_index", at).is_none() {
            return false;
        }
        let is_there = self
            .table()
            .is_some_and(|(columns, _)| column < columns.len());
        if is_there {
            self.go_to_column(Some(column));
        }
        is_there
    }

    /// Sets the colour of the innermost row or cell.
    pub fn color_table(&mut self, kind: ScopeKind, fill: Rgba) {
        let index = self.innermost(kind);
        let widget = index.and_then(|index| self.frame.widgets.get_mut(index));
        if let Some(WidgetKind::TableRow { color } | WidgetKind::TableCell { color, .. }) =
            widget.map(|widget| &mut widget.kind)
        {
            *color = Some(fill);
        }
    }

    fn current_column(&self) -> Option<usize> {
        let table = self
            .scopes
            .iter()
            .rposition(|scope| scope.kind == ScopeKind::Table)?;
        let cell = self.scopes[table..]
            .iter()
            .find(|s| s.kind == ScopeKind::TableCell)?;
        match self
            .frame
            .widgets
            .get(usize::try_from(cell.widget).ok()?)?
            .kind
        {
            WidgetKind::TableCell { column, .. } => usize::try_from(column).ok(),
            _ => None,
        }
    }

    /// Opens the cell of this column, or with `None` the first cell of a new row.
    fn go_to_column(&mut self, column: Option<usize>) {
        let Some(table) = self
            .scopes
            .iter()
            .rposition(|scope| scope.kind == ScopeKind::Table)
        else {
            return;
        };
        let has_row = self.scopes[table + 1..]
            .iter()
            .any(|scope| scope.kind == ScopeKind::TableRow);
        if column.is_some() && has_row {
            self.leave_cell(table, Keep::Row, "table_next_column");
        } else {
            self.leave_cell(table, Keep::Nothing, "table_next_column");
            self.place_raw(WidgetKind::TableRow { color: None });
            self.push_scope(ScopeKind::TableRow, None);
        }
        let column = u32::try_from(column.unwrap_or(0)).unwrap_or(0);
        self.place_raw(WidgetKind::TableCell {
            column,
            color: None,
        });
        self.push_scope(ScopeKind::TableCell, None);
    }

    /// Opens a cell for a widget that is added directly to a table or row.
    pub(super) fn ensure_cell(&mut self) {
        let next = self.current_column();
        self.go_to_column(Some(next.unwrap_or(0)));
    }

    fn place_raw(&mut self, kind: WidgetKind) {
        let id = self.next_unnamed();
        self.push_raw(id, kind);
    }
}
