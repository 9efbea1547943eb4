//! Warnings about arguments that can be drawn and are most likely a mistake.

use crate::layout::args::Call;
use crate::layout::handle::warn;
use pyo3::prelude::*;

/// How far above 1 a fraction may be: what a sum of floats is off.
const ROUNDING: f32 = 1.001;

impl Call<'_> {
    /// Checks the limits of a widget.
    #[inline]
    pub(super) fn check_limits(self, py: Python<'_>, min: f64, max: f64) {
        if min > max {
            self.warn_of_limits(py, min, max);
        }
    }

    #[cold]
    fn warn_of_limits(self, py: Python<'_>, min: f64, max: f64) {
        let message = format!("{}: min is {min}, above max, which is {max}", self.name());
        let hint = "the order of the arguments is (label, value, min, max)";
        warn(py, "limits", message, hint);
    }

    /// Checks how far something is.
    #[inline]
    pub(super) fn check_fraction(self, py: Python<'_>, fraction: f32) {
        if fraction > ROUNDING {
            let message = format!(
                "{}: {fraction} is above 1, and is shown as full",
                self.name()
            );
            let hint = "a fraction is from 0 to 1: write done / total";
            warn(py, "fraction", message, hint);
        }
    }

    /// Checks the components of a colour.
    #[inline]
    pub(super) fn check_color(self, py: Python<'_>, argument: &str, components: &[f32]) {
        if components.iter().any(|part| *part > ROUNDING) {
            self.warn_of_color(py, argument, components);
        }
    }

    #[cold]
    fn warn_of_color(self, py: Python<'_>, argument: &str, components: &[f32]) {
        let message = format!(
            "{}: a component of `{argument}` is above 1: {components:?}",
            self.name()
        );
        let hint = "colours are from 0 to 1: divide components from 0 to 255 by 255";
        warn(py, "colour", message, hint);
    }
}
