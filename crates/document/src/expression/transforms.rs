//! The transforms that RML has by itself.

use std::sync::Arc;

use crate::value::{Value, short};

/// Their names, for suggestions.
pub(crate) const NAMES: [&str; 5] = ["to_upper", "to_lower", "round", "format", "format_float"];

/// The most digits after the point that `format` writes.
const MOST_DIGITS: f64 = 17.0;

/// Returns the result of a built-in transform, or `None` if there is none of this name.
///
/// `format_float` is `format` by the name that existing templates use; without an argument it writes
/// two digits.
pub(crate) fn apply(name: &str, input: &Value, arguments: &[Value]) -> Option<Value> {
    let argument = |index: usize| arguments.get(index);
    Some(match name {
        "to_upper" => Value::from(input.to_string().to_uppercase()),
        "to_lower" => Value::from(input.to_string().to_lowercase()),
        "round" => whole(input.to_number().round()),
        "format" | "format_float" => {
            let default = if name == "format" { 0.0 } else { 2.0 };
            let digits = argument(0).map_or(default, Value::to_number);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the number is within 0 and 17"
            )]
            let digits = if digits.is_nan() {
                0
            } else {
                digits.clamp(0.0, MOST_DIGITS) as usize
            };
            let number = input.to_number();
            Value::Text(Arc::from(if argument(1).is_some_and(Value::to_bool) {
                short(number, digits)
            } else {
                format!("{number:.digits$}")
            }))
        }
        _ => return None,
    })
}

/// Returns a number without a fraction as a whole one, if it is small enough to be exact.
pub(super) fn whole(number: f64) -> Value {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "smaller than 2 to the power of 53"
    )]
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return Value::Int(number as i64);
    }
    Value::Float(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_transform() {
        let apply = |name: &str, input: Value, arguments: &[Value]| {
            apply(name, &input, arguments).map(|value| value.to_string())
        };
        for name in NAMES {
            assert!(apply(name, Value::Null, &[]).is_some(), "{name}");
        }
        let pi = Value::Float(2.5678);
        assert_eq!(
            apply("format", pi.clone(), &[Value::Int(3)]).unwrap(),
            "2.568"
        );
        let trimmed = apply("format", Value::Float(2.5), &[Value::Int(3), true.into()]);
        assert_eq!(trimmed.unwrap(), "2.5");
        assert_eq!(apply("format_float", pi, &[]).unwrap(), "2.57");
        assert_eq!(apply("round", Value::Float(2.5), &[]).unwrap(), "3");
        assert_eq!(
            apply("format", 1.0.into(), &[1e9.into()]).unwrap().len(),
            19
        );
        assert_eq!(apply("x", Value::Null, &[]), None);
    }
}
