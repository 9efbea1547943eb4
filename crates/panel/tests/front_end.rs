//! The trait for Rust hosts: which methods are called, in which order, and what happens to what they return.

use lichtfeld_panel::{
    Flow, Frame, FrontEnd, InputValue, PanelError, PanelIdentity, Recorder, ScopeKind, Session,
    Vec2, Warning, Widget, WidgetKind, present,
};

/// Notes each call; clicks the widget with this label; fails at the widget with that one.
#[derive(Default)]
struct Notes {
    calls: Vec<String>,
    clicks: Option<&'static str>,
    fails: Option<&'static str>,
}

fn name(widget: &Widget) -> String {
    let label = widget.kind.label().unwrap_or_default();
    format!("{} {label}", widget.kind.name())
        .trim_end()
        .to_owned()
}

impl FrontEnd for Notes {
    type Error = String;

    fn begin(&mut self, frame: &Frame) -> Result<(), String> {
        self.calls.push(format!("begin {}", frame.panel.id));
        Ok(())
    }

    fn widget(&mut self, widget: &Widget) -> Result<Option<InputValue>, String> {
        self.calls.push(name(widget));
        let is = |label: Option<&str>| label.is_some() && widget.kind.label() == label;
        if is(self.fails) {
            return Err("the display is gone".to_owned());
        }
        Ok(is(self.clicks).then_some(InputValue::CLICK))
    }

    fn leave(&mut self, container: &Widget) -> Result<(), String> {
        self.calls.push(format!("leave {}", name(container)));
        Ok(())
    }

    fn error(&mut self, error: &PanelError) -> Result<(), String> {
        self.calls.push(format!("error {}", error.message));
        Ok(())
    }

    fn warning(&mut self, warning: &Warning) -> Result<(), String> {
        self.calls.push(format!("warning {}", warning.code));
        Ok(())
    }

    fn end(&mut self, _: &Frame) -> Result<(), String> {
        self.calls.push("end".to_owned());
        Ok(())
    }
}

fn draw(panel: &mut Recorder) -> bool {
    let row = panel.begin_layout(
        WidgetKind::Layout {
            flow: Flow::Row,
            active: false,
            alert: false,
            scale: Vec2::new(1.0, 1.0),
        },
        None,
    );
    panel.begin(ScopeKind::Group, None, None, |_| WidgetKind::Group);
    let clicked = panel.button("Run");
    panel.end(ScopeKind::Group, None);
    panel.end_layout(row);
    panel.label("after");
    panel.begin(ScopeKind::Group, None, None, |_| WidgetKind::Group);
    panel.begin(ScopeKind::Child, Some("list"), None, |label| {
        WidgetKind::Child {
            label,
            size: Vec2::ZERO,
            border: false,
        }
    });
    panel.label("the last");
    panel.end(ScopeKind::Child, None);
    panel.end(ScopeKind::Group, None);
    panel.push_id("left open", None);
    clicked
}

fn drawn(session: Session) -> (bool, Frame, Session) {
    let mut recorder = session.record(PanelIdentity::new("p", "P"));
    let clicked = draw(&mut recorder);
    let (frame, session) = recorder.finish();
    (clicked, frame, session)
}

#[test]
fn containers_are_left_innermost_first_and_inputs_come_back() {
    let (_, frame, mut session) = drawn(Session::default());
    let mut notes = Notes {
        clicks: Some("Run"),
        ..Notes::default()
    };
    let inputs = present(&frame, &mut notes).unwrap();
    assert_eq!(
        notes.calls,
        [
            "begin p",
            "warning unbalanced",
            "layout",
            "group",
            "button Run",
            "leave group",
            "leave layout",
            "text",
            "group",
            "child list",
            "text",
            "leave child list",
            "leave group",
            "end",
        ]
    );
    for input in inputs {
        session.push_input(input);
    }
    assert!(drawn(session).0, "the click reached the panel");
}

#[test]
fn a_front_end_that_fails_ends_the_drawing() {
    let (_, frame, _) = drawn(Session::default());
    let mut notes = Notes {
        fails: Some("Run"),
        ..Notes::default()
    };
    let error = present(&frame, &mut notes).unwrap_err();
    assert_eq!(error, "the display is gone");
    assert_eq!(notes.calls.last().map(String::as_str), Some("button Run"));
}

#[test]
fn a_failed_drawing_shows_its_error() {
    let recorder = Session::default().record(PanelIdentity::new("p", "P"));
    let (frame, _) = recorder.fail(PanelError::new("", "no image", ""));
    let mut notes = Notes::default();
    assert_eq!(present(&frame, &mut notes), Ok(vec![]));
    assert_eq!(notes.calls, ["begin p", "error no image", "end"]);
}
