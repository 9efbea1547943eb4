//! What the user does with a panel or a menu, as a host of it reports it.

use crate::api::shown::either;
use crate::convert::from_python;
use lichtfeld_panel::{
    Drag, ElementInput, Input, InputValue, MouseButton, NoSuchWidget, Payload, Value, Vec2,
    WidgetId,
};
use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde_json::{Map, Value as Json};

/// The actions of an input, for messages.
const ACTIONS: &str = "{\"click\": \"primary\"} (or \"secondary\", \"middle\"), {\"set\": value}, \
     {\"open\": True}, {\"hover\": True}, {\"drop\": {\"type\": \"image\", \"data\": \"a.png\"}}, \
     {\"double_click\": \"primary\"}, {\"drag\": {\"start\": [x, y], \"at\": [x, y]}}, \
     {\"wheel\": [0, 1]}, {\"edit\": True}";

/// The actions that may also happen beside all widgets.
const OF_PANEL: [&str; 3] = ["double_click", "drag", "wheel"];

fn wrong(what: &str, given: &Json) -> PyErr {
    PyValueError::new_err(format!("{what}, not {given}; an input is one of {ACTIONS}"))
}

fn value_of(value: Json) -> PyResult<InputValue> {
    let text = value.to_string();
    match serde_json::from_value::<Value>(value) {
        Ok(Value::Float(number)) => Ok(InputValue::Set(Value::float(number))),
        Ok(value) => Ok(InputValue::Set(value)),
        Err(_) => Err(PyTypeError::new_err(format!(
            "a widget is set to a truth value, a number, a text or a list of numbers, not {text}"
        ))),
    }
}

fn flag(action: &str, value: &Json) -> PyResult<bool> {
    value
        .as_bool()
        .ok_or_else(|| wrong(&format!("\"{action}\" is True or False"), value))
}

fn button(action: &str, value: &Json) -> PyResult<MouseButton> {
    match value.as_str() {
        Some("primary") => Ok(MouseButton::Primary),
        Some("secondary") => Ok(MouseButton::Secondary),
        Some("middle") => Ok(MouseButton::Middle),
        _ => Err(wrong(
            &format!("\"{action}\" is \"primary\", \"secondary\" or \"middle\""),
            value,
        )),
    }
}

fn vector(what: &str, value: Option<&Json>) -> PyResult<Vec2> {
    let numbers = value.and_then(Json::as_array).map(Vec::as_slice);
    let number = |value: &Json| value.as_f64().map(|number| number as f32);
    if let Some([x, y]) = numbers
        && let (Some(x), Some(y)) = (number(x), number(y))
    {
        return Ok(Vec2::new(x, y));
    }
    let given = value.unwrap_or(&Json::Null);
    Err(wrong(&format!("{what} is two numbers"), given))
}

fn drag(value: &Json) -> PyResult<Drag> {
    let held = match value.get("button") {
        Some(held) => button("button", held)?,
        None => MouseButton::Primary,
    };
    let place = |name: &str| vector(&format!("\"{name}\" of \"drag\""), value.get(name));
    let drag = Drag::new(held, place("start")?, place("at")?);
    match value.get("ended") {
        Some(ended) if flag("ended", ended)? => Ok(drag.end()),
        _ => Ok(drag),
    }
}

fn payload(value: &Json) -> PyResult<Payload> {
    let text = |name| value.get(name).and_then(Json::as_str);
    match (text("type"), text("data")) {
        (Some(kind), Some(data)) => Ok(Payload::new(kind, data)),
        _ => Err(wrong(
            "\"drop\" is a dict with the texts \"type\" and \"data\"",
            value,
        )),
    }
}

/// Returns the one action of a dict.
fn action(fields: Map<String, Json>) -> PyResult<InputValue> {
    let mut fields = fields.into_iter();
    let (Some((name, value)), None) = (fields.next(), fields.next()) else {
        return Err(PyValueError::new_err(format!(
            "an input has exactly one action: {ACTIONS}"
        )));
    };
    match name.as_str() {
        "click" => button("click", &value).map(InputValue::Click),
        "set" => value_of(value),
        "open" => flag("open", &value).map(InputValue::Open),
        "hover" => flag("hover", &value).map(InputValue::Hover),
        "drop" => payload(&value).map(InputValue::Drop),
        "double_click" => button("double_click", &value).map(InputValue::DoubleClick),
        "drag" => drag(&value).map(InputValue::Drag),
        "wheel" => vector("\"wheel\"", Some(&value)).map(InputValue::Wheel),
        "edit" => flag("edit", &value).map(InputValue::Edit),
        _ => Err(PyValueError::new_err(format!(
            "there is no action '{name}'; an input is one of {ACTIONS}"
        ))),
    }
}

/// Returns what the user did with an element of a document.
fn element(mut fields: Map<String, Json>) -> PyResult<Input> {
    if let Some(node) = fields.remove("element") {
        fields.insert("node".to_owned(), node);
    }
    let given = Json::Object(fields);
    let element: ElementInput = serde_json::from_value(given.clone()).map_err(|error| {
        PyValueError::new_err(format!(
            "{error}, in {given}; an element takes {{\"element\": node}} with one of \"click\": \
             \"primary\", \"set\": value, \"hover\": True, \"focus\": True, \"scroll\": [x, y], \
             \"layout\": {{\"at\": [x, y], \"size\": [w, h]}}"
        ))
    })?;
    Ok(Input::new(WidgetId::PANEL, InputValue::Element(element)))
}

/// As `push_input` takes it.
pub(crate) fn element_of(given: &Bound<'_, PyAny>) -> PyResult<Input> {
    element(dict_of(given)?)
}

fn dict_of(given: &Bound<'_, PyAny>) -> PyResult<Map<String, Json>> {
    match from_python(given)? {
        Json::Object(fields) => Ok(fields),
        _ => Err(PyTypeError::new_err(format!(
            "an input is a dict such as {{\"widget\": id, \"click\": \"primary\"}}, not {given}"
        ))),
    }
}

/// Reports what the user did with a widget of a panel or a menu, as a front end does:
/// `{"widget": id, "click": "primary"}` with an id from a frame. Other actions: `"click"` with
/// `"secondary"` (which also opens the context menu of the widget) or `"middle"`; `{"set": value}`;
/// `{"open": True}` unfolds a header, a tree or a menu, and `{"open": False}` folds it, or closes a
/// popup or a window; `{"hover": True}`; `{"drop": {"type": "image", "data": "a.png"}}`.
///
/// `{"edit": True}` reports that the user begins to edit a number, a text, a path or a colour, and
/// `{"edit": False}` that this has ended. Widgets and frames that ask for it (`wants_double_click`,
/// `wants_drag`, `wants`) also take `{"double_click": "primary"}`, `{"drag": {"button": "primary",
/// "start": [x, y], "at": [x, y], "ended": False}}` with positions from the upper left corner of the
/// panel, and `{"wheel": [x, y]}` in lines, up is positive. Without `"widget"` these three happened beside
/// all widgets.
///
/// What happened to an element of the frame's `document` is `{"element": node}` with `"click"`, `"set"`,
/// `{"hover": True}`, `{"focus": True}`, `{"scroll": [left, top]}`, or where it lies:
/// `{"layout": {"at": [x, y], "size": [w, h], "client": [w, h], "content": [w, h]}}`.
///
/// The plugin sees it at the next drawing. An input that reaches no widget is in `dropped` of that frame,
/// with the reason.
///
/// Raises KeyError for an unknown panel, TypeError and ValueError for something that is no input.
#[pyfunction]
pub(super) fn push_input(py: Python<'_>, panel_id: &str, input: &Bound<'_, PyAny>) -> PyResult<()> {
    let panel = either(panel_id)?;
    let mut fields = dict_of(input)?;
    if fields.contains_key("element") {
        let element = element(fields)?;
        py.detach(|| panel.push_input(element));
        return Ok(());
    }
    let widget = match fields.remove("widget") {
        Some(Json::String(id)) => id
            .parse::<WidgetId>()
            .map_err(|error| PyValueError::new_err(error.to_string()))?,
        None if OF_PANEL.iter().any(|name| fields.contains_key(*name)) => WidgetId::PANEL,
        _ => {
            return Err(PyValueError::new_err(
                "an input names its widget: {\"widget\": id}, with an id from a frame",
            ));
        }
    };
    let input = Input::new(widget, action(fields)?);
    py.detach(|| panel.push_input(input));
    Ok(())
}

/// Does what a user would do with a widget of a panel or a menu: `"click"`, a value for a widget that
/// has one, or a dict with the action, as `push_input` takes it: `{"click": "secondary"}`,
/// `{"open": False}`. The plugin sees it at the next drawing.
///
/// `label` is the label of the widget, with or without what follows `##` in the plugin's code
/// (`Delete`, `Delete##2`, `##2`), or its id from a frame. If several widgets have the label, the one
/// that accepts the input is meant.
///
/// Raises KeyError if no widget has the label, which names all widgets, or if it is ambiguous, which
/// lists label, id, kind and position of each candidate.
#[pyfunction]
#[pyo3(signature = (panel_id, label, value=None))]
pub(super) fn send_input(
    py: Python<'_>,
    panel_id: &str,
    label: &str,
    value: Option<&Bound<'_, PyAny>>,
) -> PyResult<()> {
    let panel = either(panel_id)?;
    let value = match value {
        None => InputValue::CLICK,
        Some(value) if value.extract::<&str>().is_ok_and(|text| text == "click") => {
            InputValue::CLICK
        }
        Some(value) if value.is_instance_of::<PyDict>() => action(dict_of(value)?)?,
        Some(value) => value_of(from_python(value)?)?,
    };
    let frame = match py.detach(|| panel.last()) {
        Some(frame) => frame,
        None => py.detach(|| panel.draw()),
    };
    let widget = frame
        .named(label, Some(&value))
        .map_err(|error| no_such_widget(panel_id, &error))?;
    let input = Input::new(widget.id, value);
    py.detach(|| panel.push_input(input));
    Ok(())
}

fn no_such_widget(panel_id: &str, error: &NoSuchWidget) -> PyErr {
    PyKeyError::new_err(format!("panel '{panel_id}': {error}; {}", error.hint()))
}
