//! The recorder's state: how a drawing begins and how it ends.

use super::item::{Decoration, EditEvents};
use super::scope::Scope;
use crate::frame::{Frame, Location, PanelError, PanelIdentity, Redraw, SameLine, Warning};
pub use crate::frame_bounds::{MAX_DEPTH, MAX_WIDGETS};
use crate::identity::WidgetId;
use crate::metrics::TextMetrics;
use crate::mouse::MouseButton;
use crate::session::{Session, Surface};
use crate::value::{Payload, Vec2};
use rustc_hash::FxHashSet;

/// The largest number of warnings in a frame: a mistake in a loop would repeat them endlessly.
const MAX_WARNINGS: usize = 20;

/// Records one drawing. Made by [`Session::record`], ended by [`Recorder::finish`].
///
/// ```
/// use lichtfeld_panel::{Input, InputValue, PanelIdentity, Session};
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
    pub(super) frame: Frame,
    pub(super) session: Session,
    /// The innermost scope that gives names: the seed of the ids.
    pub(super) seed: WidgetId,
    pub(super) scopes: Vec<Scope>,
    pub(super) depth: u16,
    /// The number of widgets without a name in the scope; their position is their identity.
    pub(super) unnamed: u32,
    /// The number of open scopes that disable their content.
    pub(super) disabled: u32,
    pub(super) indent: f32,
    pub(super) same_line: Option<SameLine>,
    pub(super) next_width: Option<f32>,
    pub(super) next_open: Option<bool>,
    pub(super) next_focus: bool,
    pub(super) next_window: (Option<Vec2>, Option<Vec2>),
    pub(super) in_table: bool,
    pub(super) clicked: Option<MouseButton>,
    /// The button of the click that was delivered to the widget that is added next.
    pub(super) arrived: Option<MouseButton>,
    /// What the user's editing of the last widget did in this drawing.
    pub(super) edit: EditEvents,
    /// The widget that `is_hovered`, `tooltip` and the like refer to.
    pub(super) last_item: Option<usize>,
    pub(super) dropped_on: Option<Payload>,
    pub(super) decoration: Decoration,
    /// Whether this drawing used an input or changed what is open.
    pub(super) consumed: bool,
    pub(super) call_sites: CallSites,
}

/// What a drawing notes about the places in the author's code that its calls come from.
#[derive(Debug, Default)]
pub(super) struct CallSites {
    /// Where the call that is being recorded comes from.
    pub(super) caller: Option<Location>,
    /// The widgets that share a name with another.
    pub(super) twins: FxHashSet<WidgetId>,
    /// Whether two widgets share a name and their call sites were not recorded.
    pub(super) unknown: bool,
}

impl Session {
    /// Begins a drawing. The recorder owns the session until [`Recorder::finish`] returns it.
    #[must_use]
    pub fn record(self, panel: PanelIdentity) -> Recorder {
        Recorder::new(self, panel)
    }
}

impl Recorder {
    fn new(mut session: Session, panel: PanelIdentity) -> Self {
        session.seen.clear();
        session.has_taken = false;
        let consumed = session.begin_pointer();
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
            arrived: None,
            edit: EditEvents::NONE,
            last_item: None,
            dropped_on: None,
            decoration: Decoration::default(),
            consumed,
            call_sites: CallSites::default(),
        }
    }

    /// Ends the drawing. Scopes that are still open are closed, with a warning for each.
    #[must_use]
    pub fn finish(mut self) -> (Frame, Session) {
        self.close_down_to(0, None);
        self.session.settle_pointer(&self.frame.widgets);
        self.mark_edited();
        self.frame.dropped = self.session.settle(&self.frame.widgets);
        self.frame.list_textures();
        let looks_again = self.settle_call_sites();
        if self.consumed
            || looks_again
            || self.session.has_pending()
            || !self.frame.dropped.is_empty()
        {
            self.frame.redraw = Redraw::Again;
        }
        (self.frame, self.session)
    }

    /// Ends a drawing that failed halfway. The widgets drawn until then stay in the frame. Inputs that
    /// were not delivered stay in the queue.
    #[must_use]
    pub fn fail(mut self, error: PanelError) -> (Frame, Session) {
        let warnings = self.frame.warnings.len();
        self.close_down_to(0, None);
        // The failure has left these scopes open: no mistake of its own.
        self.frame.warnings.truncate(warnings);
        self.mark_edited();
        self.frame.dropped = self.session.interrupt();
        self.frame.list_textures();
        self.frame.error = Some(error);
        (self.frame, self.session)
    }

    /// Returns whether the frame has [`MAX_WIDGETS`]: further widgets are left out.
    #[must_use]
    #[inline]
    pub fn is_full(&self) -> bool {
        self.frame.widgets.len() >= MAX_WIDGETS
    }

    /// Returns what the front end draws on.
    #[must_use]
    pub fn surface(&self) -> &Surface {
        &self.session.surface
    }

    /// Returns the panel that is drawn.
    #[must_use]
    pub fn panel(&self) -> &PanelIdentity {
        &self.frame.panel
    }

    /// Returns what measures texts.
    #[must_use]
    pub fn text_metrics(&self) -> &TextMetrics {
        &self.session.metrics
    }

    /// Adds a warning for the author to the frame, once.
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
}
