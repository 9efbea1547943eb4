//! What can be open during a drawing: one entry of the recorder's stack of scopes.

use crate::frame::Location;
use crate::identity::WidgetId;
use crate::style::Style;

/// What can be open during a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is what its two calls in `names` open and close"
)]
#[non_exhaustive]
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
    /// Returns the calls that open and close it, as authors write them.
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

    /// Returns whether it contains widgets, rather than changing them.
    pub(super) fn is_container(self) -> bool {
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

    /// Returns whether its content appears above the panel, not in it.
    pub(super) fn is_aside(self) -> bool {
        matches!(
            self,
            Self::Popup | Self::Modal | Self::ContextMenu | Self::Tooltip | Self::DragSource
        )
    }

    /// Returns whether the recorder closes it: it opens rows and cells by itself.
    pub(super) fn closes_itself(self) -> bool {
        matches!(self, Self::TableRow | Self::TableCell)
    }
}

/// Identifies an open layout, to change or close it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayoutMark {
    pub(super) widget: u32,
}

/// What stays open when a cell is left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// The row.
    Row,
    /// Neither the cell nor the row.
    Nothing,
}

/// An open scope, with the recorder's state to restore when it closes.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) kind: ScopeKind,
    /// Where it was opened.
    pub(super) at: Option<Location>,
    pub(super) seed: WidgetId,
    pub(super) unnamed: u32,
    pub(super) depth: u16,
    pub(super) in_table: bool,
    /// The widget that `is_item_hovered` and the like referred to before.
    pub(super) last: Option<usize>,
    /// The index of the container's own widget.
    pub(super) widget: u32,
    /// For an item width: the width in pixels.
    pub(super) width: f32,
    /// For a table: the number of columns that have been described.
    pub(super) described: usize,
    /// Whether this scope disables its content.
    pub(super) disables: bool,
    /// For a style: what it sets.
    pub(super) style: Option<Box<Style>>,
}
