//! Widgets that the user opens and closes: trees, headers, menus, popups. The session remembers
//! which are open.

use super::scope::ScopeKind;
use super::state::Recorder;
use crate::frame::Location;
use crate::identity::{Label, WidgetId};
use crate::input::InputValue;
use crate::kind::{PopupForm, WidgetKind};
use crate::mouse::MouseButton;
use crate::session::Seen;
use crate::text_value::Text;

impl Recorder {
    /// Adds a widget that folds, in the state that the user left it in. If it is unfolded and
    /// `scope` is given, opens that scope. Returns whether it is unfolded.
    pub fn fold(
        &mut self,
        label: &str,
        default_open: bool,
        scope: Option<ScopeKind>,
        at: Option<Location>,
        kind: impl FnOnce(Text, bool) -> WidgetKind,
    ) -> bool {
        let label = Label::new(label);
        // The kind is needed for the id, the id for the state, the state for the kind.
        let mut draft = kind(Text::new(label.shown), default_open);
        let id = self.identify(label, draft.tag(), self.frame.widgets.len());
        let mut open = self.session.open.get(&id).copied().unwrap_or(default_open);
        if let Some(forced) = self.next_open.take() {
            open = forced;
            self.session.open.insert(id, open);
        }
        set_open(&mut draft, open);
        if let Some(InputValue::Open(wanted)) = self.deliver(id, &draft) {
            open = wanted;
            self.session.open.insert(id, open);
            set_open(&mut draft, open);
        }
        self.push_labelled(id, label, draft);
        if open && let Some(scope) = scope {
            self.open_scope(scope, at);
            self.seed = id;
            self.unnamed = 0;
        }
        open
    }

    fn popup_id(&self, name: &str) -> WidgetId {
        let kind = WidgetKind::Popup {
            label: Text::default(),
            form: PopupForm::Plain,
            open: true,
        };
        self.seed
            .of_kind(kind.tag())
            .child(Label::new(name).identity)
    }

    /// Opens the popup with this name in the current scope.
    pub fn open_popup(&mut self, name: &str) {
        let id = self.popup_id(name);
        self.session.open.insert(id, true);
        self.consumed = true;
    }

    /// Closes the popup that is being drawn, or warns if there is none.
    pub fn close_popup(&mut self, at: Option<Location>) {
        let popups = [ScopeKind::Popup, ScopeKind::Modal, ScopeKind::ContextMenu];
        let index = popups.iter().filter_map(|kind| self.innermost(*kind)).max();
        let id = index
            .and_then(|index| self.frame.widgets.get(index))
            .map(|widget| widget.id);
        match id {
            Some(id) => {
                self.session.open.remove(&id);
                self.consumed = true;
            }
            None => self.warn(
                "no-popup",
                "close_current_popup() was called outside of a popup".to_owned(),
                "call it between begin_popup() and end_popup()".to_owned(),
                at,
            ),
        }
    }

    /// Adds the popup with this name and opens its scope, if it is open. Returns whether it is.
    pub fn begin_popup(&mut self, name: &str, form: PopupForm, at: Option<Location>) -> bool {
        let id = self.popup_id(name);
        let label = Text::new(Label::new(name).shown);
        let popup = |open| WidgetKind::Popup {
            label: label.clone(),
            form,
            open,
        };
        let index = u32::try_from(self.frame.widgets.len()).unwrap_or(u32::MAX);
        let mut is_open = self.session.open.get(&id).copied().unwrap_or(false);
        // A front end may also report the click that opens a context menu.
        if form == PopupForm::Context && self.clicked() == Some(MouseButton::Secondary) {
            is_open = true;
            self.session.open.insert(id, true);
        }
        // A context menu is opened by the front end, so it is in the frame even while closed.
        if is_open || form == PopupForm::Context {
            self.session.seen.insert(
                id,
                Seen {
                    first: index,
                    times: 1,
                },
            );
            if let Some(InputValue::Open(wanted)) = self.deliver(id, &popup(is_open)) {
                is_open = wanted;
                self.session.open.insert(id, wanted);
            }
        }
        if is_open || form == PopupForm::Context {
            self.push_labelled(id, Label::new(name), popup(is_open));
        }
        if !is_open {
            self.session.open.remove(&id);
            return false;
        }
        let scope = match form {
            PopupForm::Plain => ScopeKind::Popup,
            PopupForm::Modal => ScopeKind::Modal,
            PopupForm::Context => ScopeKind::ContextMenu,
        };
        self.open_scope(scope, at);
        self.seed = id;
        self.unnamed = 0;
        true
    }
}

fn set_open(kind: &mut WidgetKind, state: bool) {
    if let WidgetKind::Header { open, .. }
    | WidgetKind::Tree { open, .. }
    | WidgetKind::Menu { open, .. } = kind
    {
        *open = state;
    }
}
