//! The schema for editors agrees with the parser.

use lichtfeld_manifest::{Code, Severity, docs, parse, schema};

const CASES: &[(&str, bool)] = &[
    ("", true),
    ("auto_start = true\nhot_reload = false", true),
    ("auto_start = 'yes'", false),
    ("hot_reload = 'no'", false),
    ("autostart = true", false),
    ("entry_point = 'src/main'", true),
    ("entry_point = 'main.py'", true),
    ("entry_point = 'a'", true),
    ("entry_point = '../main'", false),
    ("entry_point = '/main'", false),
    ("entry_point = 'src.main'", false),
    ("entry_point = ''", false),
    ("entry_point = 'C:/x'", false),
    ("entry_point = 3", false),
    ("isolation = 'auto'", true),
    ("isolation = 'shared'", true),
    ("isolation = 'process'", true),
    ("isolation = 'thread'", false),
    ("lock = 'exact'", true),
    ("lock = 'agree'", true),
    ("lock = 'loose'", false),
    ("lock = true", false),
    ("extras = []", true),
    ("extras = ['cuda']", true),
    ("extras = [1]", false),
    ("extras = 'cuda'", false),
    ("min_lichtfeld_version = '0.5.0'", true),
    ("min_lichtfeld_version = '0.5.0-rc.1'", true),
    ("min_lichtfeld_version = '0.5'", false),
    ("max_lichtfeld_version = '2.0.0'", true),
    ("author = 'Ada'\ndisplay_name = 'Point Cleaner'", true),
    ("author = 3", false),
    ("plugin_api = '>=1.0'", false),
    (
        "hot_reload = true\nplugin_api = '>=1.0'\nrequired_features = []",
        false,
    ),
    (
        "plugin_api = '>=1'\nlichtfeld_version = '>=1'\nrequired_features = []",
        false,
    ),
    (
        "hot_reload = true\nplugin_api = '>=1.0, <2'\nlichtfeld_version = '==1.*'\nrequired_features = []",
        true,
    ),
    (
        "hot_reload = true\nplugin_api = '1.0'\nlichtfeld_version = '>=1'\nrequired_features = []",
        false,
    ),
    (
        "hot_reload = true\nplugin_api = '^1.0'\nlichtfeld_version = '>=1'\nrequired_features = []",
        false,
    ),
    (
        "hot_reload = true\nplugin_api = ''\nlichtfeld_version = '>=1'\nrequired_features = []",
        false,
    ),
    (
        "hot_reload = true\nplugin_api = '>=1'\nlichtfeld_version = '~=0.5,!=0.5.2'\nrequired_features = ['panels.v1']",
        true,
    ),
    (
        "hot_reload = true\nplugin_api = '>=1'\nlichtfeld_version = '>=1'\nrequired_features = 'panels.v1'",
        false,
    ),
    (
        "hot_reload = true\nplugin_api = '>=1'\nlichtfeld_version = '>=1'\nrequired_features = ['']",
        false,
    ),
];

#[test]
fn the_schema_and_the_parser_agree() {
    let validator = jsonschema::draft7::new(&schema::json_schema()).expect("a valid schema");
    for (section, valid) in CASES {
        let table: toml::Table = section.parse().expect("TOML");
        let instance = serde_json::to_value(table).expect("JSON");
        let errors: Vec<_> = validator
            .iter_errors(&instance)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors.is_empty(), *valid, "schema: {section}\n{errors:?}");

        let text = format!(
            "[project]\nname = 'x'\nversion = '1'\ndescription = 'x'\n\
             [project.optional-dependencies]\ncuda = []\n[tool.lichtfeld]\n{section}\n"
        );
        let parsed = parse(&text, "pyproject.toml".into());
        // What an editor underlines is an error here, or an unknown key.
        let refused = parsed
            .diagnostics()
            .iter()
            .any(|d| d.severity == Severity::Error || d.code == Code::UnknownKey);
        assert_eq!(
            !refused,
            *valid,
            "parser: {section}\n{:?}",
            parsed.diagnostics()
        );
    }
}

/// The published files are up to date; `cargo xtask codegen` writes them.
#[test]
fn the_published_files_are_up_to_date() {
    let published = |file: &str| {
        let reference = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/");
        std::fs::read_to_string(format!("{reference}{file}"))
            .expect("published")
            .replace("\r\n", "\n")
    };
    assert!(
        published("lichtfeld.schema.json") == schema::json_schema_text(),
        "the schema is out of date: run `cargo xtask codegen`"
    );
    // A part of the page: the other crates have codes of their own.
    let page = published("diagnostics.md");
    for part in [docs::diagnostics_rows(), docs::diagnostics_sections()] {
        assert!(
            page.contains(&part),
            "diagnostics.md is out of date: run `cargo xtask codegen`"
        );
    }
}
