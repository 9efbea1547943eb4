//! The panels that plugins have registered, and how a host draws them.
//!
//! A panel is identified by its id. While a reload is under way, the old and the new version of a
//! plugin may both have registered the same id; the host sees the panel of the active version.

use crate::registrations::draw_schedule::{DrawSchedule, DrawStats};
use crate::registrations::draw_stats::PastStats;
use crate::registrations::ledger::Owner;
use crate::registrations::notices::Notices;
pub use crate::registrations::panel_info::PanelInfo;
use crate::registrations::panel_log::PanelLog;
use crate::registrations::spelling::is_same;
use crate::registrations::table::Entry;
use crate::registrations::waiting_inputs::WaitingInputs;
use lichtfeld_panel::{
    Frame, Input, MAX_PENDING, Recorder, Redraw, Session, Surface, TextMetrics, Warning,
};
use parking_lot::{Mutex, MutexGuard};
use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// How often a panel is drawn in a row if its frames request it ([`Redraw::Again`]). A longer queue
/// of inputs continues with the host's next drawing.
const MAX_AGAIN: usize = 8;

/// Draws a panel: a Python object in this process, or one in a worker.
pub trait PanelSource: Send + Sync {
    /// Draws the panel. Errors of the plugin become the frame's content.
    fn draw(&self, info: &PanelInfo, session: &mut Session) -> Frame;

    /// Returns whether to show the panel now.
    fn poll(&self) -> bool;

    /// Draws the panel inside another panel that is being drawn: takes that one's recorder and
    /// returns it, or `None` if it was lost. By default the frame that [`PanelSource::draw`] returns
    /// becomes a part of the other one's.
    ///
    /// # Errors
    /// The text to show in its place; details are in the plugin's log.
    fn draw_inside(
        &self,
        info: &PanelInfo,
        mut recorder: Recorder,
    ) -> (Option<Recorder>, Result<(), String>) {
        recorder.embed(|session| self.draw(info, session));
        (Some(recorder), Ok(()))
    }

    /// Called when the panel was removed. It is not drawn any more.
    fn removed(&self) {}

    /// Returns whether [`PanelSource::update`] decides, on the interval, if the panel is drawn.
    fn updates(&self) -> bool {
        false
    }

    /// Called when the interval is over. Returns whether to draw the panel.
    fn update(&self) -> bool {
        true
    }

    /// Called when the application's scene has changed. Returns whether to draw the panel.
    fn scene_changed(&self) -> bool {
        false
    }

    /// Returns what the runtime knows it by: documents of a host are objects that the engine does not
    /// know.
    fn interface(&self) -> Option<&dyn Any> {
        None
    }
}

/// One registered panel.
pub struct Panel {
    info: PanelInfo,
    owner: Option<Owner>,
    source: Arc<dyn PanelSource>,
    state: Arc<PanelState>,
}

/// What stays when the description of a panel is changed.
struct PanelState {
    drawing: Mutex<Drawing>,
    hidden: AtomicBool,
    enabled: AtomicBool,
    schedule: DrawSchedule,
    /// Set when it is added to a table.
    notices: OnceLock<Arc<Notices>>,
    log: OnceLock<Arc<PanelLog>>,
}

/// What all panels of a table share.
#[derive(Debug, Default)]
pub struct PanelContext {
    pub(super) past: PastStats,
    pub(super) notices: Arc<Notices>,
    pub(crate) log: Arc<PanelLog>,
}

/// State that lasts from one drawing to the next. The session is taken out while the plugin's code
/// runs, so that no lock is held then.
#[derive(Default)]
struct Drawing {
    session: Option<Session>,
    busy: bool,
    inputs: WaitingInputs,
    surface: Surface,
    metrics: TextMetrics,
    last: Option<Arc<Frame>>,
}

impl fmt::Debug for Panel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Panel")
            .field("info", &self.info)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}

impl Panel {
    /// A panel that `source` draws. `owner` is the version of a plugin, or `None` for the host.
    pub fn new(info: PanelInfo, owner: Option<Owner>, source: Arc<dyn PanelSource>) -> Self {
        let state = PanelState {
            drawing: Mutex::default(),
            hidden: AtomicBool::new(false),
            enabled: AtomicBool::new(true),
            schedule: DrawSchedule::new(info.interval_ms),
            notices: OnceLock::new(),
            log: OnceLock::new(),
        };
        Self {
            info,
            owner,
            source,
            state: Arc::new(state),
        }
    }

    /// Returns this panel with another description. What it has drawn and what it waits for is shared.
    pub(crate) fn described(&self, info: PanelInfo) -> Self {
        Self {
            info,
            owner: self.owner.clone(),
            source: Arc::clone(&self.source),
            state: Arc::clone(&self.state),
        }
    }

    /// Returns whether it may be shown; see [`PanelChange::enabled`](crate::PanelChange::enabled).
    pub fn is_enabled(&self) -> bool {
        self.state.enabled.load(Ordering::Acquire)
    }

    pub(crate) fn set_enabled(&self, enabled: bool) {
        self.state.enabled.store(enabled, Ordering::Release);
    }

    /// Returns the description.
    pub fn info(&self) -> &PanelInfo {
        &self.info
    }

    /// Returns the version of a plugin that it belongs to, or `None` for the host.
    pub fn owner(&self) -> Option<&Owner> {
        self.owner.as_ref()
    }

    /// Returns the object that draws it.
    pub fn source(&self) -> &dyn PanelSource {
        &*self.source
    }

    /// Draws it now. Call this on the UI thread. If it is already being drawn, by another thread or
    /// by its own code, returns the previous frame.
    ///
    /// If the frame requests it, because an input arrived, the panel is drawn again at once.
    pub fn draw(&self) -> Arc<Frame> {
        let mut session = {
            let mut drawing = self.lock();
            if drawing.busy {
                return drawing.last.clone().unwrap_or_default();
            }
            drawing.busy = true;
            drawing.session.take().unwrap_or_default()
        };
        let mut frame = Frame::default();
        for round in 0..MAX_AGAIN {
            // At the beginning of each drawing: requests during it are for the next one.
            self.state.schedule.begin(Instant::now());
            {
                let mut drawing = self.lock();
                session.set_surface(drawing.surface);
                session.set_text_metrics(drawing.metrics.clone());
                for input in drawing.inputs.take() {
                    session.push_input(input);
                }
            }
            let begun = Instant::now();
            let mut next = self.source.draw(&self.info, &mut session);
            self.state.schedule.count(begun.elapsed());
            if round > 0 {
                // The host receives only the last frame, which must report everything that was
                // dropped.
                next.dropped.splice(0..0, frame.dropped);
                if let (Some(unseen), Some(shown)) = (frame.document, next.document.take()) {
                    next.document = Some(shown.after(&unseen));
                }
            }
            frame = next;
            if frame.redraw != Redraw::Again {
                break;
            }
            self.state.schedule.want();
        }
        frame.warnings.extend(self.notice());
        let frame = Arc::new(frame);
        let mut drawing = self.lock();
        drawing.session = Some(session);
        drawing.busy = false;
        drawing.last = Some(Arc::clone(&frame));
        frame
    }

    /// Returns the notice about its plugin.
    fn notice(&self) -> Option<Warning> {
        self.state.notices.get()?.of(&self.owner.as_ref()?.key)
    }

    fn lock(&self) -> MutexGuard<'_, Drawing> {
        self.state.drawing.lock()
    }

    /// Returns the surface of the next drawing.
    pub fn surface(&self) -> Surface {
        self.lock().surface
    }

    /// Sets the surface of the next drawing, and requests one if the panel would see a difference.
    /// The pointer is one only while it is over the panel.
    pub fn set_surface(&self, surface: Surface) {
        let mut before = std::mem::replace(&mut self.lock().surface, surface);
        if !surface.hovered {
            before.pointer = surface.pointer;
        }
        if before != surface {
            self.state.schedule.want();
        }
    }

    /// Sets what measures texts, from the next drawing on, and requests one if it is not the same.
    pub fn set_text_metrics(&self, metrics: TextMetrics) {
        // Dropped without the lock: a function of Python may be in it.
        let before = {
            let mut drawing = self.lock();
            (drawing.metrics != metrics).then(|| std::mem::replace(&mut drawing.metrics, metrics))
        };
        if before.is_some() {
            self.state.schedule.want();
        }
    }

    /// Passes an input of the user to the next drawing. At most [`MAX_PENDING`] wait for it: then the
    /// oldest is dropped, which is counted and logged once.
    pub fn push_input(&self, input: Input) {
        let drops_first = self.lock().inputs.push(input);
        self.state.schedule.want();
        if drops_first && let Some(log) = self.state.log.get() {
            let line = format!(
                "panel '{}': {MAX_PENDING} inputs wait for a drawing, so the oldest ones are dropped; \
                 the application draws it too rarely",
                self.info.id
            );
            log.write(self.owner.as_ref().map(|owner| &*owner.key), &line);
        }
    }

    /// Returns how many inputs were dropped because too many waited for a drawing.
    pub fn dropped_inputs(&self) -> u64 {
        self.lock().inputs.dropped()
    }

    /// Returns the frame of the last drawing, or `None` before the first.
    pub fn last(&self) -> Option<Arc<Frame>> {
        self.lock().last.clone()
    }

    /// Returns whether there was an input or a request since the last drawing.
    pub fn wants_drawing(&self) -> bool {
        self.state.schedule.is_wanted()
    }

    /// Requests a drawing.
    pub fn request_redraw(&self) {
        self.state.schedule.want();
    }

    /// Returns whether it must be drawn at `now`, because of an input, a request, or its interval,
    /// and is shown. Call this on the UI thread: it may call `poll` of the panel, and, when the
    /// interval is over, `on_update`.
    pub fn due(&self, now: Instant) -> bool {
        let is_hidden = self.is_hidden();
        if !is_hidden && !self.is_time(now) {
            return false;
        }
        if !self.poll() {
            // A host that sleeps until `next_due` must not be woken at once.
            self.state.schedule.tick(now);
            return false;
        }
        self.wants(now)
    }

    fn is_time(&self, now: Instant) -> bool {
        self.state.schedule.is_wanted()
            || self
                .state
                .schedule
                .next(now)
                .is_some_and(|next| next <= now)
    }

    /// As [`Panel::due`], for a panel whose application has decided that it is shown.
    pub fn wants(&self, now: Instant) -> bool {
        if self.state.schedule.is_wanted() || !self.is_time(now) {
            return self.state.schedule.is_wanted();
        }
        if !self.source.updates() {
            return true;
        }
        // Before the plugin's code, which may call this as well.
        self.state.schedule.tick(now);
        if self.source.update() {
            self.state.schedule.want();
        }
        self.state.schedule.is_wanted()
    }

    /// Returns when it is due if nothing happens until then, or `None` for never. A hidden panel is
    /// asked again after its interval, or after 100 ms.
    pub fn next_due(&self, now: Instant) -> Option<Instant> {
        if self.is_hidden() {
            return Some(self.state.schedule.next_poll(now));
        }
        self.state.schedule.next(now)
    }

    /// Returns its draw times.
    pub fn stats(&self) -> DrawStats {
        self.state
            .schedule
            .stats(&self.info.id, self.info.plugin.as_deref())
    }

    /// Asks the panel whether to show it now. Call this on the UI thread.
    pub fn poll(&self) -> bool {
        let shown = self.is_enabled() && self.source.poll();
        let was_hidden = self.state.hidden.swap(!shown, Ordering::AcqRel);
        if shown && was_hidden {
            // Its last frame may be old.
            self.state.schedule.want();
        }
        shown
    }

    /// Returns whether it was hidden when it was last asked.
    pub fn is_hidden(&self) -> bool {
        self.state.hidden.load(Ordering::Acquire)
    }
}

impl Entry for Panel {
    type Context = PanelContext;

    fn id(&self) -> &str {
        &self.info.id
    }

    fn owner(&self) -> Option<&Owner> {
        self.owner.as_ref()
    }

    fn plugin(&self) -> Option<&str> {
        self.info.plugin.as_deref()
    }

    fn order(&self) -> i64 {
        self.info.order
    }

    fn is_spelled(&self, id: &str) -> bool {
        is_same(id, &self.info.id)
    }

    fn added(&self, context: &PanelContext) {
        let _ = self.state.notices.set(Arc::clone(&context.notices));
        let _ = self.state.log.set(Arc::clone(&context.log));
    }

    fn removed(&self, context: &PanelContext) {
        context.past.add(self.stats());
        self.source.removed();
    }
}

#[cfg(test)]
#[path = "panels_tests.rs"]
mod tests;
