//! Prepares RML for a tokenizer of HTML.
//!
//! RML differs from HTML in four points: `{{ a < b }}` is text, the content of `<style>` and
//! `<script>` ends only at its end tag, `<![CDATA[` is text, and `&` starts only a few references
//! (`a &not_b` is no `¬`). The characters that a tokenizer would misread are replaced by control
//! characters, each by one of the same length, so that all offsets stay; [`unmask`] puts them back.

/// Elements whose content is not RML.
const RAW: [&str; 3] = ["style", "script", "textarea"];

const LESS: u8 = 1;
const GREATER: u8 = 2;
const AMPERSAND: u8 = 3;
/// Replaces the bracket of `<![CDATA[`, so that a comment with this text is still a comment.
pub(crate) const CDATA: char = '\u{4}';

/// The longest expression within braces, in bytes. Without a limit each `{{` without an end would
/// cost a search through the rest of the text.
const LONGEST_BRACES: usize = 4_096;

/// Replaces what HTML reads differently. The result has the same length.
pub(crate) fn mask(text: &str) -> String {
    let mut bytes: Vec<u8> = text
        .bytes()
        .map(|byte| if (1..=4).contains(&byte) { b' ' } else { byte })
        .collect();
    let mut at = 0;
    if text.starts_with('\u{feff}') {
        // Some editors begin a file with a byte order mark.
        bytes[..3].fill(b' ');
    }
    while at < bytes.len() {
        let rest = &bytes[at..];
        at = if rest.starts_with(b"<!--") {
            end_of(&bytes, at + 4, b"-->", usize::MAX).map_or(bytes.len(), |end| end + 3)
        } else if rest.starts_with(b"<![CDATA[") {
            let end = end_of(&bytes, at + 9, b"]]>", usize::MAX).unwrap_or(bytes.len());
            bytes[at + 2] = CDATA as u8;
            hide(&mut bytes[at + 9..end]);
            end
        } else if rest.starts_with(b"{{") {
            match end_of(&bytes, at + 2, b"}}", LONGEST_BRACES) {
                Some(end) => {
                    hide(&mut bytes[at + 2..end]);
                    end + 2
                }
                None => at + 2,
            }
        } else if rest[0] == b'<' && rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
            let end = tag_end(&bytes, at);
            match raw_name(&bytes[at..end]) {
                Some(name) => {
                    let close = end_tag(&bytes, end, name).unwrap_or(bytes.len());
                    hide(&mut bytes[end..close]);
                    close
                }
                None => end,
            }
        } else {
            at + 1
        };
    }
    for byte in &mut bytes {
        if *byte == b'&' {
            *byte = AMPERSAND;
        }
    }
    // Only single bytes below 128 were replaced by such.
    String::from_utf8(bytes).unwrap_or_default()
}

/// Restores what [`mask`] replaced.
pub(crate) fn unmask(text: &str) -> String {
    text.chars()
        .map(|character| match character as u32 {
            1 => '<',
            2 => '>',
            3 => '&',
            _ => character,
        })
        .collect()
}

fn hide(bytes: &mut [u8]) {
    for byte in bytes {
        match *byte {
            b'<' => *byte = LESS,
            b'>' => *byte = GREATER,
            _ => {}
        }
    }
}

fn end_of(bytes: &[u8], from: usize, end: &[u8], limit: usize) -> Option<usize> {
    let to = from.saturating_add(limit).min(bytes.len());
    let found = bytes
        .get(from..to)?
        .windows(end.len())
        .position(|part| part == end);
    found.map(|at| from + at)
}

/// Returns the offset after the `>` of a tag; `>` in a quoted value does not count.
fn tag_end(bytes: &[u8], start: usize) -> usize {
    let mut quote = None;
    let mut is_value = false;
    for (index, byte) in bytes.iter().enumerate().skip(start) {
        match (quote, *byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if is_value => quote = Some(*byte),
            (None, b'>') => return index + 1,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            is_value = *byte == b'=';
        }
    }
    bytes.len()
}

/// Returns the name of a start tag whose content is raw. A tag that ends with `/>` has no content.
fn raw_name(tag: &[u8]) -> Option<&'static str> {
    if tag.ends_with(b"/>") {
        return None;
    }
    RAW.into_iter().find(|name| {
        let rest = tag.get(1..1 + name.len());
        let next = tag.get(1 + name.len());
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case(name.as_bytes()))
            && next.is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'>')
    })
}

fn end_tag(bytes: &[u8], from: usize, name: &str) -> Option<usize> {
    let mut at = from;
    loop {
        let found = end_of(bytes, at, b"</", usize::MAX)?;
        let rest = bytes.get(found + 2..found + 2 + name.len());
        if rest.is_some_and(|rest| rest.eq_ignore_ascii_case(name.as_bytes())) {
            return Some(found);
        }
        at = found + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_html_misreads_is_hidden_and_comes_back() {
        for text in [
            "<p>{{ a < b && c > d }}</p>",
            "<style>a > b { color: red }</style><p>x</p>",
            "<![CDATA[ <b> & ]]>",
            "<p title=\"a > b\">{{ open",
            "é{{ < }}",
        ] {
            let masked = mask(text);
            assert_eq!(masked.len(), text.len());
            assert_eq!(unmask(&masked).replace(CDATA, "["), text);
        }
        assert_eq!(mask("<style/><p>"), "<style/><p>");
        assert!(!mask("<style>a<b</style>").contains("a<b"));
        assert!(mask("<!-- <style> --><b>").ends_with("<b>"));
        assert_eq!(mask("\u{1}"), " ");
    }
}
