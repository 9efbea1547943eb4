//! A real plugin's panels in egui: every widget is drawn, and what the user does to it reaches the
//! plugin. Nothing here needs a display.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test whose preparation fails has failed")]

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, Rect, TouchPhase, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use lichtfeld_egui_example::show;
use lichtfeld_embed::camino::Utf8Path;
use lichtfeld_embed::{
    Application, Home, Host, HostFacts, Level, Panel, Unobserved, Version, facts,
};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Copies the files of a plugin: a load makes `.venv` beside them.
fn copy(plugin: &Utf8Path, to: &Utf8Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in plugin.read_dir_utf8().unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
}

/// Enough for a click, the drawing that it causes and the animations of egui.
const STEPS: usize = 12;

struct Studio(Arc<Mutex<Vec<String>>>);

impl Host for Studio {
    fn facts(&self) -> HostFacts {
        facts(Version::new([1, 0, 0]))
    }

    fn log(&self, _plugin: Option<&str>, _level: Level, message: &str) {
        self.0.lock().unwrap().push(message.to_owned());
    }
}

/// An application with the plugin of these tests. A process has one at a time.
struct Running {
    application: Application,
    log: Arc<Mutex<Vec<String>>>,
    _scratch: tempfile::TempDir,
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

impl Running {
    fn start() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let scratch = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(scratch.path()).unwrap();
        let home = Home::new(root);
        let plugin = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/every_widget");
        copy(&plugin, &root.join("plugins/every_widget"));
        let log = Arc::<Mutex<Vec<String>>>::default();
        let host = Studio(Arc::clone(&log));
        let application = Application::builder(host).home(home).start().unwrap();
        let manager = application.manager();
        if let Err(error) = manager.load("every_widget", &mut Unobserved) {
            panic!("{error}: {:?}", manager.status("every_widget"));
        }
        Self { application, log, _scratch: scratch, _turn: turn }
    }

    fn panel(&self, label: &str) -> Arc<Panel> {
        let panels = self.application.manager().panels().visible();
        let found = panels.into_iter().find(|panel| panel.info().label == label);
        found.unwrap()
    }

    fn window(&self, label: &str) -> Harness<'static> {
        self.window_at(label, 0.25)
    }

    /// The same with so many seconds from one drawing to the next.
    fn window_at(&self, label: &str, seconds: f32) -> Harness<'static> {
        let panel = self.panel(label);
        let mut window = Harness::builder()
            .with_size(Vec2::new(500.0, 900.0))
            .with_accessibility_check(false)
            .with_step_dt(seconds)
            .allow_missing_glyphs()
            .build_ui(move |ui| {
                assert_eq!(show(ui, &panel), [""; 0], "kinds that are not drawn");
            });
        window.run_steps(STEPS);
        window
    }

    /// Whether the plugin has logged this line, which is then forgotten.
    #[track_caller]
    fn assert_told(&self, line: &str) {
        let told = std::mem::take(&mut *self.log.lock().unwrap());
        assert!(told.iter().any(|one| one == line), "{line}: {told:?}");
    }
}

fn click(window: &mut Harness<'_>, label: &str) {
    window.get_by_label(label).click();
    window.run_steps(STEPS);
}

#[test]
fn what_can_be_clicked_reaches_the_plugin_once() {
    let running = Running::start();
    let mut window = running.window("Clicks");
    for label in ["button", "beside", "red", "line"] {
        running.log.lock().unwrap().clear();
        click(&mut window, label);
        let told = running.log.lock().unwrap().clone();
        assert_eq!(told, [format!("{label}: clicked")]);
    }
    for (label, told) in [
        ("check", "check = True"),
        ("check", "check = False"),
        ("radio", "radio = 1"),
        ("header", "header is open: True"),
        ("tree", "tree is open: True"),
        ("inside", "inside: clicked"),
        ("tree", "tree is open: False"),
        ("menu", "menu is open: True"),
        ("entry", "entry: clicked"),
    ] {
        click(&mut window, label);
        running.assert_told(told);
    }
    assert!(window.query_by_label("below the header").is_some());
    assert!(window.query_by_label("inside").is_none());
    click(&mut window, "off");
    assert!(!running.log.lock().unwrap().iter().any(|line| line.contains("off")));
    // Two on one line.
    let rect = |label| window.get_by_label(label).rect();
    assert_eq!(rect("button").center().y, rect("beside").center().y);
}

#[test]
fn values_reach_the_plugin_and_are_shown() {
    let running = Running::start();
    let mut window = running.window("Values");
    for (role, label, value, told) in [
        (Role::Slider, "slider", 1.5, "slider = 1.5"),
        (Role::Slider, "whole", 7.0, "whole = 7"),
        (Role::SpinButton, "drag", 2.5, "drag = 2.5"),
        (Role::SpinButton, "input", 4.0, "input = 4"),
        (Role::Slider, "three 2", 0.5, "three = (0.0, 0.5, 0.0)"),
    ] {
        let field = window.get_by_role_and_label(role, label);
        field.set_value_accesskit(value);
        window.run_steps(STEPS);
        running.assert_told(told);
    }
    for (label, told) in [("text", "text = 'abc'"), ("path", "path = 'abc'")] {
        window.get_by_role_and_label(Role::TextInput, label).focus();
        window.run_steps(STEPS);
        window.get_by_role_and_label(Role::TextInput, label).type_text("abc");
        window.run_steps(STEPS);
        running.assert_told(told);
    }
    window.get_by_role_and_label(Role::TextInput, "enter").focus();
    window.run_steps(STEPS);
    window.get_by_role_and_label(Role::TextInput, "enter").type_text("abc");
    window.run_steps(STEPS);
    assert!(running.log.lock().unwrap().is_empty());
    window.key_press(Key::Enter);
    window.run_steps(STEPS);
    running.assert_told("enter = 'abc'");
    window.get_by_role(Role::ComboBox).click();
    window.run_steps(STEPS);
    click(&mut window, "plum");
    running.assert_told("combo = 2");
    assert_eq!(window.get_by_role(Role::ComboBox).value().as_deref(), Some("plum"));
    click(&mut window, "two");
    running.assert_told("list = 1");
}

#[test]
fn colors_reach_the_plugin() {
    let running = Running::start();
    let mut window = running.window("Colors");
    let green = window.get_all_by_role(Role::SpinButton).nth(1).unwrap();
    green.set_value_accesskit(255.0);
    window.run_steps(STEPS);
    running.assert_told("picker = (1.0, 1.0, 0.0)");
    window.get_by_role_and_label(Role::ColorWell, "edit").click();
    window.run_steps(STEPS);
    for field in window.get_all_by_role(Role::SpinButton) {
        field.set_value_accesskit(128.0);
    }
    window.run_steps(STEPS);
    let told = running.log.lock().unwrap().join("\n");
    assert!(told.contains("edit = ("), "{told}");
}

#[test]
fn what_is_only_shown_is_there() {
    let running = Running::start();
    let window = running.window("Shown");
    for label in [
        "heading",
        "wrapped",
        "colored",
        "bullet",
        "selectable",
        "centered",
        "plot",
        "picture",
        "moved",
        "in a group",
        "in a box",
        "left",
        "right",
        "cell a",
        "cell d",
        "in a child",
        "first",
        "second",
        "at the right",
    ] {
        assert!(window.query_by_label(label).is_some(), "{label}");
    }
    let textures = window.ctx.tex_manager();
    let is_pixels = |name: &str, size: [usize; 2]| name == "plugin" && size == [3, 2];
    let textures = textures.read();
    assert!(textures.allocated().any(|(_, meta)| is_pixels(&meta.name, meta.size)));
    drop(textures);
    let rect = |label| window.get_by_label(label).rect();
    assert!(rect("moved").min.y >= 200.0);
    assert!(rect("left").max.x < rect("right").min.x);
    assert_eq!(rect("cell a").min.x, rect("cell c").min.x);
    assert!(rect("cell a").max.y < rect("cell c").min.y);
    // The first cell of the row is empty.
    assert!(rect("at the right").min.x >= rect("second").min.x);
}

#[test]
fn windows_menus_tooltips_and_dragging_work() {
    let running = Running::start();
    let mut window = running.window("Windows");
    assert!(window.query_by_label("answer").is_none());
    click(&mut window, "ask");
    click(&mut window, "answer");
    running.assert_told("answered");
    assert!(window.query_by_label("answer").is_none());
    window.get_by_label("more").click_secondary();
    window.run_steps(STEPS);
    click(&mut window, "cut");
    running.assert_told("cut: clicked");
    assert!(window.query_by_label("cut").is_none());
    window.get_by_label("hover me").hover();
    window.run_steps(60);
    assert!(window.query_by_label("about it").is_some());
    assert!(window.query_by_label("in a window").is_some());
    click(&mut window, "Close window");
    running.assert_told("window closed");
    assert!(window.query_by_label("in a window").is_none());
    let at = |window: &Harness<'_>, label| window.get_by_label(label).rect().center();
    let (from, to) = (at(&window, "take"), at(&window, "here"));
    window.drag_at(from);
    window.run_steps(2);
    for part in [0.3, 0.7, 1.0] {
        window.hover_at(from + (to - from) * part);
        window.run_steps(2);
    }
    assert!(window.query_by_label("carried").is_some());
    window.drop_at(to);
    window.run_steps(STEPS);
    running.assert_told("dropped plum");
}

/// Presses the button in the middle of a widget, and moves to the right.
fn drag(window: &mut Harness<'_>, place: Rect, by: f32) {
    window.drag_at(place.center());
    window.run_steps(2);
    for part in [0.3, 0.7, 1.0] {
        window.hover_at(place.center() + Vec2::new(by * part, 0.0));
        window.run_steps(2);
    }
    window.drop_at(place.center() + Vec2::new(by, 0.0));
    window.run_steps(STEPS);
}

#[test]
fn drags_double_clicks_the_wheel_and_edits_reach_the_plugin() {
    let running = Running::start();
    // Two clicks within 0.3 s are a double click.
    let mut window = running.window_at("Pointer", 0.01);
    let canvas = window.get_by_label("canvas").rect();
    drag(&mut window, canvas, 60.0);
    running.assert_told("moved by 60");
    window.get_by_label("canvas").click();
    window.get_by_label("canvas").click();
    window.run_steps(STEPS);
    running.assert_told("double click");
    window.hover_at(canvas.center());
    window.event(Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: Vec2::new(0.0, 2.0),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    window.run_steps(STEPS);
    running.assert_told("wheel 2");
    window.get_by_label("words").click_secondary();
    window.run_steps(STEPS);
    running.assert_told("words: clicked");
    let number = window.get_by_role_and_label(Role::SpinButton, "number").rect();
    drag(&mut window, number, 60.0);
    let told = std::mem::take(&mut *running.log.lock().unwrap());
    let values = told.iter().filter(|line| line.starts_with("number = ")).count();
    assert!(values > 1, "{told:?}");
    // A drag begins with its first movement, so both are in one drawing, in the order of the plugin.
    assert!(told[..2].contains(&"edit begins".to_owned()), "{told:?}");
    assert_eq!(told.last().unwrap(), "edit ends");
    assert_eq!(told.len(), values + 2, "{told:?}");
}

#[test]
fn a_panel_that_fails_shows_its_error() {
    let running = Running::start();
    let window = running.window("Broken");
    assert!(window.query_by_label("before").is_some());
    assert!(window.query_by_label_contains("ValueError: on purpose").is_some());
}

/// A kind that is added to the protocol is not drawn anywhere in these panels.
#[test]
fn every_kind_of_widget_is_in_the_panels() {
    let running = Running::start();
    let mut drawn = BTreeSet::new();
    for label in ["Clicks", "Values", "Colors", "Shown", "Windows"] {
        let mut window = running.window(label);
        let panel = running.panel(label);
        let mut note = || {
            let frame = panel.last().unwrap();
            drawn.extend(frame.widgets.iter().map(|widget| widget.kind.name()));
        };
        note();
        if label == "Clicks" {
            click(&mut window, "menu");
        } else if label == "Windows" {
            window.get_by_label("hover me").hover();
            window.run_steps(60);
        }
        note();
    }
    let schema = lichtfeld_embed::panel::schema().to_string();
    let kinds = schema.split("\"kind\":{\"const\":\"").skip(1);
    let kinds: BTreeSet<&str> = kinds.filter_map(|rest| rest.split('"').next()).collect();
    assert!(kinds.len() > 30, "{kinds:?}");
    let missing: Vec<_> = kinds.difference(&drawn).collect();
    assert!(missing.is_empty(), "no panel here has {missing:?}");
}
