//! Migration: the new manifest, what does not change, and that a second migration changes nothing.

use lichtfeld_manifest::{ManifestForm, migrate, parse};

const LEGACY: &str = r#"# My plugin.
[project]
name = "cleaner" # short
version = "1.0.0"
dependencies = [
    "numpy>=1.26", # arrays
]

# How the host treats it.
[tool.lichtfeld]
# since 0.5
min_lichtfeld_version = "0.5.0" # tested
max_lichtfeld_version = "2.0.0"
auto_start = true

[tool.ruff]
line-length = 100
"#;

const OLDEST: &str = r#"# The oldest form.
[plugin]
name = "cleaner" # short
version = "1.0.0"
author = "Ada" # me
icon = "broom.png"

[dependencies]
# arrays
packages = ["numpy>=1.26"]

[lifecycle]
auto_start = true # always
hot_reload = false
"#;

#[test]
fn an_older_manifest_is_upgraded_in_place() {
    let migration = migrate::pyproject(LEGACY, "pyproject.toml".into()).expect("migrated");
    insta::assert_snapshot!(migration.diff);
    let manifest = parse(&migration.text, "pyproject.toml".into())
        .into_result()
        .expect("valid");
    assert_eq!(manifest.form(), ManifestForm::V1);
    for comment in [
        "# My plugin.",
        "# short",
        "# arrays",
        "# How the host treats it.",
        "# since 0.5",
        "# tested",
    ] {
        assert!(
            migration.text.contains(comment),
            "{comment} is lost:\n{}",
            migration.text
        );
    }
}

#[test]
fn the_oldest_form_is_converted() {
    let migration = migrate::plugin_toml(OLDEST, "cleaner/plugin.toml".into()).expect("migrated");
    insta::assert_snapshot!(format!(
        "{}---\n{}",
        migration.text,
        migration.notes.join("\n")
    ));
    let manifest = parse(&migration.text, "pyproject.toml".into())
        .into_result()
        .expect("valid");
    assert!(manifest.auto_start() && !manifest.hot_reload());
    assert_eq!(manifest.author(), "Ada");
    assert_eq!(manifest.dependencies()[0].as_str(), "numpy>=1.26");
}

#[test]
fn todays_form_is_left_alone() {
    let once = migrate::pyproject(LEGACY, "pyproject.toml".into()).expect("migrated");
    let twice = migrate::pyproject(&once.text, "pyproject.toml".into()).expect("migrated");
    assert!(!twice.is_needed(), "{}", twice.diff);
    assert_eq!(twice.text, once.text);
}

#[test]
fn windows_line_ends_and_inline_tables_are_no_obstacle() {
    let text = "project = { name = 'x', version = '1' }\r\ntool.lichtfeld = { min_lichtfeld_version = '0.5.0' }\r\n";
    let migration = migrate::pyproject(text, "pyproject.toml".into()).expect("migrated");
    let manifest = parse(&migration.text, "pyproject.toml".into())
        .into_result()
        .expect("valid");
    assert_eq!(
        manifest
            .lichtfeld_version()
            .map(ToString::to_string)
            .as_deref(),
        Some(">=0.5.0")
    );
}

#[test]
fn mistakes_are_reported_and_not_migrated() {
    let bad = LEGACY.replace("\"1.0.0\"", "\"one\"");
    let error = migrate::pyproject(&bad, "pyproject.toml".into()).expect_err("not valid");
    assert_eq!(error.code(), "LF030");
    let error = migrate::plugin_toml("[plugin", "plugin.toml".into()).expect_err("not TOML");
    assert!(error.to_string().starts_with("plugin.toml:1: "), "{error}");
    let error =
        migrate::plugin_toml("[dependencies]\n", "plugin.toml".into()).expect_err("no table");
    assert_eq!(error.to_string(), "plugin.toml has no `[plugin]` table");
    let error = migrate::plugin_toml(
        "[plugin]\nname = 'settings'\nversion = '1'\n",
        "plugin.toml".into(),
    );
    assert_eq!(error.expect_err("a reserved name").code(), "LF025");
}
