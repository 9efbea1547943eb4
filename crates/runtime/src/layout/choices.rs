//! Check boxes, choices, text, paths, colours. Those with a value return `(changed, value)`.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use crate::layout::outcome::{Pair, is_click, pair};
use lichtfeld_panel::{ChoiceForm, ColorForm, Commit, InputValue, Kind, PathForm, Text, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt, PyString, PyTuple};

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

impl Layout {
    pub(super) fn choice<'py>(
        &self,
        label: &str,
        current: Any<'_, 'py>,
        value: i64,
        items: Vec<Text>,
        form: ChoiceForm,
    ) -> PyResult<Pair<'py>> {
        let input = self.with(|recorder| {
            recorder.widget(label, |label| Kind::Choice {
                label,
                value,
                items,
                form,
            })
        })?;
        pair(current.py(), input, current)
    }

    /// A choice among `items`; for a position beyond them nothing is chosen.
    fn choose<'py>(
        &self,
        call: Call<'_>,
        label: &str,
        current: Any<'_, 'py>,
        items: Any<'_, 'py>,
        form: ChoiceForm,
    ) -> PyResult<Pair<'py>> {
        let items = call.texts("items", items)?;
        let value = call.int("current_idx", current)?;
        let plain;
        let given = match current.cast_exact::<PyInt>() {
            Ok(exact) => exact.as_any(),
            Err(_) => {
                plain = value.into_pyobject(current.py())?.into_any();
                &plain
            }
        };
        self.choice(label, given, value, items, form)
    }

    pub(super) fn edit<'py>(
        &self,
        label: &str,
        given: Any<'_, 'py>,
        make: impl FnOnce(Text, Text) -> Kind,
        shown: &str,
    ) -> PyResult<Pair<'py>> {
        let shown = Text::new(shown);
        let input = self.with(|recorder| recorder.widget(label, |label| make(label, shown)))?;
        pair(given.py(), input, given)
    }

    pub(super) fn color<'py>(
        &self,
        py: Python<'py>,
        label: &str,
        value: Vec<f64>,
        form: ColorForm,
    ) -> PyResult<Pair<'py>> {
        let given = PyTuple::new(py, &value)?.into_any();
        let clean = |part: f64| {
            if part.is_nan() {
                0.0
            } else {
                part.clamp(0.0, 1.0)
            }
        };
        let value = value.into_iter().map(clean).collect();
        let input = self
            .with(|recorder| recorder.widget(label, |label| Kind::Color { label, value, form }))?;
        pair(py, input, &given)
    }

    pub(super) fn check<'py>(
        &self,
        py: Python<'py>,
        label: &str,
        value: bool,
    ) -> PyResult<Pair<'py>> {
        let input =
            self.with(|recorder| recorder.widget(label, |label| Kind::Checkbox { label, value }))?;
        pair(py, input, PyBool::new(py, value).as_any())
    }
}

/// The components of a colour that is edited.
fn components<const N: usize>(call: Call<'_>, color: Any<'_, '_>) -> PyResult<Vec<f64>> {
    let value = call.vector::<N>("color", color)?;
    call.check_color(color.py(), "color", &value.map(|part| part as f32));
    Ok(value.to_vec())
}

#[pymethods]
impl Layout {
    /// True or false. Returns `(changed, value)`.
    fn checkbox<'py>(&self, label: Any<'_, 'py>, value: Any<'_, 'py>) -> PyResult<Pair<'py>> {
        let label = Call::new("checkbox").text("label", label)?;
        let flag = Call::labelled("checkbox", &label).flag("value", value)?;
        self.check(value.py(), &label, flag)
    }

    /// One of several: `value` is what this one stands for, `current` what is chosen. Returns
    /// `(changed, current)`.
    fn radio_button<'py>(
        &self,
        label: Any<'_, 'py>,
        current: Any<'_, 'py>,
        value: Any<'_, 'py>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("radio_button").text("label", label)?;
        let call = Call::labelled("radio_button", &label);
        let (chosen, option) = (call.int("current", current)?, call.int("value", value)?);
        let selected = chosen == option;
        let clicked = self.with(|recorder| {
            is_click(recorder.widget(&label, |label| Kind::Radio {
                label,
                option,
                selected,
            }))
        })?;
        // Choosing what is chosen already changes nothing.
        let input = (clicked && !selected).then_some(InputValue::Set(Value::Int(option)));
        pair(current.py(), input, current)
    }

    /// A list that unfolds; `current_idx` is the position in `items`. Returns
    /// `(changed, current_idx)`.
    fn combo<'py>(
        &self,
        label: Any<'_, 'py>,
        current_idx: Any<'_, 'py>,
        items: Any<'_, 'py>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("combo").text("label", label)?;
        let call = Call::labelled("combo", &label);
        self.choose(call, &label, current_idx, items, ChoiceForm::Combo)
    }

    /// A list, `height_items` high; -1: as the front end likes. Returns `(changed, current_idx)`.
    #[pyo3(signature = (label, current_idx, items, height_items = None))]
    fn listbox<'py>(
        &self,
        label: Any<'_, 'py>,
        current_idx: Any<'_, 'py>,
        items: Any<'_, 'py>,
        height_items: Option<Any<'_, 'py>>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("listbox").text("label", label)?;
        let call = Call::labelled("listbox", &label);
        let rows = call.int_or("height_items", height_items, -1)?;
        let form = ChoiceForm::List {
            rows: u32::try_from(rows).unwrap_or(0),
        };
        self.choose(call, &label, current_idx, items, form)
    }

    /// A line that can be chosen. Returns whether it was clicked.
    #[pyo3(signature = (label, selected = None, height = None))]
    fn selectable(
        &self,
        label: Any<'_, '_>,
        selected: Option<Any<'_, '_>>,
        height: Option<Any<'_, '_>>,
    ) -> PyResult<bool> {
        let label = Call::new("selectable").text("label", label)?;
        let call = Call::labelled("selectable", &label);
        let selected = call.flag_or("selected", selected, false)?;
        let height = call.pixels_or("height", height, 0.0)?;
        self.with(|recorder| {
            is_click(recorder.widget(&label, |label| Kind::Selectable {
                label,
                selected,
                height,
            }))
        })
    }

    /// A field for text; each change counts. Returns `(changed, value)`.
    fn input_text<'py>(&self, label: Any<'_, 'py>, value: Any<'_, 'py>) -> PyResult<Pair<'py>> {
        let label = Call::new("input_text").text("label", label)?;
        let shown = Call::labelled("input_text", &label).text("value", value)?;
        let text = |label, value| text_input(label, value, Text::default(), Commit::Edit);
        self.edit(&label, value, text, &shown)
    }

    /// A field for text that shows `hint` while it is empty. Returns `(changed, value)`.
    fn input_text_with_hint<'py>(
        &self,
        label: Any<'_, 'py>,
        hint: Any<'_, 'py>,
        value: Any<'_, 'py>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("input_text_with_hint").text("label", label)?;
        let call = Call::labelled("input_text_with_hint", &label);
        let hint = Text::new(call.text("hint", hint)?);
        let shown = call.text("value", value)?;
        self.edit(
            &label,
            value,
            |label, value| text_input(label, value, hint, Commit::Edit),
            &shown,
        )
    }

    /// A field for text; it counts when the user presses Enter. Returns `(entered, value)`.
    fn input_text_enter<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("input_text_enter").text("label", label)?;
        let shown = Call::labelled("input_text_enter", &label).text("value", value)?;
        let text = |label, value| text_input(label, value, Text::default(), Commit::Enter);
        self.edit(&label, value, text, &shown)
    }

    /// A path, to type or to choose in a dialog. Returns `(changed, path)`.
    #[pyo3(signature = (label, value, folder_mode = None, dialog_title = None))]
    fn path_input<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        folder_mode: Option<Any<'_, 'py>>,
        dialog_title: Option<Any<'_, 'py>>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("path_input").text("label", label)?;
        let call = Call::labelled("path_input", &label);
        // A pathlib.Path is what authors have at hand; they get text back, as ever.
        let path = match value.is_instance_of::<PyString>() {
            true => value.clone(),
            false => value
                .call_method0("__fspath__")
                .map_err(|_| call.wrong_type("value", "a path as str", value))?,
        };
        let shown = call.text("value", &path)?;
        let folder = call.flag_or("folder_mode", folder_mode, true)?;
        let form = if folder {
            PathForm::Folder
        } else {
            PathForm::File
        };
        let title = call.text_or("dialog_title", dialog_title)?;
        let kind = |label, value| Kind::PathInput {
            label,
            value,
            form,
            title,
        };
        self.edit(&label, &path, kind, &shown)
    }

    /// A colour. Returns `(changed, (red, green, blue))`.
    fn color_edit3<'py>(&self, label: Any<'_, 'py>, color: Any<'_, 'py>) -> PyResult<Pair<'py>> {
        let label = Call::new("color_edit3").text("label", label)?;
        let value = components::<3>(Call::labelled("color_edit3", &label), color)?;
        self.color(color.py(), &label, value, ColorForm::Edit)
    }

    /// A colour with opacity. Returns `(changed, (red, green, blue, opacity))`.
    fn color_edit4<'py>(&self, label: Any<'_, 'py>, color: Any<'_, 'py>) -> PyResult<Pair<'py>> {
        let label = Call::new("color_edit4").text("label", label)?;
        let value = components::<4>(Call::labelled("color_edit4", &label), color)?;
        self.color(color.py(), &label, value, ColorForm::Edit)
    }

    /// A colour, with the picker always open. Returns `(changed, (red, green, blue))`.
    fn color_picker3<'py>(&self, label: Any<'_, 'py>, color: Any<'_, 'py>) -> PyResult<Pair<'py>> {
        let label = Call::new("color_picker3").text("label", label)?;
        let value = components::<3>(Call::labelled("color_picker3", &label), color)?;
        self.color(color.py(), &label, value, ColorForm::Picker)
    }
}

fn text_input(label: Text, value: Text, hint: Text, commit: Commit) -> Kind {
    Kind::TextInput {
        label,
        value,
        hint,
        commit,
        height: 0.0,
    }
}
