//! Documents as widgets, and what users do to these. No Python runs here.

use crate::retained::lower::lower;
use crate::retained::widgets::{Action, Player};
use lichtfeld_document::{
    DataSource, Document, Event, Key, Model, NoFiles, Options, Template, Value,
};
use lichtfeld_document::{ListenerId, SourceError};
use lichtfeld_panel::{Frame, Input, InputValue, PanelIdentity, Session, render_text};
use std::collections::BTreeMap;

/// Values by name; what is called is kept.
#[derive(Default)]
struct Values {
    values: BTreeMap<String, Value>,
    called: Vec<String>,
}

impl DataSource for Values {
    fn get(&mut self, _: &str, variable: &str) -> Result<Value, SourceError> {
        let value = self.values.get(variable);
        value.cloned().ok_or_else(|| SourceError::new("no value"))
    }

    fn set(&mut self, _: &str, name: &str, _: &[Key], value: Value) -> Result<(), SourceError> {
        self.values.insert(name.to_owned(), value);
        Ok(())
    }

    fn call(
        &mut self,
        _: &str,
        function: &str,
        _: &mut Event,
        arguments: &[Value],
    ) -> Result<(), SourceError> {
        let arguments: Vec<String> = arguments.iter().map(Value::to_string).collect();
        self.called
            .push(format!("{function}({})", arguments.join(", ")));
        Ok(())
    }

    fn listen(&mut self, _: ListenerId, _: &mut Event) -> Result<(), SourceError> {
        Ok(())
    }
}

const TEMPLATE: &str = r#"
<rml><head><title>Crop</title></head><body data-model="crop">
  <h1>Crop <b>box</b></h1>
  <p>Takes what lies {{ mode }} of the box.</p>
  <div class="setting-row">
    <span class="prop-label">Radius</span>
    <input type="range" min="0" max="2" step="0.25" data-value="radius"/>
    <span class="prop-value">{{ radius }} m</span>
  </div>
  <div class="setting-row"><span class="prop-label">Name</span>
    <input type="text" placeholder="untitled" data-value="name"/></div>
  <div><input type="checkbox" data-checked="shown"/> <label>Show the box</label></div>
  <div>Mode <select data-value="mode"><option value="inside">Inside</option>
    <option value="outside">Outside</option></select></div>
  <div data-if="shown" class="card">
    <span class="text-error">3 points are lost</span>
    <progress value="0.25" max="1"/>
  </div>
  <div class="list"><div data-for="row, index : rows" data-class-selected="index == 1"
    data-event-click="pick(index)">{{ row.name }}</div></div>
  <hr/>
  <div class="row"><button class="btn btn--primary" data-event-click="apply('all')">Apply</button>
    <button class="btn" disabled="disabled">Undo</button></div>
</body></rml>"#;

struct Shown {
    document: Document,
    values: Values,
    session: Session,
}

impl Shown {
    fn new(template: &str) -> Self {
        let row = |name: &str| Value::map([("name", Value::text(name))]);
        let values = [
            ("radius", Value::Float(0.5)),
            ("name", Value::text("")),
            ("shown", Value::Bool(true)),
            ("mode", Value::text("inside")),
            ("rows", Value::list([row("left"), row("right")])),
        ];
        let mut model = Model::new("crop").event("apply").event("pick");
        for (name, _) in &values {
            model = model.variable(*name);
        }
        let template = Template::parse("crop.rml", template, &NoFiles);
        Self {
            document: Document::new(&template, vec![model], Options::default()),
            values: Values {
                values: values.map(|(name, value)| (name.to_owned(), value)).into(),
                called: Vec::new(),
            },
            session: Session::default(),
        }
    }

    /// Draws, and does what the user has done.
    fn draw(&mut self) -> Frame {
        self.document.update(&mut self.values);
        assert_eq!(self.document.diagnostics(), []);
        let identity = PanelIdentity::new("crop", "Crop");
        let mut recorder = std::mem::take(&mut self.session).record(identity);
        let mut player = Player::default();
        for op in lower(&self.document) {
            player.play(op, &mut recorder);
        }
        let (frame, session) = recorder.finish();
        self.session = session;
        for action in player.actions {
            let dispatch = Action::start(action, &mut self.document);
            self.document.finish(dispatch, &mut self.values);
        }
        frame
    }

    /// Does something to the widget with this label, and draws until nothing changes.
    fn send(&mut self, label: &str, value: InputValue) -> String {
        let frame = self.draw();
        let widget = frame.labelled(label).expect(label);
        self.session.push_input(Input::new(widget.id, value));
        let frame = self.draw();
        assert_eq!(frame.dropped, []);
        render_text(&self.draw(), 48)
    }
}

#[test]
fn a_document_is_drawn_as_widgets() {
    let frame = Shown::new(TEMPLATE).draw();
    assert_eq!(frame.warnings, []);
    insta::assert_snapshot!(render_text(&frame, 48));
}

#[test]
fn what_the_user_does_reaches_the_data() {
    let mut shown = Shown::new(TEMPLATE);
    let set = |value| InputValue::Set(value);
    let text = shown.send("Radius", set(lichtfeld_panel::Value::float(1.25)));
    assert!(text.contains("1.25 m"), "{text}");
    shown.send("Name", set(lichtfeld_panel::Value::Text("fountain".into())));
    let text = shown.send("Mode", set(lichtfeld_panel::Value::Int(1)));
    assert!(text.contains("what lies outside of"), "{text}");
    let text = shown.send("Show the box", set(lichtfeld_panel::Value::Bool(false)));
    assert!(!text.contains("3 points"), "{text}");
    shown.send("Apply", InputValue::CLICK);
    shown.send("right", InputValue::CLICK);
    assert_eq!(shown.values.called, ["apply(all)", "pick(1)"]);
    assert_eq!(shown.values.values["radius"], Value::Float(1.25));
    assert_eq!(shown.values.values["name"], Value::text("fountain"));
    assert_eq!(shown.values.values["mode"], Value::text("outside"));
    assert_eq!(shown.values.values["shown"], Value::Bool(false));
}

#[test]
fn a_control_keeps_its_identity_while_its_text_changes() {
    let template = r#"<rml><body data-model="crop">
        <button data-event-click="mode = 'outside'">Take {{ mode }}</button></body></rml>"#;
    let mut shown = Shown::new(template);
    let before = shown.draw();
    let text = shown.send("Take inside", InputValue::CLICK);
    assert!(text.contains("Take outside"), "{text}");
    assert_eq!(shown.draw().widgets[0].id, before.widgets[0].id);
}

#[test]
fn a_disabled_control_drops_what_the_user_does() {
    let mut shown = Shown::new(TEMPLATE);
    let frame = shown.draw();
    let undo = frame.labelled("Undo").unwrap();
    assert!(undo.traits.disabled);
    shown
        .session
        .push_input(Input::new(undo.id, InputValue::CLICK));
    assert_eq!(shown.draw().dropped.len(), 1);
}

#[test]
fn a_hidden_document_shows_nothing_and_deep_ones_do_not_overflow() {
    let mut shown = Shown::new(TEMPLATE);
    shown.document.show(false);
    assert_eq!(shown.draw().widgets, []);
    let deep = format!(
        "<rml><body>{}x{}</body></rml>",
        "<div>".repeat(90),
        "</div>".repeat(90)
    );
    let frame = Shown::new(&deep).draw();
    assert_eq!(frame.widgets.len(), 1);
}

#[test]
fn what_is_hidden_is_in_no_label_and_a_click_is_a_press_too() {
    let template = r#"<rml><body data-model="crop">
        <div data-event-click="apply(1)"><span data-if="!shown">closed</span>
          <span data-if="shown">open</span> <span>Box</span></div>
        <div data-event-mousedown="pick(2)">Press</div>
        <button data-event-mousedown="pick(3)"><b data-if="!shown">no</b>Go</button>
        <p>Text<span data-if="!shown"> not here</span></p></body></rml>"#;
    let mut shown = Shown::new(template);
    for label in ["openBox", "Press", "Go"] {
        let text = shown.send(label, InputValue::CLICK);
        assert!(!text.contains("not here"), "{text}");
    }
    assert_eq!(shown.values.called, ["apply(1)", "pick(2)", "pick(3)"]);
}
