//! Errors for a machine that lacks something: what is missing, and how to install it.

use camino::Utf8Path;

use super::interpreter::Interpreter;
use crate::error::TaskError;

/// No usable Python at all. `seen` are those that were found and why they do not do.
pub(crate) fn no_python(seen: &[String]) -> TaskError {
    let mut what = "no Python 3.10 or newer was found".to_owned();
    for refusal in seen {
        what.push_str("\n  ");
        what.push_str(refusal);
    }
    TaskError::Missing {
        what,
        how: "install it, or name one with --python PATH:\n\
              \x20 Debian, Ubuntu: sudo apt install python3 python3-venv\n\
              \x20 Fedora:         sudo dnf install python3\n\
              \x20 macOS:          brew install python3\n\
              \x20 Windows:        winget install Python.Python.3.12"
            .to_owned(),
    }
}

/// The interpreter that was named cannot be used.
pub(crate) fn refused(path: &Utf8Path, reason: &str) -> TaskError {
    TaskError::Missing {
        what: format!("{path} cannot be used: {reason}"),
        how: "name another with --python PATH, or leave --python away to let one be found".into(),
    }
}

/// A Python without what it takes to make a virtual environment.
pub(crate) fn no_venv(interpreter: &Interpreter) -> TaskError {
    TaskError::Missing {
        what: format!(
            "{} has no venv module (or no ensurepip, which it needs)",
            interpreter.shown()
        ),
        how: "install it, or name another Python with --python PATH:\n\
              \x20 Debian, Ubuntu: sudo apt install python3-venv\n\
              \x20 Fedora:         sudo dnf install python3 python3-pip\n\
              \x20 macOS, Windows: Python from python.org has it"
            .to_owned(),
    }
}

/// A Python whose library cannot be linked, which the Rust tests that embed it need.
pub(crate) fn no_library(interpreter: &Interpreter) -> TaskError {
    TaskError::Missing {
        what: format!(
            "{} has no library to link against ({} is not there); \
             the Rust tests that embed Python need it",
            interpreter.shown(),
            interpreter.library
        ),
        how: "install it, or name a Python that has one with --python PATH:\n\
              \x20 Debian, Ubuntu: sudo apt install python3-dev\n\
              \x20 Fedora:         sudo dnf install python3-devel\n\
              the Python tests and the demo run without it: cargo xtask test --only python"
            .to_owned(),
    }
}

/// Words in the output of pip or uv that mean that there is no network.
const OFFLINE: [&str; 9] = [
    "NewConnectionError",
    "ConnectTimeoutError",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "error sending request",
    "dns error",
    "tcp connect error",
    "ProxyError",
];

/// Words in the output of maturin or cargo that mean that there is no C compiler.
const NO_LINKER: [&str; 3] = [
    "linker `cc` not found",
    "linker `link.exe` not found",
    "linker `clang` not found",
];

/// Names the reason of a failure of pip, uv, maturin or cargo, if its output shows it.
pub(crate) fn explain(error: TaskError) -> TaskError {
    let TaskError::Command { command, tail, .. } = &error else {
        return error;
    };
    if NO_LINKER.iter().any(|word| tail.contains(word)) {
        return TaskError::Missing {
            what: format!("there is no C compiler (`{command}` needs its linker)"),
            how: "install one:\n\
                  \x20 Debian, Ubuntu: sudo apt install gcc\n\
                  \x20 Fedora:         sudo dnf install gcc\n\
                  \x20 macOS:          xcode-select --install\n\
                  \x20 Windows:        the Visual Studio Build Tools, with C++"
                .to_owned(),
        };
    }
    if OFFLINE.iter().any(|word| tail.contains(word)) {
        return TaskError::Missing {
            what: format!("the package index could not be reached (`{command}`)"),
            how: format!(
                "the first run needs the network (PyPI and crates.io); behind a proxy set \
                 HTTPS_PROXY, with an index of your own set PIP_INDEX_URL and UV_DEFAULT_INDEX.\n\
                 its last lines were:\n{tail}"
            ),
        };
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(tail: &str) -> TaskError {
        TaskError::Command {
            command: "python -m pip install".into(),
            status: "exit status 1".into(),
            tail: tail.into(),
        }
    }

    #[test]
    fn no_network_is_named_and_the_tools_words_are_kept() {
        let explained = explain(failed(
            "pip: Failed to establish a new connection: [Errno 111]",
        ));
        assert!(explained.to_string().contains("could not be reached"));
        assert!(explained.hint().unwrap().contains("[Errno 111]"));
    }

    #[test]
    fn no_compiler_is_named() {
        let explained = explain(failed("error: linker `cc` not found"));
        assert!(explained.to_string().contains("no C compiler"));
        assert!(explained.hint().unwrap().contains("apt install gcc"));
    }

    #[test]
    fn anything_else_stays_what_it_is() {
        let explained = explain(failed("No matching distribution found"));
        assert!(matches!(explained, TaskError::Command { .. }));
    }
}
