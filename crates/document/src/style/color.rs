//! Colours.

use std::fmt;

use cssparser::color::{parse_hash_color, parse_named_color};
use cssparser::{Parser, Token};

/// A colour with red, green, blue and alpha, each from 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgba {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
    /// Opacity; 255 is opaque.
    pub alpha: u8,
}

impl Rgba {
    /// Makes a colour.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8, alpha: u8) -> Self {
        Self {
            red,
            green,
            blue,
            alpha,
        }
    }

    /// Mixes two colours; `share` is that of `other`, from 0 to 1.
    pub(crate) fn mixed(self, other: Self, share: f32) -> Self {
        let mix = |from: u8, to: u8| {
            channel(f32::from(from) + (f32::from(to) - f32::from(from)) * share.clamp(0.0, 1.0))
        };
        Self {
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue),
            alpha: mix(self.alpha, other.alpha),
        }
    }
}

/// Writes `#rrggbb`, or `#rrggbbaa` if it is not opaque.
impl fmt::Display for Rgba {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            red,
            green,
            blue,
            alpha,
        } = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")?;
        if *alpha < 255 {
            write!(f, "{alpha:02x}")?;
        }
        Ok(())
    }
}

/// Rounds a channel; a conversion of what is outside of the range saturates.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a channel outside of 0 to 255 is meant to saturate"
)]
pub(crate) fn channel(value: f32) -> u8 {
    value.round() as u8
}

/// Reads a colour.
pub(crate) fn parse(input: &mut Parser<'_>) -> Option<Rgba> {
    match input.next().ok()?.clone() {
        Token::Hash(digits) | Token::IDHash(digits) => {
            let (red, green, blue, alpha) = parse_hash_color(digits.as_bytes()).ok()?;
            Some(Rgba::new(red, green, blue, channel(alpha * 255.0)))
        }
        Token::Ident(name) if name.eq_ignore_ascii_case("transparent") => {
            Some(Rgba::new(0, 0, 0, 0))
        }
        Token::Ident(name) => {
            let (red, green, blue) = parse_named_color(&name).ok()?;
            Some(Rgba::new(red, green, blue, 255))
        }
        Token::Function(name) => {
            let name = name.to_ascii_lowercase();
            let numbers: Result<Vec<Channel>, cssparser::ParseError<()>> =
                input.parse_nested_block(|input| Ok(channels(input)));
            function(&name, &numbers.ok()?)
        }
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Channel {
    Number(f32),
    /// From 0 to 1.
    Share(f32),
}

/// Reads numbers that are separated by commas, spaces or `/`.
fn channels(input: &mut Parser<'_>) -> Vec<Channel> {
    let mut channels = Vec::new();
    while let Ok(token) = input.next() {
        match token {
            Token::Number { value, .. } => channels.push(Channel::Number(*value)),
            Token::Percentage { unit_value, .. } => channels.push(Channel::Share(*unit_value)),
            Token::Dimension { value, unit, .. } if unit.eq_ignore_ascii_case("deg") => {
                channels.push(Channel::Number(*value));
            }
            Token::Comma | Token::Delim('/') => {}
            _ => return Vec::new(),
        }
        if channels.len() > 4 {
            return Vec::new();
        }
    }
    channels
}

fn function(name: &str, channels: &[Channel]) -> Option<Rgba> {
    // In RCSS alpha is from 0 to 255, like the colours.
    let byte = |given: Channel| match given {
        Channel::Number(value) => channel(value),
        Channel::Share(share) => channel(share * 255.0),
    };
    let alpha = channels.get(3).map_or(255, |given| byte(*given));
    let [first, second, third] = *channels.get(..3)? else {
        return None;
    };
    match name {
        "rgb" | "rgba" => Some(Rgba::new(byte(first), byte(second), byte(third), alpha)),
        "hsl" | "hsla" => {
            let (Channel::Number(hue), Channel::Share(saturation), Channel::Share(lightness)) =
                (first, second, third)
            else {
                return None;
            };
            let alpha = match channels.get(3) {
                // As in RmlUi, the alpha of this function is from 0 to 1.
                Some(Channel::Number(value)) => channel(value * 255.0),
                _ => alpha,
            };
            Some(from_hsl(hue, saturation, lightness, alpha))
        }
        _ => None,
    }
}

fn from_hsl(hue: f32, saturation: f32, lightness: f32, alpha: u8) -> Rgba {
    let (saturation, lightness) = (saturation.clamp(0.0, 1.0), lightness.clamp(0.0, 1.0));
    let amplitude = saturation * lightness.min(1.0 - lightness);
    let part = |offset: f32| {
        let position = (offset + hue.rem_euclid(360.0) / 30.0) % 12.0;
        let factor = (position - 3.0).min(9.0 - position).clamp(-1.0, 1.0);
        channel((lightness - amplitude * factor) * 255.0)
    };
    Rgba::new(part(0.0), part(8.0), part(4.0), alpha)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_a_colour() {
        for (text, expected) in [
            ("red", "#ff0000"),
            ("transparent", "#00000000"),
            ("orange", "#ffa500"),
            ("#F00", "#ff0000"),
            ("#12345678", "#12345678"),
            ("rgb(100%, 0%, 0%)", "#ff0000"),
            ("rgba(255, 0, 0, 128)", "#ff000080"),
            ("rgba(255, 0, 0, 50%)", "#ff000080"),
            ("hsl(120, 100%, 50%)", "#00ff00"),
            ("hsla(240, 100%, 50%, 0.5)", "#0000ff80"),
            ("rgb(999, -3, 0)", "#ff0000"),
        ] {
            let color = parse(&mut Parser::new(text)).map(|color| color.to_string());
            assert_eq!(color.as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "reddish",
            "#12345",
            "rgb(1, 2)",
            "rgb(a, b, c)",
            "hsl(1, 2, 3)",
        ] {
            assert_eq!(parse(&mut Parser::new(text)), None, "{text}");
        }
    }
}
