//! Start tags, end tags and texts of RML, with their offsets. The tokenizer is that of the HTML
//! standard, which finds tokens in any text and reports each mistake.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Error, Span, Tokenizer};

use super::mask;

/// An attribute as it is written: references are not replaced yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawAttribute {
    pub(crate) name: String,
    pub(crate) at: usize,
    pub(crate) value: String,
    pub(crate) value_at: usize,
}

/// A part of an RML text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RawToken {
    Start {
        name: String,
        at: usize,
        attributes: Vec<RawAttribute>,
        is_closed: bool,
    },
    End {
        name: String,
        at: usize,
    },
    Text {
        text: String,
        at: usize,
        /// Whether it was a CDATA section: without references and expressions.
        is_literal: bool,
    },
    Mistake {
        what: &'static str,
        at: usize,
    },
}

/// Splits a text into tokens. Every text has some.
pub(crate) fn tokenize(text: &str) -> Vec<RawToken> {
    let masked = mask::mask(text);
    let mut tag: Option<(String, usize, Vec<RawAttribute>)> = None;
    let callback = |event: CallbackEvent<'_>, span: Span<usize>| -> Option<RawToken> {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                tag = Some((string(name), before(text, span.start, b'<'), Vec::new()));
                None
            }
            CallbackEvent::AttributeName { name } => {
                if let Some((_, _, attributes)) = &mut tag {
                    attributes.push(RawAttribute {
                        name: as_written(text, name, span.start),
                        at: span.start,
                        value: String::new(),
                        value_at: span.end,
                    });
                }
                None
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some((_, _, attributes)) = &mut tag
                    && let Some(attribute) = attributes.last_mut()
                {
                    attribute.value = string(value);
                    attribute.value_at = span.start;
                }
                None
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                tag.take().map(|(name, at, attributes)| RawToken::Start {
                    name,
                    at,
                    attributes,
                    is_closed: self_closing,
                })
            }
            CallbackEvent::EndTag { name } => {
                tag = None;
                Some(RawToken::End {
                    name: string(name),
                    at: before(text, span.start, b'<'),
                })
            }
            CallbackEvent::String { value } => Some(RawToken::Text {
                text: string(value),
                at: span.start,
                is_literal: false,
            }),
            CallbackEvent::Comment { value } => {
                let value = string(value);
                let inner = value.strip_prefix(mask::CDATA)?.strip_prefix("CDATA[")?;
                Some(RawToken::Text {
                    text: inner.strip_suffix("]]").unwrap_or(inner).to_owned(),
                    at: span.start,
                    is_literal: true,
                })
            }
            CallbackEvent::Doctype { .. } => None,
            CallbackEvent::Error(Error::IncorrectlyOpenedComment)
                if starts_section(text, span.start) =>
            {
                None
            }
            CallbackEvent::Error(error) => mistake(error).map(|what| RawToken::Mistake {
                what,
                at: span.start.saturating_sub(1),
            }),
        }
    };
    let emitter = CallbackEmitter::new(callback);
    let mut tokens = Vec::new();
    for token in Tokenizer::new_with_emitter(masked.as_str(), emitter) {
        let Ok(token) = token;
        tokens.push(token);
    }
    tokens
}

fn string(bytes: &[u8]) -> String {
    mask::unmask(&String::from_utf8_lossy(bytes))
}

/// The tokenizer makes names lower case; classes in `data-class-...` are not.
fn as_written(text: &str, name: &[u8], at: usize) -> String {
    let name = string(name);
    match text.get(at..at + name.len()) {
        Some(written) if written.eq_ignore_ascii_case(&name) => written.to_owned(),
        _ => name,
    }
}

/// Errors are found after `<!` and the next character.
fn starts_section(text: &str, at: usize) -> bool {
    let start = text.get(at.saturating_sub(3)..);
    start.is_some_and(|start| start.starts_with("<![CDATA["))
}

/// Spans of tags begin at their bracket or after it, depending on the kind of the tag.
fn before(text: &str, at: usize, byte: u8) -> usize {
    let bytes = text.as_bytes();
    if bytes.get(at) != Some(&byte) && at > 0 && bytes.get(at - 1) == Some(&byte) {
        return at - 1;
    }
    at
}

/// Returns what a mistake is for the author, or `None` if RML allows it.
fn mistake(error: Error) -> Option<&'static str> {
    Some(match error {
        Error::EofInTag => "the tag at the end has no `>`, so it is left out",
        Error::EofBeforeTagName => "the text ends after `<`",
        Error::EofInComment => "a comment has no `-->`, so the rest of the file is left out",
        Error::IncorrectlyOpenedComment => "`<!` does not start a comment; write `<!-- -->`",
        Error::MissingEndTagName => "an end tag has no name",
        Error::EndTagWithAttributes => "an end tag has attributes, which are ignored",
        Error::InvalidFirstCharacterOfTagName => "`<` does not start a tag here; write `&lt;`",
        Error::MissingAttributeValue => "an attribute has no value after `=`",
        Error::MissingWhitespaceBetweenAttributes => "a space is missing between two attributes",
        Error::UnexpectedCharacterInAttributeName => {
            "the name of an attribute contains a quote or `<`; is a quote missing before it?"
        }
        Error::UnexpectedCharacterInUnquotedAttributeValue => {
            "the value of an attribute needs quotes around it"
        }
        Error::UnexpectedEqualsSignBeforeAttributeName => "an attribute begins with `=`",
        Error::UnexpectedSolidusInTag => "`/` within a tag is ignored",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_texts_and_offsets() {
        let text = "<p Class=\"a\" data-class-On='b > c'>x {{ y < z }}<br/></p>";
        let tokens = tokenize(text);
        let RawToken::Start {
            name,
            at,
            attributes,
            is_closed,
        } = &tokens[0]
        else {
            panic!("{tokens:?}");
        };
        assert_eq!((name.as_str(), *at, *is_closed), ("p", 0, false));
        assert_eq!(attributes[0].name, "Class");
        assert_eq!(attributes[1].name, "data-class-On");
        assert_eq!(attributes[1].value, "b > c");
        assert_eq!(&text[attributes[1].value_at..][..5], "b > c");
        let RawToken::Text {
            text: found, at, ..
        } = &tokens[1]
        else {
            panic!("{tokens:?}");
        };
        assert_eq!(found, "x {{ y < z }}");
        assert_eq!(*at, text.find("x {{").unwrap());
        assert!(
            matches!(&tokens[2], RawToken::Start { is_closed: true, at, .. } if *at == text.find("<br").unwrap())
        );
        assert!(matches!(&tokens[3], RawToken::End { at, .. } if *at == text.find("</p").unwrap()));
    }

    #[test]
    fn sections_comments_and_mistakes() {
        let literal = |text: &str| RawToken::Text {
            text: text.into(),
            at: 0,
            is_literal: true,
        };
        let mut found = tokenize("<![CDATA[ <b> & ]]>");
        if let RawToken::Text { at, .. } = &mut found[0] {
            *at = 0;
        }
        assert_eq!(found, [literal(" <b> & ")]);
        assert_eq!(tokenize("<!-- [CDATA[x]] -->"), []);
        assert_eq!(tokenize("<?xml version='1.0'?>"), []);
        assert!(matches!(
            tokenize("<p a=").as_slice(),
            [.., RawToken::Mistake { .. }]
        ));
    }
}
