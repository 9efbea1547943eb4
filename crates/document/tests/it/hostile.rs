//! Templates and values that want to take too much.

use lichtfeld_document::limits::{MAX_NODES, MAX_ROWS, MAX_SOURCE, MAX_TEXT};
use lichtfeld_document::{Document, NoFiles, Options, Template, Value};

use crate::support::{Data, Panel};

fn has(panel: &Panel, part: &str) -> bool {
    panel
        .problems()
        .iter()
        .any(|problem| problem.contains(part))
}

#[test]
fn sources_rows_and_nodes_are_bounded() {
    let template = Template::parse("a.rml", &" ".repeat(MAX_SOURCE + 1), &NoFiles);
    assert_eq!(template.diagnostics()[0].code, "rml-limit");
    let rows = Value::list((0..=MAX_ROWS as i64).map(Value::Int));
    let panel = Panel::new(
        "<p data-for=\"rows\"/>",
        Data::with([("rows", rows.clone())]),
    );
    assert!(has(&panel, "10001 values; 10000 are shown"));
    let panel = Panel::new(
        "<p data-for=\"rows\"><b/><i/><u/><s/><em/></p><p>after</p>",
        Data::with([("rows", rows)]),
    );
    assert!(has(&panel, &format!("more than {MAX_NODES}")));
    let count = panel
        .document
        .query_all(panel.document.root(), "*")
        .unwrap()
        .len();
    assert!(count < MAX_NODES, "{count}");
}

#[test]
fn rows_of_rows_of_rows_end() {
    let rows = Value::list((0..100).map(Value::Int));
    let panel = Panel::new(
        "<p data-for=\"rows\"><b data-for=\"rows\"><i data-for=\"rows\">x</i></b></p>",
        Data::with([("rows", rows)]),
    );
    assert!(has(&panel, &format!("more than {MAX_NODES}")));
}

#[test]
fn rml_that_contains_itself_ends() {
    let content = "<div data-rml=\"content\"/>".repeat(2);
    let panel = Panel::new(&content, Data::with([("content", content.as_str().into())]));
    assert!(has(&panel, "rml-limit"), "{:?}", panel.problems());
}

#[test]
fn values_that_are_too_deep_or_too_long_are_refused() {
    let deep = (0..40).fold(Value::Null, |value, _| Value::list([value]));
    let panel = Panel::new("<p>{{ x }}</p>", Data::with([("x", deep)]));
    assert!(has(&panel, "nested too deeply"));
    let panel = Panel::new(
        "<p>{{ x + x }}</p>",
        Data::with([("x", Value::text("x".repeat(MAX_TEXT)))]),
    );
    assert!(has(&panel, "the text is longer than"));
}

#[test]
fn selectors_that_could_be_matched_in_very_many_ways_end() {
    let sheet = format!("{} p {{ top: 1dp }}", "div div ".repeat(15));
    let body = format!("{}<p>x</p>{}", "<div>".repeat(90), "</div>".repeat(90));
    let text = format!("<rml><head><style>{sheet}</style></head><body>{body}</body></rml>");
    let template = Template::parse("a.rml", &text, &NoFiles);
    let document = Document::new(&template, vec![], Options::default());
    let p = document.query(document.root(), "p").unwrap().unwrap();
    assert_eq!(document.property(p, "top").unwrap().to_string(), "1dp");
    let selector = format!("a {} p", "div > div ".repeat(15));
    assert_eq!(document.query_all(document.root(), &selector).unwrap(), []);
}

#[test]
fn variables_that_grow_exponentially_are_not_replaced() {
    let mut sheet = String::from("body { --v0: aaaaaaaaaa;");
    for index in 1..16 {
        let before = index - 1;
        let part = format!("var(--v{before}) ");
        sheet.push_str(&format!("--v{index}: {};", part.repeat(10)));
    }
    sheet.push_str("font-family: var(--v15) }");
    let text = format!("<rml><head><style>{sheet}</style></head><body/></rml>");
    let template = Template::parse("a.rml", &text, &NoFiles);
    let document = Document::new(&template, vec![], Options::default());
    assert!(
        document
            .diagnostics()
            .iter()
            .any(|problem| problem.code == "rcss-variable")
    );
}

#[test]
fn a_source_that_is_never_done_is_asked_a_limited_number_of_times() {
    struct Restless(usize);
    impl lichtfeld_document::DataSource for Restless {
        fn get(&mut self, _: &str, _: &str) -> Result<Value, lichtfeld_document::SourceError> {
            self.0 += 1;
            let next = i64::try_from(self.0).unwrap_or(0);
            Ok(Value::from(format!("<p>{{{{ x }}}} {next}</p>")))
        }
        fn set(
            &mut self,
            _: &str,
            _: &str,
            _: &[lichtfeld_document::Key],
            _: Value,
        ) -> Result<(), lichtfeld_document::SourceError> {
            Ok(())
        }
        fn call(
            &mut self,
            _: &str,
            _: &str,
            _: &mut lichtfeld_document::Event,
            _: &[Value],
        ) -> Result<(), lichtfeld_document::SourceError> {
            Ok(())
        }
    }
    let template = Template::parse(
        "a.rml",
        "<body data-model=\"m\"><p data-rml=\"x\"/></body>",
        &NoFiles,
    );
    let model = lichtfeld_document::Model::new("m").variable("x");
    let mut document = Document::new(&template, vec![model], Options::default());
    let mut source = Restless(0);
    document.update(&mut source);
    assert_eq!(source.0, 1, "a variable is asked for once in an update");
}
