//! A data model of closures and values, and a document with it.

use std::collections::BTreeMap;

use lichtfeld_document::{
    DataSource, Document, Event, Key, ListenerId, Loader, Model, NoFiles, NodeId, Options,
    SourceError, Template, Value, render_text,
};

/// Values by name, and what was called.
#[derive(Default)]
pub(crate) struct Data {
    pub(crate) values: BTreeMap<String, Value>,
    pub(crate) log: Vec<String>,
    pub(crate) gets: Vec<String>,
    /// Listeners that stop the event.
    pub(crate) stops: Vec<ListenerId>,
    pub(crate) fails: bool,
}

impl Data {
    pub(crate) fn with(values: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        let values = values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Self {
            values: values.collect(),
            ..Self::default()
        }
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.values.insert(name.to_owned(), value.into());
    }
}

impl DataSource for Data {
    fn get(&mut self, _model: &str, variable: &str) -> Result<Value, SourceError> {
        self.gets.push(variable.to_owned());
        if self.fails {
            return Err(SourceError::new("it broke"));
        }
        self.values
            .get(variable)
            .cloned()
            .ok_or_else(|| SourceError::new("KeyError"))
    }

    fn set(
        &mut self,
        _model: &str,
        variable: &str,
        path: &[Key],
        value: Value,
    ) -> Result<(), SourceError> {
        self.log.push(format!("{variable}{path:?} = {value:?}"));
        if path.is_empty() {
            self.values.insert(variable.to_owned(), value);
        }
        Ok(())
    }

    fn call(
        &mut self,
        _model: &str,
        function: &str,
        event: &mut Event,
        arguments: &[Value],
    ) -> Result<(), SourceError> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        self.log
            .push(format!("{function}({})", arguments.join(", ")));
        if function == "stop" {
            event.stop_propagation();
        }
        if function == "fail" {
            return Err(SourceError::new("it broke"));
        }
        Ok(())
    }

    fn transform(
        &mut self,
        _model: &str,
        transform: &str,
        input: Value,
        arguments: &[Value],
    ) -> Result<Value, SourceError> {
        self.log.push(format!("{transform} of {input}"));
        match transform {
            "double" => Ok(Value::Float(input.to_number() * 2.0)),
            "wrap" => Ok(Value::from(format!("<{input}{}>", arguments.len()))),
            _ => Err(SourceError::new("it broke")),
        }
    }

    fn listen(&mut self, listener: ListenerId, event: &mut Event) -> Result<(), SourceError> {
        self.log.push(format!(
            "listener {} {} {:?}",
            listener.0, event.kind, event.phase
        ));
        if self.stops.contains(&listener) {
            event.stop_propagation();
        }
        Ok(())
    }
}

/// A document with its data.
pub(crate) struct Panel {
    pub(crate) document: Document,
    pub(crate) data: Data,
}

impl Panel {
    /// Shows the content of a body whose data model is `m`, with all names of the data.
    pub(crate) fn new(body: &str, data: Data) -> Self {
        let text = format!("<rml><body data-model=\"m\">{body}</body></rml>");
        Self::of("panel.rml", &text, data, &NoFiles)
    }

    pub(crate) fn of(name: &str, text: &str, data: Data, loader: &dyn Loader) -> Self {
        let template = Template::parse(name, text, loader);
        let mut model = Model::new("m")
            .event("save")
            .event("stop")
            .event("fail")
            .transform("double")
            .transform("wrap")
            .transform("broken");
        for name in data.values.keys() {
            model = model.variable(name);
        }
        let document = Document::new(&template, vec![model], Options::default());
        let mut panel = Self { document, data };
        panel.update();
        panel
    }

    pub(crate) fn update(&mut self) {
        self.document.update(&mut self.data);
    }

    /// Sets a value and updates.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.data.set(name, value);
        assert!(self.document.dirty("m", name), "{name}");
        self.update();
    }

    pub(crate) fn text(&self) -> String {
        render_text(&self.document, 60)
    }

    pub(crate) fn find(&self, selector: &str) -> NodeId {
        let root = self.document.root();
        let found = self.document.query(root, selector).unwrap();
        found.unwrap_or_else(|| panic!("no {selector}"))
    }

    pub(crate) fn property(&self, selector: &str, name: &str) -> String {
        let found = self.document.property(self.find(selector), name);
        found.map(|value| value.to_string()).unwrap_or_default()
    }

    pub(crate) fn click(&mut self, selector: &str) {
        let node = self.find(selector);
        let dispatch = self.document.click(node);
        self.document.finish(dispatch, &mut self.data);
        self.update();
    }

    pub(crate) fn change(&mut self, selector: &str, value: impl Into<Value>) {
        let node = self.find(selector);
        let dispatch = self.document.change(node, value.into());
        self.document.finish(dispatch, &mut self.data);
        self.update();
    }

    pub(crate) fn problems(&self) -> Vec<String> {
        self.document
            .diagnostics()
            .iter()
            .map(ToString::to_string)
            .collect()
    }
}
