//! Values of properties.

use std::fmt;
use std::sync::Arc;

use cssparser::{Parser, Token};

use super::color;
pub use super::color::Rgba;
use super::properties::{Property, Takes};
use crate::value::short;

/// The unit of a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unit {
    /// Pixels of the screen.
    Px,
    /// Density-independent pixels: multiply by the front end's ratio.
    Dp,
    /// Hundredths of the width of the panel.
    Vw,
    /// Hundredths of the height of the panel.
    Vh,
    /// The font size of the element. Computed styles have none: it is resolved.
    Em,
    /// The font size of the document. Computed styles have none: it is resolved.
    Rem,
    /// The height of a lower-case letter, which only the front end knows.
    Ex,
    /// Inches, of 96 pixels.
    In,
    /// Centimetres.
    Cm,
    /// Millimetres.
    Mm,
    /// Points.
    Pt,
    /// Picas.
    Pc,
}

const UNITS: [(&str, Unit); 12] = [
    ("px", Unit::Px),
    ("dp", Unit::Dp),
    ("vw", Unit::Vw),
    ("vh", Unit::Vh),
    ("em", Unit::Em),
    ("rem", Unit::Rem),
    ("ex", Unit::Ex),
    ("in", Unit::In),
    ("cm", Unit::Cm),
    ("mm", Unit::Mm),
    ("pt", Unit::Pt),
    ("pc", Unit::Pc),
];

/// The value of a property.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StyleValue {
    /// One of the words that the property knows, such as `auto`.
    Keyword(&'static str),
    /// A length.
    Length(f32, Unit),
    /// A percentage, as it is written: 50 for `50%`.
    Percent(f32),
    /// A number.
    Number(f32),
    /// A colour.
    Color(Rgba),
    /// The text of a value that this crate does not interpret: names, decorators, transforms.
    Text(Arc<str>),
}

/// Writes the value as RCSS.
impl fmt::Display for StyleValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyword(word) => f.write_str(word),
            Self::Length(value, unit) => {
                let name = UNITS.iter().find(|(_, known)| known == unit);
                write!(f, "{}{}", number(*value), name.map_or("", |(name, _)| name))
            }
            Self::Percent(value) => write!(f, "{}%", number(*value)),
            Self::Number(value) => f.write_str(&number(*value)),
            Self::Color(color) => color.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

fn number(value: f32) -> String {
    short(f64::from(value), 4)
}

/// Reads the value of a property from the rest of the input, which it must fill.
pub(crate) fn parse_whole(property: &Property, text: &str) -> Option<StyleValue> {
    if property.takes.contains(Takes::RAW) {
        return (!text.is_empty()).then(|| raw(property, text));
    }
    let mut input = Parser::new(text);
    let value = parse(property, &mut input)?;
    input.is_exhausted().then_some(value)
}

fn raw(property: &Property, text: &str) -> StyleValue {
    let word = property
        .keywords
        .iter()
        .find(|word| word.eq_ignore_ascii_case(text));
    word.map_or_else(
        || StyleValue::Text(Arc::from(text)),
        |word| StyleValue::Keyword(word),
    )
}

/// Reads the value of a property, and leaves what follows.
pub(crate) fn parse(property: &Property, input: &mut Parser<'_>) -> Option<StyleValue> {
    let start = input.state();
    let takes = property.takes;
    let token = input.next().ok()?.clone();
    match token {
        Token::Ident(name) => {
            let mut words = property.keywords.iter();
            if let Some(word) = words.find(|word| word.eq_ignore_ascii_case(&name)) {
                return Some(StyleValue::Keyword(word));
            }
            if takes.contains(Takes::STRING) {
                return Some(StyleValue::Text(Arc::from(&*name)));
            }
        }
        Token::QuotedString(text) if takes.contains(Takes::STRING) => {
            return Some(StyleValue::Text(Arc::from(&*text)));
        }
        Token::Number { value, .. } if takes.contains(Takes::NUMBER) => {
            return Some(StyleValue::Number(value));
        }
        // RmlUi requires a unit, except for 0.
        Token::Number { value, .. } if value == 0.0 && takes.contains(Takes::LENGTH) => {
            return Some(StyleValue::Length(0.0, Unit::Px));
        }
        Token::Percentage { unit_value, .. } if takes.contains(Takes::PERCENT) => {
            return Some(StyleValue::Percent(unit_value * 100.0));
        }
        Token::Dimension { value, unit, .. } if takes.contains(Takes::LENGTH) => {
            let found = UNITS
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(&unit));
            return found.map(|(_, unit)| StyleValue::Length(value, *unit));
        }
        // A calculation needs the layout, so it stays a text.
        Token::Function(name)
            if takes.contains(Takes::LENGTH) && name.eq_ignore_ascii_case("calc") =>
        {
            input.parse_nested_block(all).ok()?;
            let text = input.slice_from(start.position()).trim();
            return Some(StyleValue::Text(Arc::from(text)));
        }
        _ => {}
    }
    if takes.contains(Takes::COLOR) {
        input.reset(&start);
        return color::parse(input).map(StyleValue::Color);
    }
    None
}

fn all(input: &mut Parser<'_>) -> Result<(), cssparser::ParseError<()>> {
    while input.next().is_ok() {}
    Ok(())
}
