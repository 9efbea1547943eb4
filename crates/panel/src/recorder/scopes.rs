//! Opens and closes scopes: containers, pushed ids, item widths and disabled parts.
//!
//! All of them are on one stack. Closing a container also closes what was left open inside it,
//! each with a warning that says where it was opened; closing what is not open only adds a
//! warning. So a mistake in one part of a panel does not damage the rest.

use super::scope::{Keep, LayoutMark, Scope, ScopeKind};
use super::state::{MAX_DEPTH, Recorder};
use crate::frame::Location;
use crate::identity::Label;
use crate::input::InputValue;
use crate::kind::WidgetKind;
use crate::text_value::Text;

impl Recorder {
    pub(super) fn open_scope(&mut self, kind: ScopeKind, at: Option<Location>) -> &mut Scope {
        let widget = u32::try_from(self.frame.widgets.len())
            .unwrap_or(u32::MAX)
            .saturating_sub(1);
        let index = self.scopes.len();
        self.scopes.push(Scope {
            kind,
            at,
            seed: self.seed,
            unnamed: self.unnamed,
            depth: self.depth,
            in_table: self.in_table,
            last: self.last_item,
            widget,
            width: 0.0,
            described: 0,
            disables: false,
            style: None,
        });
        if kind.is_container() {
            self.depth = (self.depth + 1).min(MAX_DEPTH);
            self.in_table = matches!(kind, ScopeKind::Table | ScopeKind::TableRow);
        }
        &mut self.scopes[index]
    }

    fn restore(&mut self, scope: Scope) {
        if scope.seed != self.seed {
            self.seed = scope.seed;
            self.unnamed = scope.unnamed;
        }
        self.disabled -= u32::from(scope.disables);
        if scope.style.is_some() {
            self.restyle();
        }
        if scope.kind.is_container() {
            self.depth = scope.depth;
            self.in_table = scope.in_table;
            self.same_line = None;
        }
        match scope.kind {
            // A group counts as one item; a window above the panel does not count.
            ScopeKind::Group => self.last_item = usize::try_from(scope.widget).ok(),
            kind if kind.is_aside() => self.last_item = scope.last,
            _ => {}
        }
    }

    /// Closes all scopes above `floor`, with a warning for each. `closer` is the call that closes
    /// them, or `None` for the end of the drawing.
    pub(super) fn close_down_to(&mut self, floor: usize, closer: Option<&str>) {
        while self.scopes.len() > floor {
            let Some(mut scope) = self.scopes.pop() else {
                return;
            };
            let (open, close) = scope.kind.names();
            let at = scope.at.take();
            if !scope.kind.closes_itself() {
                let by = match closer {
                    Some(closer) => format!("{closer}()"),
                    None => "the end of draw()".to_owned(),
                };
                self.warn(
                    "unbalanced",
                    format!("{open}() was closed by {by}, because its {close}() is missing"),
                    format!("call {close}() on every path after {open}()"),
                    at,
                );
            }
            self.restore(scope);
        }
    }

    /// Adds a container and opens it. If `label` is given, its content has a scope of names of its
    /// own. Returns what the user has done to it.
    pub fn begin(
        &mut self,
        scope: ScopeKind,
        label: Option<&str>,
        at: Option<Location>,
        kind: impl FnOnce(Text) -> WidgetKind,
    ) -> Option<InputValue> {
        let (id, input) = match label {
            Some(label) => {
                let label = Label::new(label);
                let kind = kind(Text::new(label.shown));
                let id = self.identify(label, kind.tag(), self.frame.widgets.len());
                let input = self.deliver(id, &kind);
                self.push_labelled(id, label, kind);
                (Some(id), input)
            }
            None => {
                let id = self.next_unnamed();
                self.push(id, kind(Text::default()));
                (None, None)
            }
        };
        self.open_scope(scope, at);
        if let Some(id) = id {
            self.seed = id;
            self.unnamed = 0;
        }
        input
    }

    /// Closes the innermost scope of this kind, and what is still open inside it.
    pub fn end(&mut self, kind: ScopeKind, at: Option<Location>) {
        let Some(index) = self.scopes.iter().rposition(|scope| scope.kind == kind) else {
            let (open, close) = kind.names();
            self.warn(
                "unbalanced",
                format!("{close}() has no {open}() before it"),
                format!("remove it, or call it only where {open}() was called and returned True"),
                at,
            );
            return;
        };
        if kind.is_container() {
            self.close_down_to(index + 1, Some(kind.names().1));
            if let Some(scope) = self.scopes.pop() {
                self.restore(scope);
            }
        } else {
            // Scopes that only change widgets may overlap with containers.
            let scope = self.scopes.remove(index);
            self.disabled -= u32::from(scope.disables);
            if scope.style.is_some() {
                self.restyle();
            }
            if scope.kind == ScopeKind::Id {
                self.leave_id(index, &scope);
            }
        }
    }

    /// Restores the names from before a pushed id, also in scopes opened since then that have no
    /// names of their own (such as a table row, which begins after the id of that row).
    fn leave_id(&mut self, index: usize, scope: &Scope) {
        let inside = self.scopes.get(index).map_or(self.seed, |inner| inner.seed);
        for inner in &mut self.scopes[index..] {
            if inner.seed != inside {
                return;
            }
            inner.seed = scope.seed;
            inner.unnamed = scope.unnamed;
        }
        if self.seed == inside {
            self.seed = scope.seed;
            self.unnamed = scope.unnamed;
        }
    }

    /// Ends the cell of the table at `table`, and the row unless it is to be kept. Containers in
    /// the cell are closed, with warnings; ids, widths and so on may span cells and rows.
    pub(super) fn leave_cell(&mut self, table: usize, keep: Keep, closer: &str) {
        let is_content = |scope: &Scope| scope.kind.is_container() && !scope.kind.closes_itself();
        if let Some(first) = self.scopes[table + 1..].iter().position(is_content) {
            self.close_down_to(table + 1 + first, Some(closer));
        }
        let ends = |scope: &Scope| {
            scope.kind == ScopeKind::TableCell
                || (scope.kind == ScopeKind::TableRow && keep == Keep::Nothing)
        };
        while let Some(last) = self.scopes[table + 1..].iter().rposition(ends) {
            let scope = self.scopes.remove(table + 1 + last);
            self.depth = scope.depth;
            self.in_table = scope.in_table;
            self.same_line = None;
        }
    }

    /// Opens a scope called `name` for the names that follow.
    pub fn push_id(&mut self, name: &str, at: Option<Location>) {
        self.open_scope(ScopeKind::Id, at);
        self.seed = self.seed.child(name);
        self.unnamed = 0;
    }

    /// Opens a scope whose widgets are disabled, if `disabled`.
    pub fn begin_disabled(&mut self, disabled: bool, at: Option<Location>) {
        self.open_scope(ScopeKind::Disabled, at).disables = disabled;
        self.disabled += u32::from(disabled);
    }

    /// Opens a scope that sets the width of its widgets, in pixels.
    pub fn push_item_width(&mut self, pixels: f32, at: Option<Location>) {
        self.open_scope(ScopeKind::ItemWidth, at).width = pixels;
    }

    pub(super) fn item_width(&self) -> Option<f32> {
        let widths = self.scopes.iter().rev();
        widths
            .filter(|scope| scope.kind == ScopeKind::ItemWidth)
            .map(|scope| scope.width)
            .next()
    }

    /// Opens a scope that has no widget of its own.
    pub fn push_scope(&mut self, kind: ScopeKind, at: Option<Location>) {
        self.open_scope(kind, at);
    }

    /// Returns the widget whose drag preview is being drawn.
    pub(super) fn dragged(&self) -> Option<usize> {
        let is_source = |scope: &&Scope| scope.kind == ScopeKind::DragSource;
        self.scopes
            .iter()
            .rev()
            .find(is_source)
            .and_then(|scope| scope.last)
    }

    pub(super) fn innermost(&self, kind: ScopeKind) -> Option<usize> {
        let scope = self.scopes.iter().rev().find(|scope| scope.kind == kind)?;
        usize::try_from(scope.widget).ok()
    }

    /// Opens a row, column, box, split or grid.
    pub fn begin_layout(&mut self, kind: WidgetKind, at: Option<Location>) -> LayoutMark {
        self.place(kind);
        LayoutMark {
            widget: self.open_scope(ScopeKind::Layout, at).widget,
        }
    }

    /// Closes a layout, and what is still open inside it, with a warning for each.
    pub fn end_layout(&mut self, mark: LayoutMark) {
        let is_it = |scope: &Scope| scope.kind == ScopeKind::Layout && scope.widget == mark.widget;
        if let Some(index) = self.scopes.iter().rposition(is_it) {
            self.close_down_to(index + 1, Some("the end of the with block"));
            if let Some(scope) = self.scopes.pop() {
                self.restore(scope);
            }
        }
    }

    /// Changes an open layout. If it is disabled, so is all of its content, including what was
    /// drawn before.
    pub fn change_layout(
        &mut self,
        mark: LayoutMark,
        is_enabled: bool,
        change: impl FnOnce(&mut WidgetKind),
    ) {
        let is_it = |scope: &Scope| scope.kind == ScopeKind::Layout && scope.widget == mark.widget;
        if let Some(index) = self.scopes.iter().rposition(is_it) {
            let scope = &mut self.scopes[index];
            if scope.disables == is_enabled {
                scope.disables = !is_enabled;
                if is_enabled {
                    self.disabled -= 1;
                } else {
                    self.disabled += 1;
                }
            }
        }
        let Ok(first) = usize::try_from(mark.widget) else {
            return;
        };
        let Some(widget) = self.frame.widgets.get_mut(first) else {
            return;
        };
        change(&mut widget.kind);
        if !is_enabled {
            for widget in &mut self.frame.widgets[first..] {
                widget.traits.disabled = true;
            }
        }
    }
}
