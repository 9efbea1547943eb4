//! Changes: the copy of a front end is what the document is, and only what changed is in them.

use lichtfeld_document::{Change, Child, Mirror, Value};

use crate::support::{Data, Panel};

fn follow(panel: &mut Panel, mirror: &mut Mirror) -> Vec<Change> {
    let changes = panel.document.take_changes();
    mirror.apply(&changes);
    assert_eq!(mirror.snapshot(), panel.document.snapshot());
    changes.changes
}

#[test]
fn the_first_version_is_the_whole_document_and_later_ones_are_small() {
    let mut panel = Panel::new(
        "<p data-class-x=\"n\" data-attr-title=\"n\" id=\"p\">{{ n }}</p><b>same</b>",
        Data::with([("n", Value::Int(0))]),
    );
    let mut mirror = Mirror::default();
    let p = panel.find("p");
    assert_eq!(follow(&mut panel, &mut mirror), []);
    assert_eq!(follow(&mut panel, &mut mirror), []);
    panel.set("n", Value::Int(1));
    let changes = follow(&mut panel, &mut mirror);
    assert_eq!(changes.len(), 3, "{changes:?}");
    assert!(changes.contains(&Change::Classes {
        node: p,
        classes: vec!["x".into()]
    }));
    assert!(changes.contains(&Change::Attribute {
        node: p,
        name: "title".into(),
        value: Some("1".into())
    }));
    panel.document.dirty("m", "n");
    panel.update();
    assert_eq!(follow(&mut panel, &mut mirror), []);
}

#[test]
fn rows_are_put_in_and_taken_out_at_their_place() {
    let names = |count: i64| Value::list((0..count).map(Value::Int));
    let mut panel = Panel::new(
        "<p data-for=\"rows\">{{ it }}</p><b/>",
        Data::with([("rows", names(3))]),
    );
    let mut mirror = Mirror::default();
    follow(&mut panel, &mut mirror);
    panel.set("rows", names(5));
    let changes = follow(&mut panel, &mut mirror);
    let [
        Change::Children {
            at: 3,
            remove: 0,
            insert,
            ..
        },
    ] = changes.as_slice()
    else {
        panic!("{changes:?}")
    };
    assert!(insert.len() == 2 && matches!(insert[0], Child::New(_)));
    panel.set("rows", names(1));
    let changes = follow(&mut panel, &mut mirror);
    assert!(matches!(
        changes.as_slice(),
        [Change::Children {
            at: 1,
            remove: 4,
            ..
        }]
    ));
}

#[test]
fn moved_elements_keep_their_identity() {
    let mut panel = Panel::new(
        "<div id=\"a\"><p id=\"p\"><i id=\"i\">x</i></p></div><div id=\"b\"/>",
        Data::default(),
    );
    let mut mirror = Mirror::default();
    follow(&mut panel, &mut mirror);
    let (a, b, p, i) = (
        panel.find("#a"),
        panel.find("#b"),
        panel.find("#p"),
        panel.find("#i"),
    );
    panel.document.append(b, p).unwrap();
    let changes = follow(&mut panel, &mut mirror);
    assert!(changes.iter().any(
        |change| matches!(change, Change::Children { insert, .. } if *insert == [Child::Moved(p)])
    ));
    // Into a new element, while its old parent goes.
    let new = panel.document.create_element("div").unwrap();
    panel.document.append(new, i).unwrap();
    panel.document.append(a, new).unwrap();
    panel.document.remove_child(b, p).unwrap();
    follow(&mut panel, &mut mirror);
    // Out of the document and in again, in one version and in two.
    panel.document.remove_child(a, new).unwrap();
    panel.document.append(b, new).unwrap();
    follow(&mut panel, &mut mirror);
    panel.document.remove_child(new, i).unwrap();
    panel.document.set_inner_rml(b, "").unwrap();
    follow(&mut panel, &mut mirror);
    panel.document.append(a, i).unwrap();
    panel.document.append(a, p).unwrap();
    follow(&mut panel, &mut mirror);
    panel.document.set_id(i, "j").unwrap();
    assert_eq!(follow(&mut panel, &mut mirror).len(), 1);
}

#[test]
fn styles_are_sent_as_their_differences() {
    let mut panel = Panel::new(
        "<div data-style-color=\"c\"><p style=\"width: 1dp\">x</p></div>",
        Data::with([("c", "red".into())]),
    );
    let mut mirror = Mirror::default();
    follow(&mut panel, &mut mirror);
    panel.set("c", "blue");
    let changes = follow(&mut panel, &mut mirror);
    // The paragraph inherits it.
    assert_eq!(changes.len(), 2, "{changes:?}");
    for change in &changes {
        let Change::Style { values, .. } = change else {
            panic!("{change:?}")
        };
        assert_eq!(values.keys().copied().collect::<Vec<_>>(), ["color"]);
    }
    panel.set("c", "");
    assert_eq!(follow(&mut panel, &mut mirror).len(), 2);
}

#[test]
fn changes_are_json() {
    let mut panel = Panel::new(
        "<p class=\"a\">{{ n }}</p>",
        Data::with([("n", Value::Int(0))]),
    );
    let whole = serde_json::to_value(panel.document.take_changes()).unwrap();
    let body = &whole["whole"];
    assert_eq!(body["element"], "body");
    assert_eq!(body["children"][0]["classes"][0], "a");
    assert_eq!(body["children"][0]["style"]["display"], "block");
    assert_eq!(body["children"][0]["children"][0]["text"], "0");
    panel.set("n", Value::Int(1));
    let changes = serde_json::to_value(panel.document.take_changes()).unwrap();
    assert_eq!(changes["changes"][0]["change"], "text");
    assert_eq!(changes["changes"][0]["text"], "1");
    assert!(changes["changes"][0]["node"].is_u64());
}
