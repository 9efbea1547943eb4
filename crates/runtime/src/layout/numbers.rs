//! Numbers: sliders, drags, fields. Each takes the value and returns `(changed, value)`.

use crate::layout::args::Call;
use crate::layout::handle::Layout;
use crate::layout::outcome::{Pair, pair};
use lichtfeld_panel::{Kind, NumberForm, Text, Value};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyTuple};

type Any<'a, 'py> = &'a Bound<'py, PyAny>;

/// What a number widget is beside its label and value.
pub(super) struct Number {
    pub(super) form: NumberForm,
    pub(super) limits: Option<(f64, f64)>,
    pub(super) step: f64,
    pub(super) step_fast: f64,
    pub(super) format: Text,
}

impl Number {
    pub(super) fn slider(limits: (f64, f64)) -> Self {
        Self {
            limits: Some(limits),
            ..Self::field(NumberForm::Slider)
        }
    }

    pub(super) fn field(form: NumberForm) -> Self {
        Self {
            form,
            limits: None,
            step: 0.0,
            step_fast: 0.0,
            format: Text::default(),
        }
    }

    /// Dragging is limited only where the limits differ, as in Dear ImGui.
    pub(super) fn drag(speed: f64, min: f64, max: f64) -> Self {
        let limits = (min < max).then_some((min, max));
        Self {
            limits,
            step: speed,
            ..Self::field(NumberForm::Drag)
        }
    }

    pub(super) fn kind(self, label: Text, value: Value) -> Kind {
        let finite = |number: f64| number.is_finite().then_some(number);
        let (min, max) = match self.limits {
            Some((min, max)) => (finite(min), finite(max)),
            None => (None, None),
        };
        let step = finite(self.step).unwrap_or(0.0);
        let step_fast = finite(self.step_fast).unwrap_or(0.0);
        Kind::Number {
            label,
            value,
            form: self.form,
            min,
            max,
            step,
            step_fast,
            format: self.format,
        }
    }
}

impl Layout {
    /// A widget for one float.
    pub(super) fn float<'py>(
        &self,
        call: Call<'_>,
        label: &str,
        value: Any<'_, 'py>,
        number: Number,
    ) -> PyResult<Pair<'py>> {
        let shown = call.float("value", value)?;
        let py = value.py();
        let plain;
        let given = match value.cast_exact::<PyFloat>() {
            Ok(exact) => exact.as_any(),
            Err(_) => {
                plain = PyFloat::new(py, shown).into_any();
                &plain
            }
        };
        // Read before the recorder is borrowed, and only if it is needed.
        let at = if shown.is_finite() {
            None
        } else {
            self.caller(py)
        };
        let input = self.with(|recorder| {
            if !shown.is_finite() {
                warn_not_finite(recorder, label, shown, at);
            }
            recorder.widget(label, |label| number.kind(label, Value::float(shown)))
        })?;
        pair(py, input, given)
    }

    /// A widget for one int.
    pub(super) fn int<'py>(
        &self,
        call: Call<'_>,
        label: &str,
        value: Any<'_, 'py>,
        number: Number,
    ) -> PyResult<Pair<'py>> {
        let shown = call.int("value", value)?;
        let py = value.py();
        let plain;
        let given = match value.cast_exact::<PyInt>() {
            Ok(exact) => exact.as_any(),
            Err(_) => {
                plain = shown.into_pyobject(py)?.into_any();
                &plain
            }
        };
        let input = self.with(|recorder| {
            recorder.widget(label, |label| number.kind(label, Value::Int(shown)))
        })?;
        pair(py, input, given)
    }

    /// A widget for several floats.
    pub(super) fn floats<'py>(
        &self,
        label: &str,
        py: Python<'py>,
        shown: Vec<f64>,
        number: Number,
    ) -> PyResult<Pair<'py>> {
        let given = PyTuple::new(py, &shown)?.into_any();
        let input = self.with(|recorder| {
            recorder.widget(label, |label| number.kind(label, Value::numbers(shown)))
        })?;
        pair(py, input, &given)
    }
}

impl Layout {
    /// `COUNT` handles with the same limits.
    fn slider_floats<'py, const COUNT: usize>(
        &self,
        method: &'static str,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        (min, max): (Any<'_, 'py>, Any<'_, 'py>),
    ) -> PyResult<Pair<'py>> {
        let label = Call::new(method).text("label", label)?;
        let call = Call::labelled(method, &label);
        let number = Number::slider(limits(call, min, max)?);
        let shown = call.vector::<COUNT>("value", value)?.to_vec();
        self.floats(&label, value.py(), shown, number)
    }
}

/// The limits of a slider.
fn limits(call: Call<'_>, min: Any<'_, '_>, max: Any<'_, '_>) -> PyResult<(f64, f64)> {
    let limits = (call.float("min", min)?, call.float("max", max)?);
    call.check_limits(min.py(), limits.0, limits.1);
    Ok(limits)
}

#[cold]
fn warn_not_finite(
    recorder: &mut lichtfeld_panel::Recorder,
    label: &str,
    value: f64,
    at: Option<lichtfeld_panel::Location>,
) {
    recorder.warn(
        "not-finite",
        format!("{label:?} was given {value}, which cannot be shown"),
        "check the value with math.isfinite() before drawing it".to_owned(),
        at,
    );
}

#[pymethods]
impl Layout {
    /// A handle between `min` and `max`. Returns `(changed, value)`.
    fn slider_float<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        min: Any<'_, 'py>,
        max: Any<'_, 'py>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("slider_float").text("label", label)?;
        let call = Call::labelled("slider_float", &label);
        let number = Number::slider(limits(call, min, max)?);
        self.float(call, &label, value, number)
    }

    /// A handle for whole numbers between `min` and `max`. Returns `(changed, value)`.
    fn slider_int<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        min: Any<'_, 'py>,
        max: Any<'_, 'py>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("slider_int").text("label", label)?;
        let call = Call::labelled("slider_int", &label);
        let limits = (call.int("min", min)? as f64, call.int("max", max)? as f64);
        call.check_limits(value.py(), limits.0, limits.1);
        self.int(call, &label, value, Number::slider(limits))
    }

    /// Two handles. Returns `(changed, (x, y))`.
    fn slider_float2<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        min: Any<'_, 'py>,
        max: Any<'_, 'py>,
    ) -> PyResult<Pair<'py>> {
        self.slider_floats::<2>("slider_float2", label, value, (min, max))
    }

    /// Three handles. Returns `(changed, (x, y, z))`.
    fn slider_float3<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        min: Any<'_, 'py>,
        max: Any<'_, 'py>,
    ) -> PyResult<Pair<'py>> {
        self.slider_floats::<3>("slider_float3", label, value, (min, max))
    }

    /// Changed by dragging, `speed` a pixel; limited where `min` < `max`. Returns
    /// `(changed, value)`.
    #[pyo3(signature = (label, value, speed = None, min = None, max = None))]
    fn drag_float<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        speed: Option<Any<'_, 'py>>,
        min: Option<Any<'_, 'py>>,
        max: Option<Any<'_, 'py>>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("drag_float").text("label", label)?;
        let call = Call::labelled("drag_float", &label);
        let (min, max) = (
            call.float_or("min", min, 0.0)?,
            call.float_or("max", max, 0.0)?,
        );
        call.check_limits(value.py(), min, max);
        let number = Number::drag(call.float_or("speed", speed, 1.0)?, min, max);
        self.float(call, &label, value, number)
    }

    /// A whole number changed by dragging, `speed` a pixel; limited where `min` < `max`. Returns
    /// `(changed, value)`.
    #[pyo3(signature = (label, value, speed = None, min = None, max = None))]
    fn drag_int<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        speed: Option<Any<'_, 'py>>,
        min: Option<Any<'_, 'py>>,
        max: Option<Any<'_, 'py>>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("drag_int").text("label", label)?;
        let call = Call::labelled("drag_int", &label);
        let (min, max) = (
            call.int_or("min", min, 0)? as f64,
            call.int_or("max", max, 0)? as f64,
        );
        call.check_limits(value.py(), min, max);
        let number = Number::drag(call.float_or("speed", speed, 1.0)?, min, max);
        self.int(call, &label, value, number)
    }

    /// A field to type a number in, with buttons for `step`. Returns `(changed, value)`.
    #[pyo3(signature = (label, value, step = None, step_fast = None, format = None))]
    fn input_float<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        step: Option<Any<'_, 'py>>,
        step_fast: Option<Any<'_, 'py>>,
        format: Option<Any<'_, 'py>>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("input_float").text("label", label)?;
        let call = Call::labelled("input_float", &label);
        let number = Number {
            step: call.float_or("step", step, 0.0)?,
            step_fast: call.float_or("step_fast", step_fast, 0.0)?,
            format: call.text_or("format", format)?,
            ..Number::field(NumberForm::Input)
        };
        self.float(call, &label, value, number)
    }

    /// A field to type a whole number in, with buttons for `step`. Returns `(changed, value)`.
    #[pyo3(signature = (label, value, step = None, step_fast = None))]
    fn input_int<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        step: Option<Any<'_, 'py>>,
        step_fast: Option<Any<'_, 'py>>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("input_int").text("label", label)?;
        let call = Call::labelled("input_int", &label);
        let number = Number {
            step: call.int_or("step", step, 1)? as f64,
            step_fast: call.int_or("step_fast", step_fast, 100)? as f64,
            ..Number::field(NumberForm::Input)
        };
        self.int(call, &label, value, number)
    }

    /// A field for a whole number, shown with separators between thousands. Returns
    /// `(changed, value)`.
    #[pyo3(signature = (label, value, step = None, step_fast = None))]
    fn input_int_formatted<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        step: Option<Any<'_, 'py>>,
        step_fast: Option<Any<'_, 'py>>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("input_int_formatted").text("label", label)?;
        let call = Call::labelled("input_int_formatted", &label);
        let number = Number {
            step: call.int_or("step", step, 0)? as f64,
            step_fast: call.int_or("step_fast", step_fast, 0)? as f64,
            format: Text::new("%'d"),
            ..Number::field(NumberForm::Input)
        };
        self.int(call, &label, value, number)
    }

    /// A number with a pair of buttons for each of `steps`. Returns `(changed, value)`.
    #[pyo3(signature = (label, value, steps = None))]
    fn stepper_float<'py>(
        &self,
        label: Any<'_, 'py>,
        value: Any<'_, 'py>,
        steps: Option<Any<'_, 'py>>,
    ) -> PyResult<Pair<'py>> {
        let label = Call::new("stepper_float").text("label", label)?;
        let call = Call::labelled("stepper_float", &label);
        let steps = match steps {
            Some(steps) => call.floats("steps", steps)?,
            None => vec![1.0, 0.1, 0.01],
        };
        let magnitude =
            |pick: fn(f64, f64) -> f64| steps.iter().copied().reduce(pick).unwrap_or(0.0);
        let number = Number {
            step: magnitude(f64::min),
            step_fast: magnitude(f64::max),
            ..Number::field(NumberForm::Input)
        };
        self.float(call, &label, value, number)
    }
}
