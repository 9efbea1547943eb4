//! Media queries: rules for some sizes, resolutions and themes only.

use cssparser::{Parser, Token};

/// The size of the panel, and the pixels of the screen for each `dp`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// The width, in pixels.
    pub width: f32,
    /// The height, in pixels.
    pub height: f32,
    /// The number of pixels of a `dp`.
    pub dp_ratio: f32,
}

impl Default for Viewport {
    fn default() -> Self {
        Self {
            width: 400.0,
            height: 800.0,
            dp_ratio: 1.0,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Bound {
    Equal,
    Least,
    Most,
}

#[derive(Clone, Debug, PartialEq)]
enum Feature {
    Width(Bound, f32),
    Height(Bound, f32),
    Ratio(Bound, f32),
    Resolution(Bound, f32),
    Landscape(bool),
    Theme(String),
}

/// A condition of `@media`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Media {
    is_negated: bool,
    features: Vec<Feature>,
}

impl Media {
    pub(crate) fn matches(&self, viewport: &Viewport, theme: &str) -> bool {
        let holds = self.features.iter().all(|feature| {
            let compare = |bound: &Bound, is: f32, wanted: f32| match bound {
                Bound::Equal => (is - wanted).abs() < 0.001,
                Bound::Least => is >= wanted,
                Bound::Most => is <= wanted,
            };
            match feature {
                Feature::Width(bound, wanted) => compare(bound, viewport.width, *wanted),
                Feature::Height(bound, wanted) => compare(bound, viewport.height, *wanted),
                Feature::Ratio(bound, wanted) => {
                    compare(bound, viewport.width / viewport.height, *wanted)
                }
                Feature::Resolution(bound, wanted) => compare(bound, viewport.dp_ratio, *wanted),
                Feature::Landscape(wanted) => (viewport.width >= viewport.height) == *wanted,
                Feature::Theme(wanted) => wanted == theme,
            }
        });
        holds != self.is_negated
    }
}

/// Reads a condition up to the end of the input. The error says what is wrong.
pub(crate) fn parse(input: &mut Parser<'_>) -> Result<Media, String> {
    let mut media = Media {
        is_negated: false,
        features: Vec::new(),
    };
    let mut is_first = true;
    loop {
        let token = input.next().cloned();
        match token {
            Ok(Token::Ident(word)) if is_first && word.eq_ignore_ascii_case("not") => {
                media.is_negated = true;
            }
            Ok(Token::Ident(word)) if !is_first && word.eq_ignore_ascii_case("and") => {}
            Ok(Token::ParenthesisBlock) => {
                let mut problem = None;
                let feature = input.parse_nested_block(|input| {
                    feature(input).map_err(|found| {
                        problem = Some(found);
                        cssparser::ParseError::<()>::unexpected_token()
                    })
                });
                match feature {
                    Ok(feature) => media.features.push(feature),
                    Err(_) => {
                        return Err(problem.unwrap_or_else(|| "the condition is damaged".into()));
                    }
                }
            }
            Err(_) if !media.features.is_empty() => return Ok(media),
            _ => return Err("a condition is `(feature: value)`, joined with `and`".to_owned()),
        }
        is_first = false;
    }
}

fn feature(input: &mut Parser<'_>) -> Result<Feature, String> {
    let name = input
        .expect_ident_cloned()
        .map_err(|_| "a feature has no name".to_owned())?;
    let name = name.to_ascii_lowercase();
    input
        .expect_colon()
        .map_err(|_| format!("`{name}` has no value"))?;
    let (bound, plain) = match name.strip_prefix("min-") {
        Some(plain) => (Bound::Least, plain),
        None => match name.strip_prefix("max-") {
            Some(plain) => (Bound::Most, plain),
            None => (Bound::Equal, &*name),
        },
    };
    let token = input
        .next()
        .cloned()
        .map_err(|_| format!("`{name}` has no value"))?;
    let feature = match (plain, token) {
        ("width", token) => length(&token).map(|value| Feature::Width(bound, value)),
        ("height", token) => length(&token).map(|value| Feature::Height(bound, value)),
        ("resolution", Token::Dimension { value, unit, .. }) if &*unit == "x" => {
            Some(Feature::Resolution(bound, value))
        }
        ("aspect-ratio", Token::Number { value, .. }) => {
            let below = input
                .expect_delim('/')
                .and_then(|()| input.expect_number())
                .unwrap_or(1.0);
            Some(Feature::Ratio(bound, value / below))
        }
        ("orientation", Token::Ident(word)) => match &*word {
            "landscape" => Some(Feature::Landscape(true)),
            "portrait" => Some(Feature::Landscape(false)),
            _ => None,
        },
        ("theme", Token::Ident(word) | Token::QuotedString(word)) => {
            Some(Feature::Theme(word.to_string()))
        }
        _ => None,
    };
    feature.ok_or_else(|| {
        format!("`{name}` is not a feature of the screen, or has another kind of value")
    })
}

fn length(token: &Token<'_>) -> Option<f32> {
    match token {
        Token::Dimension { value, unit, .. } if ["px", "dp"].contains(&&**unit) => Some(*value),
        Token::Number { value, .. } if *value == 0.0 => Some(0.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_or_do_not() {
        let viewport = Viewport {
            width: 640.0,
            height: 480.0,
            dp_ratio: 2.0,
        };
        for (text, holds) in [
            ("(min-width: 640px) and (orientation: landscape)", true),
            ("(max-width: 639px)", false),
            ("not (theme: dark)", false),
            ("(theme: dark)", true),
            ("(min-resolution: 2x)", true),
            ("(aspect-ratio: 4/3)", true),
            ("(max-height: 100dp)", false),
        ] {
            let media = parse(&mut Parser::new(text)).unwrap();
            assert_eq!(media.matches(&viewport, "dark"), holds, "{text}");
        }
        for text in [
            "",
            "screen",
            "(colour: 1)",
            "(width)",
            "(orientation: up)",
            "(width: 1em)",
        ] {
            assert!(parse(&mut Parser::new(text)).is_err(), "{text}");
        }
    }
}
