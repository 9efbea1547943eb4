//! Which of the host's environment variables a child must not see.

use super::hidden;
use std::ffi::{OsStr, OsString};

/// uv's variables that say how to reach packages, and nothing about where they go. Everything else
/// of uv is taken away: a list of what harms would miss what the next version adds.
const KEPT: &[&str] = &[
    "UV_CACHE_DIR",
    "UV_CONFIG_FILE",
    "UV_CREDENTIALS_DIR",
    "UV_DEFAULT_INDEX",
    "UV_EXCLUDE_NEWER",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_INSECURE_HOST",
    "UV_KEYRING_PROVIDER",
    "UV_LINK_MODE",
    "UV_LOCK_TIMEOUT",
    "UV_NATIVE_TLS",
    "UV_NO_BINARY",
    "UV_NO_BINARY_PACKAGE",
    "UV_NO_BUILD",
    "UV_NO_BUILD_PACKAGE",
    "UV_NO_CACHE",
    "UV_NO_CONFIG",
    "UV_OFFLINE",
    "UV_REQUEST_TIMEOUT",
    "UV_SYSTEM_CERTS",
    "UV_TORCH_BACKEND",
];

const KEPT_PREFIXES: &[&str] = &["UV_INDEX", "UV_HTTP_", "UV_CONCURRENT_"];

const TAKEN: &[&str] = &[
    "VIRTUAL_ENV",
    "VIRTUAL_ENV_PROMPT",
    // They would colour output that is read by us.
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
    // It would make uv log its own work.
    "RUST_LOG",
    "__PYVENV_LAUNCHER__",
];

/// Whether the variable would send Python or uv elsewhere, or change uv's output.
pub(super) fn is_misleading(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    // Names have no case on Windows.
    let name = name.to_ascii_uppercase();
    let kept =
        || KEPT.contains(&name.as_str()) || KEPT_PREFIXES.iter().any(|kept| name.starts_with(kept));
    TAKEN.contains(&name.as_str())
        || name.starts_with("CONDA")
        || (name.starts_with("PYTHON") && name != "PYTHONDONTWRITEBYTECODE")
        || (name.starts_with("UV_") && !kept())
}

/// Returns the value of an environment variable, or `None` if it is not set or empty. For one that is
/// [hidden](super::hide_variable) returns the value that counts instead.
#[must_use]
pub fn variable(name: &str) -> Option<OsString> {
    hidden::value(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_network_and_takes_what_misleads() {
        for name in [
            "VIRTUAL_ENV",
            "PYTHONHOME",
            "PYTHONPATH",
            "PYTHONSTARTUP",
            "CONDA_PREFIX",
            "UV_PROJECT_ENVIRONMENT",
            "UV_PYTHON",
            "UV_PYTHON_DOWNLOADS",
            "UV_MANAGED_PYTHON",
            "UV_PROJECT",
            "UV_FROZEN",
            "UV_SOMETHING_NEW",
        ] {
            assert!(is_misleading(OsStr::new(name)), "{name} is kept");
        }
        for name in [
            "HTTPS_PROXY",
            "SSL_CERT_FILE",
            "UV_INDEX",
            "UV_INDEX_URL",
            "UV_INDEX_PRIVATE_PASSWORD",
            "UV_DEFAULT_INDEX",
            "UV_CACHE_DIR",
            "UV_OFFLINE",
            "UV_FIND_LINKS",
            "UV_HTTP_TIMEOUT",
            "PATH",
        ] {
            assert!(!is_misleading(OsStr::new(name)), "{name} is taken");
        }
    }
}
