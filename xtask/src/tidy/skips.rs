//! Tests that do not run say why, where they are and when they are run.

use super::{Breach, SourceFile};

/// What switches a Python test off, and whether its first argument can be the reason.
const PYTHON: [(&str, bool); 5] = [
    ("mark.skipif", false),
    ("mark.skip", false),
    ("mark.xfail", false),
    ("pytest.skip", true),
    ("pytest.xfail", true),
];

/// Every `#[ignore]`, `skip` and `xfail` has a reason.
pub(crate) fn reasons(file: &SourceFile) -> Vec<Breach> {
    match file.path.extension() {
        Some("rs") => rust(file),
        Some("py") if !file.is_fixture() => python(file),
        _ => vec![],
    }
}

fn rust(file: &SourceFile) -> Vec<Breach> {
    file.lines()
        .filter(|(_, line)| {
            let line = line.trim_start();
            line.starts_with("#[ignore]") || line.starts_with("#[ignore = \"\"")
        })
        .map(|(number, _)| {
            file.breach(
                "skips",
                number,
                "say why: #[ignore = \"what it needs to run\"]",
            )
        })
        .collect()
}

fn python(file: &SourceFile) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (number, line) in file.lines() {
        let code = line.trim_start();
        if code.starts_with('#') {
            continue;
        }
        let Some((word, first_is_reason)) = PYTHON.iter().find(|(word, _)| code.contains(word))
        else {
            continue;
        };
        let arguments = arguments_after(&file.text, number, word);
        let has_reason = arguments.contains("reason=")
            && !arguments.contains("reason=\"\"")
            && !arguments.contains("reason='')");
        let has_text = *first_is_reason && !matches!(arguments.trim(), "" | "\"\"" | "''");
        if !has_reason && !has_text {
            breaches.push(file.breach("skips", number, format!("say why: {word}(reason=\"...\")")));
        }
    }
    breaches
}

/// The text between the parentheses after `word`, over several lines.
fn arguments_after(text: &str, line: usize, word: &str) -> String {
    let rest: String = text.lines().skip(line - 1).collect::<Vec<_>>().join("\n");
    let Some(after) = rest.find(word).map(|at| &rest[at + word.len()..]) else {
        return String::new();
    };
    if !after.starts_with('(') {
        return String::new();
    }
    let mut depth = 0;
    let mut inside = String::new();
    for c in after.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth > 1 || c != '(' {
            inside.push(c);
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn a_bare_ignore_is_found_and_a_reasoned_one_is_allowed() {
        let bare = ["    #[", "ignore]\n"].concat();
        assert_eq!(reasons(&file("a.rs", &bare)).len(), 1);
        assert_eq!(reasons(&file("a.rs", "#[ignore = \"needs a GPU\"]\n")), []);
    }

    #[test]
    fn python_skips_need_a_reason_even_over_lines() {
        for bare in [
            "@pytest.mark.skip\n",
            "@pytest.mark.skipif(sys.platform == 'win32')\n",
            "@pytest.mark.xfail()\n",
            "    pytest.skip()\n",
            "    pytest.skip(\"\")\n",
        ] {
            assert_eq!(reasons(&file("test_a.py", bare)).len(), 1, "{bare}");
        }
        for reasoned in [
            "@pytest.mark.skip(reason=\"x\")\n",
            "@pytest.mark.skipif(\n    os.name == 'nt',\n    reason=\"no symlinks\",\n)\n",
            "    pytest.skip(f\"no {folder}\")\n",
            "# pytest.skip() is not used\n",
        ] {
            assert_eq!(reasons(&file("test_a.py", reasoned)), [], "{reasoned}");
        }
    }
}
