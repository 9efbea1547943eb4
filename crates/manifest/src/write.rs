//! Writes a manifest as the text of a `pyproject.toml`.

use toml::{Table, Value};

use crate::model::{Author, License, LockUse, Manifest, ManifestForm, Readme};

impl Manifest {
    /// Returns the manifest as the text of a `pyproject.toml`. Parsing it yields an equal manifest.
    ///
    /// Comments, order, and the tables of other tools are lost: to change a file, use
    /// [`migrate`](crate::migrate) or an editor.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut tool = Table::new();
        tool.insert("lichtfeld".into(), Value::Table(self.lichtfeld_table()));
        if let Some(uv) = &self.uv {
            tool.insert("uv".into(), Value::Table(uv.clone()));
        }
        let mut document = Table::new();
        document.insert("project".into(), Value::Table(self.project_table()));
        document.insert("tool".into(), Value::Table(tool));
        document.to_string()
    }

    fn project_table(&self) -> Table {
        let mut table = Table::new();
        let mut put = |key: &str, value: Value| table.insert(key.to_owned(), value);
        put("name", self.name.as_str().into());
        put("version", self.version.to_string().into());
        if let Some(description) = &self.description {
            put("description", description.as_str().into());
        }
        if !self.authors.is_empty() {
            put(
                "authors",
                Value::Array(self.authors.iter().map(author).collect()),
            );
        }
        if let Some(python) = &self.requires_python {
            put("requires-python", python.to_string().into());
        }
        put("dependencies", texts(&self.dependencies));
        if !self.optional_dependencies.is_empty() {
            let extras = self.optional_dependencies.iter();
            let extras =
                extras.map(|(extra, requirements)| (extra.to_string(), texts(requirements)));
            put("optional-dependencies", Value::Table(extras.collect()));
        }
        if !self.urls.is_empty() {
            let urls = self
                .urls
                .iter()
                .map(|(key, url)| (key.clone(), url.as_str().into()));
            put("urls", Value::Table(urls.collect()));
        }
        let readme = self.readme.as_ref().map(|readme| match readme {
            Readme::File(file) => file.as_str().into(),
            Readme::Text(text) => single("text", text),
        });
        if let Some(readme) = readme {
            put("readme", readme);
        }
        let license = self.license.as_ref().map(|license| match license {
            License::Expression(expression) => expression.as_str().into(),
            License::Text(text) => single("text", text),
            License::File(file) => single("file", file),
        });
        if let Some(license) = license {
            put("license", license);
        }
        table
    }

    fn lichtfeld_table(&self) -> Table {
        let lichtfeld = &self.lichtfeld;
        let mut table = Table::new();
        let mut put = |key: &str, value: Value| table.insert(key.to_owned(), value);
        put("auto_start", lichtfeld.auto_start.into());
        put("hot_reload", lichtfeld.hot_reload.into());
        put("entry_point", lichtfeld.entry_point.as_str().into());
        put("isolation", lichtfeld.isolation.as_str().into());
        if lichtfeld.lock != LockUse::default() {
            put("lock", lichtfeld.lock.as_str().into());
        }
        if !lichtfeld.extras.is_empty() {
            put("extras", texts(&lichtfeld.extras));
        }
        if let Some(specifiers) = &lichtfeld.plugin_api {
            put("plugin_api", specifiers.to_string().into());
        }
        if let Some(specifiers) = &lichtfeld.lichtfeld_version {
            put("lichtfeld_version", specifiers.to_string().into());
        }
        if let Some(minimum) = &lichtfeld.min_lichtfeld_version {
            put("min_lichtfeld_version", minimum.to_string().into());
        }
        if lichtfeld.form == ManifestForm::V1 {
            put("required_features", texts(&lichtfeld.required_features));
        }
        if let Some(author) = &lichtfeld.author {
            put("author", author.as_str().into());
        }
        if let Some(name) = &lichtfeld.display_name {
            put("display_name", name.as_str().into());
        }
        table
    }
}

fn texts<T: ToString>(values: &[T]) -> Value {
    Value::Array(
        values
            .iter()
            .map(|value| Value::String(value.to_string()))
            .collect(),
    )
}

fn single(key: &str, text: &str) -> Value {
    Value::Table(Table::from_iter([(key.to_owned(), text.into())]))
}

fn author(author: &Author) -> Value {
    let fields = [("name", &author.name), ("email", &author.email)];
    let present = fields
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.as_deref()?)));
    Value::Table(
        present
            .map(|(key, value)| (key.to_owned(), value.into()))
            .collect(),
    )
}
