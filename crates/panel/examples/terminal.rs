//! A host in a terminal: draws a panel with its own front end, and plays a user.
//!
//! `cargo run -p lichtfeld-panel --example terminal`

use lichtfeld_panel::{
    Frame, FrontEnd, InputValue, PanelError, PanelIdentity, Recorder, Session, Value, Widget,
    WidgetKind, present,
};
use std::io::{self, Write};

/// Writes each widget on a line, and answers with what its script says.
struct Terminal<W> {
    out: W,
    depth: usize,
    script: Vec<(&'static str, InputValue)>,
}

impl<W: Write> FrontEnd for Terminal<W> {
    type Error = io::Error;

    fn begin(&mut self, frame: &Frame) -> io::Result<()> {
        writeln!(self.out, "== {} ==", frame.panel.label)
    }

    fn widget(&mut self, widget: &Widget) -> io::Result<Option<InputValue>> {
        let shown = match &widget.kind {
            WidgetKind::Text { text, .. } => text.to_string(),
            WidgetKind::Button { label, .. } => format!("[{label}]"),
            WidgetKind::Checkbox { label, value } => {
                format!("{label}: {}", if *value { "yes" } else { "no" })
            }
            // A front end shows what it can; the rest it names.
            other => format!("<{}>", other.name()),
        };
        writeln!(self.out, "{:1$}{shown}", "", self.depth * 2)?;
        self.depth += usize::from(widget.kind.is_container());
        let label = widget.kind.label();
        let next = self.script.pop_if(|(wanted, _)| label == Some(*wanted));
        Ok(next.map(|(_, value)| value))
    }

    fn leave(&mut self, _container: &Widget) -> io::Result<()> {
        self.depth -= 1;
        Ok(())
    }

    fn error(&mut self, error: &PanelError) -> io::Result<()> {
        writeln!(self.out, "{}", error.traceback)
    }

    fn end(&mut self, _frame: &Frame) -> io::Result<()> {
        writeln!(self.out)
    }
}

/// The panel: it keeps what it needs, and no widgets.
#[derive(Default)]
struct Counter {
    clicks: u32,
    doubled: bool,
}

impl Counter {
    fn draw(&mut self, panel: &mut Recorder) {
        let value = self.doubled;
        if let Some(InputValue::Set(Value::Bool(doubled))) =
            panel.widget("Twice as fast", |label| WidgetKind::Checkbox {
                label,
                value,
            })
        {
            self.doubled = doubled;
        }
        if panel.button("Click me") {
            self.clicks += if self.doubled { 2 } else { 1 };
        }
        panel.label(&format!("Clicked: {}", self.clicks));
    }
}

fn main() -> io::Result<()> {
    let mut counter = Counter::default();
    let mut session = Session::default();
    let script = vec![
        ("Click me", InputValue::CLICK),
        ("Twice as fast", InputValue::CLICK),
    ];
    let mut front_end = Terminal {
        out: io::stdout().lock(),
        depth: 0,
        script,
    };
    loop {
        let mut recorder = session.record(PanelIdentity::new("counter", "Counter"));
        counter.draw(&mut recorder);
        let (frame, next) = recorder.finish();
        session = next;
        let inputs = present(&frame, &mut front_end)?;
        let is_done = inputs.is_empty() && frame.redraw == lichtfeld_panel::Redraw::OnInput;
        for input in inputs {
            session.push_input(input);
        }
        if is_done {
            return Ok(());
        }
    }
}
