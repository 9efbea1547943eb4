//! Dialogs of plugins as windows of egui: messages, questions, texts to type; and the clipboard.

use egui::{Align2, Context, Id, OpenUrl, Window};
use lichtfeld_embed::Requests;
use lichtfeld_embed::panel::{Answer, Request, RequestId, RequestKind};
use std::sync::{Arc, Mutex, PoisonError};

/// The dialogs that are open. A host calls [`Dialogs::take`] in `Host::request`, [`Dialogs::withdraw`] in
/// `Host::request_withdrawn`, and [`Dialogs::show`] in each frame.
#[derive(Clone, Debug, Default)]
pub struct Dialogs(Arc<Mutex<Vec<Dialog>>>);

#[derive(Debug)]
struct Dialog {
    request: Arc<Request>,
    /// What the user has typed.
    typed: String,
}

impl Dialogs {
    fn with<T>(&self, work: impl FnOnce(&mut Vec<Dialog>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a request, unless it is of a kind that is not shown here. egui has no dialogs for files; a
    /// host takes those of the system, for example by the crate `rfd`, and answers at once.
    pub fn take(&self, request: &Arc<Request>) -> bool {
        let typed = match &request.kind {
            RequestKind::Input { value, .. } => value.clone(),
            RequestKind::Message { .. }
            | RequestKind::Confirm { .. }
            | RequestKind::SetClipboard { .. }
            | RequestKind::OpenUrl { .. } => String::new(),
            _ => return false,
        };
        let request = Arc::clone(request);
        self.with(|open| open.push(Dialog { request, typed }));
        true
    }

    /// Closes the dialog of a request whose plugin does not wait for it any more.
    pub fn withdraw(&self, id: RequestId) {
        self.with(|open| open.retain(|dialog| dialog.request.id != id));
    }

    /// Shows the dialogs, and answers those that the user has closed.
    pub fn show(&self, context: &Context, requests: &Requests) {
        let mut answered = Vec::new();
        self.with(|open| {
            open.retain_mut(|dialog| match dialog.show(context) {
                Some(answer) => {
                    answered.push((dialog.request.id, answer));
                    false
                }
                None => true,
            });
        });
        // Without the lock: an answer may call code of the plugin, which asks again.
        for (id, answer) in answered {
            // It may have been withdrawn just now.
            let _ = requests.answer(id, answer);
            context.request_repaint();
        }
    }
}

impl Dialog {
    /// Returns the answer, once the user has given it.
    fn show(&mut self, context: &Context) -> Option<Answer> {
        let (title, message) = match &self.request.kind {
            RequestKind::SetClipboard { text } => {
                context.copy_text(text.clone());
                return Some(Answer::Done(true));
            }
            RequestKind::OpenUrl { url } => {
                context.open_url(OpenUrl::new_tab(url));
                return Some(Answer::Done(true));
            }
            RequestKind::Message { title, message, .. }
            | RequestKind::Confirm { title, message, .. }
            | RequestKind::Input { title, message, .. } => (title, message),
            _ => return Some(Answer::Cancelled),
        };
        let (mut answer, mut is_open) = (None, true);
        Window::new(title)
            .id(Id::unique(("request", self.request.id.number())))
            .anchor(Align2::CENTER_CENTER, [0.0, 0.0])
            .collapsible(false)
            .resizable(false)
            .open(&mut is_open)
            .show(context, |ui| {
                ui.label(message);
                if matches!(self.request.kind, RequestKind::Input { .. }) {
                    ui.text_edit_singleline(&mut self.typed);
                }
                ui.horizontal(|ui| match &self.request.kind {
                    RequestKind::Confirm { buttons, .. } => {
                        for label in buttons {
                            if ui.button(label).clicked() {
                                answer = Some(Answer::Text(label.clone()));
                            }
                        }
                    }
                    RequestKind::Input { .. } => {
                        if ui.button("OK").clicked() {
                            answer = Some(Answer::Text(self.typed.clone()));
                        }
                    }
                    _ => {
                        if ui.button("OK").clicked() {
                            answer = Some(Answer::Done(true));
                        }
                    }
                });
            });
        answer.or((!is_open).then_some(Answer::Cancelled))
    }
}
