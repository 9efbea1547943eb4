//! A frame as a tree, for front ends that draw containers by closures.
//!
//! [`Content`] is a view of the flat list: what is in a frame or in a container. It allocates
//! nothing, and no frame makes it deeper than [`MAX_DEPTH`]: widgets in a container that is nested
//! deeper follow it side by side, and so does what seems to be inside a widget that contains nothing.
//! Each widget occurs exactly once, in the order of the frame.

use crate::frame::{Frame, Widget};
use crate::kind::{PopupForm, WidgetKind};
use crate::recorder::{MAX_COLUMNS, MAX_DEPTH};

impl Frame {
    /// Returns the widgets as a tree.
    ///
    /// ```
    /// use lichtfeld_panel::{Content, PanelIdentity, Session};
    ///
    /// fn count(content: Content<'_>) -> usize {
    ///     content.items().map(|item| 1 + count(item.content)).sum()
    /// }
    ///
    /// let mut panel = Session::default().record(PanelIdentity::new("demo", "My Panel"));
    /// panel.label("Position");
    /// panel.button("Reset");
    /// assert_eq!(count(panel.finish().0.tree()), 2);
    /// ```
    #[must_use]
    pub fn tree(&self) -> Content<'_> {
        Content {
            widgets: &self.widgets,
            level: 0,
        }
    }
}

/// What is in a frame or in a container, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Content<'a> {
    widgets: &'a [Widget],
    level: u16,
}

/// A widget with what belongs to it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Item<'a> {
    /// The widget.
    pub widget: &'a Widget,
    /// What is inside it; empty for a widget that contains nothing.
    pub content: Content<'a>,
    /// What is shown on occasion of it: [`WidgetKind::Tooltip`], [`WidgetKind::DragPreview`], and
    /// [`WidgetKind::Popup`] of the form `context`.
    pub attached: Content<'a>,
}

impl<'a> Content<'a> {
    /// Returns whether there are no widgets.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.widgets.is_empty()
    }

    /// Returns the number of containers around it, at most [`MAX_DEPTH`].
    #[must_use]
    pub fn level(self) -> u16 {
        self.level
    }

    /// Returns the widgets of this level, each with its content and with what is attached to it.
    pub fn items(self) -> impl Iterator<Item = Item<'a>> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let (item, after) = rest.first_item()?;
            rest = after;
            Some(item)
        })
    }

    /// Returns the lines that the widgets form one below the other. The items of a line are side by
    /// side, each at the offset or spacing of its [`crate::SameLine`].
    ///
    /// A [`WidgetKind::NewLine`] that ends a line is left out; one that ends no line is a line of its
    /// own. What takes no place on the panel ([`WidgetKind::is_floating`]) begins no line after other
    /// widgets.
    pub fn lines(self) -> impl Iterator<Item = Content<'a>> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let (line, after) = rest.first_line()?;
            rest = after;
            Some(line)
        })
    }

    /// Returns the rows of a grid with so many columns: that many items each, the last row perhaps
    /// fewer. No columns count as one.
    pub fn rows(self, columns: usize) -> impl Iterator<Item = Content<'a>> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let mut after = rest;
            for _ in 0..columns.max(1) {
                match after.first_item() {
                    Some((_, next)) => after = next,
                    None => break,
                }
            }
            let row = rest.before(after);
            rest = after;
            (!row.is_empty()).then_some(row)
        })
    }

    /// Returns the items of a [`crate::Flow::Split`], each with its width, where all together have
    /// `width` with a `gap` between two.
    pub fn split(self, factor: f32, width: f32, gap: f32) -> impl Iterator<Item = (Item<'a>, f32)> {
        let others = self.items().skip(1).count() as f32;
        let room = (width - gap * others).max(0.0);
        let first = room * factor.clamp(0.0, 1.0);
        self.items()
            .enumerate()
            .map(move |(index, item)| match index {
                0 => (item, first),
                _ => (item, (room - first) / others),
            })
    }

    /// Returns the cell of each column of a table's row, or `None` for a column without one, for
    /// front ends that draw a row from left to right. At most [`MAX_COLUMNS`] are returned. A cell
    /// that does not come in the order of the columns is left out.
    pub fn columns(self, count: usize) -> impl Iterator<Item = Option<Item<'a>>> {
        let mut cells = self.items();
        let mut next = cells.next();
        (0..count.min(MAX_COLUMNS)).map(move |column| {
            let column_of = |item: &Item<'_>| match item.widget.kind {
                WidgetKind::TableCell { column, .. } => usize::try_from(column).ok(),
                _ => None,
            };
            while next
                .as_ref()
                .is_some_and(|item| column_of(item) < Some(column))
            {
                next = cells.next();
            }
            let found = next.filter(|item| column_of(item) == Some(column));
            if found.is_some() {
                next = cells.next();
            }
            found
        })
    }

    /// Returns the cells of a table's row in the order of the frame: the column of each, which the
    /// table need not have, and its content. A column may have several cells or none.
    pub fn cells(self) -> impl Iterator<Item = (usize, Content<'a>)> {
        self.items().filter_map(|item| match item.widget.kind {
            WidgetKind::TableCell { column, .. } => {
                Some((usize::try_from(column).ok()?, item.content))
            }
            _ => None,
        })
    }

    /// Returns the widgets of this level, each with its content alone.
    pub(crate) fn nodes(self) -> impl Iterator<Item = Item<'a>> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let (item, after) = rest.first_node()?;
            rest = after;
            Some(item)
        })
    }

    fn first_node(self) -> Option<(Item<'a>, Self)> {
        let (widget, after) = self.widgets.split_first()?;
        let inside = if widget.kind.is_container() && self.level < MAX_DEPTH {
            after
                .iter()
                .position(|other| other.depth <= widget.depth)
                .unwrap_or(after.len())
        } else {
            0
        };
        let (content, rest) = after.split_at(inside);
        let content = Content {
            widgets: content,
            level: self.level + 1,
        };
        let rest = self.with(rest);
        let item = Item {
            widget,
            content,
            attached: self.with(&[]),
        };
        Some((item, rest))
    }

    fn first_item(self) -> Option<(Item<'a>, Self)> {
        let (mut item, rest) = self.first_node()?;
        let mut after = rest;
        // What is attached is side by side. A new line is left out, and nothing with it.
        let has_attached =
            !item.widget.kind.is_attached() && !matches!(item.widget.kind, WidgetKind::NewLine);
        while has_attached
            && let Some((next, then)) = after.first_node()
            && next.widget.kind.is_attached()
        {
            after = then;
        }
        item.attached = rest.before(after);
        Some((item, after))
    }

    fn first_line(self) -> Option<(Self, Self)> {
        let (first, mut after) = self.first_item()?;
        if matches!(first.widget.kind, WidgetKind::NewLine) {
            return Some((self.before(after), after));
        }
        while let Some((next, then)) = after.first_item() {
            match next.widget.kind {
                WidgetKind::NewLine => return Some((self.before(after), then)),
                _ if next.widget.traits.same_line.is_none() && !next.widget.kind.is_floating() => {
                    break;
                }
                _ => after = then,
            }
        }
        Some((self.before(after), after))
    }

    /// The part before `rest`, which is an end of it.
    fn before(self, rest: Self) -> Self {
        let length = self.widgets.len() - rest.widgets.len();
        self.with(&self.widgets[..length])
    }

    fn with(self, widgets: &'a [Widget]) -> Self {
        Self { widgets, ..self }
    }
}

impl WidgetKind {
    /// Returns whether it takes no place among the other widgets: shapes, windows, and what scrolls.
    #[must_use]
    pub fn is_floating(&self) -> bool {
        matches!(
            self,
            Self::Draw { .. } | Self::ScrollHere { .. } | Self::Popup { .. } | Self::Window { .. }
        )
    }

    /// Returns whether it is shown on occasion of the widget before it.
    fn is_attached(&self) -> bool {
        matches!(
            self,
            Self::Tooltip
                | Self::DragPreview
                | Self::Popup {
                    form: PopupForm::Context,
                    ..
                }
        )
    }
}
