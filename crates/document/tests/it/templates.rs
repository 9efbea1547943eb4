//! Whole documents: heads, templates in templates, and what authors leave out.

use std::collections::BTreeMap;

use lichtfeld_document::{Document, NoFiles, Options, Template, builtin_template, render_text};

use crate::support::{Data, Panel};

fn shown(text: &str, files: &BTreeMap<String, String>) -> (String, Vec<String>) {
    let template = Template::parse("a.rml", text, files);
    let document = Document::new(&template, vec![], Options::default());
    let problems = document
        .diagnostics()
        .iter()
        .map(ToString::to_string)
        .collect();
    (render_text(&document, 60), problems)
}

#[test]
fn parts_of_a_document_may_be_missing() {
    let none = BTreeMap::new();
    for text in [
        "<rml><head><title>T</title></head><body><p>x</p></body></rml>",
        "<?xml version=\"1.0\"?><!DOCTYPE rml><rml><body><p>x</p></body></rml>",
        "<body><p>x</p></body>",
        "<p>x</p>",
        "\u{feff}<RML><BODY><P>x</P></BODY></RML>",
        "<!-- a --><p>x<!-- b --></p>",
        "<p><![CDATA[x]]></p>",
        "<p>&#120;</p>",
    ] {
        let (shown, problems) = shown(text, &none);
        assert_eq!(
            (shown.trim(), problems.len()),
            ("x", 0),
            "{text} {problems:?}"
        );
    }
    let template = Template::parse(
        "a.rml",
        "<rml><head><title> T </title></head></rml>",
        &NoFiles,
    );
    assert_eq!(template.title(), "T");
    assert_eq!(
        template.source(),
        "<rml><head><title> T </title></head></rml>"
    );
}

#[test]
fn templates_are_put_around_bodies_and_into_them() {
    let files = BTreeMap::from([
        (
            "window.rml".to_owned(),
            "<template name=\"window\" content=\"content\"><head><style>h1 { display: none }</style></head>\
             <body><h1>hidden</h1><p>before</p><div id=\"content\"/><p>after</p></body></template>".to_owned(),
        ),
        (
            "row.rml".to_owned(),
            "<template name=\"row\" content=\"slot\"><body><div class=\"row\">[<span id=\"slot\"/>]</div></body></template>".to_owned(),
        ),
    ]);
    let text = "<rml><head><link type=\"text/template\" href=\"window.rml\"/><link type=\"text/template\" href=\"row.rml\"/></head>\
        <body template=\"window\"><template src=\"row\"><b>inner</b></template><template src=\"row.rml\"/></body></rml>";
    let (text, problems) = shown(text, &files);
    assert_eq!(problems, [""; 0]);
    assert_eq!(text, "before\n[  inner  ]\n[  ]\nafter\n");
}

#[test]
fn a_template_that_uses_itself_ends() {
    let files = BTreeMap::from([(
        "a.tpl".to_owned(),
        "<template name=\"a\"><body>x<template src=\"a\"/><template src=\"a\"/></body></template>"
            .to_owned(),
    )]);
    let (_, problems) = shown(
        "<body><template src=\"none\"/><template src=\"a.tpl\"/></body>",
        &files,
    );
    assert!(
        problems.iter().any(|problem| problem.contains("rml-limit")),
        "{problems:?}"
    );
    assert!(
        problems
            .iter()
            .any(|problem| problem.contains("no template `none`"))
    );
}

#[test]
fn the_built_in_documents_have_a_place_for_the_panel() {
    for name in [
        "builtin:docked-panel",
        "builtin:floating-window",
        "builtin:status-bar",
    ] {
        let text = builtin_template(name).unwrap();
        let template = Template::parse(name, text, &NoFiles);
        let document = Document::new(&template, vec![], Options::default());
        assert!(document.im_root().is_some(), "{name}");
        assert_eq!(document.diagnostics(), []);
    }
    assert_eq!(builtin_template("builtin:other"), None);
}

#[test]
fn scripts_and_events_of_html_do_nothing() {
    let panel = Panel::new(
        "<script>document.write('<p>x</p>')</script><p onclick=\"x()\">a</p>",
        Data::default(),
    );
    assert!(panel.text().starts_with("a\n"));
    assert_eq!(panel.problems().len(), 1);
}
