//! Values of data variables, and how they become texts, numbers and conditions.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::limits::{MAX_VALUE_DEPTH, MAX_VALUE_PARTS};

/// A value of a data variable. Copies share lists, maps and texts.
///
/// Conversions are those of RmlUi: `true` is the text `1`, the text `false` and any text that is
/// not a number or `true` is no condition, and a text that is not a number counts as 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// No value, such as Python's `None`.
    #[default]
    Null,
    /// A condition.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(Arc<str>),
    /// Values in order; `data-for` makes rows of them.
    List(Arc<Vec<Value>>),
    /// Values by name.
    Map(Arc<BTreeMap<String, Value>>),
}

impl Value {
    /// Makes a text.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Arc::from(text.as_ref()))
    }

    /// Makes a list.
    pub fn list(values: impl IntoIterator<Item = Self>) -> Self {
        Self::List(Arc::new(values.into_iter().collect()))
    }

    /// Makes a map.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value));
        Self::Map(Arc::new(entries.collect()))
    }

    /// Returns the value as a condition.
    #[must_use]
    pub fn to_bool(&self) -> bool {
        match self {
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => {
                text.eq_ignore_ascii_case("true")
                    || text.trim().parse().is_ok_and(|number: f64| number != 0.0)
            }
            Self::Null | Self::List(_) | Self::Map(_) => false,
        }
    }

    /// Returns the value as a number.
    #[must_use]
    pub fn to_number(&self) -> f64 {
        match self {
            Self::Bool(value) => f64::from(u8::from(*value)),
            #[expect(
                clippy::cast_precision_loss,
                reason = "expressions calculate with doubles"
            )]
            Self::Int(value) => *value as f64,
            Self::Float(value) => *value,
            Self::Text(text) => text.trim().parse().unwrap_or(0.0),
            Self::Null | Self::List(_) | Self::Map(_) => 0.0,
        }
    }

    /// Returns a short name of the kind, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// Returns the member of a map or the entry of a list, or `None` if there is none.
    #[must_use]
    pub fn member(&self, key: &Key) -> Option<Self> {
        match (self, key) {
            (Self::List(list), Key::Index(index)) => list.get(*index).cloned(),
            (Self::Map(map), Key::Name(name)) => map
                .get(&**name)
                .cloned()
                .or_else(|| (&**name == "size").then(|| count(map.len()))),
            (Self::Map(map), Key::Index(index)) => map.get(&index.to_string()).cloned(),
            (Self::List(list), Key::Name(name)) if &**name == "size" => Some(count(list.len())),
            _ => None,
        }
    }

    /// Returns whether the value is within the limits of depth and size.
    pub(crate) fn is_bounded(&self) -> bool {
        let mut left = MAX_VALUE_PARTS;
        self.fits(0, &mut left)
    }

    fn fits(&self, depth: usize, left: &mut usize) -> bool {
        if *left == 0 || depth > MAX_VALUE_DEPTH {
            return false;
        }
        *left -= 1;
        match self {
            Self::List(list) => list.iter().all(|value| value.fits(depth + 1, left)),
            Self::Map(map) => map.values().all(|value| value.fits(depth + 1, left)),
            _ => true,
        }
    }
}

fn count(length: usize) -> Value {
    Value::Int(i64::try_from(length).unwrap_or(i64::MAX))
}

/// Writes the value as `{{ }}` shows it: booleans as `1` and `0`, numbers with at most six digits
/// after the point.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Bool(value) => f.write_str(if *value { "1" } else { "0" }),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => f.write_str(&short(*value, 6)),
            Self::Text(text) => f.write_str(text),
            Self::List(list) => write!(f, "[{} values]", list.len()),
            Self::Map(map) => write!(f, "{{{} values}}", map.len()),
        }
    }
}

/// Writes a number with at most `digits` digits after the point, without zeros at the end.
pub(crate) fn short(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return value.to_string().to_lowercase();
    }
    let text = format!("{value:.digits$}");
    if !text.contains('.') {
        return text;
    }
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

/// One step into a value: the name of a member, or an index from 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// An entry of a list.
    Index(usize),
    /// A member of a map.
    Name(Arc<str>),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::text(value)
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::text(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_are_those_of_rmlui() {
        for (value, text, number, condition) in [
            (Value::Bool(true), "1", 1.0, true),
            (Value::Null, "", 0.0, false),
            (Value::Int(-3), "-3", -3.0, true),
            (Value::Float(0.1 + 0.2), "0.3", 0.1 + 0.2, true),
            (Value::Float(-0.0), "0", 0.0, false),
            (Value::text("True"), "True", 0.0, true),
            (Value::text("yes"), "yes", 0.0, false),
            (Value::text(" 2.5 "), " 2.5 ", 2.5, true),
            (Value::list([Value::Null]), "[1 values]", 0.0, false),
        ] {
            assert_eq!(value.to_string(), text);
            assert_eq!(value.to_number(), number, "{value:?}");
            assert_eq!(value.to_bool(), condition, "{value:?}");
        }
        assert_eq!(Value::Float(f64::INFINITY).to_string(), "inf");
    }

    #[test]
    fn members_indices_and_sizes() {
        let list = Value::list([Value::map([("name", "a".into())])]);
        let first = list.member(&Key::Index(0)).unwrap();
        assert_eq!(first.member(&Key::Name("name".into())), Some("a".into()));
        assert_eq!(list.member(&Key::Name("size".into())), Some(Value::Int(1)));
        assert_eq!(list.member(&Key::Index(1)), None);
        assert_eq!(Value::Int(1).member(&Key::Index(0)), None);
    }

    #[test]
    fn a_value_that_is_too_deep_is_found() {
        let deep = (0..=MAX_VALUE_DEPTH).fold(Value::Null, |value, _| Value::list([value]));
        assert!(!deep.is_bounded());
        assert!(Value::list([Value::Null]).is_bounded());
    }
}
