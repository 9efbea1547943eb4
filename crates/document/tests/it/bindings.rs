//! Each binding of the data language: what it shows, and that it follows its variable.

use lichtfeld_document::Value;

use crate::support::{Data, Panel};

#[test]
fn text_shows_values_and_follows_them() {
    let mut panel = Panel::new(
        "<p>{{ title }}: {{ count * 2 }} of {{count}}</p>",
        Data::with([("title", "Hello".into()), ("count", Value::Int(3))]),
    );
    assert_eq!(panel.text(), "Hello: 6 of 3\n");
    panel.set("count", Value::Int(4));
    assert_eq!(panel.text(), "Hello: 8 of 4\n");
    assert_eq!(panel.problems(), [""; 0]);
}

#[test]
fn if_and_visible_hide_and_show() {
    let mut panel = Panel::new(
        "<p data-if=\"on\">A</p><p data-if=\"!on\" style=\"display: flex\">B</p><p data-visible=\"on\">C</p>",
        Data::with([("on", Value::Bool(false))]),
    );
    assert_eq!(panel.text(), "B\n");
    assert_eq!(panel.property("p:nth-child(1)", "display"), "none");
    assert_eq!(panel.property("p:nth-child(3)", "visibility"), "hidden");
    assert_eq!(panel.property("p:nth-child(3)", "display"), "block");
    panel.set("on", true);
    assert_eq!(panel.text(), "A\nC\n");
    panel.set("on", false);
    // The inline style is as it was written.
    assert_eq!(panel.property("p:nth-child(2)", "display"), "flex");
}

#[test]
fn attributes_classes_and_styles_follow() {
    let mut panel = Panel::new(
        "<img data-attr-src=\"name + '.png'\" data-attrif-alt=\"count > 1\" \
         data-class-bigOne=\"count > 1\" class=\"x\" data-style-width=\"count + 'dp'\" \
         data-style-image-color=\"color\" data-attr-flag=\"count == 1\"/>",
        Data::with([
            ("name", "a".into()),
            ("count", Value::Int(1)),
            ("color", "red".into()),
        ]),
    );
    let image = panel.find("img");
    assert_eq!(
        panel.document.attribute(image, "src").as_deref(),
        Some("a.png")
    );
    assert_eq!(panel.document.attribute(image, "alt"), None);
    assert_eq!(
        panel.document.attribute(image, "flag").as_deref(),
        Some("1")
    );
    assert_eq!(panel.document.classes(image), ["x"]);
    assert_eq!(panel.property("img", "width"), "1dp");
    assert_eq!(panel.property("img", "image-color"), "#ff0000");
    panel.set("count", Value::Int(2));
    assert_eq!(panel.document.attribute(image, "alt").as_deref(), Some(""));
    assert_eq!(panel.document.classes(image), ["x", "bigOne"]);
    assert_eq!(panel.property("img", "width"), "2dp");
    panel.set("color", "");
    assert_eq!(panel.property("img", "image-color"), "#ffffff");
}

#[test]
fn rows_are_made_used_again_and_discarded() {
    let names = |names: &[&str]| {
        Value::list(
            names
                .iter()
                .map(|name| Value::map([("name", Value::text(name))])),
        )
    };
    let mut panel = Panel::new(
        "<p data-for=\"item, i : items\">{{ i + 1 }}/{{ items.size }} {{ item.name }}</p><i>end</i>",
        Data::with([("items", names(&["a", "b"]))]),
    );
    assert_eq!(panel.text(), "1/2 a\n2/2 b\nend\n");
    let first = panel.find("p");
    panel.set("items", names(&["c", "d", "e"]));
    assert_eq!(panel.text(), "1/3 c\n2/3 d\n3/3 e\nend\n");
    assert_eq!(panel.find("p"), first, "the row is the same element");
    panel.set("items", names(&["f"]));
    assert_eq!(panel.text(), "1/1 f\nend\n");
    panel.set("items", Value::Null);
    assert_eq!(panel.text(), "end\n");
    panel.set("items", names(&["g"]));
    assert_eq!(panel.text(), "1/1 g\nend\n");
}

#[test]
fn rows_within_rows_and_default_names() {
    let rows = Value::list([
        Value::list(["a".into(), "b".into()]),
        Value::list([]),
        Value::list(["c".into()]),
    ]);
    let mut panel = Panel::new(
        "<div data-for=\"row : rows\"><span data-for=\"row\" data-if=\"it != 'b'\">{{it}}{{it_index}} </span>.</div>",
        Data::with([("rows", rows)]),
    );
    assert_eq!(panel.text(), "a0 .\n.\nc0 .\n");
    panel.set("rows", Value::list([Value::list(["z".into()])]));
    assert_eq!(panel.text(), "z0 .\n");
    assert_eq!(panel.problems(), [""; 0]);
}

#[test]
fn options_of_a_select_may_be_rows() {
    let mut panel = Panel::new(
        "<select data-value=\"chosen\"><option data-for=\"o : all\" data-attr-value=\"o\">{{o | to_upper}}</option></select>",
        Data::with([
            ("all", Value::list(["a".into(), "b".into()])),
            ("chosen", "b".into()),
        ]),
    );
    assert_eq!(panel.text(), "<B v>\n");
    panel.change("select", "a");
    assert_eq!(panel.data.log, ["chosen[] = Text(\"a\")"]);
    assert_eq!(panel.text(), "<A v>\n");
}

#[test]
fn value_and_checked_go_both_ways() {
    let mut panel = Panel::new(
        "<input type=\"text\" data-value=\"name\"/><input type=\"range\" min=\"0\" max=\"10\" data-value=\"size\"/>\
         <input type=\"checkbox\" data-checked=\"on\"/>\
         <input type=\"radio\" name=\"r\" value=\"x\" data-checked=\"kind\"/><input type=\"radio\" name=\"r\" value=\"y\" data-checked=\"kind\"/>",
        Data::with([
            ("name", "n".into()),
            ("size", Value::Int(5)),
            ("on", Value::Bool(true)),
            ("kind", "y".into()),
        ]),
    );
    assert_eq!(panel.text(), "[n___________] [=====-----] 5 [x] ( ) (x)\n");
    panel.change("input[type=text]", "new");
    panel.change("input[type=range]", 10.0);
    panel.click("input[type=checkbox]");
    panel.click("input[value=x]");
    assert_eq!(
        panel.data.log,
        [
            "name[] = Text(\"new\")",
            "size[] = Float(10.0)",
            "on[] = Bool(false)",
            "kind[] = Text(\"x\")",
        ]
    );
    assert_eq!(panel.text(), "[new_________] [==========] 10 [ ] (x) ( )\n");
    panel.set("on", true);
    assert!(panel.text().contains("[x]"));
}

#[test]
fn a_getter_that_refuses_a_value_wins_over_the_control() {
    let mut panel = Panel::new(
        "<input data-value=\"name\"/>",
        Data::with([("name", "old".into())]),
    );
    let input = panel.find("input");
    let mut dispatch = panel.document.change(input, "typed".into());
    while dispatch.step(&mut panel.document).is_some() {}
    assert_eq!(
        panel.document.attribute(input, "value").as_deref(),
        Some("typed")
    );
    // Nobody has set the variable, so the getter has the old value; it is shown when it is asked.
    panel.data.set("name", "other");
    panel.document.dirty("m", "name");
    panel.update();
    assert_eq!(
        panel.document.attribute(input, "value").as_deref(),
        Some("other")
    );
}

#[test]
fn rml_is_read_with_its_own_bindings() {
    let mut panel = Panel::new(
        "<div data-rml=\"content\"/>",
        Data::with([
            ("content", "<b>x {{ count }}</b>".into()),
            ("count", Value::Int(1)),
        ]),
    );
    assert_eq!(panel.text(), "x 1\n");
    panel.set("count", Value::Int(2));
    assert_eq!(panel.text(), "x 2\n");
    panel.set("content", "plain");
    assert_eq!(panel.text(), "plain\n");
}

#[test]
fn an_alias_is_another_name() {
    let panel = Panel::new(
        "<div data-alias-t=\"items[1].title\"><p>{{ t }}</p></div>",
        Data::with([(
            "items",
            Value::list([Value::Null, Value::map([("title", "second".into())])]),
        )]),
    );
    assert_eq!(panel.text(), "second\n");
}

#[test]
fn transforms_of_the_model_are_asked_once_for_the_same_value() {
    let mut panel = Panel::new(
        "<p>{{ x | double }} {{ x | double }} {{ x | double | wrap(1) }} {{ y | format_float(1) }}</p>",
        Data::with([("x", Value::Int(2)), ("y", Value::Float(1.25))]),
    );
    assert_eq!(panel.text(), "4 4 <41> 1.2\n");
    assert_eq!(panel.data.log, ["double of 2", "wrap of 4"]);
    panel.set("x", Value::Int(3));
    assert_eq!(panel.text(), "6 6 <61> 1.2\n");
}

#[test]
fn a_getter_is_called_once_for_each_dirty_variable_and_update() {
    let mut panel = Panel::new(
        "<p data-if=\"a\">{{a}} {{a}} {{b}}</p><p data-class-x=\"a\" data-attr-y=\"b\">{{b}}</p>",
        Data::with([
            ("a", Value::Int(1)),
            ("b", Value::Int(2)),
            ("unused", Value::Int(3)),
        ]),
    );
    assert_eq!(panel.data.gets, ["a", "b"]);
    panel.data.gets.clear();
    panel.update();
    assert_eq!(panel.data.gets, [""; 0]);
    panel.document.dirty("m", "b");
    panel.document.dirty("m", "b");
    assert!(panel.document.is_variable_dirty("m", "b"));
    panel.update();
    assert_eq!(panel.data.gets, ["b"]);
    assert!(!panel.document.is_variable_dirty("m", "b"));
    panel.data.gets.clear();
    panel.document.dirty_all("m");
    panel.update();
    assert_eq!(panel.data.gets, ["a", "b"]);
    assert!(!panel.document.needs_update());
}

#[test]
fn a_variable_that_is_shown_later_is_asked_for_then() {
    let mut panel = Panel::new(
        "<div data-rml=\"content\"/>",
        Data::with([("content", "".into()), ("late", Value::Int(1))]),
    );
    assert_eq!(panel.data.gets, ["content"]);
    panel.data.set("late", Value::Int(7));
    panel.document.dirty("m", "late");
    panel.set("content", "{{ late }}");
    assert_eq!(panel.text(), "7\n");
}

#[test]
fn values_may_be_given_without_being_asked_for() {
    let mut panel = Panel::new(
        "<p data-for=\"list\">{{it}}</p>",
        Data::with([("list", Value::Null)]),
    );
    assert!(
        panel
            .document
            .set_value("m", "list", Value::list(["a".into()]))
    );
    assert!(!panel.document.set_value("m", "nothing", Value::Null));
    panel.update();
    assert_eq!(panel.text(), "a\n");
}

#[test]
fn a_model_may_come_after_the_document_and_go() {
    use lichtfeld_document::Model;
    let mut panel = Panel::of(
        "panel.rml",
        "<body><div data-model=\"late\"><p data-if=\"x\">{{ x }}</p></div></body>",
        Data::default(),
        &lichtfeld_document::NoFiles,
    );
    assert_eq!(panel.text().lines().next(), Some("{{ x }}"));
    assert!(panel.problems()[0].contains("no data model `late`"));
    panel.data.set("x", Value::Int(5));
    panel.document.add_model(Model::new("late").variable("x"));
    panel.update();
    assert_eq!(panel.text().lines().next(), Some("5"));
    assert!(panel.document.remove_model("late"));
    assert!(!panel.document.remove_model("late"));
    assert!(!panel.document.dirty("late", "x"));
    panel.update();
    assert_eq!(panel.text().lines().next(), Some("5"));
}
