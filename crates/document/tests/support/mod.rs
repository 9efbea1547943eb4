//! What holds for any template, any sheet and any sequence of actions. The property tests and the
//! fuzz targets check the same.

use lichtfeld_document::{
    DataSource, Document, Event, Key, LoadError, Loader, Mirror, Model, NodeId, Options,
    SourceError, Template, Value, render_text,
};

/// Values that depend on the names and on how often they were asked for.
pub(crate) struct Any(pub(crate) u64);

impl DataSource for Any {
    fn get(&mut self, _model: &str, variable: &str) -> Result<Value, SourceError> {
        self.0 += 1;
        let count = i64::try_from(self.0 % 5).unwrap_or(0);
        Ok(match variable {
            "a" => Value::Int(count),
            "b" => Value::Bool(count > 2),
            "c" => Value::from(format!("<p>{{{{ a }}}} {count}</p>")),
            "list" => Value::list((0..count).map(|index| {
                Value::map([
                    ("name", Value::Int(index)),
                    ("list", Value::list([Value::Int(1)])),
                ])
            })),
            _ => return Err(SourceError::new("no value")),
        })
    }

    fn set(&mut self, _: &str, _: &str, _: &[Key], _: Value) -> Result<(), SourceError> {
        Ok(())
    }

    fn call(&mut self, _: &str, _: &str, _: &mut Event, _: &[Value]) -> Result<(), SourceError> {
        Ok(())
    }
}

/// Every file is the text itself, so that includes of all kinds happen.
struct Itself<'a>(&'a str);

impl Loader for Itself<'_> {
    fn load(&self, name: &str, _from: &str) -> Result<String, LoadError> {
        if name.len().is_multiple_of(3) {
            Err(LoadError::NotFound)
        } else {
            Ok(self.0.to_owned())
        }
    }
}

fn document(text: &str, sheet: &str) -> Document {
    let template = Template::parse("fuzz.rml", text, &Itself(text));
    for problem in template.diagnostics() {
        assert!(!problem.message.is_empty());
    }
    let mut model = Model::new("m").event("f").transform("t");
    for name in ["a", "b", "c", "list"] {
        model = model.variable(name);
    }
    let mut options = Options::default();
    options.sheet = sheet.to_owned();
    Document::new(&template, vec![model], options)
}

/// Checks that a copy that follows the changes is what the document is.
fn follow(document: &mut Document, mirror: &mut Mirror) {
    mirror.apply(&document.take_changes());
    let (copy, own) = (mirror.snapshot(), document.snapshot());
    assert!(
        copy == own,
        "the copy differs: {} {}",
        json(&copy),
        json(&own)
    );
}

fn json(snapshot: &Option<lichtfeld_document::Snapshot>) -> String {
    serde_json::to_string(snapshot)
        .unwrap_or_default()
        .chars()
        .take(4_000)
        .collect()
}

/// Reads a text as a template, shows it, and updates it twice.
pub(crate) fn check_template(text: &str) {
    let mut document = document(text, "");
    let mut source = Any(0);
    let mut mirror = Mirror::default();
    document.update(&mut source);
    follow(&mut document, &mut mirror);
    document.dirty_all("m");
    document.update(&mut source);
    follow(&mut document, &mut mirror);
    assert!(!document.needs_update());
    let _ = render_text(&document, 40);
    // What is written can be read again.
    let rml = document.inner_rml(document.root());
    let root = document.root();
    let _ = document.set_inner_rml(root, &rml);
    document.update(&mut source);
    follow(&mut document, &mut mirror);
}

/// Reads a text as a sheet for a document with a little of everything.
pub(crate) fn check_sheet(text: &str) {
    const BODY: &str = "<body class=\"a\"><div id=\"i\" class=\"a b\"><p lang=\"de\">x</p><p class=\"b\"/>\
        <input type=\"checkbox\" checked=\"\"/></div><ul><li>1</li><li>2</li></ul></body>";
    let mut document = document(BODY, text);
    let root = document.root();
    if let Some(node) = document.element_by_id("i") {
        let _ = document.set_class(node, "b", false);
        let _ = document.hover(Some(node));
    }
    document.update(&mut Any(0));
    let _ = document.query_all(root, text);
    let snapshot = serde_json::to_string(&document.snapshot());
    assert!(snapshot.is_ok());
}

/// Does what the bytes say with a document: two bytes are an action and the element.
pub(crate) fn check_actions(bytes: &[u8]) {
    const BODY: &str = "<body data-model=\"m\"><div id=\"x\"><p data-for=\"r, i : list\" data-event-click=\"f(i, r.name); a = i\">\
        {{ r.name }}<b data-for=\"r.list\">{{ it }}</b></p></div><div data-rml=\"c\"/><input type=\"checkbox\" data-checked=\"b\"/>\
        <select data-value=\"a\"><option data-for=\"list\" data-attr-value=\"it.name\">{{ it_index }}</option></select></body>";
    const SHEET: &str = "p:last-child { top: 1dp } .a b { color: red } p + p { left: 1dp } div:hover p { top: 2dp }";
    let mut document = document(BODY, SHEET);
    let mut source = Any(0);
    let mut mirror = Mirror::default();
    document.update(&mut source);
    follow(&mut document, &mut mirror);
    let mut kept: Vec<NodeId> = Vec::new();
    for pair in bytes.chunks_exact(2).take(200) {
        let (action, choice) = (pair[0], usize::from(pair[1]));
        let all = document.query_all(document.root(), "*").unwrap_or_default();
        let pick = |offset: usize| {
            let both = [all.as_slice(), kept.as_slice()].concat();
            both.get((choice + offset) % both.len().max(1))
                .copied()
                .unwrap_or(NodeId::from_number(0))
        };
        let (node, other) = (pick(0), pick(choice / 7 + 1));
        match action % 16 {
            0 => kept.extend(document.create_element("div")),
            1 => kept.extend(document.create_text("text")),
            2 => drop(document.append(node, other)),
            3 => {
                let first = document.children(node).first().copied();
                drop(first.map(|first| document.insert_before(node, other, first)));
            }
            4 => {
                if let Some(parent) = document.parent(node) {
                    drop(document.remove_child(parent, node));
                    kept.push(node);
                }
            }
            5 => drop(
                document
                    .set_inner_rml(node, "<i>{{ a }}</i><p data-for=\"list\">{{ it.name }}</p>"),
            ),
            6 => drop(document.set_class(node, "a", choice % 2 == 0)),
            7 => drop(document.set_attribute(node, "title", "x")),
            8 => drop(document.set_property(
                node,
                "color",
                if choice % 2 == 0 { "red" } else { "blue" },
            )),
            9 => {
                let dispatch = document.click(node);
                document.finish(dispatch, &mut source);
            }
            10 => {
                let dispatch = document.hover(Some(node));
                document.finish(dispatch, &mut source);
            }
            11 => {
                let dispatch = document.focus(Some(node));
                document.finish(dispatch, &mut source);
            }
            12 => document.dirty_all("m"),
            13 => drop(document.set_id(node, "x")),
            14 => drop(document.set_text(node, "t")),
            _ => {
                document.update(&mut source);
                follow(&mut document, &mut mirror);
            }
        }
    }
    document.update(&mut source);
    follow(&mut document, &mut mirror);
    // Everything that is stale is computed: a second time changes nothing.
    let before = document.snapshot();
    document.set_viewport(lichtfeld_document::Viewport {
        width: 1.0,
        height: 1.0,
        dp_ratio: 1.0,
    });
    assert_eq!(document.snapshot(), before);
}
