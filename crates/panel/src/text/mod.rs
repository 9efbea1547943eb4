//! Draws a frame in characters, for terminals, logs and tests.
//!
//! It shows what a user reads, not how a front end looks: `[ Button ]` (`*` primary,
//! `+` success, `?` warning, `!` error), `[x] check box`, `(•) radio`, `Label: ├──●──┤ 0.5` slider,
//! `‹ 3 ›` drag, `[ text ]` field, `[ item ▾ ]` choice, `▾ open` and `▸ closed`.

mod arrange;
mod block;
mod numbers;
mod widgets;

use crate::frame::Frame;
use block::Block;

/// The smallest width that a frame can be drawn in.
const LEAST: usize = 16;

/// Draws the frame in `width` columns of a terminal, at least 16. Each line ends with a line feed.
/// Control characters, which would act on the terminal, are removed.
#[must_use]
pub fn render_text(frame: &Frame, width: usize) -> String {
    let width = width.clamp(LEAST, 1000);
    let room = width - 4;
    let mut content = arrange::stack(frame.tree(), room);
    if let Some(error) = &frame.error {
        content.below(Block::wrapped("This panel could not be drawn:", room));
        // An error without a traceback, such as a worker's silence, has its message alone.
        let text = match error.traceback.trim_end() {
            "" if error.message.is_empty() => &error.exception,
            "" => &error.message,
            traceback => traceback,
        };
        content.below(Block::wrapped(text, room));
    }
    for warning in &frame.warnings {
        let place = warning
            .location
            .as_ref()
            .map_or_else(String::new, |at| format!("{at}: "));
        content.below(Block::wrapped(
            &format!("⚠ {place}{}", warning.message),
            room,
        ));
        content.below(Block::wrapped(&warning.hint, room.saturating_sub(2)).indented(2));
    }
    let mut text = content.framed(&frame.panel.label, width).lines.join("\n");
    text.push('\n');
    text
}
