//! What a declaration sets.

use std::sync::Arc;

use super::properties::{PropertyId, SHORTHANDS};
use super::value::{self, StyleValue};

/// What a declaration sets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Declared {
    /// A property to a value.
    Value(PropertyId, StyleValue),
    /// A property to the value of the parent, or to its initial value.
    Inherit(PropertyId),
    Initial(PropertyId),
    /// A custom property, `--name`, to a text.
    Custom(Arc<str>, Arc<str>),
    /// A property or shorthand to a text with `var()`, which is read when the style is computed.
    Variable(Arc<str>, Arc<str>),
}

/// Returns whether a declaration sets a property, or a part of a shorthand.
pub(crate) fn is_of(declared: &Declared, name: &str) -> bool {
    let is_part = |id: &PropertyId| {
        id.property().name == name
            || SHORTHANDS
                .iter()
                .any(|(known, _, parts)| *known == name && parts.contains(&id.property().name))
            || (name == "border"
                && id.property().name.starts_with("border-")
                && !id.property().name.ends_with("radius"))
    };
    match declared {
        Declared::Value(id, _) | Declared::Inherit(id) | Declared::Initial(id) => is_part(id),
        Declared::Custom(known, _) | Declared::Variable(known, _) => &**known == name,
    }
}

/// Reads the value of a property.
pub(crate) fn longhand(property: PropertyId, text: &str) -> Option<Declared> {
    Some(match text {
        "inherit" => Declared::Inherit(property),
        "initial" | "unset" => Declared::Initial(property),
        _ => Declared::Value(property, value::parse_whole(property.property(), text)?),
    })
}
