//! Selectors: `div.row > button:not(.off)`, and how they are read.

use std::sync::Arc;

use cssparser::{ParseError, Parser, Token, parse_nth};

/// How an element relates to the one that the selector before it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Combinator {
    Descendant,
    Child,
    Next,
    Later,
}

/// How the value of an attribute is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Exists,
    Equals,
    Word,
    Language,
    Prefix,
    Suffix,
    Substring,
}

/// A test of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AttributeTest {
    pub(crate) name: Arc<str>,
    pub(crate) comparison: Comparison,
    pub(crate) value: Arc<str>,
}

/// A pseudo-class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pseudo {
    Hover,
    Active,
    Focus,
    FocusVisible,
    Checked,
    Disabled,
    Enabled,
    Root,
    Empty,
    /// `an + b` of the siblings, counted from the end, of the same element.
    Nth {
        step: i32,
        offset: i32,
        is_last: bool,
        is_of_type: bool,
    },
    Only {
        is_of_type: bool,
    },
    Not(Vec<Selector>),
}

/// What one element must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Compound {
    pub(crate) element: Option<Arc<str>>,
    pub(crate) id: Option<Arc<str>>,
    pub(crate) classes: Vec<Arc<str>>,
    pub(crate) attributes: Vec<AttributeTest>,
    pub(crate) pseudos: Vec<Pseudo>,
}

/// A selector: the element itself, then what is before it, from right to left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) subject: Compound,
    pub(crate) before: Vec<(Combinator, Compound)>,
    pub(crate) specificity: u32,
}

/// The most compounds of a selector, and the most selectors of a list.
const MOST: usize = 32;
const MOST_OF_LIST: usize = 200;
/// The most `:not()` within each other.
const DEEPEST: usize = 3;

/// Reads a list of selectors. The error says what is wrong.
pub(crate) fn parse_text(text: &str) -> Result<Vec<Selector>, String> {
    let mut input = Parser::new(text);
    parse(&mut input)
}

/// Reads a list of selectors up to the end of the input.
pub(crate) fn parse(input: &mut Parser<'_>) -> Result<Vec<Selector>, String> {
    list(input, 0)
}

fn list(input: &mut Parser<'_>, depth: usize) -> Result<Vec<Selector>, String> {
    let mut selectors = Vec::new();
    loop {
        selectors.push(complex(input, depth)?);
        if selectors.len() > MOST_OF_LIST {
            return Err(format!("more than {MOST_OF_LIST} selectors"));
        }
        match input.next() {
            Ok(Token::Comma) => {}
            Ok(_) => return Err("something follows the selector".to_owned()),
            Err(_) => return Ok(selectors),
        }
    }
}

/// Reads one selector, and leaves the comma after it.
fn complex(input: &mut Parser<'_>, depth: usize) -> Result<Selector, String> {
    input.skip_whitespace();
    let mut compounds = vec![compound(input, depth)?];
    let mut combinators = Vec::new();
    loop {
        let mut combinator = None;
        loop {
            let state = input.state();
            combinator = match input.next_including_whitespace() {
                Ok(Token::WhiteSpace(_)) => combinator.or(Some(Combinator::Descendant)),
                Ok(Token::Delim('>')) => Some(Combinator::Child),
                Ok(Token::Delim('+')) => Some(Combinator::Next),
                Ok(Token::Delim('~')) => Some(Combinator::Later),
                _ => {
                    input.reset(&state);
                    break;
                }
            };
        }
        let state = input.state();
        let ends = matches!(input.next(), Ok(Token::Comma) | Err(_));
        input.reset(&state);
        let Some(combinator) = combinator else { break };
        if ends {
            if combinator == Combinator::Descendant {
                break;
            }
            return Err("nothing follows the last sign".to_owned());
        }
        combinators.push(combinator);
        compounds.push(compound(input, depth)?);
        if compounds.len() > MOST {
            return Err(format!("more than {MOST} parts"));
        }
    }
    let specificity = compounds.iter().map(weight).fold(0, u32::saturating_add);
    let subject = compounds.pop().unwrap_or_default();
    let before = combinators
        .into_iter()
        .rev()
        .zip(compounds.into_iter().rev())
        .collect();
    Ok(Selector {
        subject,
        before,
        specificity,
    })
}

fn compound(input: &mut Parser<'_>, depth: usize) -> Result<Compound, String> {
    let mut compound = Compound::default();
    let mut count = 0;
    loop {
        let state = input.state();
        let token = input.next_including_whitespace().cloned();
        match token {
            Ok(Token::Ident(name)) if count == 0 => {
                compound.element = Some(Arc::from(name.to_ascii_lowercase()));
            }
            Ok(Token::Delim('*')) if count == 0 => {}
            Ok(Token::IDHash(name) | Token::Hash(name)) => compound.id = Some(Arc::from(&*name)),
            Ok(Token::Delim('.')) => {
                let name = input
                    .expect_ident()
                    .map_err(|_| "a class has no name".to_owned())?;
                compound.classes.push(Arc::from(&**name));
            }
            Ok(Token::SquareBracketBlock) => {
                let test = input.parse_nested_block(attribute);
                let test = test.map_err(|_| "the test of an attribute is damaged".to_owned())?;
                compound.attributes.push(test);
            }
            Ok(Token::Colon) => {
                let pseudo = pseudo(input, depth)?;
                compound.pseudos.extend(pseudo);
            }
            _ => {
                input.reset(&state);
                break;
            }
        }
        count += 1;
        if count > MOST {
            return Err(format!("more than {MOST} parts"));
        }
    }
    if count == 0 {
        return Err("a selector is missing".to_owned());
    }
    Ok(compound)
}

fn attribute(input: &mut Parser<'_>) -> Result<AttributeTest, ParseError<()>> {
    let name = Arc::from(&**input.expect_ident()?);
    let comparison = match input.next() {
        Err(_) => {
            return Ok(AttributeTest {
                name,
                comparison: Comparison::Exists,
                value: Arc::from(""),
            });
        }
        Ok(Token::Delim('=')) => Comparison::Equals,
        Ok(Token::IncludeMatch) => Comparison::Word,
        Ok(Token::DashMatch) => Comparison::Language,
        Ok(Token::PrefixMatch) => Comparison::Prefix,
        Ok(Token::SuffixMatch) => Comparison::Suffix,
        Ok(Token::SubstringMatch) => Comparison::Substring,
        Ok(_) => return Err(ParseError::unexpected_token()),
    };
    let from = input.position();
    let value = match input.next()?.clone() {
        Token::Ident(value) | Token::QuotedString(value) => Arc::from(&*value),
        // RmlUi takes `[value=1]`, which CSS wants in quotes.
        Token::Number { .. } | Token::Dimension { .. } => Arc::from(input.slice_from(from).trim()),
        _ => return Err(ParseError::unexpected_token()),
    };
    input.expect_exhausted()?;
    Ok(AttributeTest {
        name,
        comparison,
        value,
    })
}

const NAMES: [&str; 20] = [
    "active",
    "checked",
    "disabled",
    "empty",
    "enabled",
    "first-child",
    "first-of-type",
    "focus",
    "focus-visible",
    "hover",
    "last-child",
    "last-of-type",
    "not",
    "nth-child",
    "nth-last-child",
    "nth-last-of-type",
    "nth-of-type",
    "only-child",
    "only-of-type",
    "root",
];

fn pseudo(input: &mut Parser<'_>, depth: usize) -> Result<Option<Pseudo>, String> {
    const fn nth(step: i32, offset: i32, is_last: bool, is_of_type: bool) -> Pseudo {
        Pseudo::Nth {
            step,
            offset,
            is_last,
            is_of_type,
        }
    }
    let token = input.next_including_whitespace().cloned();
    Ok(Some(match token {
        Ok(Token::Ident(name)) => match &*name.to_ascii_lowercase() {
            "hover" => Pseudo::Hover,
            "active" => Pseudo::Active,
            "focus" | "focus-within" => Pseudo::Focus,
            "focus-visible" => Pseudo::FocusVisible,
            "checked" => Pseudo::Checked,
            "disabled" => Pseudo::Disabled,
            "enabled" => Pseudo::Enabled,
            "root" => Pseudo::Root,
            "empty" => Pseudo::Empty,
            "first-child" => nth(0, 1, false, false),
            "last-child" => nth(0, 1, true, false),
            "first-of-type" => nth(0, 1, false, true),
            "last-of-type" => nth(0, 1, true, true),
            "only-child" => Pseudo::Only { is_of_type: false },
            "only-of-type" => Pseudo::Only { is_of_type: true },
            other => return Err(unknown(other)),
        },
        Ok(Token::Function(name)) => {
            let name = name.to_ascii_lowercase();
            if name == "not" {
                if depth == DEEPEST {
                    return Err(format!("`:not()` is nested more than {DEEPEST} deep"));
                }
                let mut problem = None;
                let inner = input.parse_nested_block(|input| {
                    list(input, depth + 1).map_err(|found| {
                        problem = Some(found);
                        ParseError::<()>::unexpected_token()
                    })
                });
                return match inner {
                    Ok(inner) => Ok(Some(Pseudo::Not(inner))),
                    Err(_) => Err(problem.unwrap_or_else(|| "`:not()` is damaged".to_owned())),
                };
            }
            let (is_last, is_of_type) = match &*name {
                "nth-child" => (false, false),
                "nth-last-child" => (true, false),
                "nth-of-type" => (false, true),
                "nth-last-of-type" => (true, true),
                other => return Err(unknown(other)),
            };
            let parsed: Result<(i32, i32), ParseError<()>> =
                input.parse_nested_block(|input| Ok(parse_nth(input)?));
            let (step, offset) =
                parsed.map_err(|_| format!("`:{name}()` needs a number, as `2n + 1`"))?;
            nth(step, offset, is_last, is_of_type)
        }
        _ => return Err("a pseudo-class has no name".to_owned()),
    }))
}

fn unknown(name: &str) -> String {
    let hint = crate::suggest::nearest(name, NAMES);
    let hint = hint.map_or(String::new(), |found| format!("; did you mean `:{found}`?"));
    format!("RCSS has no pseudo-class `:{name}`{hint}")
}

/// The specificity of CSS: ids, then classes, attributes and pseudo-classes, then elements.
fn weight(compound: &Compound) -> u32 {
    let mut weight = u32::from(compound.element.is_some());
    weight += if compound.id.is_some() { 1 << 20 } else { 0 };
    let tests = compound.classes.len() + compound.attributes.len();
    weight += u32::try_from(tests).unwrap_or(0) << 10;
    for pseudo in &compound.pseudos {
        weight = weight.saturating_add(match pseudo {
            Pseudo::Not(inner) => inner
                .iter()
                .map(|inner| inner.specificity)
                .max()
                .unwrap_or(0),
            _ => 1 << 10,
        });
    }
    weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_read_from_right_to_left() {
        let read = parse_text("div#a.b > * p:hover , .x+y~z").unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].subject.element.as_deref(), Some("p"));
        let combinators: Vec<Combinator> = read[0].before.iter().map(|(how, _)| *how).collect();
        assert_eq!(combinators, [Combinator::Descendant, Combinator::Child]);
        assert_eq!(read[0].specificity, (1 << 20) + (2 << 10) + 2);
        assert_eq!(read[1].before[0].0, Combinator::Later);
        let read =
            parse_text("input[type=\"range\"][value=1]:not(:checked, p > b):nth-child(2n+1)")
                .unwrap();
        assert_eq!(read[0].subject.attributes[1].value.as_ref(), "1");
        assert_eq!(read[0].subject.pseudos.len(), 2);
        assert!(parse_text(" a ").is_ok());
    }

    #[test]
    fn what_is_no_selector_says_why() {
        for (text, message) in [
            ("", "a selector is missing"),
            ("a,", "a selector is missing"),
            ("a >", "nothing follows the last sign"),
            (
                "a:hovr",
                "RCSS has no pseudo-class `:hovr`; did you mean `:hover`?",
            ),
            (".", "a class has no name"),
            ("a[=b]", "the test of an attribute is damaged"),
            ("a::before", "a pseudo-class has no name"),
            ("a{", "something follows the selector"),
            (
                ":nth-child(x)",
                "`:nth-child()` needs a number, as `2n + 1`",
            ),
            (
                ":not(:not(:not(:not(a))))",
                "`:not()` is nested more than 3 deep",
            ),
        ] {
            assert_eq!(parse_text(text), Err(message.to_owned()), "{text}");
        }
    }
}
