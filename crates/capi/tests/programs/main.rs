//! Applications in C and C++ that embed Python and have a module `lichtfeld` of their own.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test whose preparation fails has failed, and a skipped one says why"
)]

mod build;
mod elements;
mod imgui;
mod imgui_inputs;
mod modules;
mod objects;
mod requests;
mod symbols;
mod textures;

use assert_cmd::Command;
use build::{compiled, compiled_with};
use std::fs;
use std::path::Path;

const COUNTER: &str = "
import os
import lichtfeld as lf
from lfs_plugins.types import Panel

class Counter(Panel):
    id = 'counter.panel'
    label = 'Counter'
    clicks = 0

    def draw(self, layout):
        layout.label(f'{lf.node_count()} nodes')
        if layout.button('Click me'):
            self.clicks += 1
        layout.label(f'Clicked: {self.clicks}')
        layout.separator()
        layout.label('in the application' if os.getpid() == int(os.environ['APPLICATION']) else 'elsewhere')

def on_load():
    lf.register_class(Counter)

def on_unload():
    lf.unregister_class(Counter)
";

const TOOLS: &str = "
import threading
import lichtfeld as lf
from lfs_plugins.types import Panel

ui_thread = None

def note():
    global ui_thread
    ui_thread = threading.current_thread()

class Tools(Panel):
    id = 'probe.panel'
    label = 'Tools'
    space = 'SIDE_PANEL'
    radius, mode, fine = 0.5, 0, False
    edits, moved, turned = 0, 0.0, 0.0

    def draw(self, layout):
        layout.label(f'{lf.node_count()} nodes, {layout.get_content_region_avail()[0]:.0f} wide')
        _, self.radius = layout.slider_float('Radius', self.radius, 0.0, 1.0)
        self.edits += layout.is_item_deactivated_after_edit()
        if layout.is_mouse_dragging(0):
            self.moved += layout.get_mouse_delta()[0]
        self.turned += layout.get_mouse_wheel()
        _, self.mode = layout.combo('Mode', self.mode, ['fast', 'slow'])
        _, self.fine = layout.checkbox('Fine', self.fine)
        for number in range(96):
            layout.label(f'line {number}')
        layout.push_style_color('Text', (1, 0, 0))
        layout.push_style_var_vec2('FramePadding', (3, 4))
        layout.label(repr(layout.calc_text_size('abc\\nd')))
        layout.pop_style_var()
        layout.pop_style_color()
        layout.label(f'{self.edits} edited, moved by {self.moved:.0f}, wheel {self.turned}')

def on_load():
    lf.plugins.register_class(Tools)
    lf.ui.schedule_on_ui_thread(note)
";

const REMOTE: &str = "
import lichtfeld as lf
from lfs_plugins.types import Menu, Panel

class Remote(Panel):
    id = 'remote.panel'
    label = 'Remote'

    def draw(self, layout):
        whose = getattr(lf.ui, 'title', 'nobody')
        layout.label(f'{lf.node_count()} nodes of {whose}')

class RemoteMenu(Menu):
    id = 'remote.menu'
    label = 'Remote'
    location = 'MENU_BAR'

    def draw(self, layout):
        layout.menu_item('Open')

def on_load():
    lf.register_class(Remote)
    lf.register_class(RemoteMenu)

def on_unload():
    lf.unregister_class(RemoteMenu)
    lf.unregister_class(Remote)
";

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = fs::File::create(path).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
}

fn plugin(plugins: &Path, name: &str, isolation: &str, code: &str) {
    let manifest = format!(
        "[project]\nname = \"{name}\"\nversion = \"1.0.0\"\n\n[tool.lichtfeld]\nisolation = \"{isolation}\"\n"
    );
    write(&plugins.join(name).join("pyproject.toml"), &manifest);
    write(&plugins.join(name).join("__init__.py"), code);
}

fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_remove("LFS_RESOLVED_PLUGIN_DIR")
        .env_remove("LFS_SAFE_MODE")
        .env_remove("PYTHONPATH");
    command
}

/// Runs an application with the plugin `counter`, in both places.
fn draws_and_clicks(source: &str) {
    let scratch = tempfile::tempdir().unwrap();
    let Some(program) = compiled(source, scratch.path()) else {
        return;
    };
    for (place, shown) in [("shared", "in the application"), ("process", "elsewhere")] {
        let plugins = scratch.path().join(place).join("plugins");
        plugin(&plugins, "counter", place, COUNTER);
        // The shell becomes the program, so that this is its id.
        let run = "APPLICATION=$$ exec \"$0\" \"$@\"";
        let output = command(Path::new("sh"))
            .args(["-c", run])
            .arg(&program)
            .arg(&plugins)
            .arg("counter")
            .output()
            .unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{place}: {out}\n{err}");
        let drawn = |clicks| {
            format!("Counter\n  3 nodes\n  [ Click me ]\n  Clicked: {clicks}\n  ()\n  {shown}\n")
        };
        assert_eq!(out, drawn(0) + &drawn(1), "{place}: {err}");
        assert_eq!(err, "", "{place}");
    }
}

#[test]
fn an_application_in_c_draws_a_panel_and_clicks_in_both_places() {
    draws_and_clicks("application.c");
}

#[test]
fn an_application_in_cpp_draws_a_panel_and_clicks_in_both_places() {
    draws_and_clicks("application.cpp");
}

#[test]
fn the_layer_for_cpp_compiles_without_exceptions() {
    let scratch = tempfile::tempdir().unwrap();
    compiled_with(
        "without_exceptions.cpp",
        &["-fno-exceptions"],
        scratch.path(),
    );
}

#[test]
fn an_application_in_c_reports_where_a_plugin_fails() {
    let scratch = tempfile::tempdir().unwrap();
    let Some(program) = compiled("application.c", scratch.path()) else {
        return;
    };
    let plugins = scratch.path().join("plugins");
    plugin(&plugins, "counter", "shared", "\nmissing_name\n");
    let output = command(&program)
        .arg(&plugins)
        .arg("counter")
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("__init__.py:2: "), "{err}");
    assert!(err.contains("missing_name"), "{err}");
}

/// Runs the checks at the border, with the module of the application in one of three ways.
fn border(mode: &str) {
    let scratch = tempfile::tempdir().unwrap();
    let Some(program) = compiled("border.c", scratch.path()) else {
        return;
    };
    let plugins = scratch.path().join("plugins");
    plugin(&plugins, "probe", "shared", TOOLS);
    plugin(&plugins, "remote", "process", REMOTE);
    let endless = "import time\nwhile True:\n    time.sleep(0.01)\n";
    plugin(&plugins, "endless", "shared", endless);
    plugin(
        scratch.path(),
        "source",
        "shared",
        "def on_load():\n    pass\n",
    );
    let source = scratch.path().join("source/pyproject.toml");
    let manifest = fs::read_to_string(&source).unwrap();
    write(&source, &manifest.replace("\"source\"", "\"installed\""));
    plugin(
        &plugins,
        "fails",
        "shared",
        "# The next line fails.\nmissing\n",
    );
    write(
        &plugins.join("wrong/pyproject.toml"),
        "[project]\nname = 1\n[tool.lichtfeld]\n",
    );
    let modules = scratch.path().join("modules");
    write(
        &modules.join("own_module.py"),
        "WHOSE = 'the application'\n",
    );
    let output = command(&program)
        .arg(&plugins)
        .arg(mode)
        .arg(&modules)
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success(),
        "{mode}: {:?}\n{out}\n{err}",
        output.status
    );
    println!("{mode}: {out}");
}

#[test]
fn attached_before_the_first_import_of_the_module() {
    border("before");
}

#[test]
fn attached_after_the_first_import_the_names_of_the_application_are_kept() {
    border("after");
}

#[test]
fn attached_to_a_module_that_is_given_and_has_another_name() {
    border("given");
}
