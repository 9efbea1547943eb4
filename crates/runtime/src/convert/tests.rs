//! Edge cases of plain data.

use super::{from_python, to_python};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use serde_json::json;
use std::ffi::CString;

fn eval<'py>(py: Python<'py>, code: &str) -> Bound<'py, PyAny> {
    let globals = PyDict::new(py);
    let prelude = c"
import collections, enum
class Text(str): pass
class Level(enum.IntEnum):
    LOW = 3
class Index:
    def __index__(self): return 7
circle = []
circle.append(circle)
deep = []
for _ in range(100000):
    deep = [deep]
";
    py.run(prelude, Some(&globals), None).unwrap();
    let code = CString::new(code).unwrap();
    py.eval(&code, Some(&globals), None).unwrap()
}

#[test]
fn what_json_holds_comes_back_the_same() {
    Python::initialize();
    Python::attach(|py| {
        let code = "{'a': [1, -2, 2**63, 2**64 - 1, -2**63, 1.5, True, None, 'ä', ''], 'b': {}, 'c': {'d': [[]]}}";
        let object = eval(py, code);
        let value = from_python(&object).unwrap();
        assert_eq!(value["a"][3], json!(u64::MAX));
        let back = to_python(py, &value).unwrap();
        assert!(back.eq(&object).unwrap(), "{back}");
        let integer = back.get_item("a").unwrap().get_item(0).unwrap();
        assert!(integer.is_exact_instance_of::<pyo3::types::PyInt>());
    });
}

#[test]
fn derived_classes_and_keys_are_as_json_writes_them() {
    Python::initialize();
    Python::attach(|py| {
        let plain = |code| from_python(&eval(py, code)).unwrap();
        assert_eq!(plain("(1, (2,))"), json!([1, [2]]));
        assert_eq!(plain("Text('x')"), json!("x"));
        assert_eq!(plain("Level.LOW"), json!(3));
        assert_eq!(plain("collections.OrderedDict(a=1)"), json!({"a": 1}));
        assert_eq!(
            plain("{1: 1, 0.5: 2, False: 3, None: 4, Text('x'): 5}"),
            json!({"1": 1, "0.5": 2, "false": 3, "null": 4, "x": 5})
        );
    });
}

#[test]
fn what_json_cannot_hold_is_refused() {
    Python::initialize();
    Python::attach(|py| {
        for (code, part) in [
            ("float('nan')", "nan is not a finite number"),
            ("[float('-inf')]", "-inf is not a finite number"),
            ("2**64", "more than 64 bits"),
            ("-2**63 - 1", "more than 64 bits"),
            ("{10**5000: 1}", "more than 64 bits"),
            ("circle", "in a circle"),
            ("deep", "nested more than 128 deep"),
            ("'\\ud800'", "surrogates not allowed"),
        ] {
            let error = from_python(&eval(py, code)).unwrap_err();
            assert!(error.is_instance_of::<PyValueError>(py), "{code}: {error}");
            assert!(error.to_string().contains(part), "{code}: {error}");
        }
        for (code, part) in [
            ("b'x'", "'bytes' is not plain data"),
            ("{1, 2}", "'set' is not plain data"),
            ("Index()", "'Index' is not plain data"),
            ("{(1,): 2}", "not 'tuple'"),
            ("{Index(): 2}", "not 'Index'"),
        ] {
            let error = from_python(&eval(py, code)).unwrap_err();
            assert!(error.is_instance_of::<PyTypeError>(py), "{code}: {error}");
            assert!(error.to_string().contains(part), "{code}: {error}");
        }
    });
}

#[derive(serde::Serialize)]
struct Measures {
    single: f32,
    pair: (f32, f64),
    colour: [f32; 3],
    missing: f64,
    nested: Option<Vec<(u8, &'static str)>>,
    large: u64,
    shape: Shape,
}

#[derive(serde::Serialize)]
#[serde(tag = "kind")]
enum Shape {
    Circle { radius: f32 },
}

#[test]
fn numbers_and_tuples_are_as_in_json() {
    Python::initialize();
    Python::attach(|py| {
        let measures = Measures {
            single: 0.1,
            pair: (1.0e-7, 0.1),
            colour: [0.2, 1.0, 16_777_216.0],
            missing: f64::NAN,
            nested: Some(vec![(1, "a")]),
            large: u64::MAX,
            shape: Shape::Circle { radius: 0.3 },
        };
        let made = to_python(py, &measures).unwrap();
        let text = serde_json::to_string(&measures).unwrap();
        let by_text = py
            .import("json")
            .unwrap()
            .call_method1("loads", (text,))
            .unwrap();
        assert!(made.eq(&by_text).unwrap(), "{made} is not {by_text}");
        let pair = made.get_item("pair").unwrap();
        assert!(pair.is_instance_of::<PyList>() && !pair.is_instance_of::<PyTuple>());
    });
}

#[test]
fn a_frame_is_the_same_dict_by_both_ways_and_its_keys_are_shared() {
    use lichtfeld_panel::{
        Kind, MouseButton, Payload, PopupForm, Rgba, SameLine, Session, Shape, Value, Vec2,
    };
    Python::initialize();
    let mut session = Session::default();
    session.push_input(lichtfeld_panel::Input::new(
        "00000000000000ff".parse().unwrap(),
        lichtfeld_panel::InputValue::Click(MouseButton::Middle),
    ));
    let identity = lichtfeld_panel::PanelIdentity::new("p", "Ä");
    let mut panel = session.record(identity);
    panel.button("Run##1");
    panel.same_line(SameLine::new(0.1, -1.0));
    panel.button("Run##2");
    panel.tooltip("what it does");
    panel.carry(Payload::new("image", "a.png"));
    panel.is_hovered();
    panel.widget("Radius", |label| Kind::Number {
        label,
        value: Value::numbers([0.1, 2.0]),
        form: lichtfeld_panel::NumberForm::Slider,
        min: Some(0.0),
        max: None,
        step: 0.25,
        step_fast: 0.0,
        format: "%.3f".into(),
    });
    panel.place(Kind::Plot {
        label: "curve".into(),
        values: vec![Some(0.1), None, Some(f32::NAN)],
        min: None,
        max: Some(1.0),
        size: Vec2::new(0.3, 40.0),
    });
    panel.place(Kind::Draw {
        shape: Shape::Circle {
            centre: Vec2::ZERO,
            radius: 0.7,
            segments: 12,
            filled: true,
            thickness: 1.5,
        },
        color: Rgba::new(0.2, 0.4, 0.6, 1.0),
        layer: lichtfeld_panel::Layer::default(),
    });
    panel.begin_popup("menu", PopupForm::Context, None);
    panel.warn("code", "message".into(), "hint".into(), None);
    let (frame, _) = panel.finish();
    assert!(!frame.dropped.is_empty() && !frame.warnings.is_empty());
    Python::attach(|py| {
        let made = super::frame_to_python(py, &frame).unwrap();
        let other = to_python(py, &frame).unwrap();
        assert!(made.eq(&other).unwrap(), "{made}\nis not\n{other}");
        let widgets = made.get_item("widgets").unwrap();
        let globals = PyDict::new(py);
        globals.set_item("widgets", &widgets).unwrap();
        let code = CString::new(
            "all(any(a is b for b in widgets[1]) for a in widgets[0]) and \
             widgets[0]['kind'] is widgets[1]['kind'] and type(widgets) is list and \
             type(widgets[0]) is dict",
        )
        .unwrap();
        let shared = py.eval(&code, Some(&globals), None).unwrap();
        assert!(shared.is_truthy().unwrap(), "{made}");
    });
}
