//! Mistakes of authors: each says what, where and what to do, and the rest is still shown.

use std::collections::BTreeMap;

use lichtfeld_document::{Document, LoadError, Loader, NoFiles, Options, Template, Value};

use crate::support::{Data, Panel};

#[test]
fn every_mistake_of_a_template_has_a_place_and_a_hint() {
    let text = "\
<rml>
<head>
  <title>Broken</title>
  <link type=\"text/rcss\" href=\"missing.rcss\"/>
  <link type=\"text/rcss\" href=\"https://example.org/a.rcss\"/>
  <style>
    p { colr: red; width: wide }
    p:hovr { top: 0 }
  </style>
  <script src=\"x.js\">alert('<b>')</script>
</head>
<body data-model=\"m\">
  <p data-if=\"visble\" data-fi=\"x\" data-event-clik=\"save()\">{{ titel }}</p>
  <p data-if=\"count >\" title='a' title='b'>{{ count % 2 }} &copy; {{ count | uper }}</p>
  <butn data-event-click=\"sav(count); 1\">x</butn>
  <div data-for=\"count\"><p>never</p></div>
  <p data-class-a=\"count.x\" style=\"colour: red\">{{ count }}
</div>
<p data-value=\"count + 1\">{{ open</p>
</body>
</rml>";
    let panel = Panel::of(
        "broken.rml",
        text,
        Data::with([
            ("visible", Value::Bool(true)),
            ("title", "T".into()),
            ("count", Value::Int(7)),
        ]),
        &NoFiles,
    );
    insta::assert_snapshot!("every_mistake", panel.problems().join("\n"));
    // Nothing of it makes the rest disappear.
    insta::assert_snapshot!(
        "the_rest_is_shown",
        panel.text().split("\n! ").next().unwrap_or("")
    );
}

#[test]
fn a_getter_that_fails_is_reported_and_the_last_value_stays() {
    let mut panel = Panel::new(
        "<p>{{ a }}</p><b>{{ b }}</b>",
        Data::with([("a", 1.into()), ("b", 2.into())]),
    );
    panel.data.fails = true;
    panel.document.dirty("m", "a");
    panel.update();
    panel.document.dirty("m", "a");
    panel.update();
    assert_eq!(
        panel.problems(),
        ["panel.rml:1:32: error[rml-source]: the getter of `a` failed: it broke"]
    );
    assert!(panel.text().starts_with("1\n2\n"), "{}", panel.text());
}

#[test]
fn values_of_the_wrong_kind_are_reported_when_they_come() {
    let mut panel = Panel::new(
        "<p data-for=\"list\">{{ it.name }}</p><b data-style-width=\"w\">{{ x | broken }}</b>",
        Data::with([("list", Value::Null), ("w", "1dp".into()), ("x", 1.into())]),
    );
    panel.set("list", "text");
    panel.set("list", Value::list([Value::Int(1)]));
    panel.set("w", "wide");
    let problems = panel.problems();
    let expected = [
        "`data-for` needs a list, but this is a text. Return a list",
        "a number has no member `name`",
        "`width` does not take the value `wide`",
        "the transform `broken` failed: it broke",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for part in expected {
        assert!(
            problems.iter().any(|problem| problem.contains(part)),
            "{part}: {problems:#?}"
        );
    }
    let text = panel.text();
    assert!(
        text.starts_with("{{ it.name }}\n{{ x | broken }}\n"),
        "{text}"
    );
}

#[test]
fn a_version_has_the_diagnostics_if_they_are_others() {
    let mut panel = Panel::new(
        "<p data-for=\"list\"/>{{ none }}",
        Data::with([("list", Value::Null)]),
    );
    assert_eq!(panel.document.take_changes().diagnostics.len(), 1);
    assert!(panel.document.take_changes().is_empty());
    panel.set("list", "text");
    assert_eq!(panel.document.take_changes().diagnostics.len(), 2);
    assert!(panel.document.take_changes().is_empty());
}

#[test]
fn a_name_of_a_row_that_a_variable_hides_is_reported() {
    let panel = Panel::new(
        "<p data-for=\"row : rows\">{{ row }}</p>",
        Data::with([
            ("rows", Value::list([Value::Int(1)])),
            ("row", "hidden".into()),
        ]),
    );
    assert!(panel.text().starts_with("hidden\n"));
    assert!(panel.problems()[0].contains("rml-shadowed"));
}

#[test]
fn templates_are_checked_without_a_document() {
    let template = Template::parse(
        "a.rml",
        "<body data-model=\"x\"><p data-if=\"(\"/></body>",
        &NoFiles,
    );
    assert_eq!(template.models(), ["x"]);
    assert_eq!(
        template.diagnostics()[0].to_string(),
        "a.rml:1:35: error[rml-expression]: the expression ends, but a value is expected"
    );
    let document = Document::new(&template, vec![], Options::default());
    assert!(
        document.diagnostics()[1]
            .to_string()
            .contains("there is no data model `x`")
            || document.diagnostics()[0]
                .to_string()
                .contains("there is no data model `x`")
    );
}

struct Broken;

impl Loader for Broken {
    fn load(&self, _name: &str, _from: &str) -> Result<String, LoadError> {
        Err(LoadError::Failed("permission denied".into()))
    }
}

#[test]
fn files_that_cannot_be_read_are_reported() {
    let template = Template::parse("a.rml", "<body/>", &Broken);
    let problems: Vec<String> = template
        .diagnostics()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        problems,
        [
            "a.rml:1:1: error[rml-missing-file]: `a.rcss` cannot be loaded: permission denied",
            "a.rml:1:1: error[rml-missing-file]: `a.theme.rcss` cannot be loaded: permission denied",
        ]
    );
}

#[test]
fn sheets_that_import_each_other_are_loaded_once() {
    let files = BTreeMap::from([
        (
            "a.rcss".to_owned(),
            "@import \"b.rcss\"; p { top: 1dp }".to_owned(),
        ),
        (
            "b.rcss".to_owned(),
            "@import \"a.rcss\"; p { top: 2dp }".to_owned(),
        ),
    ]);
    let template = Template::parse("a.rml", "<body><p/></body>", &files);
    assert_eq!(template.sheets().count(), 2);
    assert_eq!(template.diagnostics(), []);
}
