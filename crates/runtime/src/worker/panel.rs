//! A panel or a menu that is drawn in a worker.
//!
//! The thread that draws waits for `WorkerOptions::draw`. If no frame has arrived by then it shows
//! the last one, and requests a drawing when the frame arrives. Inputs of the user wait in the session.
//! What the frame shows of others is filled in here, after the answer: nobody waits for two processes
//! at once.

use crate::bundled_modules::OPERATOR;
use crate::worker::filled::HostRegistry;
use crate::worker::mirrored_entries::panels;
use crate::worker::process::Worker;
use crate::worker::textures_received;
use lichtfeld_engine::registrations::panels::{PanelInfo, PanelSource};
use lichtfeld_engine::worker::channel::{CallError, Pending};
use lichtfeld_engine::worker::message::{Ask, Shown, unpack};
use lichtfeld_engine::worker::silence;
use lichtfeld_panel::{FontTable, Frame, FrameDocument, PanelError, PanelIdentity, Session};
use parking_lot::Mutex;
use pyo3::IntoPyObjectExt;
use pyo3::intern;
use pyo3::prelude::*;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The time limit for an answer that is late already.
const LATE: Duration = Duration::from_millis(1);

pub(crate) struct RemotePanel {
    kind: Shown,
    id: String,
    /// Whether it may be hidden: asking costs a message in each direction.
    polls: bool,
    worker: Arc<Worker>,
    drawing: Mutex<Drawing>,
    polling: Mutex<Option<Pending>>,
    shown: AtomicBool,
    /// Whether it has a document of the host.
    mounted: AtomicBool,
}

#[derive(Default)]
struct Drawing {
    pending: Option<Pending>,
    last: Option<Frame>,
    /// The font that the worker knows.
    font: Option<Arc<FontTable>>,
}

impl RemotePanel {
    pub(super) fn new(worker: Arc<Worker>, kind: Shown, info: &PanelInfo) -> Self {
        Self {
            kind,
            id: info.id.clone(),
            polls: info.polls,
            worker,
            drawing: Mutex::default(),
            polling: Mutex::default(),
            shown: AtomicBool::new(true),
            mounted: AtomicBool::new(false),
        }
    }

    /// Gives it a document: it gets a reference.
    ///
    /// # Errors
    /// What its `on_bind_model` or `on_mount` raises, or that its process does not answer.
    pub(crate) fn mount(
        &self,
        document: &Bound<'_, PyAny>,
        context: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let py = document.py();
        self.mounted.store(false, Ordering::Release);
        self.step(py, "mount", (document, context).into_bound_py_any(py)?)?;
        self.mounted.store(true, Ordering::Release);
        Ok(())
    }

    /// Takes the document away.
    ///
    /// # Errors
    /// If its process does not answer.
    pub(crate) fn unmount(&self, py: Python<'_>) -> PyResult<()> {
        if self.mounted.swap(false, Ordering::AcqRel) && self.worker.death().is_none() {
            self.step(py, "unmount", py.None().into_bound(py))?;
        }
        Ok(())
    }

    /// Does a step on the thread of the worker that draws. `None` if it has ended.
    fn step<'py>(
        &self,
        py: Python<'py>,
        what: &str,
        given: Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(peer) = self.worker.peer.get() else {
            return Ok(None);
        };
        let limit = self.worker.services.workers.operator;
        OPERATOR
            .get(py)?
            .call_method1(intern!(py, "ask"), (peer, limit, what, &self.id, given))
            .map(Some)
    }

    fn failed(info: &PanelInfo, exception: &str, message: String, traceback: String) -> Frame {
        Frame::failed(
            PanelIdentity::new(&info.id, &info.label),
            PanelError::new(exception, message, traceback),
        )
    }

    fn dead(&self, info: &PanelInfo) -> Option<Frame> {
        let death = self.worker.death()?;
        let traceback = death.traceback.clone().unwrap_or_default();
        Some(Self::failed(
            info,
            "PluginCrashedError",
            death.message,
            traceback,
        ))
    }

    fn waited(&self, was_late: bool) -> Duration {
        if was_late {
            LATE
        } else {
            self.worker.services.workers.draw
        }
    }

    /// Requests a drawing when a late frame has arrived: a host that draws what is due alone would
    /// not show it otherwise.
    fn draw_again_after(&self, pending: &Pending) {
        let (services, kind, id) = (self.worker.services.clone(), self.kind, self.id.clone());
        pending.when_answered(move || {
            if let Some(panel) = panels(&services, kind).find(&id) {
                panel.request_redraw();
            }
            services.host.request_redraw();
        });
    }

    /// Returns the frame to show while no new one arrives: the last one, or an empty or failed one.
    fn meanwhile(&self, info: &PanelInfo, age: Duration, last: Option<&Frame>) -> Frame {
        let is_asking = || self.worker.services.requests.is_waiting(&self.worker.owner);
        let is_long = age >= self.worker.services.workers.silence || self.worker.is_silent();
        if is_long && !is_asking() {
            let message = silence::describe(age);
            return Self::failed(info, "PluginTimeoutError", message, String::new());
        }
        last.cloned()
            .unwrap_or_else(|| Frame::new(PanelIdentity::new(&info.id, &info.label)))
    }
}

impl PanelSource for RemotePanel {
    fn draw(&self, info: &PanelInfo, session: &mut Session) -> Frame {
        session.route();
        let mut frame = self.drawn(info, session);
        session.fill(&mut frame, &mut HostRegistry::new(&self.worker.services));
        // The worker does not know of a title that was changed here, and may say anything.
        frame.panel = PanelIdentity::new(&info.id, &info.label);
        frame
    }

    fn poll(&self) -> bool {
        if !self.polls || self.worker.death().is_some() || self.worker.is_silent() {
            return true;
        }
        let taken = self.polling.lock().take();
        let was_late = taken.is_some();
        let asked = taken.map_or_else(
            || {
                self.worker.begin(&Ask::Poll {
                    kind: self.kind,
                    id: self.id.clone(),
                })
            },
            Ok,
        );
        let Ok(pending) = asked else {
            return true;
        };
        match pending.wait(self.waited(was_late), &mut || self.worker.serve()) {
            Ok(Ok(body)) => {
                let shown = unpack::<bool>(&body).is_ok_and(|(shown, _)| shown);
                self.shown.store(shown, Ordering::Release);
            }
            Err(CallError::TimedOut(_)) => {
                *self.polling.lock() = Some(pending);
            }
            _ => {}
        }
        self.shown.load(Ordering::Acquire)
    }

    fn scene_changed(&self) -> bool {
        if !self.mounted.load(Ordering::Acquire) || self.worker.death().is_some() {
            return false;
        }
        Python::attach(|py| {
            let answer = self.step(py, "scene_changed", py.None().into_bound(py));
            // What the panel raised is in its log; a process that does not answer is reported elsewhere.
            answer.is_ok_and(|answer| answer.is_some_and(|it| it.is_truthy().unwrap_or(false)))
        })
    }

    fn interface(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl RemotePanel {
    /// Returns the new frame, or the last one if the new one is late, as the worker has sent it.
    fn drawn(&self, info: &PanelInfo, session: &mut Session) -> Frame {
        if let Some(frame) = self.dead(info) {
            return frame;
        }
        let Drawing {
            pending,
            last,
            mut font,
        } = std::mem::take(&mut *self.drawing.lock());
        let was_late = pending.is_some();
        let pending = match pending {
            Some(pending) => Ok(pending),
            None => {
                let is_known =
                    |new: &Arc<_>| font.as_ref().is_some_and(|old| Arc::ptr_eq(old, new));
                let new = session.text_metrics().table();
                let new = new.filter(|new| !is_known(new));
                let document = last.as_ref().and_then(|frame| frame.document.as_ref());
                let asked = self.worker.begin(&Ask::Draw {
                    kind: self.kind,
                    id: info.id.clone(),
                    inputs: session.take_pending(),
                    surface: session.surface().into(),
                    document: document.map_or(0, |document| document.version),
                    font: new.as_deref().cloned(),
                });
                font = new.or(font);
                asked
            }
        };
        let (frame, pending) = match pending {
            Err(failure) => {
                let frame = Self::failed(
                    info,
                    "PluginCrashedError",
                    failure.message,
                    failure.traceback.unwrap_or_default(),
                );
                (Err(frame), None)
            }
            Ok(pending) => match pending.wait(self.waited(was_late), &mut || self.worker.serve()) {
                Ok(Ok(body)) => (
                    serde_json::from_slice::<Frame>(&body)
                        .map(|frame| textures_received::checked(&self.worker, frame))
                        .map_err(|error| {
                            let message = format!("what the plugin has drawn is refused: {error}");
                            Self::failed(info, "PluginLimitError", message, String::new())
                        }),
                    None,
                ),
                Ok(Err(body)) => {
                    let message = unpack::<lichtfeld_engine::error::failure::Failure>(&body)
                        .map_or_else(String::from, |(failure, _)| failure.message);
                    let frame = Self::failed(info, "PluginError", message, String::new());
                    (Err(frame), None)
                }
                Err(CallError::TimedOut(_)) => {
                    let frame = self.meanwhile(info, pending.age(), last.as_ref());
                    self.draw_again_after(&pending);
                    (Err(frame), Some(pending))
                }
                Err(error) => {
                    let frame = self.dead(info).unwrap_or_else(|| {
                        let message = error.to_string();
                        Self::failed(info, "PluginCrashedError", message, String::new())
                    });
                    (Err(frame), None)
                }
            },
        };
        let frame = frame.map(|frame| with_known(frame, last.as_ref()));
        let mut drawing = self.drawing.lock();
        drawing.pending = pending;
        drawing.font = font;
        drawing.last = match &frame {
            Ok(frame) => Some(frame.clone()),
            Err(_) => last,
        };
        frame.unwrap_or_else(|frame| frame)
    }
}

/// Returns a frame with the document of the last one, if the worker has left it out as known.
fn with_known(mut frame: Frame, last: Option<&Frame>) -> Frame {
    let known = last.and_then(|frame| frame.document.as_ref());
    if let Some(document) = &frame.document
        && document.nodes.is_empty()
    {
        let is_meant = |known: &&Arc<_>| FrameDocument::is_same(known, document);
        frame.document = known.filter(is_meant).cloned();
    }
    frame
}
