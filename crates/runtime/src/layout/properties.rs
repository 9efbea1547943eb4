//! `prop` and `prop_enum`: widgets chosen by a property's type.
//!
//! A property of `lfs_plugins.props` describes itself by `_lichtfeld_widget()`; an attribute of any
//! other object is shown by the type of its value.

use crate::layout::args::Call;
use crate::layout::failure::nearest;
use crate::layout::handle::Layout;
use crate::layout::numbers::Number;
use crate::layout::outcome::{Pair, pair};
use lichtfeld_panel::{
    ButtonStyle, ChoiceForm, ColorForm, Commit, Kind, NumberForm, PathForm, Text, Vec2,
};
use pyo3::exceptions::PyAttributeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

/// A property, as its widget needs to know it.
struct Property<'py> {
    details: Option<Bound<'py, PyDict>>,
    name: String,
}

impl<'py> Property<'py> {
    /// Asks the class of `data` for the property.
    fn of(data: Any<'_, 'py>, id: &str) -> PyResult<Self> {
        let described = data
            .get_type()
            .getattr(id)
            .and_then(|property| property.call_method0(intern!(data.py(), "_lichtfeld_widget")));
        let details = match described {
            Ok(details) => Some(details.cast_into::<PyDict>()?),
            Err(_) => None,
        };
        let name = match &details {
            Some(details) => match details.get_item("name")? {
                Some(name) => name.extract::<String>()?,
                None => String::new(),
            },
            None => String::new(),
        };
        let name = if name.is_empty() { readable(id) } else { name };
        Ok(Self { details, name })
    }

    fn get(&self, key: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
        match &self.details {
            Some(details) => Ok(details.get_item(key)?.filter(|value| !value.is_none())),
            None => Ok(None),
        }
    }

    fn number(&self, key: &str) -> PyResult<Option<f64>> {
        self.get(key)?.map(|value| value.extract()).transpose()
    }

    fn subtype(&self) -> PyResult<String> {
        Ok(match self.get("subtype")? {
            Some(subtype) => subtype.extract()?,
            None => String::new(),
        })
    }

    /// Between two limits a slider; else a field.
    fn form(&self) -> PyResult<Number> {
        let (min, max) = (self.number("min")?, self.number("max")?);
        let step = self.number("step")?.unwrap_or(0.0);
        let both = min.is_some() && max.is_some();
        let form = if both {
            NumberForm::Slider
        } else {
            NumberForm::Drag
        };
        let limits = (min.is_some() || max.is_some()).then(|| {
            (
                min.unwrap_or(f64::NEG_INFINITY),
                max.unwrap_or(f64::INFINITY),
            )
        });
        let format = match self.number("precision")? {
            Some(digits) => format!("%.{}f", digits.clamp(0.0, 17.0) as u32).into(),
            None => Text::default(),
        };
        Ok(Number {
            limits,
            step,
            format,
            ..Number::field(form)
        })
    }
}

/// `max_iterations` as people write it.
pub(super) fn readable(id: &str) -> String {
    let spaced = id.replace('_', " ");
    let mut characters = spaced.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => spaced,
    }
}

/// The value of the property; an error names the object, and what it has instead.
pub(super) fn read<'py>(
    call: Call<'_>,
    argument: &str,
    data: Any<'_, 'py>,
    id: &str,
) -> PyResult<Bound<'py, PyAny>> {
    data.getattr(id).map_err(|error| {
        if !error.is_instance_of::<PyAttributeError>(data.py()) {
            return error;
        }
        let names: Vec<String> = data
            .dir()
            .and_then(|names| names.extract())
            .unwrap_or_default();
        let names = names
            .iter()
            .map(String::as_str)
            .filter(|name| !name.starts_with('_'));
        let nearest = nearest(names, id);
        let class = data
            .get_type()
            .name()
            .map_or_else(|_| "object".to_owned(), |name| name.to_string());
        let hint = match nearest {
            Some(known) => format!("; did you mean {known:?}?"),
            None => String::new(),
        };
        call.wrong_value(
            argument,
            &format!("is {id:?}, which {class} does not have{hint}"),
        )
    })
}

impl Layout {
    /// Draws the widget for one property. Returns `(changed, value)`.
    fn property<'py>(
        &self,
        call: Call<'_>,
        label: &str,
        property: &Property<'py>,
        value: Any<'_, 'py>,
    ) -> PyResult<Pair<'py>> {
        let py = value.py();
        let subtype = property.subtype()?;
        if let Some(items) = property.get("items")? {
            return self.enumeration(call, label, &items, value);
        }
        if value.is_instance_of::<PyBool>() {
            return self.check(py, label, value.is_truthy()?);
        }
        if value.is_instance_of::<PyInt>() {
            return self.int(call, label, value, property.form()?);
        }
        if value.is_instance_of::<PyFloat>() {
            return self.float(call, label, value, property.form()?);
        }
        if value.is_instance_of::<PyString>() {
            let shown = call.text("value", value)?;
            let path = |form| {
                move |label, value| Kind::PathInput {
                    label,
                    value,
                    form,
                    title: Text::default(),
                }
            };
            return match subtype.as_str() {
                "DIR_PATH" => self.edit(label, value, path(PathForm::Folder), &shown),
                "FILE_PATH" => self.edit(label, value, path(PathForm::File), &shown),
                _ => {
                    let text = |label, value| Kind::TextInput {
                        label,
                        value,
                        hint: Text::default(),
                        commit: Commit::Edit,
                        height: 0.0,
                    };
                    self.edit(label, value, text, &shown)
                }
            };
        }
        if value.is_instance_of::<PyTuple>() || value.is_instance_of::<PyList>() {
            let numbers = call.floats("value", value)?;
            let is_color = subtype.starts_with("COLOR") && (3..=4).contains(&numbers.len());
            return match is_color {
                true => self.color(py, label, numbers, ColorForm::Edit),
                false => self.floats(label, py, numbers, property.form()?),
            };
        }
        Err(call.wrong_type(
            "prop_id",
            "the name of a bool, int, float, str or a tuple of numbers",
            value,
        ))
    }

    /// A choice among an enumeration's items; the value is the item's name.
    pub(super) fn enumeration<'py>(
        &self,
        call: Call<'_>,
        label: &str,
        items: Any<'_, 'py>,
        value: Any<'_, 'py>,
    ) -> PyResult<Pair<'py>> {
        let py = value.py();
        let items: Vec<(String, String)> = items.extract()?;
        let current = call.text("value", value)?;
        let position = items.iter().position(|(name, _)| *name == current);
        let position = position.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1);
        let labels = items.iter().map(|(_, label)| Text::new(label)).collect();
        let given = position.into_pyobject(py)?.into_any();
        let chosen = self.choice(label, &given, position, labels, ChoiceForm::Combo)?;
        let (changed, position): (bool, i64) = chosen.extract()?;
        let name = usize::try_from(position).ok().and_then(|at| items.get(at));
        match name.filter(|_| changed) {
            Some((name, _)) => PyTuple::new(
                py,
                [
                    PyBool::new(py, true).to_owned().into_any(),
                    PyString::new(py, name).into_any(),
                ],
            ),
            None => pair(py, None, value),
        }
    }
}

#[pymethods]
impl Layout {
    /// The widget for a property of `data`, which is set when the user changes it. Returns
    /// `(changed, value)`.
    #[pyo3(signature = (data, prop_id, text = None))]
    fn prop<'py>(
        &self,
        data: Any<'_, 'py>,
        prop_id: Any<'_, 'py>,
        text: Option<Any<'_, 'py>>,
    ) -> PyResult<Pair<'py>> {
        let id = Call::new("prop").text("prop_id", prop_id)?;
        let call = Call::labelled("prop", &id);
        let value = read(call, "prop_id", data, &id)?;
        let property = Property::of(data, &id)?;
        let text = text
            .filter(|text| !text.is_none())
            .map(|text| call.text("text", text))
            .transpose()?;
        // Known by the property, whatever it is called: a label may change with the language.
        let shown = text.as_deref().unwrap_or(&property.name);
        let label = if shown.contains("##") {
            shown.to_owned()
        } else {
            format!("{shown}###prop:{id}")
        };
        let outcome = self.property(call, &label, &property, &value)?;
        if let Some(description) = property.get("description")?
            && let Ok(description) = description.extract::<String>()
            && !description.is_empty()
        {
            self.with(|recorder| recorder.tooltip(&description))?;
        }
        if outcome.get_item(0)?.is_truthy()? {
            data.setattr(&*id, outcome.get_item(1)?)?;
            // The property may have limited it.
            return PyTuple::new(data.py(), [outcome.get_item(0)?, data.getattr(&*id)?]);
        }
        Ok(outcome)
    }

    /// A button for one value of an enumeration, pressed in while it is the chosen one. Returns
    /// whether it was clicked; the property is set then.
    #[pyo3(signature = (data, prop_id, value, text = None))]
    fn prop_enum(
        &self,
        data: Any<'_, '_>,
        prop_id: Any<'_, '_>,
        value: Any<'_, '_>,
        text: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let id = Call::new("prop_enum").text("prop_id", prop_id)?;
        let call = Call::labelled("prop_enum", &id);
        let wanted = call.text("value", value)?;
        let current = read(call, "prop_id", data, &id)?;
        let property = Property::of(data, &id)?;
        let items: Vec<(String, String)> = match property.get("items")? {
            Some(items) => items.extract()?,
            None => Vec::new(),
        };
        let item = items.iter().find(|(name, _)| *name == wanted);
        if item.is_none() && !items.is_empty() {
            let names: Vec<&str> = items.iter().map(|(name, _)| name.as_str()).collect();
            let problem = format!("is {wanted:?}; the values are {}", names.join(", "));
            return Err(call.wrong_value("value", &problem));
        }
        let text = text
            .filter(|text| !text.is_none())
            .map(|text| call.text("text", text))
            .transpose()?;
        let shown = match text.as_deref() {
            Some(text) if !text.is_empty() => text.to_owned(),
            _ => item.map_or_else(|| wanted.to_string(), |(_, label)| label.clone()),
        };
        let label = format!("{shown}###prop:{id}:{wanted}");
        let selected = current.eq(&*wanted)?;
        let clicked = self.with(|recorder| {
            crate::layout::outcome::is_click(recorder.widget(&label, |label| Kind::Button {
                label,
                style: ButtonStyle::Plain,
                size: Vec2::ZERO,
                picture: None,
                selected,
                tint: None,
            }))
        })?;
        if clicked {
            data.setattr(&*id, value)?;
        }
        Ok(clicked)
    }
}
