//! The parts of a manifest that determine the content of an environment, in canonical form.

use std::fmt;

use toml::Value;

use crate::model::Manifest;

/// Everything in a manifest that determines what an environment contains: `dependencies`,
/// `optional-dependencies`, `requires-python` and `[tool.uv]`. The rest (comments, order, the
/// version, dependency groups, which are for developers) has no influence.
///
/// Two manifests with equal inputs need the same environment. The text is for hashing; it is stable
/// for one version of this crate, and must not be parsed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnvironmentInputs(String);

impl EnvironmentInputs {
    /// Returns the canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for EnvironmentInputs {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for EnvironmentInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Manifest {
    /// Returns the canonical form of everything that determines the environment.
    ///
    /// ```
    /// use lichtfeld_manifest::parse;
    ///
    /// let inputs = |text: &str| {
    ///     parse(text, "pyproject.toml".into()).into_result().expect("valid").environment_inputs()
    /// };
    /// let one = inputs("[project]\nname = 'x'\nversion = '1'\ndependencies = ['a>=1', 'b']\n[tool.lichtfeld]\n");
    /// let two = inputs("# new\n[tool.lichtfeld]\n[project]\nversion = '2'\nname = 'x'\ndependencies = ['B', 'a >= 1']\n");
    /// assert_eq!(one, two);
    /// ```
    #[must_use]
    pub fn environment_inputs(&self) -> EnvironmentInputs {
        let list = |requirements: &[crate::Requirement]| {
            let mut lines: Vec<String> = requirements
                .iter()
                .map(crate::Requirement::to_canonical)
                .collect();
            lines.sort();
            lines.dedup();
            Value::Array(lines.into_iter().map(Value::String).collect())
        };
        let mut inputs = toml::Table::new();
        inputs.insert("dependencies".into(), list(self.dependencies()));
        if !self.optional_dependencies().is_empty() {
            let extras = self.optional_dependencies().iter();
            let table = extras.map(|(extra, requirements)| (extra.to_string(), list(requirements)));
            inputs.insert(
                "optional-dependencies".into(),
                Value::Table(table.collect()),
            );
        }
        if let Some(python) = self.requires_python() {
            inputs.insert("requires-python".into(), Value::String(python.to_string()));
        }
        if let Some(uv) = self.uv_table() {
            inputs.insert("tool.uv".into(), Value::Table(uv.clone()));
        }
        let mut text = String::new();
        write_canonical(&Value::Table(inputs), &mut text);
        EnvironmentInputs(text)
    }
}

/// Writes a value so that equal values have equal texts, and different values different texts. Keys
/// are sorted here, because a map keeps the file's order if any crate of the build enables
/// `preserve_order`. The order of lists is not changed: for uv's indexes it is the priority.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Table(table) => {
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_str());
            text.push('{');
            for (key, value) in entries {
                text.push_str(&format!("{key:?}:"));
                write_canonical(value, text);
                text.push(',');
            }
            text.push('}');
        }
        Value::Array(entries) => {
            text.push('[');
            for entry in entries {
                write_canonical(entry, text);
                text.push(',');
            }
            text.push(']');
        }
        Value::String(string) => text.push_str(&format!("{string:?}")),
        Value::Integer(number) => text.push_str(&number.to_string()),
        // As bits: NaN does not equal itself, and zero has two signs.
        Value::Float(number) => text.push_str(&format!("f{:x}", number.to_bits())),
        Value::Boolean(switch) => text.push_str(if *switch { "true" } else { "false" }),
        Value::Datetime(time) => text.push_str(&format!("t{time}")),
    }
}
