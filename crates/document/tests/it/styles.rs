//! The cascade from the outside.

use std::collections::BTreeMap;

use lichtfeld_document::{Document, NoFiles, Options, Rgba, Template, Theme, Value, Viewport};

use crate::support::{Data, Panel};

fn styled(sheet: &str, body: &str) -> Panel {
    let text = format!(
        "<rml><head><style>{sheet}</style></head><body data-model=\"m\">{body}</body></rml>"
    );
    Panel::of(
        "panel.rml",
        &text,
        Data::with([("on", Value::Bool(false))]),
        &NoFiles,
    )
}

#[test]
fn the_stronger_declaration_counts() {
    let panel = styled(
        "p { color: red; width: 1dp } .c { color: green } #i { color: blue; height: 1dp !important }\n\
         p { width: 2dp } div p { width: 3dp } p { left: 1dp } p { left: initial }",
        "<div><p class=\"c\" id=\"i\" style=\"height: 9dp; top: 5dp\">x</p></div><p class=\"c\">y</p>",
    );
    assert_eq!(panel.problems(), [""; 0]);
    assert_eq!(panel.property("#i", "color"), "#0000ff");
    assert_eq!(panel.property("#i", "height"), "1dp");
    assert_eq!(panel.property("#i", "top"), "5dp");
    assert_eq!(panel.property("#i", "width"), "3dp");
    assert_eq!(panel.property("#i", "left"), "auto");
    assert_eq!(panel.property("body > p", "color"), "#008000");
    assert_eq!(panel.property("body > p", "width"), "2dp");
}

#[test]
fn rules_of_the_author_beat_those_of_the_application() {
    // `button.btn` would be more specific than a rule of one class.
    let panel = styled(
        "button { color: red }",
        "<button class=\"btn btn--primary\">x</button>",
    );
    assert_eq!(panel.property("button", "color"), "#ff0000");
}

#[test]
fn inheritance_and_relative_lengths() {
    let panel = styled(
        "body { font-size: 10dp } div { font-size: 200%; padding: 1em; margin: 2rem; color: red } p { font-size: 0.5em; width: 2em; left: inherit }",
        "<div style=\"left: 3dp\"><p>x</p></div>",
    );
    assert_eq!(panel.property("div", "font-size"), "20dp");
    assert_eq!(panel.property("div", "padding-top"), "20dp");
    assert_eq!(panel.property("div", "margin-top"), "20dp");
    assert_eq!(panel.property("p", "font-size"), "10dp");
    assert_eq!(panel.property("p", "width"), "20dp");
    assert_eq!(panel.property("p", "color"), "#ff0000");
    assert_eq!(panel.property("p", "padding-top"), "0px");
    assert_eq!(panel.property("p", "left"), "3dp");
}

#[test]
fn custom_properties() {
    let panel = styled(
        "body { --gap: 4dp 8dp; --accent: #ff0000; --both: var(--accent) } \
         div { padding: var(--gap); color: var(--both); width: var(--none, 3dp); border: 1dp var(--accent) } \
         p { --accent: #00ff00; color: var(--accent); height: var(--missing) } i { --a: var(--b); --b: var(--a); top: var(--a) }",
        "<div>x<p>y</p><i>z</i></div>",
    );
    assert_eq!(panel.property("div", "padding-left"), "8dp");
    assert_eq!(panel.property("div", "color"), "#ff0000");
    assert_eq!(panel.property("div", "width"), "3dp");
    assert_eq!(panel.property("div", "border-left-color"), "#ff0000");
    assert_eq!(panel.property("p", "color"), "#00ff00");
    assert_eq!(panel.property("p", "height"), "auto");
    assert_eq!(panel.property("i", "top"), "auto");
    let problems = panel.problems();
    assert!(
        problems
            .iter()
            .all(|problem| problem.contains("rcss-variable")),
        "{problems:?}"
    );
    assert!(
        problems
            .iter()
            .any(|problem| problem.contains("`--missing`"))
    );
    let div = panel.find("p");
    assert_eq!(
        panel.document.style_of(div).unwrap().custom("--accent"),
        Some("#00ff00")
    );
}

#[test]
fn selectors_follow_classes_attributes_states_and_siblings() {
    let mut panel = styled(
        ".on p { color: red } p + b { color: red } [lang|=de] i { color: red } div:hover i { width: 1dp } \
         p:last-child { top: 1dp } u:not(.x, p) { top: 2dp } s:empty { top: 3dp } div > :nth-child(2n+1) { left: 1dp }",
        "<div><p>a</p><b>b</b><i>c</i><u>d</u><s/></div>",
    );
    assert_eq!(panel.property("p", "color"), "#e6e8eb");
    assert_eq!(panel.property("b", "color"), "#ff0000");
    assert_eq!(panel.property("u", "top"), "2dp");
    assert_eq!(panel.property("s", "top"), "3dp");
    assert_eq!(panel.property("p", "left"), "1dp");
    assert_eq!(panel.property("b", "left"), "auto");
    let div = panel.find("div");
    panel.document.set_class(div, "on", true).unwrap();
    panel.document.set_attribute(div, "lang", "de-AT").unwrap();
    let _ = panel.document.hover(Some(panel.find("p")));
    panel.update();
    assert_eq!(panel.property("p", "color"), "#ff0000");
    assert_eq!(panel.property("i", "color"), "#ff0000");
    assert_eq!(panel.property("i", "width"), "1dp");
    let (p, u) = (panel.find("p"), panel.find("u"));
    panel.document.remove_child(div, p).unwrap();
    panel.document.set_class(u, "x", true).unwrap();
    panel.update();
    assert_eq!(panel.property("b", "color"), "#e6e8eb");
    assert_eq!(panel.property("b", "left"), "1dp");
    assert_eq!(panel.property("u", "top"), "auto");
}

#[test]
fn themes_and_media_queries() {
    let text = "<rml><head><style>p { color: @{accent}; width: @{num(w)}dp }\
        @media (theme: light) { p { top: 1dp } } @media (max-width: 100px) { p { top: 2dp } }\
        </style></head><body><p>x</p></body></rml>";
    let template = Template::parse("a.rml", text, &NoFiles);
    let theme = |theme: Theme, red: u8| {
        theme
            .with_color("accent", Rgba::new(red, 0, 0, 255))
            .with_number("w", 3.0)
    };
    let mut options = Options::default();
    options.theme = theme(Theme::dark(), 1);
    let mut document = Document::new(&template, vec![], options);
    let p = document.query(document.root(), "p").unwrap().unwrap();
    let value = |document: &Document, name: &str| document.property(p, name).unwrap().to_string();
    assert_eq!(value(&document, "color"), "#010000");
    assert_eq!(value(&document, "width"), "3dp");
    assert_eq!(value(&document, "top"), "auto");
    document.set_theme(theme(Theme::light(), 2));
    assert_eq!(value(&document, "color"), "#020000");
    assert_eq!(value(&document, "top"), "1dp");
    document.set_viewport(Viewport {
        width: 90.0,
        height: 10.0,
        dp_ratio: 1.0,
    });
    assert_eq!(value(&document, "top"), "2dp");
    assert_eq!(document.diagnostics(), []);
}

#[test]
fn sheets_beside_the_template_linked_and_given_come_in_this_order() {
    let mut files = BTreeMap::new();
    let mut file = |name: &str, text: &str| files.insert(name.to_owned(), text.to_owned());
    file(
        "panel.rcss",
        "p { left: 1dp; top: 1dp; right: 1dp; bottom: 1dp; width: 1dp }",
    );
    file(
        "panel.theme.rcss",
        "p { top: 2dp; right: 2dp; bottom: 2dp; width: 2dp }",
    );
    file(
        "linked.rcss",
        "@import \"imported.rcss\"; p { right: 3dp; width: 3dp }",
    );
    file(
        "imported.rcss",
        "p { right: 9dp; height: 9dp } @keyframes k { from { left: 0 } }",
    );
    let text = "<rml><head><link type=\"text/rcss\" href=\"linked.rcss\"/><style>p { bottom: 4dp }</style></head><body><p>x</p></body></rml>";
    let template = Template::parse("panel.rml", text, &files);
    let mut options = Options::default();
    options.sheet = "p { width: 5dp }".into();
    let document = Document::new(&template, vec![], options);
    assert_eq!(document.diagnostics(), []);
    let p = document.query(document.root(), "p").unwrap().unwrap();
    let values = ["left", "top", "right", "bottom", "width", "height"]
        .map(|name| document.property(p, name).unwrap().to_string());
    assert_eq!(values, ["1dp", "2dp", "3dp", "4dp", "5dp", "9dp"]);
    assert_eq!(document.at_rules()[0].name, "keyframes");
    assert_eq!(template.sheets().count(), 5);
}
