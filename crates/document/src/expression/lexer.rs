//! The words of an expression.

use std::sync::Arc;

use crate::value::Value;

/// A word, with the offset where it begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lexeme {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Literal(Value),
    Name(Arc<str>),
    /// An operator or a bracket.
    Sign(&'static str),
    End,
}

/// A mistake in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The offset in the text of the expression.
    pub(crate) at: usize,
    pub(crate) message: String,
}

impl Mistake {
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }
}

/// Longer signs come first.
const SIGNS: [&str; 25] = [
    "&&", "||", "==", "!=", "<=", ">=", "=>", "+", "-", "*", "/", "<", ">", "!", "|", "?", ":",
    "(", ")", "[", "]", ".", ",", "=", ";",
];

pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>, Mistake> {
    let mut lexemes = Vec::new();
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        if character.is_whitespace() {
            at += character.len_utf8();
            continue;
        }
        let (kind, length) = word(&text[at..], at, character)?;
        lexemes.push(Lexeme { at, kind });
        at += length;
    }
    lexemes.push(Lexeme {
        at,
        kind: Kind::End,
    });
    Ok(lexemes)
}

fn word(rest: &str, at: usize, first: char) -> Result<(Kind, usize), Mistake> {
    if first == '\'' || first == '"' {
        return string(rest, at, first);
    }
    if first.is_ascii_digit() {
        return number(rest, at);
    }
    if is_name_start(first) {
        let length = rest.find(|next: char| !is_name_start(next) && !next.is_ascii_digit());
        let name = &rest[..length.unwrap_or(rest.len())];
        let kind = match name {
            "true" => Kind::Literal(Value::Bool(true)),
            "false" => Kind::Literal(Value::Bool(false)),
            _ => Kind::Name(Arc::from(name)),
        };
        return Ok((kind, name.len()));
    }
    if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
        // RmlUi's manual lists `=>` in its table of operators.
        return Ok((
            Kind::Sign(if sign == "=>" { ">=" } else { sign }),
            sign.len(),
        ));
    }
    Err(Mistake::new(
        at,
        format!("`{first}` has no meaning in an expression"),
    ))
}

fn is_name_start(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

fn string(rest: &str, at: usize, quote: char) -> Result<(Kind, usize), Mistake> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((index, character)) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some((_, escaped)) if escaped == quote || escaped == '\\' => text.push(escaped),
                Some((_, 'n')) => text.push('\n'),
                Some((_, other)) => text.extend(['\\', other]),
                None => break,
            },
            _ if character == quote => {
                return Ok((Kind::Literal(Value::from(text)), index + quote.len_utf8()));
            }
            _ => text.push(character),
        }
    }
    Err(Mistake::new(
        at,
        format!("the text has no {quote} at its end"),
    ))
}

fn number(rest: &str, at: usize) -> Result<(Kind, usize), Mistake> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| {
        let count = bytes[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        from + count
    };
    let mut end = digits(0);
    let mut is_whole = true;
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = digits(end + 1);
        is_whole = false;
    }
    let text = &rest[..end];
    if rest[end..].chars().next().is_some_and(is_name_start) {
        return Err(Mistake::new(
            at,
            format!("`{text}` is followed by a letter"),
        ));
    }
    let whole = is_whole
        .then(|| text.parse().ok().map(Value::Int))
        .flatten();
    let value = whole.or_else(|| text.parse().ok().map(Value::Float));
    value.map_or_else(
        || Err(Mistake::new(at, format!("`{text}` is not a number"))),
        |value| Ok((Kind::Literal(value), end)),
    )
}
