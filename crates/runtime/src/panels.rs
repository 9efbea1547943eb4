//! The panels that plugins have registered, and how a host draws them.
//!
//! A panel is known by its id. While a reload is under way the old and the new version may both
//! have registered the same id; the host sees the one whose plugin's version is active.

use crate::ledger::{Ledger, Owner};
use lichtfeld_panel::{Frame, Input, Session, Surface};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What a host has to know of a panel to place it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PanelInfo {
    /// Names it.
    pub id: String,
    /// Its title.
    pub label: String,
    /// Where it wants to be: `SIDE_PANEL` and so on.
    pub space: String,
    /// The id of the panel it is a part of; empty if none.
    pub parent: String,
    /// Smaller numbers come first.
    pub order: i64,
    /// Width and height in pixels, where it wants a size.
    pub size: Option<(f64, f64)>,
    /// Drawn again after this many milliseconds without a reason; none: only on input or request.
    pub interval_ms: Option<u64>,
    /// The plugin's normalised name; none for a panel of the host.
    pub plugin: Option<String>,
}

/// Something that can draw a panel: a Python object here, or one in a worker.
pub trait PanelSource: Send + Sync {
    /// Draws the panel. Errors of the plugin become the frame's content.
    fn draw(&self, info: &PanelInfo, session: &mut Session) -> Frame;

    /// Whether the panel is to be shown now.
    fn poll(&self) -> bool;
}

/// One registered panel.
pub struct Panel {
    info: PanelInfo,
    owner: Option<Owner>,
    source: Arc<dyn PanelSource>,
    drawing: Mutex<Drawing>,
    wants_drawing: AtomicBool,
}

/// What lasts from one drawing to the next. The session is taken out while the plugin's code runs,
/// so that no lock is held then.
#[derive(Default)]
struct Drawing {
    session: Option<Session>,
    busy: bool,
    inputs: Vec<Input>,
    last: Option<Arc<Frame>>,
}

impl Panel {
    /// What the host has to know of it.
    pub fn info(&self) -> &PanelInfo {
        &self.info
    }

    /// Draws it now. To be called on the UI thread. Where it is being drawn at this moment (by
    /// another thread, or by itself), the frame before is given.
    pub fn draw(&self) -> Arc<Frame> {
        let mut session = {
            let mut drawing = self.lock();
            if drawing.busy {
                return drawing.last.clone().unwrap_or_default();
            }
            drawing.busy = true;
            self.wants_drawing.store(false, Ordering::Release);
            let mut session = drawing.session.take().unwrap_or_default();
            for input in drawing.inputs.drain(..) {
                session.push_input(input);
            }
            session
        };
        let frame = Arc::new(self.source.draw(&self.info, &mut session));
        let mut drawing = self.lock();
        drawing.session = Some(session);
        drawing.busy = false;
        drawing.last = Some(Arc::clone(&frame));
        frame
    }

    fn lock(&self) -> MutexGuard<'_, Drawing> {
        self.drawing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells what the next drawing is drawn on.
    pub(crate) fn set_surface(&self, surface: Surface) {
        let mut drawing = self.lock();
        if let Some(session) = &mut drawing.session {
            session.set_surface(surface);
        } else if !drawing.busy {
            let mut session = Session::default();
            session.set_surface(surface);
            drawing.session = Some(session);
        }
    }

    /// Hands an input of the user to the next drawing.
    pub fn push_input(&self, input: Input) {
        self.lock().inputs.push(input);
        self.wants_drawing.store(true, Ordering::Release);
    }

    /// The frame of the last drawing; none before the first.
    pub fn last(&self) -> Option<Arc<Frame>> {
        self.lock().last.clone()
    }

    /// Whether it has a reason to be drawn: an input or a request since the last drawing.
    pub fn wants_drawing(&self) -> bool {
        self.wants_drawing.load(Ordering::Acquire)
    }

    /// Asks for a drawing.
    pub fn request_redraw(&self) {
        self.wants_drawing.store(true, Ordering::Release);
    }

    /// Whether it is to be shown now.
    pub fn poll(&self) -> bool {
        self.source.poll()
    }
}

/// All panels of one manager.
pub struct Panels {
    panels: Mutex<Vec<Arc<Panel>>>,
    ledger: Arc<Ledger>,
    listener: OnceLock<Box<PanelListener>>,
}

/// What a worker tells its host of its panels.
pub(crate) enum PanelChange<'a> {
    Registered(&'a PanelInfo),
    Unregistered(&'a str),
}

type PanelListener = dyn Fn(PanelChange<'_>) + Send + Sync;

/// What became of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// The id was free.
    New,
    /// Another panel with the id, of this or another plugin, was replaced.
    Replaced,
}

impl Panels {
    pub(crate) fn new(ledger: Arc<Ledger>) -> Self {
        Self {
            panels: Mutex::default(),
            ledger,
            listener: OnceLock::new(),
        }
    }

    /// Names the one who hears of every registration; the first one counts.
    pub(crate) fn listen(&self, listener: impl Fn(PanelChange<'_>) + Send + Sync + 'static) {
        let _ = self.listener.set(Box::new(listener));
    }

    fn tell(&self, change: PanelChange<'_>) {
        if let Some(listener) = self.listener.get() {
            listener(change);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Panel>>> {
        self.panels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a panel. One with the same id of the same version is replaced; one of an older version
    /// of the same plugin stays until that version is removed.
    pub fn register(
        &self,
        info: PanelInfo,
        owner: Option<Owner>,
        source: Arc<dyn PanelSource>,
    ) -> Registered {
        let panel = Arc::new(Panel {
            info,
            owner,
            source,
            drawing: Mutex::default(),
            wants_drawing: AtomicBool::new(true),
        });
        let mut panels = self.lock();
        let told = panel.info.clone();
        let before = panels.len();
        let key = |panel: &Panel| panel.owner.as_ref().map(|owner| owner.key.clone());
        let is_other_version =
            |known: &Panel| key(known) == key(&panel) && known.owner != panel.owner;
        let replaced: Vec<Arc<Panel>> = panels
            .extract_if(.., |known| {
                known.info.id == panel.info.id && !is_other_version(known)
            })
            .collect();
        panels.push(panel);
        let kept_all = panels.len() > before;
        drop(panels);
        // Dropped without the lock: a Python object may run code when it goes.
        drop(replaced);
        self.tell(PanelChange::Registered(&told));
        if kept_all {
            Registered::New
        } else {
            Registered::Replaced
        }
    }

    /// Removes the panel with this id that belongs to `owner`; false if there was none.
    pub fn unregister(&self, id: &str, owner: Option<&Owner>) -> bool {
        let removed: Vec<Arc<Panel>> = self
            .lock()
            .extract_if(.., |panel| {
                panel.info.id == id && panel.owner.as_ref() == owner
            })
            .collect();
        if !removed.is_empty() {
            self.tell(PanelChange::Unregistered(id));
        }
        !removed.is_empty()
    }

    /// The panels that the host sees, by order, then by id.
    #[must_use]
    pub fn visible(&self) -> Vec<Arc<Panel>> {
        let mut panels: Vec<Arc<Panel>> = self
            .lock()
            .iter()
            .filter(|panel| self.ledger.is_active(panel.owner.as_ref()))
            .cloned()
            .collect();
        panels.sort_by(|a, b| (a.info.order, &a.info.id).cmp(&(b.info.order, &b.info.id)));
        panels
    }

    /// The panel with this id that the host sees.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Arc<Panel>> {
        self.lock()
            .iter()
            .rev()
            .find(|panel| panel.info.id == id && self.ledger.is_active(panel.owner.as_ref()))
            .cloned()
    }

    /// Asks for a drawing of all panels that the host sees.
    pub fn request_redraw(&self) {
        for panel in self.visible() {
            panel.request_redraw();
        }
    }
}
