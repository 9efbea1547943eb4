//! Finds the widget of a frame that a person or a program names.

use crate::frame::{Frame, Widget};
use crate::input::InputValue;
use crate::kind::WidgetKind;
use std::fmt::Write;

/// How many widgets a message lists.
const LISTED: usize = 20;

/// No widget, or more than one, has this name. The message lists the widgets in question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoSuchWidget {
    /// No widget has it.
    #[error("there is no widget '{name}'; there are: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// All labels, in the order of drawing.
        known: String,
    },
    /// Several have it.
    #[error("there are {count} widgets '{name}': {candidates}")]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// Their number.
        count: usize,
        /// Label, id, kind and position of each.
        candidates: String,
    },
}

impl NoSuchWidget {
    /// Returns the stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown-widget",
            Self::Ambiguous { .. } => "ambiguous-widget",
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "name a widget of the last frame, by its label or its id",
            Self::Ambiguous { .. } => {
                "name one by its id, or by its label with what follows `##` in the plugin's code"
            }
        }
    }
}

impl Frame {
    /// Finds a widget by its id, by its label with or without the part that is not shown
    /// (`Delete`, `Delete##2`), by that part alone (`##2`), or a text by its words. If several
    /// widgets have the name, the one that accepts `input` is meant.
    ///
    /// # Errors
    /// [`NoSuchWidget`] if no widget has the name, or more than one.
    pub fn named(&self, name: &str, input: Option<&InputValue>) -> Result<&Widget, NoSuchWidget> {
        if let Some(widget) = name.parse().ok().and_then(|id| self.find(id)) {
            return Ok(widget);
        }
        let all = || self.widgets.iter().enumerate();
        let mut found: Vec<_> = all()
            .filter(|(_, widget)| has_label(widget, name))
            .collect();
        if found.is_empty() {
            found = all()
                .filter(|(_, widget)| text_of(widget) == Some(name))
                .collect();
        }
        if found.len() > 1
            && let Some(input) = input
        {
            let accepts = |widget: &Widget| widget.kind.accept(input.clone()).is_ok();
            let mut accepting = found.iter().filter(|(_, widget)| accepts(widget));
            if let (Some((_, only)), None) = (accepting.next(), accepting.next()) {
                return Ok(only);
            }
        }
        match found.as_slice() {
            [(_, widget)] => Ok(widget),
            [] => Err(NoSuchWidget::Unknown {
                name: name.to_owned(),
                known: self.labels(),
            }),
            several => Err(NoSuchWidget::Ambiguous {
                name: name.to_owned(),
                count: several.len(),
                candidates: listed(several),
            }),
        }
    }

    fn labels(&self) -> String {
        let labels: Vec<&str> = self
            .widgets
            .iter()
            .filter_map(|widget| widget.kind.label())
            .collect();
        labels.join(", ")
    }
}

fn has_label(widget: &Widget, name: &str) -> bool {
    let Some(shown) = widget.kind.label() else {
        return false;
    };
    let hidden = widget.traits.name.as_deref().unwrap_or_default();
    if shown == name {
        return true;
    }
    if hidden.is_empty() {
        return false;
    }
    // What is shown before `###` does not matter, and may change.
    let is_whole = hidden.starts_with("###") && name.ends_with(hidden);
    hidden == name || is_whole || name.strip_prefix(shown) == Some(hidden)
}

fn text_of(widget: &Widget) -> Option<&str> {
    match &widget.kind {
        WidgetKind::Text { text, .. } => Some(text),
        _ => None,
    }
}

/// Lists widgets, each with its place among the widgets of the frame.
fn listed(widgets: &[(usize, &Widget)]) -> String {
    let mut list = String::new();
    for (at, widget) in widgets.iter().take(LISTED) {
        let shown = widget.kind.label().or_else(|| text_of(widget));
        let _ = write!(
            list,
            "{}'{}{}' {} ({}, widgets[{at}])",
            if list.is_empty() { "" } else { ", " },
            shown.unwrap_or_default(),
            widget.traits.name.as_deref().unwrap_or_default(),
            widget.id,
            widget.kind.name(),
        );
    }
    if widgets.len() > LISTED {
        let _ = write!(list, " and {} more", widgets.len() - LISTED);
    }
    list
}
