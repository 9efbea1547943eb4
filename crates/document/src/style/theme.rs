//! Themes: colours and sizes that sheets use as `@{name}`.
//!
//! `@{text}` is a colour, `@{alpha(primary, 0.2)}` the same with another opacity,
//! `@{blend(surface, primary, 0.2)}` a mixture, and `@{num(size.rounding)}` a number.

use std::collections::BTreeMap;

use super::color::{Rgba, channel};
use super::declarations::UNKNOWN_TOKEN;

/// The colours and sizes of the application, and the name that `@media (theme: name)` compares.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    name: String,
    colors: BTreeMap<String, Rgba>,
    numbers: BTreeMap<String, f32>,
}

/// Names of colours, with their values in the dark and in the light theme.
const COLORS: [(&str, u32, u32); 16] = [
    ("background", 0x1e_1f22, 0xf3_f4f6),
    ("surface", 0x2a_2c30, 0xff_ffff),
    ("surface_bright", 0x36_393f, 0xe7_e9ee),
    ("border", 0x45_4950, 0xc3_c8d1),
    ("text", 0xe6_e8eb, 0x1d_2129),
    ("text_dim", 0x9a_a0a9, 0x5d_6572),
    ("text_on_color", 0xff_ffff, 0xff_ffff),
    ("primary", 0x3d_7eff, 0x1f_5fd6),
    ("primary_dim", 0x2f_5fc0, 0x19_4fb3),
    ("secondary", 0x5b_626d, 0x6b_7280),
    ("success", 0x2f_9e5b, 0x1f_8748),
    ("warning", 0xc9_8a1e, 0xa8_6d0a),
    ("error", 0xd2_4a4a, 0xbf_3030),
    ("info", 0x3a_9bb5, 0x1d_7f99),
    ("row_even", 0x00_0000, 0x00_0000),
    ("row_odd", 0xff_ffff, 0x00_0000),
];

const NUMBERS: [(&str, f32); 6] = [
    ("size.frame_rounding", 4.0),
    ("size.window_rounding", 6.0),
    ("size.border", 1.0),
    ("size.frame_padding", 6.0),
    ("size.item_spacing", 6.0),
    ("font.base_size", 14.0),
];

impl Theme {
    /// The built-in dark theme.
    #[must_use]
    pub fn dark() -> Self {
        Self::built_in("dark", |(_, dark, _)| dark)
    }

    /// The built-in light theme.
    #[must_use]
    pub fn light() -> Self {
        Self::built_in("light", |(_, _, light)| light)
    }

    fn built_in(name: &str, choose: fn((&str, u32, u32)) -> u32) -> Self {
        let colors = COLORS.into_iter().map(|entry| {
            let [_, red, green, blue] = choose(entry).to_be_bytes();
            (entry.0.to_owned(), Rgba::new(red, green, blue, 255))
        });
        Self {
            name: name.to_owned(),
            colors: colors.collect(),
            numbers: NUMBERS
                .map(|(name, number)| (name.to_owned(), number))
                .into(),
        }
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the theme with another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Returns the theme with a colour.
    #[must_use]
    pub fn with_color(mut self, name: impl Into<String>, color: Rgba) -> Self {
        self.colors.insert(name.into(), color);
        self
    }

    /// Returns the theme with a number.
    #[must_use]
    pub fn with_number(mut self, name: impl Into<String>, number: f32) -> Self {
        self.numbers.insert(name.into(), number);
        self
    }

    /// Returns all names, for suggestions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.colors
            .keys()
            .chain(self.numbers.keys())
            .map(String::as_str)
    }

    /// Returns the text of a name or function, or `None` if the theme does not have it.
    fn token(&self, text: &str) -> Option<String> {
        let text = text.trim();
        let Some((function, rest)) = text.split_once('(') else {
            let color = self.colors.get(text).map(ToString::to_string);
            return color.or_else(|| self.numbers.get(text).map(ToString::to_string));
        };
        let arguments: Vec<&str> = rest.strip_suffix(')')?.split(',').map(str::trim).collect();
        let color = |index: usize| self.colors.get(*arguments.get(index)?).copied();
        let number = |index: usize| arguments.get(index)?.parse::<f32>().ok();
        Some(match function.trim() {
            "alpha" => {
                let color = color(0)?;
                Rgba {
                    alpha: channel(number(1)? * 255.0),
                    ..color
                }
                .to_string()
            }
            "blend" => color(0)?.mixed(color(1)?, number(2)?).to_string(),
            "num" => self.numbers.get(*arguments.first()?)?.to_string(),
            _ => return None,
        })
    }
}

/// A text with all names of the theme replaced.
pub(crate) struct Filled {
    pub(crate) text: String,
    /// For each replaced name, the offset after it in the new and in the old text.
    shifts: Vec<(usize, usize)>,
    /// The offsets and texts of names that the theme does not have.
    pub(crate) unknown: Vec<(usize, String)>,
}

impl Filled {
    pub(crate) fn new(text: &str, theme: &Theme) -> Self {
        let mut filled = Self {
            text: String::with_capacity(text.len()),
            shifts: Vec::new(),
            unknown: Vec::new(),
        };
        let mut done = 0;
        while let Some(start) = text[done..].find("@{").map(|found| done + found) {
            let Some(end) = text[start..].find('}').map(|found| start + found) else {
                break;
            };
            filled.text.push_str(&text[done..start]);
            let name = &text[start + 2..end];
            match theme.token(name) {
                Some(value) => filled.text.push_str(&value),
                None => {
                    filled.unknown.push((start, name.trim().to_owned()));
                    filled.text.push_str(UNKNOWN_TOKEN);
                }
            }
            done = end + 1;
            filled.shifts.push((filled.text.len(), done));
        }
        filled.text.push_str(&text[done..]);
        filled
    }

    /// Returns the offset in the old text.
    pub(crate) fn before(&self, at: usize) -> usize {
        let index = self.shifts.partition_point(|(new, _)| *new <= at);
        match index
            .checked_sub(1)
            .and_then(|index| self.shifts.get(index))
        {
            Some((new, old)) => old + (at - new),
            None => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_theme_are_replaced() {
        let theme = Theme::dark().with_color("x", Rgba::new(255, 0, 0, 255));
        let text = "a { color: @{x}; b: @{alpha(x, 0.5)}; c: @{blend(x, text_on_color, 0.5)}; d: @{num(size.border)}dp; e: @{y} }";
        let filled = Filled::new(text, &theme);
        assert_eq!(
            filled.text,
            format!("a {{ color: #ff0000; b: #ff000080; c: #ff8080; d: 1dp; e: {UNKNOWN_TOKEN} }}")
        );
        assert_eq!(
            filled.unknown,
            [(text.find("@{y").unwrap(), "y".to_owned())]
        );
        let at = filled.text.find("d: 1").unwrap();
        assert_eq!(&text[filled.before(at)..][..2], "d:");
        assert_eq!(filled.before(2), 2);
        assert_eq!(Filled::new("@{", &theme).text, "@{");
    }
}
