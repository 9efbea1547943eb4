//! The identity of a widget, from one drawing to the next.
//!
//! A panel is drawn anew each time, so there is no object that represents a widget permanently. It
//! is identified by its scopes (`push_id`, trees, child areas), its kind and its label. In a label
//! `"shown##hidden"`, the part after `##` is not shown but belongs to the identity; in
//! `"shown###hidden"`, only the hidden part is the identity, so that the shown part may change
//! while the user works with the widget. These are the rules of Dear ImGui, which plugins rely on.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Identifies a widget within its panel. It is written as 16 hexadecimal digits, since not every
/// language has 64-bit integers. A widget has the same id in every drawing and every process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WidgetId(u64);

impl WidgetId {
    /// The outermost scope of a panel.
    pub const PANEL: Self = Self(0);

    /// Returns the id as a number, for languages with 64-bit integers.
    #[must_use]
    #[inline]
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// Returns the id with this number, which was taken from a frame by [`WidgetId::to_bits`].
    #[must_use]
    #[inline]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Returns the id of something called `name` within this scope.
    #[must_use]
    pub fn child(self, name: &str) -> Self {
        Self(xxh3_64_with_seed(name.as_bytes(), self.0))
    }

    /// Returns the id of the `position`-th of several widgets without a name or with one name.
    #[must_use]
    pub fn nth(self, position: u32) -> Self {
        // A bijection for a given scope (odd factor), so two positions never collide.
        let mixed = self.0
            ^ u64::from(position)
                .wrapping_add(1)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(mixed.rotate_left(23).wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    /// Returns the id of a widget of another panel that is shown within this one.
    pub(crate) fn inside(self, other: Self) -> Self {
        Self(xxh3_64_with_seed(&other.0.to_le_bytes(), self.0))
    }

    /// Returns the scope for widgets of one kind, so that a button and a slider may share a label.
    pub(crate) fn of_kind(self, kind: u8) -> Self {
        Self(
            self.0
                ^ u64::from(kind)
                    .wrapping_add(1)
                    .wrapping_mul(0xa076_1d64_78bd_642f),
        )
    }
}

impl fmt::Display for WidgetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for WidgetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WidgetId({self})")
    }
}

/// A text that is not a widget's id.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a widget's id: ids have 16 hexadecimal digits and are taken from a frame")]
pub struct InvalidId(String);

impl InvalidId {
    /// Returns the stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "invalid-widget-id"
    }

    /// Returns what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some("send back the `id` of a widget of the last frame, unchanged".to_owned())
    }
}

impl std::str::FromStr for WidgetId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let is_hex = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u64::from_str_radix(text, 16) {
            Ok(number) if is_hex => Ok(Self(number)),
            _ => Err(InvalidId(text.chars().take(40).collect())),
        }
    }
}

impl Serialize for WidgetId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // `collect_str` uses the formatting machinery, which is ten times slower.
        let mut digits = [0_u8; 16];
        for (place, digit) in digits.iter_mut().enumerate() {
            let nibble = (self.0 >> (60 - 4 * place)) & 0xf;
            *digit = b"0123456789abcdef"[usize::try_from(nibble).unwrap_or(0)];
        }
        serializer.serialize_str(std::str::from_utf8(&digits).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for WidgetId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for WidgetId {
    fn schema_name() -> Cow<'static, str> {
        "WidgetId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[0-9a-f]{16}$",
            "description": "Identifies a widget within its panel, in every drawing and every process.",
        })
    }
}

/// The two parts of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label<'a> {
    /// The text that the user reads.
    pub shown: &'a str,
    /// The text that identifies the widget.
    pub identity: &'a str,
}

impl<'a> Label<'a> {
    /// Splits `"shown##hidden"` and `"shown###identity"`.
    ///
    /// ```
    /// use lichtfeld_panel::Label;
    /// assert_eq!(Label::new("Run##left").shown, "Run");
    /// assert_eq!(Label::new("3 images###count").identity, "###count");
    /// assert_eq!(Label::new("C# and F#").shown, "C# and F#");
    /// ```
    #[must_use]
    #[inline]
    pub fn new(text: &'a str) -> Self {
        // Labels are short: a loop over the bytes is faster than a search made for long texts.
        let bytes = text.as_bytes();
        match bytes.windows(2).position(|pair| pair == b"##") {
            Some(at) => {
                let is_whole = bytes.get(at + 2) == Some(&b'#');
                let identity = if is_whole { &text[at..] } else { text };
                Self {
                    shown: &text[..at],
                    identity,
                }
            }
            None => Self {
                shown: text,
                identity: text,
            },
        }
    }

    /// Returns the part that is not shown, with its hashes, or an empty text.
    ///
    /// ```
    /// use lichtfeld_panel::Label;
    /// assert_eq!(Label::new("Run##left").hidden(), "##left");
    /// assert_eq!(Label::new("3 images###count").hidden(), "###count");
    /// assert_eq!(Label::new("Run").hidden(), "");
    /// ```
    #[must_use]
    #[inline]
    pub fn hidden(&self) -> &'a str {
        // After `###` the identity is the hidden part alone.
        self.identity
            .strip_prefix(self.shown)
            .unwrap_or(self.identity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_json_and_refuse_nonsense() {
        let id = WidgetId::PANEL.child("Run");
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<WidgetId>(&json).unwrap(), id);
        for bad in [
            "",
            "12",
            "+123456789abcdef",
            "00000000000000zz",
            "0123456789abcdef0",
        ] {
            assert!(bad.parse::<WidgetId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn ids_are_a_part_of_the_format() {
        // Another process, perhaps of another version, sends back ids from these frames.
        assert_eq!(WidgetId::PANEL.child("Run").to_string(), "1d89e3a2dc839e73");
    }

    #[test]
    fn scope_kind_and_position_distinguish_widgets() {
        let scope = WidgetId::PANEL.child("scope");
        assert_ne!(scope.child("Run"), WidgetId::PANEL.child("Run"));
        assert_ne!(scope.of_kind(1).child("Run"), scope.of_kind(2).child("Run"));
        assert_ne!(scope.nth(0), scope.nth(1));
    }

    #[test]
    fn labels_are_taken_apart_at_the_first_double_hash() {
        for (text, shown, identity) in [
            ("Run", "Run", "Run"),
            ("Run##a##b", "Run", "Run##a##b"),
            ("##hidden", "", "##hidden"),
            ("###hidden", "", "###hidden"),
            ("a#b##c", "a#b", "a#b##c"),
            ("trailing#", "trailing#", "trailing#"),
            ("Zähler: 3###z", "Zähler: 3", "###z"),
        ] {
            assert_eq!(Label::new(text), Label { shown, identity }, "{text}");
        }
    }
}
