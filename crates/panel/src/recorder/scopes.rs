//! What is open: containers, pushed ids, widths and switched-off parts.
//!
//! There is one stack of all of them. Closing a container closes what was left open inside of
//! it, each with a warning that says where it was opened; closing what is not open is a warning
//! too, and nothing else happens. So a mistake in one panel never garbles what is around it.

use super::{MAX_DEPTH, Recorder};
use crate::frame::Location;
use crate::identity::{Label, WidgetId};
use crate::input::InputValue;
use crate::kind::Kind;
use crate::text_value::Text;

/// What can be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is what its two calls in `names` open and close"
)]
pub enum ScopeKind {
    Tree,
    Group,
    Child,
    Layout,
    Popup,
    Modal,
    ContextMenu,
    Window,
    Tooltip,
    MenuBar,
    Menu,
    Table,
    TableRow,
    TableCell,
    DragSource,
    DragTarget,
    Id,
    Disabled,
    ItemWidth,
    StyleVar,
    StyleColor,
    ModalStyle,
    WindowStyle,
}

impl ScopeKind {
    /// The calls that open and close it, as authors write them.
    #[must_use]
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Tree => ("tree_node", "tree_pop"),
            Self::Group => ("begin_group", "end_group"),
            Self::Child => ("begin_child", "end_child"),
            Self::Layout => ("with layout.row()", "the end of the with block"),
            Self::Popup => ("begin_popup", "end_popup"),
            Self::Modal => ("begin_popup_modal", "end_popup_modal"),
            Self::ContextMenu => ("begin_context_menu", "end_context_menu"),
            Self::Window => ("begin_window", "end_window"),
            Self::Tooltip => ("begin_tooltip", "end_tooltip"),
            Self::MenuBar => ("begin_menu_bar", "end_menu_bar"),
            Self::Menu => ("begin_menu", "end_menu"),
            Self::Table => ("begin_table", "end_table"),
            Self::TableRow => ("table_next_row", "table_next_row"),
            Self::TableCell => ("table_next_column", "table_next_column"),
            Self::DragSource => ("begin_drag_drop_source", "end_drag_drop_source"),
            Self::DragTarget => ("begin_drag_drop_target", "end_drag_drop_target"),
            Self::Id => ("push_id", "pop_id"),
            Self::Disabled => ("begin_disabled", "end_disabled"),
            Self::ItemWidth => ("push_item_width", "pop_item_width"),
            Self::StyleVar => ("push_style_var", "pop_style_var"),
            Self::StyleColor => ("push_style_color", "pop_style_color"),
            Self::ModalStyle => ("push_modal_style", "pop_modal_style"),
            Self::WindowStyle => ("push_window_style", "pop_window_style"),
        }
    }

    /// Whether widgets are inside of it, rather than changed by it.
    fn is_container(self) -> bool {
        !matches!(
            self,
            Self::Id
                | Self::Disabled
                | Self::ItemWidth
                | Self::StyleVar
                | Self::StyleColor
                | Self::ModalStyle
                | Self::WindowStyle
                | Self::DragTarget
        )
    }

    /// Whether what is inside is not on the panel itself.
    fn is_aside(self) -> bool {
        matches!(
            self,
            Self::Popup | Self::Modal | Self::ContextMenu | Self::Tooltip | Self::DragSource
        )
    }

    /// Rows and cells are opened by us as well, so nobody has to close them.
    fn closes_itself(self) -> bool {
        matches!(self, Self::TableRow | Self::TableCell)
    }
}

/// Which layout was entered, to change or leave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayoutMark {
    widget: u32,
}

/// What stays open when a cell is left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// The row.
    Row,
    /// Neither cell nor row.
    Nothing,
}

#[derive(Debug)]
pub(super) struct Scope {
    kind: ScopeKind,
    at: Option<Location>,
    /// What to go back to.
    seed: WidgetId,
    unnamed: u32,
    depth: u16,
    in_table: bool,
    /// What `is_item_hovered` and the like meant before.
    pub(super) last: Option<usize>,
    /// The container's own widget.
    pub(super) widget: u32,
    /// Of an item width.
    width: f32,
    /// Of a table: how many columns have been described.
    pub(super) described: usize,
    /// Whether this one has switched its content off.
    disables: bool,
}

impl Scope {
    pub(super) fn kind(&self) -> ScopeKind {
        self.kind
    }
}

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
        if scope.kind.is_container() {
            self.depth = scope.depth;
            self.in_table = scope.in_table;
            self.same_line = None;
        }
        match scope.kind {
            // A group is one item; a window over the panel is none.
            ScopeKind::Group => self.last_item = usize::try_from(scope.widget).ok(),
            kind if kind.is_aside() => self.last_item = scope.last,
            _ => {}
        }
    }

    /// Closes all scopes above `floor`, with a warning for each; `closer` is the call that did it,
    /// none: the end of the drawing.
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

    /// Places a container and opens it. Its content has names of its own where `label` is given.
    pub fn begin(
        &mut self,
        scope: ScopeKind,
        label: Option<&str>,
        at: Option<Location>,
        kind: impl FnOnce(Text) -> Kind,
    ) -> Option<InputValue> {
        let (id, input) = match label {
            Some(label) => {
                let label = Label::new(label);
                let kind = kind(Text::new(label.shown));
                let id = self.identify(label, kind.tag(), self.frame.widgets.len());
                let input = self.deliver(id, &kind);
                self.push(id, kind);
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

    /// Closes the innermost scope of this kind.
    pub fn end(&mut self, kind: ScopeKind, at: Option<Location>) {
        let Some(index) = self.scopes.iter().rposition(|scope| scope.kind == kind) else {
            let (open, close) = kind.names();
            self.warn(
                "unbalanced",
                format!("{close}() has no {open}() before it"),
                format!("remove it, or call it only where {open}() was called and gave True"),
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
            // What only changes widgets may overlap with what is around them.
            let scope = self.scopes.remove(index);
            self.disabled -= u32::from(scope.disables);
            if scope.kind == ScopeKind::Id {
                self.leave_id(index, &scope);
            }
        }
    }

    /// Goes back to the names from before a pushed id, also in what was opened since without
    /// names of its own (a row of a table, begun after the id of that row).
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

    /// Ends the cell, and the row unless `keep` says so, of the table at `table`. Containers in
    /// the cell are closed, with warnings; ids, widths and so on may reach over cells and rows.
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

    /// Names from now on are looked up within `name`.
    pub fn push_id(&mut self, name: &str, at: Option<Location>) {
        self.open_scope(ScopeKind::Id, at);
        self.seed = self.seed.child(name);
        self.unnamed = 0;
    }

    /// Switches widgets off from now on, if `disabled`.
    pub fn begin_disabled(&mut self, disabled: bool, at: Option<Location>) {
        self.open_scope(ScopeKind::Disabled, at).disables = disabled;
        self.disabled += u32::from(disabled);
    }

    /// The width of the widgets from now on, in pixels.
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

    /// Opens something that has no widget of its own.
    pub fn push_scope(&mut self, kind: ScopeKind, at: Option<Location>) {
        self.open_scope(kind, at);
    }

    /// The widget whose preview is being drawn, if one is.
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

    /// Enters a row, column, box, split or grid.
    pub fn begin_layout(&mut self, kind: Kind, at: Option<Location>) -> LayoutMark {
        self.place(kind);
        LayoutMark {
            widget: self.open_scope(ScopeKind::Layout, at).widget,
        }
    }

    /// Leaves it; what is open inside is closed, with a warning for each.
    pub fn end_layout(&mut self, mark: LayoutMark) {
        let is_it = |scope: &Scope| scope.kind == ScopeKind::Layout && scope.widget == mark.widget;
        if let Some(index) = self.scopes.iter().rposition(is_it) {
            self.close_down_to(index + 1, Some("the end of the with block"));
            if let Some(scope) = self.scopes.pop() {
                self.restore(scope);
            }
        }
    }

    /// Changes a row, column and so on that is being drawn. Switched off, all that is in it is,
    /// also what was drawn before.
    pub fn change_layout(
        &mut self,
        mark: LayoutMark,
        is_enabled: bool,
        change: impl FnOnce(&mut Kind),
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
