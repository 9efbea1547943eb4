//! Files: each opens with a sentence that says what it is for, and has one idea, not five.

use super::{Breach, SourceFile};

/// No source file is longer than this.
const LONGEST: usize = 500;

/// Every Rust file opens with `//!` and every Python file with a docstring.
pub(crate) fn opens_with_docs(file: &SourceFile) -> Vec<Breach> {
    if file.is_fixture() {
        return vec![];
    }
    let (documented, what) = match file.path.extension() {
        Some("rs") => (
            first_line(&file.text, "//").starts_with("//!"),
            "a `//!` line",
        ),
        Some("py") => {
            let first = first_line(&file.text, "#!");
            let first = first.trim_start_matches(['r', 'R']);
            (
                first.starts_with("\"\"\"") || file.text.trim().is_empty(),
                "a docstring",
            )
        }
        _ => return vec![],
    };
    if documented {
        return vec![];
    }
    vec![file.breach(
        "module-docs",
        1,
        format!("open the file with {what} that says what it is for"),
    )]
}

/// The first line that says something: not empty, not a shebang, not a licence comment.
fn first_line<'a>(text: &'a str, passed_over: &str) -> &'a str {
    text.lines()
        .map(str::trim)
        .find(|line| {
            !line.is_empty() && (!line.starts_with(passed_over) || line.starts_with("//!"))
        })
        .unwrap_or("")
}

/// No source file is longer than 500 lines.
pub(crate) fn length(file: &SourceFile) -> Vec<Breach> {
    if !file.has_extension(&["rs", "py"]) || file.is_fixture() {
        return vec![];
    }
    let lines = file.text.lines().count();
    if lines <= LONGEST {
        return vec![];
    }
    let message = format!("{lines} lines; at most {LONGEST}: split it, one idea a file");
    vec![file.breach("length", 0, message)]
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn a_file_without_docs_is_found_in_both_languages() {
        assert_eq!(
            opens_with_docs(&file("a.rs", "use std::fs;\n//! late\n")).len(),
            1
        );
        assert_eq!(opens_with_docs(&file("a.rs", "")).len(), 1);
        assert_eq!(opens_with_docs(&file("a.py", "import os\n")).len(), 1);
        assert_eq!(
            opens_with_docs(&file("a.py", "# a comment\nimport os\n")).len(),
            1
        );
    }

    #[test]
    fn docs_after_a_shebang_an_empty_package_and_fixtures_are_allowed() {
        for (path, text) in [
            ("a.rs", "//! What it is for.\n"),
            (
                "a.py",
                "#!/usr/bin/env python3\n\"\"\"What it is for.\"\"\"\n",
            ),
            ("a.py", "r\"\"\"Raw.\"\"\"\n"),
            ("p/__init__.py", ""),
            ("tests/fixtures/broken.py", "def (\n"),
            ("README.md", "text"),
        ] {
            assert_eq!(opens_with_docs(&file(path, text)), [], "{path}: {text}");
        }
    }

    #[test]
    fn a_file_of_501_lines_is_too_long() {
        assert_eq!(length(&file("a.rs", &"x\n".repeat(500))), []);
        assert!(
            length(&file("a.py", &"x\n".repeat(501)))[0]
                .message
                .contains("501 lines")
        );
        assert_eq!(length(&file("Cargo.lock", &"x\n".repeat(900))), []);
    }
}
