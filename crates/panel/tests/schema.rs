//! The schema that front ends in other languages read: it is the one in the repository, and what
//! we write and read follows it.

use lichtfeld_panel::{
    ButtonStyle, Flow, Frame, Input, InputValue, Layer, Location, NumberForm, PanelError,
    PanelIdentity, Payload, Picture, PopupForm, Rgba, SameLine, ScopeKind, Session, Shape,
    TextStyle, Value, Vec2, Warning, WidgetKind, schema,
};
use serde_json::json;

fn everything() -> Frame {
    let mut panel = Session::default().record(PanelIdentity::new("demo", "Demo"));
    let color = Some(Rgba::new(1.0, 0.5, f32::NAN, 2.0));
    panel.place(WidgetKind::Text {
        text: "Hello".into(),
        style: TextStyle::Wrapped,
        color,
    });
    panel.tooltip("a tip");
    panel.is_hovered();
    panel.same_line(SameLine::new(0.0, -1.0));
    panel.set_next_width(-1.0);
    panel.set_next_focus();
    panel.widget("Go##1", |label| WidgetKind::Button {
        label,
        style: ButtonStyle::Primary,
        size: Vec2::new(10.0, f32::INFINITY),
        picture: Some(Picture::Texture(7)),
        selected: true,
        tint: color,
    });
    panel.carry(Payload::new("image", "a.png"));
    panel.accept_drop("image");
    for value in [
        Value::Int(3),
        Value::float(f64::NAN),
        Value::numbers([1.0, f64::INFINITY]),
    ] {
        panel.widget(&format!("n{value:?}"), |label| WidgetKind::Number {
            label,
            value,
            form: NumberForm::Slider,
            min: Some(0.0),
            max: None,
            step: 0.1,
            step_fast: 1.0,
            format: "%.2f".into(),
        });
    }
    panel.widget("Loss", |label| WidgetKind::Plot {
        label,
        values: vec![Some(1.0), None],
        min: None,
        max: Some(2.0),
        size: Vec2::ZERO,
    });
    let shape = Shape::Circle {
        centre: Vec2::ZERO,
        radius: 2.0,
        segments: 8,
        filled: true,
        thickness: 1.0,
    };
    panel.place(WidgetKind::Draw {
        shape,
        color: Rgba::new(0.0, 0.0, 0.0, 1.0),
        layer: Layer::Background,
    });
    let flow = Flow::Grid {
        columns: 2,
        even_columns: true,
        even_rows: false,
    };
    let mark = panel.begin_layout(
        WidgetKind::Layout {
            flow,
            active: true,
            alert: false,
            scale: Vec2::ZERO,
        },
        None,
    );
    panel.label("inside");
    panel.end_layout(mark);
    panel.begin_table("table", 2, None);
    panel.setup_column("Name", 0.0, None);
    panel.label("cell");
    panel.end(ScopeKind::Table, None);
    panel.begin_popup("ctx", PopupForm::Context, None);
    panel.end(ScopeKind::Tree, Some(Location::new("a.py", 3)));
    panel.finish().0
}

fn validator(part: &str) -> jsonschema::Validator {
    let definitions = schema()["$defs"].take();
    let schema = json!({"$ref": format!("#/$defs/{part}"), "$defs": definitions});
    #[expect(clippy::unwrap_used, reason = "a test's own helper")]
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
fn check(validator: &jsonschema::Validator, value: &serde_json::Value) {
    let problems: Vec<String> = validator
        .iter_errors(value)
        .map(|error| error.to_string())
        .collect();
    assert!(problems.is_empty(), "{problems:#?}\n{value:#}");
}

#[test]
fn frames_follow_the_schema_and_come_back_the_same() {
    let validator = validator("Frame");
    let mut frame = everything();
    check(&validator, &serde_json::to_value(&frame).unwrap());
    frame.warnings.push(Warning::new("x", "m", "h"));
    frame.error = Some(PanelError::new("E", "", ""));
    let json = serde_json::to_string(&frame).unwrap();
    check(&validator, &serde_json::from_str(&json).unwrap());
    assert_eq!(serde_json::from_str::<Frame>(&json).unwrap(), frame);
    // The schema is not so wide that it lets everything through.
    assert!(!validator.is_valid(&json!({"version": 1})));
}

#[test]
fn inputs_are_as_simple_as_they_look() {
    let validator = validator("Input");
    let id = "0123456789abcdef";
    for (json, value) in [
        (json!({"widget": id, "click": "primary"}), InputValue::CLICK),
        (
            json!({"widget": id, "set": true}),
            InputValue::Set(Value::Bool(true)),
        ),
        (
            json!({"widget": id, "set": 3}),
            InputValue::Set(Value::Int(3)),
        ),
        (
            json!({"widget": id, "set": 3.5}),
            InputValue::Set(Value::Float(3.5)),
        ),
        (
            json!({"widget": id, "set": "x"}),
            InputValue::Set(Value::Text("x".into())),
        ),
        (
            json!({"widget": id, "set": [1.0, 0.5]}),
            InputValue::Set(Value::numbers([1.0, 0.5])),
        ),
        (
            json!({"widget": id, "open": false}),
            InputValue::Open(false),
        ),
        (
            json!({"widget": id, "hover": true}),
            InputValue::Hover(true),
        ),
    ] {
        check(&validator, &json);
        let input: Input = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(input.value, value);
        assert_eq!(serde_json::to_value(&input).unwrap(), json);
    }
    for bad in [
        json!({"widget": "x", "set": 1}),
        json!({"widget": id}),
        json!({"widget": id, "set": {}}),
    ] {
        assert!(
            serde_json::from_value::<Input>(bad.clone()).is_err(),
            "{bad}"
        );
        assert!(!validator.is_valid(&bad), "{bad}");
    }
}

#[test]
fn the_schema_in_the_repository_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/panel.schema.json");
    let schema = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::File::create(path)
            .and_then(|mut file| std::io::Write::write_all(&mut file, schema.as_bytes()))
            .unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == schema,
        "schema/panel.schema.json is not up to date: run UPDATE_SCHEMA=1 cargo test -p lichtfeld-panel --test schema"
    );
}
