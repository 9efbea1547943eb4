//! Arguments of widgets, with errors that name the widget, the argument and its value.

use lichtfeld_panel::{Rgba, Text, Vec2};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyList, PyString, PyTuple};
use std::borrow::Cow;

/// A call of a widget, for messages.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    method: &'static str,
    label: Option<&'a str>,
}

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

/// The longest text of an offending value in a message, in characters.
const SHOWN: usize = 40;

impl<'a> Call<'a> {
    pub(super) const fn new(method: &'static str) -> Self {
        Self {
            method,
            label: None,
        }
    }

    /// With the first argument, which most widgets have: their label.
    pub(super) fn labelled(method: &'static str, label: &'a str) -> Self {
        Self {
            method,
            label: Some(label),
        }
    }

    pub(super) fn name(self) -> String {
        match self.label {
            Some(label) => format!("layout.{}({label:?})", self.method),
            None => format!("layout.{}()", self.method),
        }
    }

    #[cold]
    pub(super) fn wrong_type(self, argument: &str, expected: &str, given: Any<'_, '_>) -> PyErr {
        let kind = given
            .get_type()
            .name()
            .map_or_else(|_| "?".to_owned(), |name| name.to_string());
        let shown = match given.repr() {
            _ if given.is_none() => String::new(),
            Ok(text) => {
                let text = text.to_string_lossy().into_owned();
                let short: String = text.chars().take(SHOWN).collect();
                let dots = if short.len() < text.len() { "..." } else { "" };
                format!(": {short}{dots}")
            }
            Err(_) => String::new(),
        };
        let kind = if given.is_none() {
            "None".to_owned()
        } else {
            kind
        };
        PyTypeError::new_err(format!(
            "{}: `{argument}` must be {expected}, not {kind}{shown}",
            self.name()
        ))
    }

    #[cold]
    pub(super) fn wrong_value(self, argument: &str, problem: &str) -> PyErr {
        PyValueError::new_err(format!("{}: `{argument}` {problem}", self.name()))
    }

    /// Text. What UTF-8 cannot say (odd bytes in a file's name) is shown as �.
    #[inline]
    pub(super) fn text<'v>(
        self,
        argument: &str,
        value: &'v Bound<'_, PyAny>,
    ) -> PyResult<Cow<'v, str>> {
        // The plain case on its own, to be compiled into each widget.
        if let Ok(text) = value.cast_exact::<PyString>()
            && let Ok(text) = text.to_str()
        {
            return Ok(Cow::Borrowed(text));
        }
        self.unusual_text(argument, value)
    }

    #[cold]
    fn unusual_text<'v>(
        self,
        argument: &str,
        value: &'v Bound<'_, PyAny>,
    ) -> PyResult<Cow<'v, str>> {
        match value.cast::<PyString>() {
            Ok(text) => Ok(Cow::Owned(text.to_string_lossy().into_owned())),
            Err(_) => Err(self.wrong_type(argument, "str (write f\"{...}\" or str(...))", value)),
        }
    }

    pub(super) fn text_or(self, argument: &str, value: Option<Any<'_, '_>>) -> PyResult<Text> {
        match value {
            Some(value) => Ok(Text::new(self.text(argument, value)?)),
            None => Ok(Text::default()),
        }
    }

    pub(super) fn float(self, argument: &str, value: Any<'_, '_>) -> PyResult<f64> {
        if let Ok(number) = value.cast_exact::<PyFloat>() {
            return Ok(number.value());
        }
        value
            .extract()
            .map_err(|_| self.wrong_type(argument, "a number", value))
    }

    pub(super) fn float_or(
        self,
        argument: &str,
        value: Option<Any<'_, '_>>,
        or: f64,
    ) -> PyResult<f64> {
        value.map_or(Ok(or), |value| self.float(argument, value))
    }

    /// A length or coordinate; beyond the range of the type it is the farthest there is.
    pub(super) fn pixels(self, argument: &str, value: Any<'_, '_>) -> PyResult<f32> {
        let number = self.float(argument, value)?;
        Ok(if number.is_nan() { 0.0 } else { number as f32 }.clamp(f32::MIN, f32::MAX))
    }

    pub(super) fn pixels_or(
        self,
        argument: &str,
        value: Option<Any<'_, '_>>,
        or: f32,
    ) -> PyResult<f32> {
        value.map_or(Ok(or), |value| self.pixels(argument, value))
    }

    pub(super) fn int(self, argument: &str, value: Any<'_, '_>) -> PyResult<i64> {
        value.extract().map_err(|error: PyErr| {
            if error.is_instance_of::<pyo3::exceptions::PyOverflowError>(value.py()) {
                self.wrong_value(argument, "is beyond 64 bits")
            } else {
                self.wrong_type(argument, "an int", value)
            }
        })
    }

    pub(super) fn int_or(
        self,
        argument: &str,
        value: Option<Any<'_, '_>>,
        or: i64,
    ) -> PyResult<i64> {
        value.map_or(Ok(or), |value| self.int(argument, value))
    }

    /// A truth value. Only bool and numbers: the truth of a list or a string is a mistake here.
    pub(super) fn flag(self, argument: &str, value: Any<'_, '_>) -> PyResult<bool> {
        if let Ok(flag) = value.cast_exact::<PyBool>() {
            return Ok(flag.is_true());
        }
        // Numbers of Python and of numpy, which has a truth value of its own.
        match value.extract::<f64>() {
            Ok(number) => Ok(number != 0.0),
            Err(_) => match value.extract::<bool>() {
                Ok(flag) => Ok(flag),
                Err(_) => Err(self.wrong_type(argument, "True or False", value)),
            },
        }
    }

    pub(super) fn flag_or(
        self,
        argument: &str,
        value: Option<Any<'_, '_>>,
        or: bool,
    ) -> PyResult<bool> {
        value.map_or(Ok(or), |value| self.flag(argument, value))
    }

    /// The items of a list, a tuple, an array; never of a string or a dict, which is a mistake.
    pub(super) fn items<'py>(
        self,
        argument: &str,
        expected: &str,
        value: Any<'_, 'py>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        if let Ok(list) = value.cast::<PyList>() {
            return Ok(list.iter().collect());
        }
        if let Ok(tuple) = value.cast::<PyTuple>() {
            return Ok(tuple.iter().collect());
        }
        let is_mistake = value.is_instance_of::<PyString>()
            || value.is_instance_of::<pyo3::types::PyBytes>()
            || value.is_instance_of::<pyo3::types::PyDict>();
        let items = (!is_mistake).then(|| value.try_iter().and_then(Iterator::collect));
        match items {
            Some(Ok(items)) => Ok(items),
            _ => Err(self.wrong_type(argument, expected, value)),
        }
    }

    pub(super) fn texts(self, argument: &str, value: Any<'_, '_>) -> PyResult<Vec<Text>> {
        // The fast way first: naming the item is for errors alone.
        let one = |index: usize, item: &Bound<'_, PyAny>| match item
            .cast::<PyString>()
            .map(|text| text.to_str())
        {
            Ok(Ok(text)) => Ok(Text::new(text)),
            _ => self
                .text(&format!("{argument}[{index}]"), item)
                .map(Text::new),
        };
        // Nearly always a list, which needs no copy.
        if let Ok(list) = value.cast::<PyList>() {
            let mut texts = Vec::with_capacity(list.len());
            for (index, item) in list.iter().enumerate() {
                texts.push(one(index, &item)?);
            }
            return Ok(texts);
        }
        let items = self.items(argument, "a list of str", value)?;
        items
            .iter()
            .enumerate()
            .map(|(index, item)| one(index, item))
            .collect()
    }

    pub(super) fn floats(self, argument: &str, value: Any<'_, '_>) -> PyResult<Vec<f64>> {
        let items = self.items(argument, "a list of numbers", value)?;
        let floats = items.iter().map(|item| self.float(argument, item));
        floats.collect()
    }

    /// Exactly `N` numbers.
    pub(super) fn vector<const N: usize>(
        self,
        argument: &str,
        value: Any<'_, '_>,
    ) -> PyResult<[f64; N]> {
        const COUNTS: [&str; 5] = [
            "no",
            "one number",
            "two numbers",
            "three numbers",
            "four numbers",
        ];
        let expected = COUNTS.get(N).copied().unwrap_or("numbers");
        let mut numbers = [0.0; N];
        // Nearly always a tuple, which needs no copy.
        if let Ok(tuple) = value.cast::<PyTuple>()
            && tuple.len() == N
        {
            for (index, number) in numbers.iter_mut().enumerate() {
                *number = self.float(argument, &*tuple.get_borrowed_item(index)?)?;
            }
            return Ok(numbers);
        }
        let items = self.items(argument, expected, value)?;
        if items.len() != N {
            return Err(self.wrong_type(argument, expected, value));
        }
        for (number, item) in numbers.iter_mut().zip(&items) {
            *number = self.float(argument, item)?;
        }
        Ok(numbers)
    }

    pub(super) fn point(self, argument: &str, value: Any<'_, '_>) -> PyResult<Vec2> {
        let [x, y] = self.vector::<2>(argument, value)?;
        Ok(Vec2::new(x as f32, y as f32))
    }

    pub(super) fn point_or(
        self,
        argument: &str,
        value: Option<Any<'_, '_>>,
        or: Vec2,
    ) -> PyResult<Vec2> {
        value.map_or(Ok(or), |value| self.point(argument, value))
    }

    pub(super) fn color(self, argument: &str, value: Any<'_, '_>) -> PyResult<Rgba> {
        let expected = "a colour: three or four numbers from 0 to 1";
        let mut components = [1.0_f32; 4];
        // Nearly always a tuple, which needs no copy.
        if let Ok(tuple) = value.cast::<PyTuple>()
            && (3..=4).contains(&tuple.len())
        {
            for (index, component) in components.iter_mut().enumerate().take(tuple.len()) {
                *component = self.float(argument, &*tuple.get_borrowed_item(index)?)? as f32;
            }
        } else {
            let parts = self.items(argument, expected, value)?;
            if !(3..=4).contains(&parts.len()) {
                return Err(self.wrong_type(argument, expected, value));
            }
            for (component, part) in components.iter_mut().zip(&parts) {
                *component = self.float(argument, part)? as f32;
            }
        }
        self.check_color(value.py(), argument, &components);
        let [red, green, blue, alpha] = components;
        Ok(Rgba::new(red, green, blue, alpha))
    }
}
