//! The name in a manifest that cannot be used, for messages: read line by line, since the text may
//! not be TOML.

use crate::name::is_pep508_name;

/// Returns `name` of `[project]`, or of `[plugin]` in the oldest form, if it is a name at all.
pub(crate) fn written_name(text: &str) -> Option<&str> {
    let mut is_inside = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            is_inside = ["[project]", "[plugin]"]
                .iter()
                .any(|section| line.starts_with(section));
        } else if is_inside && let Some(name) = value_of_name(line) {
            return Some(name).filter(|name| is_pep508_name(name));
        }
    }
    None
}

fn value_of_name(line: &str) -> Option<&str> {
    let value = line.strip_prefix("name")?.trim_start();
    let value = value.strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (name, _) = value[1..].split_once(quote)?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::written_name;

    #[test]
    fn a_name_is_found_in_any_text() {
        for (text, name) in [
            ("[project]\nname = \"a-b\"\nversion = ", Some("a-b")),
            ("[project] # here\n  name='a'  # b", Some("a")),
            (
                "[tool.x]\nname = \"no\"\n[project]\nname = \"yes\"",
                Some("yes"),
            ),
            ("[plugin]\nname = \"old\"", Some("old")),
            ("[project]\nname = \"../x\"", None),
            ("[project]\nname = \"open", None),
            ("[project]\nname = 3\nnames = \"a\"", None),
            ("name = \"outside\"", None),
            ("", None),
        ] {
            assert_eq!(written_name(text), name, "{text}");
        }
    }
}
