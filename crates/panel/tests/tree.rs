//! Frames as trees: for panels as plugins draw them, and for frames that make no sense.

#![expect(
    clippy::unwrap_used,
    reason = "a test whose preparation fails has failed"
)]

use lichtfeld_panel::{
    Content, Flow, Frame, MAX_COLUMNS, MAX_DEPTH, PanelIdentity, Recorder, Rgba, ScopeKind,
    Session, Shape, Value, Vec2, Widget, WidgetKind,
};
use proptest::prelude::{
    Just, ProptestConfig, Strategy, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use proptest::test_runner::FileFailurePersistence;
use serde_json::json;

fn recorded(draw: impl FnOnce(&mut Recorder)) -> Frame {
    let mut panel = Session::default().record(PanelIdentity::new("p", "Panel"));
    draw(&mut panel);
    panel.finish().0
}

/// A frame as another process sends it: widgets with a depth and fields, which need not fit.
fn sent(widgets: &[(u16, serde_json::Value)]) -> Frame {
    let widgets: Vec<_> = widgets
        .iter()
        .enumerate()
        .map(|(index, (depth, widget))| {
            let mut widget = widget.clone();
            widget["id"] = json!(format!("{index:016x}"));
            widget["depth"] = json!(depth);
            widget
        })
        .collect();
    let frame = json!({"version": 1, "panel": {"id": "p", "label": "P"}, "widgets": widgets});
    serde_json::from_value(frame).unwrap()
}

fn text(text: &str) -> serde_json::Value {
    json!({"kind": "text", "text": text, "style": "plain"})
}

fn beside(mut widget: serde_json::Value) -> serde_json::Value {
    widget["same_line"] = json!({"offset": 0.0, "spacing": -1.0});
    widget
}

/// What a widget is called in these tests.
fn name(widget: &Widget) -> String {
    match &widget.kind {
        WidgetKind::Text { text, .. } => text.to_string(),
        kind => kind.name().to_owned(),
    }
}

/// The lines of a content: items are separated by spaces, content is in parentheses and what is
/// attached in brackets.
fn lines(content: Content<'_>) -> Vec<String> {
    content.lines().map(items).collect()
}

fn items(content: Content<'_>) -> String {
    let shown = content.items().map(|item| {
        let mut shown = name(item.widget);
        if !item.content.is_empty() {
            shown += &format!("({})", lines(item.content).join("; "));
        }
        if !item.attached.is_empty() {
            shown += &format!("[{}]", items(item.attached));
        }
        shown
    });
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn widgets_on_one_line_are_one_line() {
    let frame = sent(&[
        (0, text("a")),
        (0, beside(text("b"))),
        (0, beside(text("c"))),
        (0, text("d")),
        (0, text("e")),
        (0, beside(text("f"))),
    ]);
    assert_eq!(lines(frame.tree()), ["a b c", "d", "e f"]);
}

#[test]
fn a_new_line_ends_a_line_and_is_one_if_there_is_none_to_end() {
    let new_line = || json!({"kind": "new_line"});
    let frame = sent(&[
        (0, new_line()),
        (0, text("a")),
        (0, new_line()),
        (0, beside(text("b"))),
        (0, new_line()),
        (0, new_line()),
    ]);
    assert_eq!(lines(frame.tree()), ["new_line", "a", "b", "new_line"]);
}

#[test]
fn shapes_do_not_end_a_line() {
    let mut frame = sent(&[(0, text("a")), (0, text("shape")), (0, beside(text("b")))]);
    frame.widgets[1].kind = WidgetKind::Draw {
        shape: Shape::Path {
            points: vec![Vec2::ZERO],
            closed: false,
            filled: false,
            thickness: 1.0,
        },
        color: Rgba::new(1.0, 0.0, 0.0, 1.0),
        layer: Default::default(),
    };
    assert_eq!(lines(frame.tree()), ["a draw b"]);
    frame.widgets.remove(0);
    assert_eq!(lines(frame.tree()), ["draw b"]);
}

#[test]
fn containers_have_their_content_and_tooltips_are_attached() {
    let group = json!({"kind": "group"});
    let tooltip = json!({"kind": "tooltip"});
    let menu = json!({"kind": "popup", "label": "menu", "form": "context", "open": false});
    let frame = sent(&[
        (0, group),
        (1, text("a")),
        (2, text("beside a, since a text contains nothing")),
        (0, tooltip.clone()),
        (1, text("about the group")),
        (0, menu),
        (0, beside(text("b"))),
        (0, tooltip),
        (1, text("about b")),
    ]);
    assert_eq!(
        lines(frame.tree()),
        [
            "group(a; beside a, since a text contains nothing)[tooltip(about the group) popup] \
             b[tooltip(about b)]"
        ]
    );
    let item = frame.tree().items().next().unwrap();
    assert_eq!((frame.tree().level(), item.content.level()), (0, 1));
}

#[test]
fn a_grid_has_rows_and_a_table_has_cells() {
    let frame = recorded(|panel| {
        let flow = Flow::Grid {
            columns: 2,
            even_columns: true,
            even_rows: false,
        };
        panel.begin(ScopeKind::Layout, None, None, |_| WidgetKind::Layout {
            flow,
            active: false,
            alert: false,
            scale: Default::default(),
        });
        for label in ["a", "b", "c"] {
            panel.label(label);
        }
    });
    let grid = frame.tree().items().next().unwrap().content;
    assert_eq!(grid.rows(2).map(items).collect::<Vec<_>>(), ["a b", "c"]);
    assert_eq!(grid.rows(0).count(), 3);
    let cell = |column: u32| json!({"kind": "table_cell", "column": column});
    let row = sent(&[
        (0, cell(1)),
        (1, text("a")),
        (0, cell(0)),
        (0, cell(4_000_000_000)),
        (1, text("z")),
    ]);
    let cells = row.tree().cells();
    let cells: Vec<_> = cells.map(|(at, cell)| (at, items(cell))).collect();
    assert_eq!(cells[0], (1, "a".to_owned()));
    assert_eq!(cells[1], (0, String::new()));
    assert_eq!(cells[2].1, "z");
}

#[test]
fn columns_are_those_of_the_table_from_left_to_right() {
    let cell = |column: u32| json!({"kind": "table_cell", "column": column});
    let widgets = [
        (0, text("no cell")),
        (0, cell(1)),
        (1, text("b")),
        (0, cell(0)),
        (0, cell(3)),
        (1, text("d")),
        (0, cell(9)),
    ];
    let row = sent(&widgets);
    let shown = |count| -> Vec<String> {
        let columns = row.tree().columns(count);
        columns
            .map(|cell| cell.map_or("-".into(), |cell| items(cell.content)))
            .collect()
    };
    assert_eq!(shown(5), ["-", "b", "-", "d", "-"]);
    assert_eq!(shown(2), ["-", "b"]);
    assert_eq!(row.tree().columns(usize::MAX).count(), MAX_COLUMNS);
}

#[test]
fn a_split_shares_the_width() {
    let frame = sent(&[(0, text("a")), (0, text("b")), (0, text("c"))]);
    let widths = |factor| -> Vec<f32> {
        let parts = frame.tree().split(factor, 120.0, 10.0);
        parts.map(|(_, width)| width).collect()
    };
    assert_eq!(widths(0.5), [50.0, 25.0, 25.0]);
    assert_eq!(widths(7.0), [100.0, 0.0, 0.0]);
    assert_eq!(Frame::default().tree().split(0.5, 1.0, 1.0).count(), 0);
}

#[test]
fn numbers_keep_the_type_of_their_value() {
    for value in [Value::Int(3), Value::Float(0.5), Value::numbers([1.0, 2.0])] {
        assert_eq!(value.with_numbers(&value.to_numbers()), value);
    }
    assert_eq!(Value::Int(3).with_numbers(&[4.6]), Value::Int(5));
    let text = Value::Text("3".into());
    assert!(text.to_numbers().is_empty());
    assert_eq!(text.with_numbers(&[1.0]), text);
}

/// All widgets by way of the tree, and the deepest level of a widget.
fn walk<'a>(content: Content<'a>, found: &mut Vec<&'a Widget>) -> u16 {
    let mut deepest = content.level();
    for item in content.items() {
        found.push(item.widget);
        deepest = deepest.max(walk_some(item.content, found));
        deepest = deepest.max(walk_some(item.attached, found));
    }
    deepest
}

fn walk_some<'a>(content: Content<'a>, found: &mut Vec<&'a Widget>) -> u16 {
    if content.is_empty() {
        0
    } else {
        walk(content, found)
    }
}

/// All widgets by way of lines; new lines that end one are left out.
fn walk_lines<'a>(content: Content<'a>, found: &mut Vec<&'a Widget>) {
    for line in content.lines() {
        assert!(!line.is_empty());
        for item in line.items() {
            found.push(item.widget);
            walk_lines(item.content, found);
            walk_lines(item.attached, found);
        }
    }
}

fn any_widget() -> impl Strategy<Value = (u16, serde_json::Value)> {
    let kinds = prop_oneof![
        Just(text("a")),
        Just(beside(text("b"))),
        Just(json!({"kind": "new_line"})),
        Just(json!({"kind": "scroll_here", "ratio": 0.5})),
        Just(json!({"kind": "group"})),
        Just(beside(json!({"kind": "group"}))),
        Just(json!({"kind": "tooltip"})),
        Just(json!({"kind": "drag_preview"})),
        Just(json!({"kind": "popup", "label": "m", "form": "context", "open": true})),
        Just(json!({"kind": "tree", "label": "t", "open": true, "leaf": true})),
        Just(json!({"kind": "table_row"})),
        Just(json!({"kind": "table_cell", "column": 1})),
    ];
    (0..=MAX_DEPTH, kinds)
}

fn frames() -> impl Strategy<Value = Frame> {
    prop::collection::vec(any_widget(), 0..200).prop_map(|widgets| sent(&widgets))
}

/// A failure found once is tried again for ever after.
fn config() -> ProptestConfig {
    let file = FileFailurePersistence::Direct(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/tree.regressions"
    ));
    ProptestConfig {
        failure_persistence: Some(Box::new(file)),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn each_widget_occurs_once_in_the_order_of_the_frame(frame in frames()) {
        let mut found = Vec::new();
        let deepest = walk(frame.tree(), &mut found);
        prop_assert!(deepest <= MAX_DEPTH);
        let all: Vec<_> = frame.widgets.iter().collect();
        prop_assert_eq!(found, all);
    }

    #[test]
    fn lines_rows_and_items_have_the_same_widgets(frame in frames(), columns in 0_usize..5) {
        let is_line_end = |widget: &&Widget| matches!(widget.kind, WidgetKind::NewLine);
        let mut by_lines = Vec::new();
        walk_lines(frame.tree(), &mut by_lines);
        by_lines.retain(|widget| !is_line_end(widget));
        let all: Vec<_> = frame.widgets.iter().filter(|widget| !is_line_end(widget)).collect();
        prop_assert_eq!(by_lines, all);
        let by_rows: Vec<_> = frame.tree().rows(columns).flat_map(Content::items).collect();
        let by_items: Vec<_> = frame.tree().items().collect();
        prop_assert_eq!(by_rows, by_items);
    }
}

#[test]
fn nesting_that_is_too_deep_ends() {
    let group = WidgetKind::Group;
    let mut frame = sent(&[(0, json!({"kind": "group"})), (0, text("end"))]);
    let (first, end) = (frame.widgets[0].clone(), frame.widgets[1].clone());
    assert_eq!(first.kind, group);
    frame.widgets = (0..5000_u16)
        .map(|depth| {
            let mut widget = first.clone();
            widget.depth = depth;
            widget
        })
        .collect();
    frame.widgets.push(end);
    let mut found = Vec::new();
    assert!(walk(frame.tree(), &mut found) <= MAX_DEPTH);
    assert_eq!(found.len(), 5001);
}
