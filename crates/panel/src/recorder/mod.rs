//! Turns the calls of one drawing into a frame, and answers them from the session's inputs.
//!
//! The recorder knows no widget by name: it places kinds, gives them identity, hands inputs to
//! them and keeps track of what is open. What each widget means to its caller (a pair of changed
//! and value, a truth value) is up to the caller.

mod folding;
mod places;
mod scopes;
mod tables;

pub use scopes::{LayoutMark, ScopeKind};
pub use tables::MAX_COLUMNS;

use crate::frame::{
    Frame, Location, PanelError, PanelIdentity, Payload, Redraw, SameLine, Traits, Warning, Widget,
};
use crate::identity::{Label, WidgetId};
use crate::input::{Input, InputValue, MouseButton};
use crate::kind::Kind;
use crate::session::{Seen, Session, Surface};
use crate::text_value::Text;
use crate::value::Vec2;
use scopes::Scope;

/// How many widgets a frame has at most; more of them are an endless loop.
pub const MAX_WIDGETS: usize = 100_000;

/// How deep containers nest at most; deeper ones are drawn as if they were side by side.
pub const MAX_DEPTH: u16 = 100;

/// How many warnings a frame has at most: one mistake in a loop would else be told 1,000 times.
const MAX_WARNINGS: usize = 20;

/// A widget before it is filled in.
const BLANK: Widget = Widget {
    id: WidgetId::PANEL,
    depth: 0,
    kind: Kind::Separator,
    traits: Traits {
        same_line: None,
        disabled: false,
        wants_hover: false,
        focus: false,
        indent: 0.0,
        width: None,
        tooltip: None,
        drag: None,
        accepts: None,
    },
};

/// Records one drawing. Made by [`Session::record`], ended by [`Recorder::finish`].
///
/// ```
/// use lichtfeld_panel::{ButtonStyle, Input, InputValue, Kind, PanelIdentity, Session, Vec2};
///
/// let draw = |session: Session| {
///     let mut recorder = session.record(PanelIdentity::new("demo", "Demo"));
///     let clicked = recorder.button("Run##demo");
///     let (frame, session) = recorder.finish();
///     (clicked, frame, session)
/// };
/// let (clicked, frame, mut session) = draw(Session::default());
/// assert!(!clicked);
/// session.push_input(Input::new(frame.widgets[0].id, InputValue::CLICK));
/// let (clicked, _, session) = draw(session);
/// assert!(clicked);
/// let (clicked, ..) = draw(session);
/// assert!(!clicked, "a click arrives once");
/// ```
#[derive(Debug)]
pub struct Recorder {
    frame: Frame,
    session: Session,
    /// The scope that names are looked up in: seed of the ids.
    seed: WidgetId,
    scopes: Vec<Scope>,
    depth: u16,
    /// How many widgets without a name were placed; they are known by their position.
    unnamed: u32,
    disabled: u32,
    indent: f32,
    same_line: Option<SameLine>,
    next_width: Option<f32>,
    next_open: Option<bool>,
    next_focus: bool,
    next_window: (Option<Vec2>, Option<Vec2>),
    in_table: bool,
    clicked: Option<MouseButton>,
    /// What `is_hovered` and the like are about.
    last_item: Option<usize>,
    dropped_on: Option<Payload>,
    consumed: bool,
    places: places::Places,
}

impl Recorder {
    pub(crate) fn new(mut session: Session, panel: PanelIdentity) -> Self {
        session.seen.clear();
        let widgets = Vec::with_capacity(session.usual);
        Self {
            frame: Frame {
                panel,
                widgets,
                ..Frame::default()
            },
            session,
            seed: WidgetId::PANEL,
            scopes: Vec::new(),
            depth: 0,
            unnamed: 0,
            disabled: 0,
            indent: 0.0,
            same_line: None,
            next_width: None,
            next_open: None,
            next_focus: false,
            next_window: (None, None),
            in_table: false,
            clicked: None,
            last_item: None,
            dropped_on: None,
            consumed: false,
            places: places::Places::default(),
        }
    }

    /// Ends the drawing. What is still open is closed, with a warning for each.
    #[must_use]
    pub fn finish(mut self) -> (Frame, Session) {
        self.close_down_to(0, None);
        self.frame.dropped = self.session.settle(&self.frame.widgets);
        let looks_again = self.settle_places();
        if self.consumed
            || looks_again
            || self.session.has_pending()
            || !self.frame.dropped.is_empty()
        {
            self.frame.redraw = Redraw::Again;
        }
        (self.frame, self.session)
    }

    /// Ends a drawing that failed half-way. Inputs that did not have their turn go on waiting.
    #[must_use]
    pub fn fail(mut self, error: PanelError) -> (Frame, Session) {
        let mut frame = Frame::failed(std::mem::take(&mut self.frame.panel), error);
        frame.warnings = self.frame.warnings;
        frame.dropped = self.session.interrupt();
        (frame, self.session)
    }

    /// Whether the frame has [`MAX_WIDGETS`]: what is placed from now on is left out.
    #[must_use]
    #[inline]
    pub fn is_full(&self) -> bool {
        self.frame.widgets.len() >= MAX_WIDGETS
    }

    /// What the front end draws on.
    #[must_use]
    pub fn surface(&self) -> &Surface {
        &self.session.surface
    }

    /// Tells the author of something.
    pub fn warn(&mut self, code: &str, message: String, hint: String, location: Option<Location>) {
        let warning = Warning {
            code: code.into(),
            message,
            hint,
            location,
        };
        if self.frame.warnings.len() < MAX_WARNINGS && !self.frame.warnings.contains(&warning) {
            self.frame.warnings.push(warning);
        }
    }

    /// Places a widget that takes no input: text, a line, an image.
    #[inline]
    pub fn place(&mut self, kind: Kind) {
        let id = self.next_unnamed();
        if let Some(widget) = self.slot() {
            widget.id = id;
            widget.kind = kind;
        }
    }

    /// The id of a widget without a name.
    fn next_unnamed(&mut self) -> WidgetId {
        let id = self.seed.of_kind(0).nth(self.unnamed);
        self.unnamed += 1;
        id
    }

    /// Places a widget with a label, and gives what the user did to it since the drawing before.
    /// The kind is made from what of the label is shown.
    #[inline]
    pub fn widget(&mut self, label: &str, kind: impl FnOnce(Text) -> Kind) -> Option<InputValue> {
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

    /// A place for a widget, to be filled in: the kind is made where it stays, since moving what
    /// was just written costs more than writing it. None where the frame is full.
    fn slot(&mut self) -> Option<&mut Widget> {
        if self.in_table {
            self.ensure_cell();
        }
        let index = self.frame.widgets.len();
        if index >= MAX_WIDGETS {
            return None;
        }
        self.clicked = None;
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
        let widget = self.frame.widgets.last_mut()?;
        widget.depth = self.depth;
        // One by one: as a whole, what was there before would be looked at to be dropped.
        widget.traits.same_line = same_line;
        widget.traits.disabled = disabled;
        widget.traits.focus = focus;
        widget.traits.indent = indent;
        widget.traits.width = width;
        Some(widget)
    }

    /// Gives the widget that was placed last its id.
    fn name_last(&mut self, label: Label<'_>, tag: u8) {
        let index = self.frame.widgets.len().saturating_sub(1);
        let id = self.identify(label, tag, index);
        if let Some(widget) = self.frame.widgets.get_mut(index) {
            widget.id = id;
        }
    }

    /// What the user did to the widget that was placed last.
    #[cold]
    fn deliver_to_last(&mut self) -> Option<InputValue> {
        let index = self.frame.widgets.len().checked_sub(1)?;
        // Taken out meanwhile: giving it its input needs all of the recorder.
        let widget = self.frame.widgets.get_mut(index)?;
        let id = widget.id;
        let mut kind = std::mem::replace(&mut widget.kind, Kind::Separator);
        let input = self.deliver(id, &kind);
        if let Some(input) = &input {
            kind.show(input);
        }
        if let Some(widget) = self.frame.widgets.get_mut(index) {
            widget.kind = kind;
        }
        if let Some(InputValue::Click(button)) = &input {
            self.clicked = Some(*button);
        }
        input
    }

    /// Places a button; whether it was clicked.
    pub fn button(&mut self, label: &str) -> bool {
        let clicked = self.widget(label, |label| Kind::Button {
            label,
            style: crate::kind::ButtonStyle::Plain,
            size: Vec2::ZERO,
            picture: None,
            selected: false,
        });
        matches!(clicked, Some(InputValue::Click(MouseButton::Primary)))
    }

    /// Places a line of text.
    pub fn label(&mut self, text: &str) {
        let style = crate::kind::TextStyle::Plain;
        self.place(Kind::Text {
            text: Text::new(text),
            style,
            color: None,
        });
    }

    #[inline]
    fn deliver(&mut self, id: WidgetId, kind: &Kind) -> Option<InputValue> {
        if self.session.pending.is_empty() {
            return None;
        }
        let input = self.session.take(id)?;
        self.consumed = true;
        if self.disabled > 0 {
            self.session
                .drop_input(Input::new(id, input), "its widget is disabled");
            return None;
        }
        if let InputValue::Drop(payload) = input {
            self.dropped_on = Some(payload);
            return None;
        }
        match kind.accept(input.clone()) {
            Ok(input) => Some(input),
            Err(reason) => {
                self.session.drop_input(Input::new(id, input), &reason);
                None
            }
        }
    }

    /// The id of the widget at `index`. The second widget of a kind with the same name in the same
    /// scope is known by its position among them.
    fn identify(&mut self, label: Label<'_>, tag: u8, index: usize) -> WidgetId {
        let id = self.seed.of_kind(tag).child(label.identity);
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let seen = self.session.seen.entry(id).or_insert(Seen {
            first: index,
            times: 0,
        });
        seen.times += 1;
        if seen.times == 1 {
            if self.wants_places() {
                self.note_place(id);
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
        self.tell_of_twins(label, tag, (id, first), (other, index));
        other
    }

    fn push(&mut self, id: WidgetId, kind: Kind) {
        if self.in_table {
            self.ensure_cell();
        }
        self.push_raw(id, kind);
    }

    fn push_raw(&mut self, id: WidgetId, kind: Kind) {
        if self.is_full() {
            return;
        }
        if !matches!(kind, Kind::Popup { .. } | Kind::Tooltip | Kind::DragPreview) {
            self.clicked = None;
            self.last_item = Some(self.frame.widgets.len());
        }
        let traits = self.next_traits();
        self.frame.widgets.push(Widget {
            id,
            depth: self.depth,
            kind,
            traits,
        });
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

    fn last(&mut self) -> Option<&mut Widget> {
        self.frame.widgets.get_mut(self.last_item?)
    }

    /// The next widget stands on the line of the one before.
    pub fn same_line(&mut self, line: SameLine) {
        self.same_line = Some(line);
    }

    /// Moves what follows to the right by so many pixels; negative: to the left.
    pub fn indent(&mut self, pixels: f32) {
        self.indent = (self.indent + pixels).clamp(0.0, 10_000.0);
    }

    /// The width of the next widget alone.
    pub fn set_next_width(&mut self, pixels: f32) {
        self.next_width = Some(pixels);
    }

    /// Whether the next tree, header or menu is unfolded, whatever the user did.
    pub fn set_next_open(&mut self, open: bool) {
        self.next_open = Some(open);
    }

    /// The keyboard is for the next widget.
    pub fn set_next_focus(&mut self) {
        self.next_focus = true;
    }

    /// Where the next window is, and how large; what is not given stays.
    pub fn set_next_window(&mut self, position: Option<Vec2>, size: Option<Vec2>) {
        self.next_window = (position.or(self.next_window.0), size.or(self.next_window.1));
    }

    /// What [`Self::set_next_window`] was told, once.
    pub fn take_next_window(&mut self) -> (Option<Vec2>, Option<Vec2>) {
        std::mem::take(&mut self.next_window)
    }

    /// What the pointer shows over the last widget.
    pub fn tooltip(&mut self, text: &str) {
        if let Some(widget) = self.last() {
            widget.traits.tooltip = Some(text.into());
        }
    }

    /// Whether the pointer is over the last widget. The front end is told that somebody asks.
    pub fn is_hovered(&mut self) -> bool {
        let hovered = self.session.hovered;
        self.last().is_some_and(|widget| {
            widget.traits.wants_hover = true;
            hovered == Some(widget.id)
        })
    }

    /// With which button the last widget was clicked.
    #[must_use]
    pub fn clicked(&self) -> Option<MouseButton> {
        self.clicked
    }

    /// The last widget can be dragged, and carries this.
    pub fn carry(&mut self, payload: Payload) {
        // Inside of the preview it is about what is dragged, not about the preview.
        let index = self.dragged().or(self.last_item);
        let widget = index.and_then(|index| self.frame.widgets.get_mut(index));
        if let Some(widget) = widget {
            widget.traits.drag = Some(Box::new(payload));
        }
    }

    /// What was dropped on the last widget, if it is of this type.
    pub fn accept_drop(&mut self, kind: &str) -> Option<Text> {
        let id = {
            let widget = self.last()?;
            widget.traits.accepts = Some(kind.into());
            widget.id
        };
        // A widget without a label (text, an image) did not look for inputs when it was placed.
        if self.dropped_on.is_none()
            && let Some(front) = self.session.pending.front()
            && front.widget == id
            && matches!(front.value, InputValue::Drop(_))
            && let Some(InputValue::Drop(payload)) = self.session.take(id)
        {
            self.consumed = true;
            self.dropped_on = Some(payload);
        }
        match self.dropped_on.take() {
            Some(payload) if payload.kind == kind => Some(payload.data),
            other => {
                self.dropped_on = other;
                None
            }
        }
    }
}
