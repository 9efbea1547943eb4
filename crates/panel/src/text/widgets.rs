//! Each kind of widget without content, in characters.

use super::block::{Block, cut};
use super::numbers::number;
use crate::kind::{ButtonStyle, ChoiceForm, NumberForm, TextStyle, WidgetKind};
use crate::value::{Picture, Shape, Value, Vec2};

/// The number of characters of a slider or a progress bar.
const BAR: usize = 16;
/// The number of visible items of a list if the author did not set it.
const ROWS: usize = 7;

/// Draws a widget in characters, or returns `None` if it shows nothing.
pub(super) fn leaf(kind: &WidgetKind, room: usize) -> Option<Block> {
    let line = |text: String| Some(Block::line(&text, room));
    match kind {
        WidgetKind::Text { text, style, .. } => Some(text_block(text, *style, room)),
        WidgetKind::Button {
            style: ButtonStyle::Invisible,
            ..
        } => None,
        WidgetKind::Button {
            label,
            style,
            picture,
            selected,
            ..
        } => line(button(label, *style, picture.as_ref(), *selected)),
        WidgetKind::ColorButton { label, color, .. } => {
            let color = color.components().map(f64::from);
            line(format!("[ {} ]{}", hex(&color), after(label)))
        }
        WidgetKind::Checkbox { label, value } => line(format!(
            "[{}]{}",
            if *value { 'x' } else { ' ' },
            after(label)
        )),
        WidgetKind::Radio {
            label, selected, ..
        } => line(format!(
            "({}){}",
            if *selected { '•' } else { ' ' },
            after(label)
        )),
        WidgetKind::Number {
            label,
            value,
            form,
            min,
            max,
            step,
            format,
            ..
        } => {
            let shown = value_text(value, format);
            line(
                before(label)
                    + &match form {
                        NumberForm::Slider => format!("{} {shown}", slider(value, *min, *max)),
                        NumberForm::Drag => format!("‹ {shown} ›"),
                        NumberForm::Input if *step > 0.0 => format!("[ {shown} ] [-] [+]"),
                        NumberForm::Input => format!("[ {shown} ]"),
                    },
            )
        }
        WidgetKind::TextInput {
            label, value, hint, ..
        } => {
            let shown = if value.is_empty() && !hint.is_empty() {
                format!("‹{hint}›")
            } else {
                value.replace('\n', "⏎")
            };
            line(format!("{}[ {shown} ]", before(label)))
        }
        WidgetKind::PathInput { label, value, .. } => {
            line(format!("{}[ {value} ] [...]", before(label)))
        }
        WidgetKind::Choice {
            label,
            value,
            items,
            form,
        } => Some(choice(label, *value, items, *form, room)),
        WidgetKind::Color { label, value, .. } => {
            line(format!("{}■ {}", before(label), hex(value)))
        }
        WidgetKind::Selectable {
            label, selected, ..
        } => line(format!("{} {label}", if *selected { '>' } else { ' ' })),
        WidgetKind::MenuItem {
            label,
            shortcut,
            selected,
        } => {
            let tick = if *selected { "✓ " } else { "" };
            let shortcut = if shortcut.is_empty() {
                String::new()
            } else {
                format!("  {shortcut}")
            };
            line(format!("{tick}{label}{shortcut}"))
        }
        WidgetKind::Header { label, open }
        | WidgetKind::Tree {
            label,
            open,
            leaf: false,
        }
        | WidgetKind::Menu { label, open } => {
            line(format!("{} {label}", if *open { '▾' } else { '▸' }))
        }
        WidgetKind::Tree {
            label, leaf: true, ..
        } => line(format!("• {label}")),
        WidgetKind::Progress {
            fraction, overlay, ..
        } => {
            let done = (fraction * BAR as f32).round() as usize;
            let bar = "█".repeat(done.min(BAR)) + &"░".repeat(BAR.saturating_sub(done));
            line(match overlay.is_empty() {
                true => format!("{bar} {:.0} %", fraction * 100.0),
                false => format!("{bar} {overlay}"),
            })
        }
        WidgetKind::Plot {
            label,
            values,
            min,
            max,
            ..
        } => Some(plot(label, values, *min, *max, room)),
        WidgetKind::Image { picture, size, .. } => {
            line(format!("[{}{}]", named(picture), dimensions(*size)))
        }
        WidgetKind::Separator => line("─".repeat(room)),
        WidgetKind::Spacing => line(String::new()),
        _ => None,
    }
}

fn text_block(text: &str, style: TextStyle, room: usize) -> Block {
    match style {
        TextStyle::Heading => Block::wrapped(&format!("── {text} ──"), room),
        TextStyle::Bullet => {
            let mut bullet = Block::line("•", room);
            bullet.beside(&Block::wrapped(text, room.saturating_sub(2)), " ");
            bullet
        }
        TextStyle::Centered => Block::wrapped(text, room).centered(room),
        _ => Block::wrapped(text, room),
    }
}

fn button(label: &str, style: ButtonStyle, picture: Option<&Picture>, selected: bool) -> String {
    let shown = match picture {
        Some(picture) => named(picture),
        None => label.to_owned(),
    };
    let mark = match style {
        ButtonStyle::Primary => "* ",
        ButtonStyle::Success => "+ ",
        ButtonStyle::Warning => "? ",
        ButtonStyle::Error => "! ",
        _ => "",
    };
    match style {
        ButtonStyle::Small => format!("[{shown}]"),
        _ if selected => format!("[[ {mark}{shown} ]]"),
        _ => format!("[ {mark}{shown} ]"),
    }
}

fn before(label: &str) -> String {
    if label.is_empty() {
        String::new()
    } else {
        format!("{label}: ")
    }
}

fn after(label: &str) -> String {
    if label.is_empty() {
        String::new()
    } else {
        format!(" {label}")
    }
}

fn named(picture: &Picture) -> String {
    match picture {
        Picture::Texture(number) => format!("image {number}"),
        Picture::Named(name) => format!("image {name}"),
        Picture::Pixels(texture) => format!(
            "texture {}×{} v{}",
            texture.width, texture.height, texture.version
        ),
    }
}

fn dimensions(size: Vec2) -> String {
    if size.x() > 0.0 && size.y() > 0.0 {
        format!(" {}×{}", size.x(), size.y())
    } else {
        String::new()
    }
}

fn hex(color: &[f64]) -> String {
    let digits = |part: &f64| format!("{:02x}", (part.clamp(0.0, 1.0) * 255.0).round() as u8);
    let is_opaque = color.get(3).is_none_or(|alpha| *alpha >= 1.0);
    let parts = if is_opaque {
        color.iter().take(3)
    } else {
        color.iter().take(4)
    };
    parts.fold(String::from("#"), |all, part| all + &digits(part))
}

fn value_text(value: &Value, format: &str) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Int(whole) => number(*whole as f64, format, Some(*whole)),
        Value::Float(float) => number(*float, format, None),
        Value::Text(text) => text.to_string(),
        Value::Numbers(numbers) => {
            let parts: Vec<String> = numbers
                .iter()
                .map(|one| number(*one, format, None))
                .collect();
            parts.join("  ")
        }
    }
}

fn slider(value: &Value, min: Option<f64>, max: Option<f64>) -> String {
    let at = match value {
        Value::Int(whole) => *whole as f64,
        Value::Float(float) => *float,
        // One bar cannot show several numbers.
        _ => return "├┤".to_owned(),
    };
    let (low, high) = (min.unwrap_or(0.0), max.unwrap_or(1.0));
    let share = if high > low {
        ((at - low) / (high - low)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let handle = (share * (BAR - 1) as f64).round() as usize;
    let bar: String = (0..BAR)
        .map(|place| if place == handle { '●' } else { '─' })
        .collect();
    format!("├{bar}┤")
}

fn choice(
    label: &str,
    value: i64,
    items: &[crate::text_value::Text],
    form: ChoiceForm,
    room: usize,
) -> Block {
    let chosen = usize::try_from(value).ok().filter(|at| *at < items.len());
    match form {
        ChoiceForm::Combo => {
            let shown = chosen.map_or("–", |at| items[at].as_str());
            Block::line(&format!("{}[ {shown} ▾ ]", before(label)), room)
        }
        ChoiceForm::List { rows } => {
            let rows = usize::try_from(rows)
                .ok()
                .filter(|rows| *rows > 0)
                .unwrap_or(ROWS);
            let mut block = Block::default();
            if !label.is_empty() {
                block.below(Block::line(&format!("{label}:"), room));
            }
            // The chosen item is always visible.
            let first = chosen.map_or(0, |at| (at + 1).saturating_sub(rows));
            for (index, item) in items.iter().enumerate().skip(first).take(rows) {
                let mark = if Some(index) == chosen { '>' } else { ' ' };
                block.below(Block::line(&format!(" {mark} {item}"), room));
            }
            if items.len() > rows {
                block.below(Block::line(&format!("   … {} items", items.len()), room));
            }
            block
        }
    }
}

fn plot(
    label: &str,
    values: &[Option<f32>],
    min: Option<f32>,
    max: Option<f32>,
    room: usize,
) -> Block {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let known = || values.iter().flatten().copied();
    let low = min.or_else(|| known().reduce(f32::min)).unwrap_or(0.0);
    let high = max.or_else(|| known().reduce(f32::max)).unwrap_or(0.0);
    let limits = format!(
        " {} .. {}",
        number(f64::from(low), "", None),
        number(f64::from(high), "", None)
    );
    let label = before(label);
    let columns = room
        .saturating_sub(label.chars().count() + limits.chars().count())
        .clamp(1, 48);
    // If there are more values than columns, each column shows the last of its share.
    let count = columns.min(values.len());
    let curve: String = (0..count)
        .map(|column| values[((column + 1) * values.len() / count) - 1])
        .map(|value| match value {
            None => ' ',
            Some(value) => {
                let share = if high > low {
                    ((value - low) / (high - low)).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                HEIGHTS[(share * 7.0).round() as usize]
            }
        })
        .collect();
    Block::line(&format!("{label}{curve}{limits}"), room)
}

/// Returns the name of a shape; for a text, the text itself.
pub(super) fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Path {
            points,
            closed: false,
            ..
        } if points.len() <= 2 => "line".to_owned(),
        Shape::Path { closed: false, .. } => "lines".to_owned(),
        Shape::Path { points, .. } if points.len() == 3 => "triangle".to_owned(),
        Shape::Path { .. } => "polygon".to_owned(),
        Shape::Rect { .. } => "rectangle".to_owned(),
        Shape::Circle { .. } => "circle".to_owned(),
        Shape::Text { text, .. } => format!("\"{}\"", cut(text, 40)),
    }
}
