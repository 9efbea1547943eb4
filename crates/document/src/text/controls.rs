//! How controls look as text.

use std::collections::BTreeMap;

use crate::changes::{Content, Snapshot};

/// The columns of a text field that has no `size`.
const FIELD: usize = 12;
/// The columns of a slider and of a progress bar.
const BAR: usize = 10;

type Attributes = BTreeMap<String, String>;

/// Returns the text of a control, or `None` if the element is none.
pub(super) fn draw(
    element: &str,
    attributes: &Attributes,
    children: &[Snapshot],
) -> Option<String> {
    let get = |name: &str| attributes.get(name).map_or("", String::as_str);
    Some(match element {
        "input" => input(get("type"), attributes),
        "textarea" => field(get("value"), attributes),
        "select" => format!("<{} v>", chosen(get("value"), children)),
        "progress" | "progressbar" => {
            let max = number(get("max")).filter(|max| *max > 0.0).unwrap_or(1.0);
            let share = number(get("value")).unwrap_or(0.0) / max;
            format!(
                "{} {:.0}%",
                bar(share, '#', '.'),
                share.clamp(0.0, 1.0) * 100.0
            )
        }
        "img" | "svg" | "texture" => format!("(image {})", [get("src"), get("sprite")].concat()),
        _ => return None,
    })
}

fn input(kind: &str, attributes: &Attributes) -> String {
    let get = |name: &str| attributes.get(name).map_or("", String::as_str);
    let is_on = attributes.contains_key("checked");
    match kind {
        "checkbox" => (if is_on { "[x]" } else { "[ ]" }).to_owned(),
        "radio" => (if is_on { "(x)" } else { "( )" }).to_owned(),
        "submit" | "button" => format!("[ {} ]", get("value")),
        "range" => {
            let (min, max) = (
                number(get("min")).unwrap_or(0.0),
                number(get("max")).unwrap_or(100.0),
            );
            let value = number(get("value")).unwrap_or(min);
            let share = if max > min {
                (value - min) / (max - min)
            } else {
                0.0
            };
            format!("{} {}", bar(share, '=', '-'), get("value"))
        }
        "password" => field(
            &"*".repeat(get("value").chars().count().min(99)),
            attributes,
        ),
        _ => field(get("value"), attributes),
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

fn field(value: &str, attributes: &Attributes) -> String {
    let placeholder = attributes.get("placeholder").filter(|_| value.is_empty());
    let value = placeholder.map_or(value, |text| text);
    let size = attributes
        .get("size")
        .and_then(|size| size.parse().ok())
        .unwrap_or(FIELD)
        .min(80);
    let fill = "_".repeat(size.saturating_sub(value.chars().count()));
    format!("[{value}{fill}]")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the share is within 0 and 1, and the bar has few columns"
)]
fn bar(share: f64, full: char, empty: char) -> String {
    let filled = (share.clamp(0.0, 1.0) * BAR as f64).round() as usize;
    let mut bar = String::from("[");
    bar.extend((0..BAR).map(|index| if index < filled { full } else { empty }));
    bar.push(']');
    bar
}

/// Returns the label of the option that is chosen: the one with the value, else the one that is
/// marked, else the first.
fn chosen(value: &str, children: &[Snapshot]) -> String {
    let mut first = None;
    let mut marked = None;
    for child in children {
        let Content::Element {
            element,
            attributes,
            children,
            ..
        } = &child.content
        else {
            continue;
        };
        if element != "option" {
            continue;
        }
        let label = label(children);
        let own = attributes.get("value").unwrap_or(&label);
        if !value.is_empty() && own == value {
            return label;
        }
        if attributes.contains_key("selected") {
            marked.get_or_insert(label.clone());
        }
        first.get_or_insert(label);
    }
    if !value.is_empty() {
        return value.to_owned();
    }
    marked.or(first).unwrap_or_default()
}

fn label(children: &[Snapshot]) -> String {
    let mut label = String::new();
    for child in children {
        if let Content::Text { text } = &child.content {
            label.push_str(text);
        }
    }
    label.split_whitespace().collect::<Vec<_>>().join(" ")
}
