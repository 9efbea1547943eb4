//! Character references: `&lt;`, `&#8364;`.

/// The names that RML knows, and `apos` of XML.
const NAMES: [(&str, char); 6] = [
    ("lt", '<'),
    ("gt", '>'),
    ("amp", '&'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
];

/// No reference is longer, from `&` to `;`.
const LONGEST: usize = 12;

/// Replaces all references. `unknown` is called with the offset and text of each that looks like one
/// and is none; these stay as they are.
pub(crate) fn decode(text: &str, mut unknown: impl FnMut(usize, &str)) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        decoded.push_str(&rest[..start]);
        let at = text.len() - rest.len() + start;
        rest = &rest[start..];
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b';');
        let reference = end.and_then(|end| rest.get(1..end));
        match reference.map(|name| (name, character(name))) {
            Some((name, Some(character))) => {
                decoded.push(character);
                rest = &rest[name.len() + 2..];
            }
            found => {
                if let Some((name, None)) = found
                    && !name.is_empty()
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
                {
                    unknown(at, &rest[..name.len() + 2]);
                }
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|character| *character != '\0');
    }
    let found = NAMES.iter().find(|(known, _)| *known == name);
    found.map(|(_, character)| *character)
}

/// Writes a text so that it is read back as it is.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => encoded.push_str("&lt;"),
            '>' => encoded.push_str("&gt;"),
            '&' => encoded.push_str("&amp;"),
            '"' => encoded.push_str("&quot;"),
            other => encoded.push(other),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced_and_ampersands_of_expressions_stay() {
        let mut unknown = Vec::new();
        let mut read = |text: &str| decode(text, |at, name| unknown.push((at, name.to_owned())));
        assert_eq!(
            read("1 &lt; 2 &amp;&amp; 3 &#8364; &#x20ac;"),
            "1 < 2 && 3 € €"
        );
        assert_eq!(read("a && b &copy; &; &#0; &"), "a && b &copy; &; &#0; &");
        assert_eq!(read("&é;"), "&é;");
        assert_eq!(unknown, [(7, "&copy;".to_owned()), (17, "&#0;".to_owned())]);
        assert_eq!(decode(&encode("<a & \"b\">"), |_, _| ()), "<a & \"b\">");
    }
}
