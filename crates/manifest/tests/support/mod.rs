//! The property that holds for every input, shared by the property test and the fuzz target.

use lichtfeld_manifest::{migrate, parse};

/// Manifests of every form, as starting points for mutations.
pub(crate) const GOOD: &[&str] = &[
    r#"# A plugin
[project]
name = "point-cleaner"
version = "1.0.0rc1"
description = "Removes floaters"
authors = [{ name = "Ada", email = "ada@example.org" }]
requires-python = ">=3.10,<4"
readme = "README.md"
license = { file = "LICENSE" }
dependencies = [
    "numpy>=1.26", # arrays
    "torch[cuda] @ https://example.org/torch.whl ; sys_platform == 'linux'",
]

[project.optional-dependencies]
Cuda_12 = ["cupy-cuda12x ; python_version >= '3.11' and (os_name == 'nt' or os_name == 'posix')"]

[project.urls]
Homepage = "https://example.org"

[tool.lichtfeld]
auto_start = true
hot_reload = false
entry_point = "src/main"
isolation = "process"
extras = ["cuda-12"]
min_lichtfeld_version = "0.5.0-rc.1"
author = "Ada L."
display_name = "Point Cleaner ✨"

[[tool.uv.index]]
name = "own"
url = "https://example.org/simple"
explicit = true
weight = nan
since = 2026-01-01
"#,
    r#"[project]
name = "v1"
version = "2!1.0.post1.dev2+local"
description = ""
license = "MIT"
readme = { text = "short" }

[tool.lichtfeld]
hot_reload = true
plugin_api = ">=1.0,<2"
lichtfeld_version = "~=0.5, !=0.5.2"
required_features = ["panels.v1"]
"#,
    "project = { name = 'tiny', version = '1' }\ntool.lichtfeld.auto_start = false\n",
];

/// Checks any bytes, with replacement characters for what is not UTF-8.
pub(crate) fn check_bytes(bytes: &[u8]) {
    check_text(&String::from_utf8_lossy(bytes));
}

/// Checks that a text yields a manifest or an error inside it, and that a manifest can be written
/// and parsed again.
pub(crate) fn check_text(text: &str) {
    let parsed = parse(text, "pyproject.toml".into());
    let errors = parsed
        .diagnostics()
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .count();
    assert_eq!(
        parsed.manifest().is_none() && parsed.is_plugin(),
        errors > 0
    );
    for diagnostic in parsed.diagnostics() {
        let span = diagnostic.span.expect("a place");
        assert!(
            text.get(span.bytes()).is_some(),
            "{span:?} is not inside of {text:?}"
        );
        assert!(!diagnostic.message.is_empty() && !diagnostic.hint.is_empty());
        if text.len() < 10_000 {
            assert!(
                !diagnostic
                    .render(text, lichtfeld_manifest::Style::Colored)
                    .is_empty()
            );
        }
    }
    if let Some(manifest) = parsed.manifest() {
        let written = manifest.to_toml();
        let again = parse(&written, "pyproject.toml".into());
        let Some(again) = again.manifest() else {
            panic!("{:?}\n{written}", again.diagnostics());
        };
        // A table may contain `nan`, which equals nothing, not even itself.
        if !written.contains("nan") {
            assert_eq!(manifest, again, "{written}");
        }
        assert_eq!(again.to_toml(), written);
        assert_eq!(manifest.environment_inputs(), again.environment_inputs());
    }
    if text.len() < 10_000 {
        if let Ok(migration) = migrate::pyproject(text, "pyproject.toml".into()) {
            let again =
                migrate::pyproject(&migration.text, "pyproject.toml".into()).expect("valid");
            assert!(!again.is_needed(), "{}", again.diff);
        }
        let _ = migrate::plugin_toml(text, "plugin.toml".into());
    }
}
