//! An application that contains the plugin system, with real plugins, workers and child processes.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test whose preparation fails has failed"
)]

mod decisions;
mod offered;
mod other_processes;
mod packages;
mod support;

use lichtfeld_embed::{State, Unobserved};
use std::sync::atomic::Ordering;
use support::{Scratch, load, python};

const PLUGIN: &str = "
import lichtfeld as lf
from lfs_plugins.types import Panel

class Hello(Panel):
    label = 'Hello'

    def draw(self, layout):
        layout.label('drawn by a program')

def on_load():
    lf.log.info('loading in', lf.__version__)
    lf.register_class(Hello)
    lf.ui.schedule_on_ui_thread(lf.ui.request_redraw)
";

#[test]
fn plugins_and_python_reach_the_manager_and_the_host_of_the_application() {
    let scratch = Scratch::new();
    scratch.plugin("hello", "shared", &[("__init__.py", PLUGIN)]);
    let application = scratch.builder().start().unwrap();
    let manager = application.manager();
    let loaded: Vec<String> = python(
        "
import lichtfeld as lf
from lfs_plugins import PluginManager
assert lf.plugins.load('hello')
assert lf.plugins.host_version() == '2.1.0'
assert 'hello' in lf.plugins.list_loaded()
result = PluginManager.instance().list_loaded()
",
    );
    assert_eq!(loaded, ["hello"]);
    assert_eq!(manager.state("hello"), Some(State::Active));
    let drawn = manager.panels().visible()[0].draw();
    assert!(drawn.labelled("Hello").is_none());
    assert!(format!("{drawn:?}").contains("drawn by a program"));
    let told = scratch.told.lines();
    assert!(told.contains("[hello] info: loading in 2.1.0"), "{told}");
    assert_eq!(scratch.told.jobs.load(Ordering::Relaxed), 1);
    assert_eq!(scratch.told.redraws.load(Ordering::Relaxed), 1);
    let plugins: String = python(
        "
import lichtfeld as lf
from lfs_plugins import PluginManager
result = str(PluginManager.instance().plugins_dir)
",
    );
    assert_eq!(plugins, scratch.home().plugins().as_str());
}

#[test]
fn there_is_one_application_at_a_time_and_another_one_after_it() {
    let scratch = Scratch::new();
    let unload = "
import lichtfeld as lf

def on_unload():
    lf.log.info('unloading')
";
    scratch.plugin("hello", "shared", &[("__init__.py", unload)]);
    let first = scratch.builder().start().unwrap();
    load(&first, "hello");
    let error = scratch.builder().start().unwrap_err();
    assert_eq!(error.code(), "LR123");
    assert!(error.hint().unwrap().contains("Application::end"));
    first.end();
    assert!(scratch.told.lines().contains("unloading"));
    let second = scratch.builder().start().unwrap();
    assert_eq!(second.manager().state("hello"), None);
    load(&second, "hello");
}

#[test]
fn dropping_it_with_the_gil_held_ends_it() {
    let scratch = Scratch::new();
    scratch.plugin("hello", "shared", &[("__init__.py", "import lichtfeld\n")]);
    let application = scratch.builder().start().unwrap();
    load(&application, "hello");
    lichtfeld_embed::pyo3::Python::attach(|_| drop(application));
    scratch.builder().start().unwrap().end();
}

#[test]
fn python_makes_no_manager_of_its_own_after_the_end() {
    let scratch = Scratch::new();
    let application = scratch.builder().start().unwrap();
    let codes: Vec<String> = python(
        "
import lichtfeld as lf
from lfs_plugins import PluginError, PluginManager
lf.plugins.shutdown()
result = []
for call in (PluginManager.instance, lambda: lf.plugins.load('hello'), lambda: lf.plugins.install('a/b')):
    try:
        call()
    except PluginError as error:
        result.append(error.code)
# Questions make no manager either.
assert lf.plugins.discover() == lf.plugins.list_loaded() == lf.ui.panels() == []
",
    );
    assert_eq!(codes, ["LR124"; 3]);
    application.end();
    let again = scratch.builder().start().unwrap();
    let found: usize = python("import lichtfeld as lf\nresult = len(lf.plugins.discover())");
    assert_eq!(found, again.manager().discover().unwrap().len());
}

#[test]
fn the_configuration_can_be_changed_before_the_start() {
    let scratch = Scratch::new();
    scratch.plugin("hello", "shared", &[("__init__.py", "")]);
    let application = scratch
        .builder()
        .configure(|config| config.safe_mode = true)
        .start()
        .unwrap();
    let error = application
        .manager()
        .load("hello", &mut Unobserved)
        .unwrap_err();
    assert_eq!(error.code(), "LR009");
}

#[test]
fn a_program_that_is_not_the_interpreter_is_refused() {
    let scratch = Scratch::new();
    let wrong = scratch.root().join("studio");
    support::write(&wrong, "");
    let error = scratch.builder().python(wrong).start().unwrap_err();
    assert_eq!(error.code(), "LR122");
    // What failed to start is not in the way.
    scratch.builder().start().unwrap().end();
}
