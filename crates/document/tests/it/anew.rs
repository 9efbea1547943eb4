//! Another version of a template in place of the one that is shown.

use lichtfeld_document::{Document, Effect, Layout, ListenerId, Model, NoFiles, Template, Value};

use crate::support::{Data, Panel};

const FIRST: &str = "<div id='list' class='rows'><p id='a'>one {{ n }}</p></div>\
     <input id='name' type='text' value='x'/><p id='note'>written</p><div id='gone'/>\
     <p class='free'>free</p>";

/// What the document has a second time: other texts, and elements around those with ids.
const SECOND: &str = "<h1>New</h1><div class='box'><p id='a' class='big'>first {{ n }}</p></div>\
     <input id='name' type='text' value='x'/><div id='list' class='rows wide'><i id='other'/></div>\
     <p id='note'>rewritten</p>";

fn template(body: &str) -> Template {
    let text = format!("<rml><body data-model=\"m\">{body}</body></rml>");
    Template::parse("panel.rml", &text, &NoFiles)
}

fn replace(panel: &mut Panel, body: &str) -> Vec<ListenerId> {
    let model = panel.data.values.keys();
    let model = model.fold(Model::new("m").event("save"), |model, name| {
        model.variable(name)
    });
    let gone = panel
        .document
        .replace_template(&template(body), vec![model]);
    panel.update();
    gone
}

fn panel() -> Panel {
    Panel::new(FIRST, Data::with([("n", Value::Int(1))]))
}

#[test]
fn elements_with_an_id_stay_the_same_and_all_others_end() {
    let mut panel = panel();
    let before = [panel.document.root(), panel.find("#a"), panel.find("#list")];
    let (free, gone) = (panel.find(".free"), panel.find("#gone"));
    panel.data.set("n", 7);
    replace(&mut panel, SECOND);
    let after = [panel.document.root(), panel.find("#a"), panel.find("#list")];
    assert_eq!(before, after);
    assert!(!panel.document.contains(free) && !panel.document.contains(gone));
    assert!(panel.text().contains("first 7"), "{}", panel.text());
    assert!(panel.text().contains("New") && !panel.text().contains("free"));
    assert!(panel.document.take_changes().whole.is_some());
    // Again and again, without an end to what is kept.
    for _ in 0..3 {
        replace(&mut panel, FIRST);
        replace(&mut panel, SECOND);
    }
    assert_eq!(panel.find("#a"), before[1]);
    assert_eq!(panel.document.id(before[1]), Some("a"));
}

#[test]
fn listeners_focus_scrolling_and_entered_values_are_kept() {
    let mut panel = panel();
    let (a, name, gone) = (panel.find("#a"), panel.find("#name"), panel.find("#gone"));
    let kept = panel.document.add_listener(a, "click", false).unwrap();
    let lost = panel.document.add_listener(gone, "click", false).unwrap();
    drop(panel.document.focus(Some(name)));
    panel.document.scroll(a, 0.0, 12.0).unwrap();
    panel.change("#name", "typed");
    assert_eq!(replace(&mut panel, SECOND), [lost]);
    panel.click("#a");
    assert!(panel.data.log[0].starts_with(&format!("listener {} click", kept.0)));
    assert_eq!(panel.document.focused(), Some(name));
    assert_eq!(panel.document.attribute(name, "value").unwrap(), "typed");
    assert!((panel.document.layout(a).scroll_top - 12.0).abs() < f32::EPSILON);
    let next = panel.document.add_listener(a, "click", false).unwrap();
    assert!(next.0 > lost.0, "an id of a listener is never used again");
    let effects = panel.document.take_changes().effects;
    let (left, top) = (0.0, 12.0);
    assert!(effects.contains(&Effect::Scroll { node: a, left, top }));
    assert!(effects.contains(&Effect::Focus { node: Some(name) }));
}

#[test]
fn what_the_plugin_has_changed_by_itself_is_kept() {
    let mut panel = panel();
    let (list, note, a) = (panel.find("#list"), panel.find("#note"), panel.find("#a"));
    let document = &mut panel.document;
    let made = document.create_element("button").unwrap();
    document.set_inner_rml(made, "<b>made</b>").unwrap();
    document.append(list, made).unwrap();
    document.set_class(list, "rows", false).unwrap();
    document.set_class(list, "mine", true).unwrap();
    document.set_attribute(list, "data-x", "1").unwrap();
    document.set_property(list, "width", "50%").unwrap();
    document.set_text(note, "by the plugin").unwrap();
    document
        .set_inner_rml(a, "<i id='inner'>{{ n }} inside</i>")
        .unwrap();
    panel.update();
    let inner = panel.find("#inner");
    panel.data.set("n", 2);
    replace(&mut panel, SECOND);
    assert_eq!(panel.document.classes(list), ["wide", "mine"]);
    assert_eq!(panel.document.attribute(list, "data-x").unwrap(), "1");
    assert_eq!(panel.property("#list", "width"), "50%");
    assert_eq!(panel.document.text(note), "by the plugin");
    assert_eq!(panel.document.text(a), "2 inside", "its bindings live");
    assert_eq!(panel.find("#inner"), inner);
    assert_eq!(panel.find("#list > button"), made);
    assert_eq!(panel.document.text(made), "made");
    assert_eq!(panel.document.children(list).len(), 2);
    replace(&mut panel, FIRST);
    assert_eq!(panel.document.children(list).len(), 2);
    assert_eq!(panel.document.text(made), "made");
    // The element itself has ended once; its changes too.
    replace(&mut panel, "<p>nothing</p>");
    replace(&mut panel, FIRST);
    assert_eq!(panel.document.text(panel.find("#note")), "written");
}

#[test]
fn where_an_element_lies_stays_until_the_front_end_says_more() {
    let mut panel = panel();
    let a = panel.find("#a");
    let mut layout = Layout::default();
    layout.offset_width = 80.0;
    panel.document.set_layout(a, layout);
    replace(&mut panel, SECOND);
    assert_eq!(panel.document.layout(a), layout);
}

#[test]
fn a_damaged_tag_is_told_from_other_mistakes() {
    let damage = |body| template(body).damage();
    assert_eq!(damage("<p style='colour: red'>{{ nothing }}</p>"), None);
    assert_eq!(damage("<p><b>a</p>").unwrap().code, "rml-not-closed");
    assert_eq!(damage("<p>a</p></div>").unwrap().code, "rml-end-tag");
    let found = damage("<p>a</p>\n <div class='x").unwrap();
    assert_eq!(found.position.unwrap().line, 2, "{found}");
}

#[test]
fn a_document_without_listeners_and_changes_is_as_a_new_one() {
    let mut panel = panel();
    replace(&mut panel, SECOND);
    let template = template(SECOND);
    let model = Model::new("m").event("save").variable("n");
    let mut new = Document::new(
        &template,
        vec![model],
        lichtfeld_document::Options::default(),
    );
    new.update(&mut panel.data);
    assert_eq!(lichtfeld_document::render_text(&new, 60), panel.text());
    assert_eq!(new.diagnostics(), panel.document.diagnostics());
}
