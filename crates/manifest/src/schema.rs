//! A JSON Schema of `[tool.lichtfeld]`, for the completion and checks of TOML editors.
//!
//! It uses draft 07, like the common TOML server of editors (Taplo) and SchemaStore. What a schema
//! cannot express, such as that a file exists, is checked by `lichtfeld-plugins check`.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, json_schema};
use serde_json::{Value, json};

/// Where the schema is published.
pub const SCHEMA_ID: &str = "https://lichtfeld.io/schemas/lichtfeld.schema.json";

/// A pattern for one comparison of PEP 440, without anchors.
const COMPARISON: &str = r"\s*(~=|==|!=|<=|>=|<|>|===)\s*v?[0-9]+[0-9A-Za-z.!+*_-]*\s*";

/// A simplified pattern for a version of semver.org.
const SEMVER: &str =
    r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$";

/// What a plugin requires of LichtFeld Studio. The section makes the project a plugin.
#[derive(JsonSchema)]
#[schemars(rename = "tool.lichtfeld", deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "the type describes the section for the schema; `Manifest` holds its values"
)]
struct ToolLichtfeld {
    /// Load the plugin when the host starts.
    #[schemars(default)]
    auto_start: bool,
    /// Load the plugin again when its files change. Required in a v1 manifest.
    #[schemars(default = "yes")]
    hot_reload: bool,
    /// The Python file or package to import, relative to the plugin's directory.
    #[schemars(default = "init", schema_with = "entry_point")]
    entry_point: String,
    /// Where the plugin runs: `auto` uses the host's process if all packages are compatible, `shared`
    /// requires it, `process` always runs it in a process of its own.
    #[schemars(default)]
    isolation: IsolationWord,
    /// How a `uv.lock` beside the manifest is used: `agree` takes the host's version of a package
    /// where the manifest allows it, `exact` takes the lock's versions to the letter.
    #[schemars(default)]
    lock: LockWord,
    /// The optional dependencies to install by default: keys of `[project.optional-dependencies]`.
    #[schemars(default)]
    extras: Vec<String>,
    /// The versions of the plugin API that the plugin works with (v1; PEP 440 specifiers).
    #[schemars(schema_with = "specifiers")]
    plugin_api: Option<String>,
    /// The versions of LichtFeld Studio that the plugin works with (v1; PEP 440 specifiers).
    #[schemars(schema_with = "specifiers")]
    lichtfeld_version: Option<String>,
    /// The features of the host that the plugin requires (v1).
    #[schemars(schema_with = "features")]
    required_features: Option<Vec<String>>,
    /// The oldest version of LichtFeld Studio that the plugin works with (older manifests; semver).
    #[schemars(schema_with = "semantic")]
    min_lichtfeld_version: Option<String>,
    /// No longer read: write `lichtfeld_version`.
    #[schemars(schema_with = "removed")]
    max_lichtfeld_version: Option<String>,
    /// The author to show, in place of the first of `[project] authors`.
    author: Option<Text>,
    /// The name to show, in place of `[project] name`.
    display_name: Option<Text>,
}

#[derive(JsonSchema)]
#[schemars(inline)]
#[expect(dead_code, reason = "describes a string for the schema")]
struct Text(String);

#[derive(JsonSchema, Default, serde::Serialize)]
#[schemars(inline, rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
#[expect(
    dead_code,
    reason = "describes the words of `Isolation` for the schema"
)]
enum IsolationWord {
    #[default]
    Auto,
    Shared,
    Process,
}

#[derive(JsonSchema, Default, serde::Serialize)]
#[schemars(inline, rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes the words of `LockUse` for the schema")]
enum LockWord {
    #[default]
    Agree,
    Exact,
}

fn yes() -> bool {
    true
}

fn init() -> String {
    crate::EntryPoint::default().to_string()
}

fn specifiers(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let pattern = format!("^{COMPARISON}(,{COMPARISON})*$");
    json_schema!({ "type": "string", "pattern": pattern, "examples": [">=1.0,<2"] })
}

fn semantic(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    json_schema!({ "type": "string", "pattern": SEMVER, "examples": ["1.0.0"] })
}

fn entry_point(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    // Names without dots, backslashes or drives, separated by one slash, with or without `.py`.
    let name = r#"[^./\\:*?"<>|~\s]([^./\\:*?"<>|]*[^./\\:*?"<>|\s])?"#;
    json_schema!({ "type": "string", "pattern": format!(r"^{name}(/{name})*(\.py)?$") })
}

fn features(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    json_schema!({
        "type": "array",
        "items": { "type": "string", "pattern": r"\S", "examples": crate::KNOWN_FEATURES },
    })
}

fn removed(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    json_schema!({ "deprecated": true })
}

/// Returns the JSON Schema of `[tool.lichtfeld]`.
///
/// ```
/// let schema = lichtfeld_manifest::schema::json_schema();
/// assert_eq!(schema["properties"]["hot_reload"]["default"], true);
/// ```
#[must_use]
pub fn json_schema() -> Value {
    let mut settings = SchemaSettings::draft07();
    settings.inline_subschemas = true;
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<ToolLichtfeld>()
        .to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("$id".into(), json!(SCHEMA_ID));
        root.insert(
            "title".into(),
            json!("[tool.lichtfeld] of a LichtFeld Studio plugin"),
        );
        // Each key is optional, but the three keys of v1 require each other.
        root.remove("required");
        let needs = |others: &[&str]| json!(others);
        root.insert(
            "dependencies".into(),
            json!({
                "plugin_api": needs(&["lichtfeld_version", "required_features", "hot_reload"]),
                "lichtfeld_version": needs(&["plugin_api", "required_features", "hot_reload"]),
                "required_features": needs(&["plugin_api", "lichtfeld_version", "hot_reload"]),
            }),
        );
    }
    schema
}

/// Returns the schema as text, sorted and indented: the content of the published file.
#[must_use]
pub fn json_schema_text() -> String {
    // If any crate of the build enables `preserve_order`, maps keep the order of insertion.
    fn sorted(value: Value) -> Value {
        match value {
            Value::Object(map) => {
                let mut entries: Vec<_> = map.into_iter().collect();
                entries.sort_by(|a, b| a.0.cmp(&b.0));
                Value::Object(
                    entries
                        .into_iter()
                        .map(|(key, value)| (key, sorted(value)))
                        .collect(),
                )
            }
            Value::Array(entries) => Value::Array(entries.into_iter().map(sorted).collect()),
            other => other,
        }
    }
    format!("{:#}\n", sorted(json_schema()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::keys;
    use crate::model::Isolation;

    #[test]
    fn it_knows_the_keys_that_the_parser_knows() {
        let schema = json_schema();
        let properties = schema["properties"].as_object().expect("properties");
        for key in keys::LICHTFELD {
            assert!(properties.contains_key(*key), "{key}");
        }
        let removed = properties
            .keys()
            .filter(|key| !keys::LICHTFELD.contains(&key.as_str()));
        assert_eq!(removed.collect::<Vec<_>>(), ["max_lichtfeld_version"]);
        assert!(
            properties
                .values()
                .all(|property| property["description"].is_string())
        );
        let words = schema["properties"]["isolation"].to_string();
        assert!(
            Isolation::WORDS.iter().all(|word| words.contains(word)),
            "{words}"
        );
    }
}
