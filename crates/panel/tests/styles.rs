//! Styles and icons of widgets.

use lichtfeld_panel::{
    Frame, PanelIdentity, Recorder, Rgba, ScopeKind, Session, Style, StyleValue, ThemePart, Vec2,
    WidgetKind,
};

fn drawn(body: impl FnOnce(&mut Recorder)) -> Frame {
    let mut panel = Session::default().record(PanelIdentity::new("test", "Test"));
    body(&mut panel);
    panel.finish().0
}

fn names(frame: &Frame, at: usize) -> Vec<&str> {
    let styles = frame.widgets[at].traits.styles.as_ref();
    let all = styles.map_or(&[][..], |styles| styles.all());
    all.iter().map(|style| style.name.as_str()).collect()
}

fn color(panel: &mut Recorder, name: &str, red: f32) {
    let color = StyleValue::Color(Rgba::new(red, 0.0, 0.0, 1.0));
    panel.push_style(ScopeKind::StyleColor, Style::new(name, color), None);
}

#[test]
fn the_innermost_look_of_the_application_counts() {
    let set = |panel: &mut Recorder, scope, part| {
        panel.push_style(scope, Style::new("Theme", StyleValue::Theme(part)), None);
    };
    let frame = drawn(|panel| {
        set(panel, ScopeKind::WindowStyle, ThemePart::Window);
        panel.button("window");
        set(panel, ScopeKind::ModalStyle, ThemePart::Modal);
        panel.button("modal");
        panel.end(ScopeKind::ModalStyle, None);
        panel.button("window again");
        panel.end(ScopeKind::WindowStyle, None);
        panel.button("plain");
    });
    let look = |at: usize| frame.widgets[at].traits.styles.as_ref()?.theme();
    let window = Some(ThemePart::Window);
    assert_eq!(
        [look(0), look(1), look(2), look(3)],
        [window, Some(ThemePart::Modal), window, None]
    );
    let json = serde_json::to_value(&frame).unwrap();
    assert_eq!(
        json["widgets"][1]["styles"],
        serde_json::json!([{"name": "Theme", "theme": "modal"}])
    );
    assert_eq!(serde_json::from_value::<Frame>(json).unwrap(), frame);
}

#[test]
fn a_widget_has_what_is_set_when_it_is_drawn() {
    let frame = drawn(|panel| {
        panel.label("plain");
        color(panel, "Text", 1.0);
        panel.begin(ScopeKind::Group, None, None, |_| WidgetKind::Group);
        panel.button("red");
        let size = StyleValue::Size(Vec2::new(4.0, 2.0));
        panel.push_style(ScopeKind::StyleVar, Style::new("FramePadding", size), None);
        color(panel, "Text", 0.5);
        panel.button("both");
        panel.end(ScopeKind::StyleColor, None);
        panel.button("first again");
        panel.end(ScopeKind::Group, None);
        panel.label("after the group");
        panel.end(ScopeKind::StyleColor, None);
        panel.label("plain again");
    });
    assert_eq!(names(&frame, 0), [""; 0]);
    assert_eq!(
        (names(&frame, 1), names(&frame, 2)),
        (vec!["Text"], vec!["Text"])
    );
    assert_eq!(names(&frame, 3), ["Text", "FramePadding"]);
    let red = |at: usize| {
        frame.widgets[at]
            .traits
            .styles
            .as_ref()
            .unwrap()
            .get("Text")
    };
    assert_eq!(
        red(3),
        Some(StyleValue::Color(Rgba::new(0.5, 0.0, 0.0, 1.0)))
    );
    assert_eq!(red(4), red(2));
    // The group has closed the measure that was left open in it, with a warning.
    assert_eq!((names(&frame, 5), names(&frame, 6)), (vec!["Text"], vec![]));
    assert_eq!(frame.warnings.len(), 1);
    let json = serde_json::to_value(&frame).unwrap();
    assert_eq!(
        json["widgets"][3]["styles"],
        serde_json::json!([
            {"name": "Text", "color": [0.5, 0.0, 0.0, 1.0]},
            {"name": "FramePadding", "size": [4.0, 2.0]},
        ])
    );
    assert_eq!(serde_json::from_value::<Frame>(json).unwrap(), frame);
}

#[test]
fn styles_without_an_end_cost_little_and_are_bounded() {
    let frame = drawn(|panel| {
        for number in 0..100_000 {
            color(panel, &format!("name {}", number % 300), 1.0);
        }
        panel.button("Run");
    });
    assert_eq!(names(&frame, 0).len(), 128);
}

#[test]
fn an_icon_is_of_the_next_widget_alone() {
    let frame = drawn(|panel| {
        panel.set_next_icon("CHECKMARK");
        panel.begin_disabled(true, None);
        panel.button("one");
        panel.button("two");
        panel.set_next_icon("");
        panel.label("three");
    });
    let icons: Vec<_> = frame
        .widgets
        .iter()
        .map(|widget| widget.traits.icon.as_deref())
        .collect();
    assert_eq!(icons, [Some("CHECKMARK"), None, None]);
}
