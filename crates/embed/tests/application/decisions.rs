//! What the application has decided about its plugins: limits, and who is asked about a save.

#![cfg(unix)]

use crate::support::{Scratch, load, python};
use std::time::Duration;

const PLUGIN: &str = "
import sys, threading
import lichtfeld as lf

go_on = threading.Event()

def asked():
    try:
        return lf.hang()
    except Exception as error:
        return f'{type(error).__name__}: {error}'

def on_a_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(asked()))
    thread.start()
    thread.join()
    return found[0]

def held(args):
    frame = sys._getframe()
    frame.f_trace = (lambda *event: None) if args['held'] else None
    go_on.wait(args['seconds'])
    frame.f_trace = None
    return {'value': 'answered'}

def on_load():
    lf.plugins.register_capability('waits.held', held, requires_gui=False)
";

fn scratch() -> Scratch {
    let scratch = Scratch::new();
    scratch.plugin("waits", "process", &[("__init__.py", PLUGIN)]);
    scratch
}

#[test]
fn a_plugin_waits_for_the_application_as_long_as_its_timeouts_say() {
    let scratch = scratch();
    let application = scratch
        .builder()
        .configure(|config| {
            config.timeouts = config
                .timeouts
                .clone()
                .with_callback(Duration::from_millis(300));
        })
        .start()
        .unwrap();
    let answer: String = python(
        "
import threading
import lichtfeld as lf
go_on = threading.Event()
lf.plugins.share('hang', go_on.wait)
assert lf.plugins.load('waits')
import waits
try:
    result = waits.on_a_thread()
finally:
    go_on.set()
",
    );
    assert!(answer.starts_with("PluginTimeoutError: "), "{answer}");
    assert!(answer.contains("lichtfeld.hang within 0.3 s"), "{answer}");
    application.end();
}

#[test]
fn a_call_of_a_plugin_does_not_end_while_a_debugger_holds_the_plugin() {
    let scratch = scratch();
    let application = scratch
        .builder()
        .configure(|config| config.workers.call = Duration::from_millis(200))
        .start()
        .unwrap();
    load(&application, "waits");
    let held = application.manager().capabilities().find("waits.held");
    let held = held.unwrap();
    // The limit passes many times; how long the plugin is held does not matter.
    let args = serde_json::json!({"held": true, "seconds": 1.5});
    let answer = held.source().invoke(&args);
    assert_eq!(answer["value"], "answered", "{answer}");
    let args = serde_json::json!({"held": false, "seconds": 600});
    let answer = held.source().invoke(&args);
    assert_eq!(answer["error_type"], "PluginTimeoutError", "{answer}");
}

#[test]
fn python_code_of_the_application_is_asked_about_a_save() {
    let scratch = Scratch::new();
    scratch.plugin("saved", "shared", &[("__init__.py", "value = 1\n")]);
    let application = scratch.builder().start().unwrap();
    load(&application, "saved");
    let asked: Vec<String> = python(
        "
import threading
import lichtfeld as lf
import saved
from lfs_plugins import PluginManager

asked, was_asked, was_reloaded = [], threading.Event(), threading.Event()

def changed(name, paths):
    asked.append(name)
    was_asked.set()
    with open(saved.__file__) as file:
        return None if '333' in file.read() else False

def save(value):
    with open(saved.__file__, 'w') as file:
        file.write(f'value = {value}')

manager = PluginManager.instance()
manager.on_event(lambda change: change.event == 'reloaded' and was_reloaded.set())
lf.plugins.set_change_handler(changed)
manager.start_watcher()
save(22)
assert was_asked.wait(300)
was_asked.clear()
assert not was_reloaded.is_set()
save(333)
assert was_reloaded.wait(300) and was_asked.is_set()
manager.stop_watcher()
import saved
assert saved.value == 333, saved.value
result = asked[:2]
",
    );
    assert_eq!(asked, ["saved", "saved"]);
    application.end();
    // The next application does not ask the handler of this one, which would refuse.
    let application = scratch.builder().start().unwrap();
    load(&application, "saved");
    let value: usize = python(
        "
import threading
import lichtfeld as lf
import saved
from lfs_plugins import PluginManager

was_reloaded = threading.Event()
manager = PluginManager.instance()
manager.on_event(lambda change: change.event == 'reloaded' and was_reloaded.set())
manager.start_watcher()
with open(saved.__file__, 'w') as file:
    file.write('value = 4444')
assert was_reloaded.wait(300)
manager.stop_watcher()
import saved
result = saved.value
",
    );
    assert_eq!(value, 4444);
}
