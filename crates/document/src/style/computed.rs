//! Computed styles: every property of an element, after the cascade and inheritance.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::properties::PropertyId;
use super::value::{self, StyleValue};

/// Values by property, in the order of their names.
pub(crate) type Values = Vec<(PropertyId, StyleValue)>;

/// What an element passes on to its children.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Inherited {
    pub(crate) values: Values,
    /// Custom properties, with their variables replaced.
    pub(crate) custom: BTreeMap<Arc<str>, Arc<str>>,
}

/// The computed style of an element. Copies are cheap, and an element that sets nothing inherited
/// shares that part with its parent.
///
/// Lengths in `em` and `rem` are resolved; percentages, except that of the font size, and `dp` are
/// for the front end, which knows the layout and the screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Style {
    pub(crate) inherited: Arc<Inherited>,
    pub(crate) own: Arc<Values>,
}

impl Style {
    /// Returns the value of a property, or its initial value; `None` if RCSS has no such property.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<StyleValue> {
        let id = PropertyId::of(name)?;
        if let Some(found) = self.set_value(id) {
            return Some(found.clone());
        }
        let property = id.property();
        let initial = value::parse_whole(property, property.initial);
        Some(initial.unwrap_or_else(|| StyleValue::Text(Arc::from(property.initial))))
    }

    /// Returns whether a property has this keyword.
    #[must_use]
    pub fn is(&self, name: &str, keyword: &str) -> bool {
        let Some(id) = PropertyId::of(name) else {
            return false;
        };
        match self.set_value(id) {
            Some(StyleValue::Keyword(word)) => *word == keyword,
            Some(_) => false,
            None => id.property().initial == keyword,
        }
    }

    /// Returns the text of a custom property, `--name`.
    #[must_use]
    pub fn custom(&self, name: &str) -> Option<&str> {
        self.inherited.custom.get(name).map(|text| &**text)
    }

    pub(crate) fn set_value(&self, id: PropertyId) -> Option<&StyleValue> {
        let values = if id.property().is_inherited {
            &self.inherited.values
        } else {
            &*self.own
        };
        find(values, id)
    }

    /// Returns the properties that are set by a sheet, an inline style or a parent, by name. All
    /// others have their initial values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &StyleValue)> {
        let mut both: Vec<_> = self.inherited.values.iter().chain(&*self.own).collect();
        both.sort_unstable_by_key(|(id, _)| *id);
        both.into_iter()
            .map(|(id, value)| (id.property().name, value))
    }

    /// Returns the properties whose values differ in `other`, with the values there; `None` is the
    /// initial value.
    pub(crate) fn differences(&self, other: &Self) -> Vec<(&'static str, Option<StyleValue>)> {
        let mut found = Vec::new();
        if !Arc::ptr_eq(&self.inherited, &other.inherited) {
            compare(&self.inherited.values, &other.inherited.values, &mut found);
        }
        if !Arc::ptr_eq(&self.own, &other.own) {
            compare(&self.own, &other.own, &mut found);
        }
        found
    }
}

pub(crate) fn find(values: &Values, id: PropertyId) -> Option<&StyleValue> {
    let at = values.binary_search_by_key(&id, |(known, _)| *known).ok()?;
    Some(&values[at].1)
}

fn compare(from: &Values, to: &Values, found: &mut Vec<(&'static str, Option<StyleValue>)>) {
    for (id, value) in to {
        if self::find(from, *id) != Some(value) {
            found.push((id.property().name, Some(value.clone())));
        }
    }
    for (id, _) in from {
        if self::find(to, *id).is_none() {
            found.push((id.property().name, None));
        }
    }
}

/// Writes a map of names to texts, as in RCSS.
impl Serialize for Style {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(name, value)| (name, value.to_string())))
    }
}
