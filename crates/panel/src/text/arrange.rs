//! Containers and lines: arranges the blocks of widgets.

use super::block::{Block, pad};
use super::widgets::{leaf, shape};
use crate::kind::{Flow, PopupForm, TableColumn, WidgetKind};
use crate::tree::{Content, Item};

/// The smallest width of a part, in columns.
const LEAST: usize = 4;
/// The number of pixels of indentation that make one column.
const PIXELS: f32 = 8.0;

/// Draws all widgets of a level, one below the other or on one line.
pub(super) fn stack(content: Content<'_>, room: usize) -> Block {
    let mut all = Block::default();
    let mut line: Option<Block> = None;
    let mut shapes: Vec<String> = Vec::new();
    for part in content.nodes() {
        if let WidgetKind::Draw { shape: drawn, .. } = &part.widget.kind {
            shapes.push(shape(drawn));
            continue;
        }
        flush(&mut all, &mut line, &mut shapes, room);
        if matches!(part.widget.kind, WidgetKind::NewLine) {
            all.below(line.take().unwrap_or_default());
            continue;
        }
        let Some(block) = draw(part, room) else {
            continue;
        };
        match &mut line {
            Some(before)
                if part.widget.traits.same_line.is_some()
                    && before.width() + 1 + block.width() <= room =>
            {
                before.beside(&block, " ");
            }
            _ => all.below(line.replace(block).unwrap_or_default()),
        }
    }
    flush(&mut all, &mut line, &mut shapes, room);
    all.below(line.unwrap_or_default());
    all
}

/// Ends a run of shapes, which are listed on one line.
fn flush(all: &mut Block, line: &mut Option<Block>, shapes: &mut Vec<String>, room: usize) {
    if !shapes.is_empty() {
        all.below(line.take().unwrap_or_default());
        let text = format!("(drawn: {})", std::mem::take(shapes).join(", "));
        all.below(Block::wrapped(&text, room));
    }
}

fn draw(part: Item<'_>, room: usize) -> Option<Block> {
    let traits = &part.widget.traits;
    let indent = ((traits.indent / PIXELS) as usize).min(room / 2);
    let room = room.saturating_sub(indent).max(LEAST);
    let block = match container(part, room) {
        Some(block) => block,
        None => leaf(&part.widget.kind, room)?,
    };
    let is_text = matches!(
        part.widget.kind,
        WidgetKind::Text { .. } | WidgetKind::Separator | WidgetKind::Spacing
    );
    let mut block = block.indented(indent);
    if traits.disabled && !is_text && part.content.is_empty() {
        // A long label is cut: the mark matters more than its end.
        let mark = " (disabled)";
        if let Some(last) = block.lines.last_mut() {
            *last = super::block::cut(last, (room + indent).saturating_sub(mark.len())) + mark;
        }
    }
    Some(block)
}

fn container(part: Item<'_>, room: usize) -> Option<Block> {
    let inside = |room: usize| stack(part.content, room.max(LEAST));
    Some(match &part.widget.kind {
        WidgetKind::Tree { open: true, .. } => {
            let mut block = leaf(&part.widget.kind, room)?;
            block.below(inside(room.saturating_sub(2)).indented(2));
            block
        }
        WidgetKind::Menu { open: true, .. } => {
            let mut block = leaf(&part.widget.kind, room)?;
            block.below(inside(room.saturating_sub(4)).indented(2));
            block
        }
        WidgetKind::Group | WidgetKind::TableRow { .. } | WidgetKind::TableCell { .. } => {
            inside(room)
        }
        WidgetKind::Child { border: false, .. } => inside(room),
        WidgetKind::Child { .. } => inside(room.saturating_sub(4)).framed("", room),
        WidgetKind::Layout { flow, alert, .. } => {
            let mark = if *alert { 2 } else { 0 };
            let room_inside = room.saturating_sub(mark).max(LEAST);
            let mut block = flowing(*flow, part.content, room_inside);
            if *alert {
                let mut mark = Block::line("!", room);
                mark.beside(&block, " ");
                block = mark;
            }
            block
        }
        WidgetKind::Popup {
            label,
            form,
            open: true,
        } => {
            let title = if *form == PopupForm::Modal {
                format!("! {label}")
            } else {
                label.to_string()
            };
            inside(room.saturating_sub(4)).framed(&title, room)
        }
        WidgetKind::Window {
            label, closable, ..
        } => {
            let title = if *closable {
                format!("{label} (x)")
            } else {
                label.to_string()
            };
            inside(room.saturating_sub(4)).framed(&title, room)
        }
        WidgetKind::Tooltip => inside(room.saturating_sub(4)).framed("tooltip", room),
        WidgetKind::MenuBar => flowing(Flow::Row, part.content, room),
        WidgetKind::Table {
            columns, headers, ..
        } => table(columns, *headers, part.content, room),
        // Only visible while something is dragged.
        WidgetKind::DragPreview => return None,
        _ => return None,
    })
}

fn flowing(flow: Flow, content: Content<'_>, room: usize) -> Block {
    match flow {
        Flow::Column => stack(content, room),
        Flow::Box => stack(content, room.saturating_sub(4).max(LEAST)).framed("", room),
        Flow::Row => {
            let mut all = Block::default();
            let mut line = Block::default();
            for block in content.nodes().filter_map(|part| draw(part, room)) {
                if line.lines.is_empty() {
                    line = block;
                } else if line.width() + 2 + block.width() <= room {
                    line.beside(&block, "  ");
                } else {
                    all.below(std::mem::replace(&mut line, block));
                }
            }
            all.below(line);
            all
        }
        Flow::Split { factor } => {
            let parts: Vec<_> = content.nodes().collect();
            let first = ((room as f32 * factor) as usize).clamp(LEAST, room.max(LEAST));
            let others = parts.len().saturating_sub(1).max(1);
            let rest = (room.saturating_sub(first + 2 * others) / others).max(LEAST);
            let widths: Vec<usize> = (0..parts.len())
                .map(|index| if index == 0 { first } else { rest })
                .collect();
            columns(&parts, &widths)
        }
        Flow::Grid { columns: count, .. } => {
            let parts: Vec<_> = content.nodes().collect();
            let count = match usize::try_from(count).unwrap_or(0) {
                0 => (room / 20).max(1),
                count => count.min(parts.len().max(1)),
            };
            let width = (room.saturating_sub(2 * (count - 1)) / count).max(LEAST);
            let mut all = Block::default();
            for row in parts.chunks(count) {
                all.below(columns(row, &vec![width; row.len()]));
            }
            all
        }
    }
}

/// Draws parts side by side, each in its own width.
fn columns(parts: &[Item<'_>], widths: &[usize]) -> Block {
    let mut line = Block::default();
    for (index, (part, width)) in parts.iter().zip(widths).enumerate() {
        let mut block = draw(*part, *width).unwrap_or_default();
        if index + 1 < parts.len() {
            if block.lines.is_empty() {
                block.lines.push(String::new());
            }
            for cell in &mut block.lines {
                pad(cell, *width);
            }
        }
        if index == 0 {
            line = block;
        } else {
            line.beside(&block, "  ");
        }
    }
    line
}

fn table(columns: &[TableColumn], headers: bool, content: Content<'_>, room: usize) -> Block {
    let count = columns.len();
    let mut rows: Vec<Vec<Block>> = Vec::new();
    if headers {
        rows.push(
            columns
                .iter()
                .map(|column| Block::line(&column.label, room))
                .collect(),
        );
    }
    let share = (room.saturating_sub(3 * count.saturating_sub(1)) / count.max(1)).max(LEAST);
    for part in content.nodes() {
        let mut row = vec![Block::default(); count];
        for (column, cell) in part.content.cells() {
            if let Some(place) = row.get_mut(column) {
                place.below(stack(cell, room));
            }
        }
        rows.push(row);
    }
    let mut widths: Vec<usize> = (0..count)
        .map(|column| {
            rows.iter()
                .map(|row| row[column].width())
                .max()
                .unwrap_or(0)
                .max(1)
        })
        .collect();
    if widths.iter().sum::<usize>() + 3 * count.saturating_sub(1) > room {
        widths
            .iter_mut()
            .for_each(|width| *width = (*width).min(share));
    }
    let mut all = Block::default();
    for (index, row) in rows.into_iter().enumerate() {
        let mut line = Block::default();
        let height = row
            .iter()
            .map(|cell| cell.lines.len())
            .max()
            .unwrap_or(0)
            .max(1);
        for (column, mut cell) in row.into_iter().enumerate() {
            cell.lines.resize(height, String::new());
            for text in &mut cell.lines {
                *text = super::block::cut(text, widths[column]);
                pad(text, widths[column]);
            }
            if column == 0 {
                line = cell;
            } else {
                line.beside(&cell, " │ ");
            }
        }
        all.below(line);
        if headers && index == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
            all.lines.push(rules.join("─┼─"));
        }
    }
    all
}
