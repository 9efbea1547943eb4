//! Reads typed values from a TOML document, each with its location in the file.
//!
//! A value of the wrong type is reported here; the rules above see only values of the right type.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::code::Code;
use crate::report::Report;

/// A value and its location.
#[derive(Clone, Debug)]
pub(crate) struct Field<T> {
    pub(crate) value: T,
    pub(crate) range: Range<usize>,
}

/// A table of the document, with its name for messages.
#[derive(Clone)]
pub(crate) struct Section<'d, 'i> {
    pub(crate) name: String,
    pub(crate) table: &'d DeTable<'i>,
    /// The location of its header or its key.
    pub(crate) range: Range<usize>,
}

impl<'d, 'i> Section<'d, 'i> {
    pub(crate) fn get(&self, key: &str) -> Option<&'d Spanned<DeValue<'i>>> {
        self.table.get(key)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Returns the location of a key without its value, or that of the table if the key is missing.
    pub(crate) fn key_range(&self, key: &str) -> Range<usize> {
        self.table
            .get_key_value(key)
            .map_or_else(|| self.range.clone(), |(key, _)| key.span())
    }

    pub(crate) fn string(&self, key: &str, report: &mut Report<'_>) -> Option<Field<&'d str>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Field {
                value: text.as_ref(),
                range: value.span(),
            }),
            other => {
                let hint = format!("Put the value into quotes: `{key} = \"{}\"`.", plain(other));
                self.wrong_type(key, value, "a string in quotes", hint, report);
                None
            }
        }
    }

    pub(crate) fn boolean(&self, key: &str, report: &mut Report<'_>) -> Option<bool> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(switch) => Some(*switch),
            other => {
                let word = plain(other).to_ascii_lowercase();
                let off = matches!(word.as_str(), "no" | "false" | "off" | "0" | "n" | "never");
                let hint = format!("Write `{key} = {}`, without quotes.", !off);
                self.wrong_type(key, value, "`true` or `false`", hint, report);
                None
            }
        }
    }

    /// Returns a list of strings. Entries of another type are reported one by one and left out.
    pub(crate) fn strings(
        &self,
        key: &str,
        report: &mut Report<'_>,
    ) -> Option<Vec<Field<&'d str>>> {
        let value = self.get(key)?;
        let DeValue::Array(array) = value.get_ref() else {
            let hint = match value.get_ref() {
                DeValue::String(text) if !text.contains(['\n', '"', '\\']) => {
                    format!("Put brackets around it: `{key} = [\"{text}\"]`.")
                }
                _ => format!("Write a list of strings: `{key} = [\"...\"]`."),
            };
            self.wrong_type(key, value, "a list of strings", hint, report);
            return None;
        };
        let mut texts = Vec::with_capacity(array.len());
        for (at, entry) in array.iter().enumerate() {
            match entry.get_ref() {
                DeValue::String(text) => {
                    texts.push(Field {
                        value: text.as_ref(),
                        range: entry.span(),
                    });
                }
                other => report.error(
                    Code::WrongType,
                    entry.span(),
                    format!(
                        "entry {} of `{}` is {}, but must be a string in quotes.",
                        at + 1,
                        self.path(key),
                        type_name(other)
                    ),
                    "Put the entry into quotes.",
                ),
            }
        }
        Some(texts)
    }

    pub(crate) fn section(&self, key: &str, report: &mut Report<'_>) -> Option<Section<'d, 'i>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Section {
                name: self.path(key),
                table,
                range: value.span(),
            }),
            _ => {
                let hint = format!("Write it as a table: `[{}]`.", self.path(key));
                self.wrong_type(key, value, "a table", hint, report);
                None
            }
        }
    }

    /// Returns the key with its table in TOML's notation: `tool.lichtfeld.hot_reload`.
    pub(crate) fn path(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.name)
        }
    }

    pub(crate) fn wrong_type(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        wanted: &str,
        hint: String,
        report: &mut Report<'_>,
    ) {
        report.error(
            Code::WrongType,
            value.span(),
            format!(
                "`{}` is {}, but must be {wanted}.",
                self.path(key),
                type_name(value.get_ref())
            ),
            hint,
        );
    }
}

/// Returns the name of a value's type, with its article.
pub(crate) fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Returns a value as one would type it in quotes, or dots if that is impossible.
fn plain(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(switch) => switch.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(array) => match array.iter().next().map(Spanned::get_ref) {
            Some(DeValue::String(text)) if array.len() == 1 => text.to_string(),
            _ => "...".to_owned(),
        },
        DeValue::Table(_) => "...".to_owned(),
    }
}
