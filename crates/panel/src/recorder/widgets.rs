//! Appends widgets to the frame: their ids, their traits, and the inputs that wait for them.

use super::item::EditEvents;
use super::state::{MAX_WIDGETS, Recorder};
use crate::frame::{Traits, Widget};
use crate::identity::{Label, WidgetId};
use crate::input::{Input, InputValue};
use crate::kind::{ButtonStyle, TextStyle, WidgetKind};
use crate::mouse::MouseButton;
use crate::session::Seen;
use crate::text_value::Text;
use crate::value::Vec2;

/// Returns the part of a label that is not shown.
#[inline]
fn name_of(label: Label<'_>) -> Option<Text> {
    let hidden = label.hidden();
    (!hidden.is_empty()).then(|| Text::new(hidden))
}

/// A new widget, before its fields are set.
const BLANK: Widget = Widget {
    id: WidgetId::PANEL,
    depth: 0,
    kind: WidgetKind::Separator,
    traits: Traits {
        same_line: None,
        disabled: false,
        name: None,
        wants_click: false,
        wants_hover: false,
        wants_double_click: false,
        wants_drag: false,
        wants_edit: false,
        editing: false,
        focus: false,
        indent: 0.0,
        width: None,
        tooltip: None,
        drag: None,
        accepts: None,
        icon: None,
        styles: None,
    },
};

impl Recorder {
    /// Adds a widget without input: text, a line, an image.
    #[inline]
    pub fn place(&mut self, kind: WidgetKind) {
        let id = self.next_unnamed();
        if let Some(widget) = self.slot() {
            widget.id = id;
            widget.kind = kind;
        }
    }

    /// Returns the id of the next widget without a name.
    pub(super) fn next_unnamed(&mut self) -> WidgetId {
        let id = self.seed.of_kind(0).nth(self.unnamed);
        self.unnamed += 1;
        id
    }

    /// Adds a widget with a label. Returns what the user has done to it since the last drawing.
    /// `kind` receives the visible part of the label.
    #[inline]
    pub fn widget(
        &mut self,
        label: &str,
        kind: impl FnOnce(Text) -> WidgetKind,
    ) -> Option<InputValue> {
        let label = Label::new(label);
        let widget = self.slot()?;
        widget.kind = kind(Text::new(label.shown));
        let tag = widget.kind.tag();
        self.name_last(label, tag);
        if self.session.pending.is_empty() {
            return None;
        }
        self.deliver_to_last()
    }

    /// Adds a widget to be filled in, or returns `None` if the frame is full. The kind is written
    /// directly into the frame, because moving it costs more than writing it.
    fn slot(&mut self) -> Option<&mut Widget> {
        if self.in_table {
            self.ensure_cell();
        }
        let index = self.frame.widgets.len();
        if index >= MAX_WIDGETS {
            return None;
        }
        self.clicked = None;
        self.arrived = None;
        self.edit = EditEvents::NONE;
        self.last_item = Some(index);
        let Traits {
            same_line,
            disabled,
            focus,
            indent,
            width,
            ..
        } = self.next_traits();
        self.frame.widgets.push(BLANK);
        if self.decoration.is_any {
            self.decorate_last();
        }
        let widget = self.frame.widgets.last_mut()?;
        widget.depth = self.depth;
        // Field by field: assigning all traits at once would run the destructor of the old ones.
        widget.traits.same_line = same_line;
        widget.traits.disabled = disabled;
        widget.traits.focus = focus;
        widget.traits.indent = indent;
        widget.traits.width = width;
        Some(widget)
    }

    /// Sets the id of the widget that was added last.
    fn name_last(&mut self, label: Label<'_>, tag: u8) {
        let index = self.frame.widgets.len().saturating_sub(1);
        let id = self.identify(label, tag, index);
        if let Some(widget) = self.frame.widgets.get_mut(index) {
            widget.id = id;
            if let Some(name) = name_of(label) {
                widget.traits.name = Some(name);
            }
        }
    }

    /// Delivers the input for the widget that was added last.
    #[cold]
    fn deliver_to_last(&mut self) -> Option<InputValue> {
        let index = self.frame.widgets.len().checked_sub(1)?;
        // Taken out while `deliver` borrows the whole recorder.
        let widget = self.frame.widgets.get_mut(index)?;
        let id = widget.id;
        let mut kind = std::mem::replace(&mut widget.kind, WidgetKind::Separator);
        let input = self.deliver(id, &kind);
        if let Some(input) = &input {
            kind.show(input);
        }
        if let Some(widget) = self.frame.widgets.get_mut(index) {
            widget.kind = kind;
        }
        self.clicked = self.arrived.take();
        input
    }

    /// Adds a button. Returns whether it was clicked.
    pub fn button(&mut self, label: &str) -> bool {
        let clicked = self.widget(label, |label| WidgetKind::Button {
            label,
            style: ButtonStyle::Plain,
            size: Vec2::ZERO,
            picture: None,
            selected: false,
            tint: None,
        });
        matches!(clicked, Some(InputValue::Click(MouseButton::Primary)))
    }

    /// Adds a line of text.
    pub fn label(&mut self, text: &str) {
        let style = TextStyle::Plain;
        self.place(WidgetKind::Text {
            text: Text::new(text),
            style,
            color: None,
        });
    }

    #[inline]
    pub(super) fn deliver(&mut self, id: WidgetId, kind: &WidgetKind) -> Option<InputValue> {
        if self.session.pending.is_empty() {
            return None;
        }
        let input = self.session.take(id)?;
        self.consumed = true;
        // An edit may end although its widget is disabled by now.
        if self.disabled > 0 && input != InputValue::Edit(false) {
            self.session
                .drop_input(Input::new(id, input), "its widget is disabled");
            return None;
        }
        let input = self.take_edits(id, kind, input)?;
        if let InputValue::Drop(payload) = input {
            self.dropped_on = Some(payload);
            return None;
        }
        let button = match &input {
            InputValue::Click(button) => Some(*button),
            _ => None,
        };
        match kind.accept(input.clone()) {
            Ok(input) => {
                self.arrived = button;
                self.note_change(id, &input);
                Some(input)
            }
            Err(reason) => {
                self.session.drop_input(Input::new(id, input), &reason);
                None
            }
        }
    }

    /// Computes the id of the widget at `index`. If widgets of one kind share a name in a scope,
    /// the later ones are identified by their position among them.
    pub(super) fn identify(&mut self, label: Label<'_>, tag: u8, index: usize) -> WidgetId {
        let id = self.seed.of_kind(tag).child(label.identity);
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let seen = self.session.seen.entry(id).or_insert(Seen {
            first: index,
            times: 0,
        });
        seen.times += 1;
        if seen.times == 1 {
            if self.wants_locations() {
                self.note_call_site(id);
            }
            return id;
        }
        let Seen { first, times } = *seen;
        let other = id.nth(times);
        self.session.seen.insert(
            other,
            Seen {
                first: index,
                times: 1,
            },
        );
        self.warn_of_twins(label, tag, (id, first), (other, index));
        other
    }

    /// Adds a widget that was identified by its label.
    pub(super) fn push_labelled(&mut self, id: WidgetId, label: Label<'_>, kind: WidgetKind) {
        self.push(id, kind);
        let name = name_of(label);
        if name.is_some()
            && let Some(widget) = self.frame.widgets.last_mut()
            // The frame may be full.
            && widget.id == id
        {
            widget.traits.name = name;
        }
    }

    pub(super) fn push(&mut self, id: WidgetId, kind: WidgetKind) {
        if self.in_table {
            self.ensure_cell();
        }
        self.push_raw(id, kind);
    }

    pub(super) fn push_raw(&mut self, id: WidgetId, kind: WidgetKind) {
        let arrived = self.arrived.take();
        if self.is_full() {
            return;
        }
        if !matches!(
            kind,
            WidgetKind::Popup { .. } | WidgetKind::Tooltip | WidgetKind::DragPreview
        ) {
            self.clicked = arrived;
            self.edit = EditEvents::NONE;
            self.last_item = Some(self.frame.widgets.len());
        }
        let traits = self.next_traits();
        self.frame.widgets.push(Widget {
            id,
            depth: self.depth,
            kind,
            traits,
        });
        if self.decoration.is_any {
            self.decorate_last();
        }
    }

    #[inline]
    fn next_traits(&mut self) -> Traits {
        Traits {
            same_line: self.same_line.take(),
            disabled: self.disabled > 0,
            focus: std::mem::take(&mut self.next_focus),
            indent: self.indent,
            width: self.next_width.take().or_else(|| self.item_width()),
            ..Traits::default()
        }
    }

    pub(super) fn last(&mut self) -> Option<&mut Widget> {
        self.frame.widgets.get_mut(self.last_item?)
    }
}
