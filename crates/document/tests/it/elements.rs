//! What plugins do with elements by themselves.

use lichtfeld_document::{Effect, Layout, NodeError, NodeId, Value};

use crate::support::{Data, Panel};

#[test]
fn elements_are_found_by_id_class_name_and_selector() {
    let panel = Panel::new(
        "<div id=\"a\" class=\"x y\"><p class=\"x\">1</p><p>2</p></div><p id=\"b\">3</p>",
        Data::default(),
    );
    let document = &panel.document;
    let root = document.root();
    let a = document.element_by_id("a").unwrap();
    assert_eq!(document.name(a), Some("div"));
    assert_eq!(document.element_by_id("nothing"), None);
    assert_eq!(document.element_by_id_in(a, "b"), None);
    assert_eq!(document.elements_by_class(root, "x").len(), 2);
    assert_eq!(document.elements_by_name(a, "p").len(), 2);
    assert_eq!(document.query_all(root, "div > p, #b").unwrap().len(), 3);
    let p = document.query(root, "p.x").unwrap().unwrap();
    assert_eq!(document.closest(p, ".y").unwrap(), Some(a));
    assert_eq!(document.parent(p), Some(a));
    assert_eq!(document.children(a).len(), 2);
    assert_eq!(document.text(a), "12");
    let error = document.query(root, "p..x").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`p..x` is not a selector: a class has no name"
    );
}

#[test]
fn elements_are_made_moved_and_removed() {
    let mut panel = Panel::new("<div id=\"a\"/><div id=\"b\"/>", Data::default());
    let (a, b) = (panel.find("#a"), panel.find("#b"));
    let document = &mut panel.document;
    let new = document.create_element("P").unwrap();
    let text = document.create_text("<hi>").unwrap();
    document.append(new, text).unwrap();
    document.append(a, new).unwrap();
    assert_eq!(document.inner_rml(a), "<p>&lt;hi&gt;</p>");
    assert_eq!(document.attribute(new, "class"), None);
    let second = document.create_element("i").unwrap();
    document.insert_before(a, second, new).unwrap();
    document.insert_before(a, new, second).unwrap();
    assert_eq!(document.children(a), [new, second]);
    document.append(b, new).unwrap();
    assert_eq!(document.children(a), [second]);
    assert!(document.is_attached(new));
    document.remove_child(b, new).unwrap();
    assert!(!document.is_attached(new) && document.contains(new));
    document.append(b, new).unwrap();
    assert_eq!(document.append(new, b), Err(NodeError::Nesting));
    assert_eq!(document.append(text, second), Err(NodeError::Text(text)));
    assert_eq!(
        document.remove_child(a, new),
        Err(NodeError::NotAChild {
            child: new,
            parent: a
        })
    );
    let gone = NodeId::from_number(5);
    assert_eq!(
        document.set_class(gone, "x", true),
        Err(NodeError::Gone(gone))
    );
    let root = document.root();
    assert_eq!(document.append(a, root), Err(NodeError::Nesting));
    panel.update();
    assert_eq!(panel.text(), "<hi>\n");
}

#[test]
fn inner_rml_has_bindings_of_the_model_around_it() {
    let mut panel = Panel::new(
        "<div id=\"a\">old</div>",
        Data::with([("x", Value::Int(1))]),
    );
    let a = panel.find("#a");
    panel
        .document
        .set_inner_rml(a, "<p class=\"c\" data-if=\"x\">{{ x }}<br/></p>")
        .unwrap();
    panel.update();
    assert_eq!(panel.text(), "1\n");
    assert_eq!(panel.document.inner_rml(a), "<p class=\"c\">1<br/></p>");
    panel.document.set_text(a, "{{ x }}").unwrap();
    panel.update();
    assert_eq!(panel.text(), "{{ x }}\n");
    panel.document.set_inner_rml(a, "<p>open").unwrap();
    assert!(panel.problems()[0].contains("`<p>` is not closed"));
}

#[test]
fn attributes_classes_and_properties() {
    let mut panel = Panel::new("<div id=\"a\" class=\"x\" title=\"t\"/>", Data::default());
    let a = panel.find("#a");
    let document = &mut panel.document;
    assert_eq!(document.attribute(a, "title").as_deref(), Some("t"));
    document.set_attribute(a, "title", "u").unwrap();
    document.remove_attribute(a, "nothing").unwrap();
    document.set_class(a, "y", true).unwrap();
    document.set_class(a, "x", false).unwrap();
    assert!(document.has_class(a, "y"));
    document.set_classes(a, " p  q ").unwrap();
    assert_eq!(document.attribute(a, "class").as_deref(), Some("p q"));
    document.set_attribute(a, "class", "r").unwrap();
    assert_eq!(document.classes(a), ["r"]);
    document.set_id(a, "other").unwrap();
    assert_eq!(document.element_by_id("a"), None);
    assert_eq!(document.element_by_id("other"), Some(a));
    document.set_property(a, "padding", "3dp").unwrap();
    document.set_property(a, "padding-left", "4dp").unwrap();
    document.update(&mut Data::default());
    let value = |document: &lichtfeld_document::Document, name: &str| {
        document.property(a, name).map(|value| value.to_string())
    };
    assert_eq!(value(document, "padding-top").as_deref(), Some("3dp"));
    assert_eq!(value(document, "padding-left").as_deref(), Some("4dp"));
    document.remove_property(a, "padding").unwrap();
    document.update(&mut Data::default());
    assert_eq!(value(document, "padding-left").as_deref(), Some("0px"));
    assert_eq!(value(document, "nothing"), None);
    assert_eq!(
        document.set_property(a, "colr", "red"),
        Err(NodeError::Property("colr".into(), Some("color")))
    );
    assert_eq!(
        document.set_property(a, "color", "blau"),
        Err(NodeError::Value("color".into(), "blau".into()))
    );
    document.set_attribute(a, "style", "color: red").unwrap();
    document.update(&mut Data::default());
    assert_eq!(value(document, "color").as_deref(), Some("#ff0000"));
}

#[test]
fn effects_are_taken_once() {
    let mut panel = Panel::new("<input id=\"a\"/>", Data::default());
    let a = panel.find("#a");
    let _ = panel.document.take_changes();
    let _ = panel.document.focus(Some(a));
    panel.document.scroll_into_view(a, true);
    panel.document.scroll(a, 1.0, 2.0).unwrap();
    panel.document.select_text(a);
    panel
        .document
        .animate(a, "opacity", None, "0.5", 0.2, "quadratic-out")
        .unwrap();
    let changes = panel.document.take_changes();
    assert_eq!(changes.effects.len(), 5);
    assert_eq!(
        changes.effects[1],
        Effect::ScrollIntoView {
            node: a,
            is_at_top: true
        }
    );
    assert_eq!(panel.document.take_changes().effects, []);
    assert_eq!(panel.document.layout(a).scroll_top, 2.0);
    let mut layout = Layout::default();
    layout.client_width = 30.0;
    panel.document.set_layout(a, layout);
    assert_eq!(panel.document.layout(a).client_width, 30.0);
}

#[test]
fn loose_elements_are_bounded() {
    let mut panel = Panel::new("<div id=\"a\"/>", Data::default());
    let first = panel.document.create_element("p").unwrap();
    for _ in 0..1_000 {
        panel.document.create_element("p").unwrap();
    }
    assert!(!panel.document.contains(first));
}
