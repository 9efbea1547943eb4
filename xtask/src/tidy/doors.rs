//! Doors: Python, child processes and file writing each have one place in the code.

use super::{Breach, SourceFile};

/// Folders that may name pyo3.
const PYTHON: [&str; 6] = [
    "crates/runtime/src/",
    "crates/bindings/src/",
    // It starts the interpreter; one of its tests does so before it.
    "crates/embed/src/",
    "crates/embed/tests/",
    // It shows how a Rust application offers a function to plugins.
    "crates/embed/examples/tutorial.rs",
    // It asks whether the application has started the interpreter.
    "crates/capi/src/session.rs",
];

/// Files and folders that may start processes or write files directly, each with its reason
/// beside the `#[expect]`. Everything else goes through them.
const DOORS: [&str; 5] = [
    "crates/system/src/",
    // It knows none of our crates, so that other hosts can use it alone; its tests write files.
    "crates/watcher/tests/",
    "crates/watcher/examples/",
    "crates/panel/tests/",
    "crates/testkit/",
];

/// Only the runtime and the bindings use Python.
pub(crate) fn pyo3(file: &SourceFile) -> Vec<Breach> {
    if !file.has_extension(&["rs"]) || starts_with_any(file, &PYTHON) {
        return vec![];
    }
    file.lines()
        .filter(|(_, line)| {
            code(line)
                .split(|c: char| !is_word(c))
                .any(|word| word == "pyo3")
        })
        .filter(|(_, line)| {
            let line = code(line);
            line.contains("pyo3::") || line.trim_start().starts_with("use pyo3")
        })
        .map(|(number, _)| {
            let message = "pyo3 is used here; only crates/runtime, crates/bindings and \
                           crates/embed may: put the Python part there, behind a trait or a type without Python";
            file.breach("pyo3", number, message)
        })
        .collect()
}

/// Clippy bans the raw calls; this keeps the bans from being lifted anywhere but in the doors.
pub(crate) fn calls(file: &SourceFile) -> Vec<Breach> {
    if !file.has_extension(&["rs"]) || starts_with_any(file, &DOORS) || is_test(file) {
        return vec![];
    }
    let tests = tests_begin(file);
    file.lines()
        .take_while(|(number, _)| *number < tests)
        .filter(|(_, line)| {
            let line = code(line);
            line.contains("clippy::disallowed_methods")
                || line.contains("std::process::Command")
                || line.contains("std::process::{") && line.contains("Command")
                || line.contains("std::fs::write(")
        })
        .map(|(number, _)| {
            let message = "a process is started or a file written directly; go through \
                           lichtfeld_system::process or lichtfeld_system::files";
            file.breach("doors", number, message)
        })
        .collect()
}

/// Tests of a crate may prepare their scratch directories as they like.
fn is_test(file: &SourceFile) -> bool {
    file.path.as_str().contains("/tests/") || file.path.as_str().starts_with("tests/")
}

/// The line where a file's unit tests begin.
fn tests_begin(file: &SourceFile) -> usize {
    file.lines()
        .find(|(_, line)| line.trim() == "#[cfg(test)]")
        .map_or(usize::MAX, |(number, _)| number)
}

fn starts_with_any(file: &SourceFile, prefixes: &[&str]) -> bool {
    prefixes
        .iter()
        .any(|prefix| file.path.as_str().starts_with(prefix))
}

/// A line without its comment and without what stands in string literals.
fn code(line: &str) -> String {
    let mut kept = String::new();
    let mut in_string = false;
    let mut previous = ' ';
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if previous != '\\' && previous != '\'' => in_string = !in_string,
            '/' if !in_string && characters.peek() == Some(&'/') => break,
            _ if !in_string => kept.push(c),
            _ => {}
        }
        previous = c;
    }
    kept
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn pyo3_is_found_where_it_may_not_be() {
        let text = "//! Docs may say pyo3::Python.\nuse pyo3::prelude::*;\nfn f(p: pyo3::Py) {}\n";
        let found = pyo3(&file("crates/engine/src/load.rs", text));
        assert_eq!(found.iter().map(|b| b.line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(pyo3(&file("crates/runtime/src/import.rs", text)), []);
        assert_eq!(pyo3(&file("crates/bindings/src/lib.rs", text)), []);
        assert_eq!(
            pyo3(&file("crates/engine/build.rs", "pyo3_build_config::go();")),
            []
        );
    }

    #[test]
    fn a_raw_call_or_a_lifted_ban_is_found_outside_the_doors() {
        let lifted = "#[expect(clippy::disallowed_methods, reason = \"quick\")]\nfn f() {}\n";
        assert_eq!(calls(&file("crates/runtime/src/load.rs", lifted)).len(), 1);
        assert_eq!(
            calls(&file("crates/system/src/process/unix.rs", lifted)),
            []
        );
        let raw = "use std::process::Command;\nlet _ = std::fs::write(a, b);\n";
        assert_eq!(calls(&file("crates/cli/src/lib.rs", raw)).len(), 2);
        assert_eq!(calls(&file("crates/cli/tests/run.rs", raw)), []);
    }

    #[test]
    fn unit_tests_at_the_end_of_a_file_and_messages_do_not_count() {
        let text = "fn f() { say(\"std::process::Command\") }\n#[cfg(test)]\nmod tests {\n\
                    use std::process::Command;\n}\n";
        assert_eq!(calls(&file("crates/cli/src/lib.rs", text)), []);
    }
}
