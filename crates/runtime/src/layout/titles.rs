//! How a widget looks that shows something registered: an operator, a menu, a panel.

use lichtfeld_engine::registrations::operators::Operator;
use lichtfeld_engine::registrations::panels::Panel;
use lichtfeld_panel::Title;

/// Returns how to show a menu or a panel; `what` is which of the two.
pub(crate) fn of_panel(panel: Option<&Panel>, what: &str, id: &str) -> Title {
    let mut title = Title::default();
    match panel {
        Some(panel) => title.text.clone_from(&panel.info().label),
        None => title.reason = Some(format!("no {what} is called '{id}'")),
    }
    title
}

/// Returns how to show an operator. Asks its `poll`: call this without the GIL.
pub(crate) fn of_operator(operator: Option<&Operator>, id: &str) -> Title {
    let mut title = Title::default();
    match operator {
        Some(operator) => {
            title.text.clone_from(&operator.info().label);
            title.tooltip.clone_from(&operator.info().description);
            title.reason = why_not(operator);
        }
        None => title.reason = Some(format!("no operator is called '{id}'")),
    }
    title
}

/// Returns why an operator cannot be started now, or `None` if it can.
fn why_not(operator: &Operator) -> Option<String> {
    let source = operator.source();
    if let Some(trouble) = source.trouble() {
        return Some(trouble.message);
    }
    if source.is_running() {
        return Some("it is at work".to_owned());
    }
    // Asked before the reason why there was no answer: that one may be known only now.
    match source.poll() {
        true => None,
        false => Some(source.trouble().map_or_else(
            || "it is not possible now".to_owned(),
            |trouble| trouble.message,
        )),
    }
}
