//! Fills in the parts of a frame that are registered elsewhere, and passes their inputs on.

use crate::elsewhere::{Elsewhere, Registered, Title};
use crate::frame::{Frame, PanelError, Widget};
use crate::frame_bounds::{MAX_DEPTH, MAX_WIDGETS};
use crate::identity::WidgetId;
use crate::input::{DroppedInput, Input};
use crate::kind::{TextStyle, WidgetKind};
use crate::session::{Part, Session, Surface};
use crate::text_value::Text;
use crate::value::Rgba;

/// Who knows what is registered.
pub trait Registry {
    /// Returns how to show it.
    fn title(&mut self, of: Registered, id: &str) -> Title;

    /// Draws it, with a session of its own. Errors are in the frame.
    fn draw(&mut self, of: Registered, id: &str, session: &mut Session) -> Frame;
}

impl Part {
    /// Passes where it is drawn, and where the pointer is.
    pub(crate) fn prepare(&mut self, surface: Surface, hovered: Option<WidgetId>) {
        self.session.surface = surface;
        self.session.hovered = hovered.and_then(|id| self.own.get(&id).copied());
    }

    /// Moves what the part has drawn into `frame`, to `depth`. `container` gives the ids their names.
    pub(crate) fn splice(
        &mut self,
        container: WidgetId,
        depth: u16,
        drawn: Frame,
        frame: &mut Frame,
    ) -> Vec<DroppedInput> {
        self.is_drawn = true;
        self.own.clear();
        let first = frame.widgets.len();
        let room = MAX_WIDGETS.saturating_sub(first);
        for mut widget in drawn.widgets.into_iter().take(room) {
            let id = container.inside(widget.id);
            self.own.insert(id, widget.id);
            widget.id = id;
            widget.depth = depth.saturating_add(widget.depth).min(MAX_DEPTH);
            frame.widgets.push(widget);
        }
        for mut part in drawn.elsewhere {
            part.widget = part
                .widget
                .saturating_add(u32::try_from(first).unwrap_or(u32::MAX));
            frame.elsewhere.push(part);
        }
        if let Some(error) = drawn.error
            && frame.widgets.len() < MAX_WIDGETS
        {
            let failed = failed(container, depth, &drawn.panel.id, &error);
            frame.widgets.push(failed);
        }
        let dropped = drawn.dropped.into_iter();
        dropped
            .map(|mut dropped| {
                dropped.input.widget = container.inside(dropped.input.widget);
                dropped
            })
            .collect()
    }
}

/// Says in the place of a part that it could not be drawn.
fn failed(container: WidgetId, depth: u16, id: &str, error: &PanelError) -> Widget {
    let text = format!(
        "'{id}' cannot be drawn: {}: {}",
        error.exception, error.message
    );
    Widget {
        id: container.nth(u32::MAX),
        depth,
        kind: WidgetKind::Text {
            text: Text::new(text),
            style: TextStyle::Wrapped,
            color: Some(Rgba::new(0.9, 0.3, 0.3, 1.0)),
        },
        traits: Default::default(),
    }
}

impl Session {
    /// Moves the waiting inputs for widgets of others to those who draw them. Call this before
    /// [`Session::take_pending`] for a panel whose frames are filled by [`Session::fill`].
    pub fn route(&mut self) {
        if self.parts.is_empty() {
            return;
        }
        for input in std::mem::take(&mut self.pending) {
            let known = |part: &mut Part| part.own_id(input.widget);
            let found = self
                .parts
                .values_mut()
                .find_map(|part| known(part).map(|own| (part, own)));
            match found {
                Some((part, own)) => part.session.push_input(Input::new(own, input.value)),
                None => self.pending.push_back(input),
            }
        }
    }

    /// Fills in the parts of a frame that are registered elsewhere. The frame has none afterwards.
    pub fn fill(&mut self, frame: &mut Frame, registry: &mut dyn Registry) {
        let mut marks = std::mem::take(&mut frame.elsewhere);
        if !marks.is_empty() {
            marks.sort_by_key(|mark| mark.widget);
            let mut marks = marks.into_iter().peekable();
            for (index, widget) in (0_u32..).zip(std::mem::take(&mut frame.widgets)) {
                if frame.widgets.len() >= MAX_WIDGETS {
                    break;
                }
                let mark = marks.next_if(|mark| mark.widget == index);
                // Two marks of one widget: the first one counts.
                while marks.next_if(|mark| mark.widget == index).is_some() {}
                match mark {
                    Some(mark) => self.fill_one(widget, &mark, frame, registry),
                    None => frame.widgets.push(widget),
                }
            }
            // A registry whose frames have parts has filled them in.
            frame.elsewhere.clear();
            frame.list_textures();
        }
        self.settle_parts();
    }

    fn fill_one(
        &mut self,
        mut widget: Widget,
        mark: &Elsewhere,
        frame: &mut Frame,
        registry: &mut dyn Registry,
    ) {
        let title = registry.title(mark.of, &mark.id);
        let is_missing = title.reason.is_some();
        let (id, depth) = (widget.id, widget.depth);
        let is_open = show(&mut widget, title, mark.titled);
        if is_missing && matches!(widget.kind, WidgetKind::Popup { .. }) {
            return;
        }
        frame.widgets.push(widget);
        if !is_open {
            return;
        }
        let mut part = self.parts.remove(&id).unwrap_or_default();
        part.prepare(self.surface, self.hovered);
        let mut drawn = registry.draw(mark.of, &mark.id, &mut part.session);
        frame.warnings.append(&mut drawn.warnings);
        frame.redraw = frame.redraw.max(drawn.redraw);
        let dropped = part.splice(id, depth.saturating_add(1), drawn, frame);
        frame.dropped.extend(dropped);
        self.parts.insert(id, part);
    }
}

/// Gives a widget its title, or disables it. Returns whether its content is drawn.
fn show(widget: &mut Widget, title: Title, titled: bool) -> bool {
    let tooltip = title.reason.as_deref().unwrap_or(&title.tooltip);
    if !tooltip.is_empty() && widget.traits.tooltip.is_none() {
        widget.traits.tooltip = Some(tooltip.into());
    }
    if let WidgetKind::Button { label, .. }
    | WidgetKind::Menu { label, .. }
    | WidgetKind::Popup { label, .. } = &mut widget.kind
        && !titled
        && !title.text.is_empty()
    {
        *label = Text::new(title.text);
    }
    if title.reason.is_some() {
        widget.traits.disabled = true;
        if let WidgetKind::Menu { label, .. } = &mut widget.kind {
            widget.kind = WidgetKind::MenuItem {
                label: std::mem::take(label),
                shortcut: Text::default(),
                selected: false,
            };
        }
        return false;
    }
    matches!(
        widget.kind,
        WidgetKind::Menu { open: true, .. } | WidgetKind::Popup { open: true, .. }
    )
}
