//! Workers of the application, and the processes that its plugins start.

#![cfg(unix)]

use crate::support::{Scratch, load, python};
use lichtfeld_embed::runtime::PlaceKind;
use lichtfeld_embed::{State, Unobserved, panel};

const PLUGIN: &str = "
import multiprocessing
import os
import subprocess

import lichtfeld as lf
from lfs_plugins.types import Panel
from .work import where

class Hello(Panel):
    label = 'Hello'
    clicks = 0

    def draw(self, layout):
        if layout.button('Click me'):
            self.clicks += 1
        layout.label(f'{self.clicks} clicks, process {os.getpid()}')

def on_load():
    lf.register_class(Hello)

def here():
    return where()

def by_spawn():
    with multiprocessing.get_context('spawn').Pool(1) as pool:
        return pool.apply_async(where).get(300)

def by_program():
    code = 'import lfs_plugins.starts.work as work; print(*work.where(), sep=\"|\")'
    done = subprocess.run(
        [lf.plugins.python(), '-c', code], env=lf.plugins.environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().split('|')
";

const WORK: &str = "
import os
import lichtfeld as lf
import lfs_plugins

def where():
    native = getattr(lf.plugins, '__file__', '') or ''
    home = os.environ.get('LFS_RESOLVED_PLUGIN_DIR', '')
    return str(os.getpid()), lf.__file__, native, home, os.path.basename(lfs_plugins.__file__)
";

fn scratch(isolation: &str) -> Scratch {
    let scratch = Scratch::new();
    let files = [("__init__.py", PLUGIN), ("work.py", WORK)];
    scratch.plugin("starts", isolation, &files);
    scratch
}

/// Calls a function of the plugin, wherever it runs.
fn called(function: &str) -> Vec<String> {
    python(&format!(
        "import starts\nresult = list(starts.{function}())"
    ))
}

/// The packages come from the home's cache, and know the home.
fn assert_is_published(scratch: &Scratch, found: &[String]) {
    let packages = scratch.home().packages();
    let [process, package, native, home, _] = found else {
        panic!("{found:?}");
    };
    assert_ne!(*process, std::process::id().to_string());
    assert!(package.starts_with(packages.as_str()), "{package}");
    assert!(native.starts_with(packages.as_str()), "{native}");
    assert_eq!(home, scratch.home().plugins().as_str());
}

#[test]
fn a_plugin_runs_in_a_worker() {
    let scratch = scratch("process");
    let application = scratch.builder().start().unwrap();
    let manager = application.manager();
    load(&application, "starts");
    let report = manager.status("starts").unwrap().report;
    assert_eq!(report.place, Some(PlaceKind::Worker));
    assert_is_published(&scratch, &called("here"));
    let drawn = manager.panels().visible()[0].clone();
    let button = drawn.draw().labelled("Click me").unwrap().id;
    drawn.push_input(panel::Input::new(button, panel::InputValue::CLICK));
    let mut frame = drawn.draw();
    while frame.redraw == panel::Redraw::Again {
        frame = drawn.draw();
    }
    let text = panel::render_text(&frame, 60);
    assert!(text.contains("1 clicks"), "{text}");
    assert!(!text.contains(&format!("process {}", std::process::id())));
}

#[test]
fn processes_that_a_plugin_starts_find_the_packages() {
    let scratch = scratch("shared");
    let application = scratch.builder().start().unwrap();
    load(&application, "starts");
    let report = application.manager().status("starts").unwrap().report;
    assert_eq!(report.place, Some(PlaceKind::Shared));
    assert_eq!(called("here")[1], "<embedded>/lichtfeld/__init__.py");
    for function in ["by_spawn", "by_program"] {
        assert_is_published(&scratch, &called(function));
    }
}

#[test]
fn processes_that_a_plugin_starts_from_a_worker_find_the_packages() {
    let scratch = scratch("process");
    let application = scratch.builder().start().unwrap();
    load(&application, "starts");
    let here = called("here");
    for function in ["by_spawn", "by_program"] {
        let found = called(function);
        assert_is_published(&scratch, &found);
        assert_ne!(found[0], here[0]);
    }
}

#[test]
fn packages_that_are_deleted_meanwhile_are_written_again() {
    let scratch = scratch("process");
    let application = scratch.builder().start().unwrap();
    load(&application, "starts");
    let manager = application.manager();
    manager.unload("starts").unwrap();
    std::fs::remove_dir_all(scratch.home().packages()).unwrap();
    load(&application, "starts");
}

#[test]
fn without_the_native_module_a_worker_says_what_to_do_and_the_rest_works() {
    let scratch = scratch("process");
    let nowhere = scratch.root().join("nowhere.so");
    scratch.plugin("here", "shared", &[("__init__.py", "import lichtfeld\n")]);
    let builder = scratch.builder().native_module(&nowhere);
    let application = builder.start().unwrap();
    load(&application, "here");
    let manager = application.manager();
    manager.load("starts", &mut Unobserved).unwrap_err();
    assert_eq!(manager.state("starts"), Some(State::Error));
    let failure = manager.status("starts").unwrap().failure.unwrap();
    assert!(failure.message.contains(nowhere.as_str()), "{failure}");
    assert!(
        failure.hint.unwrap().contains("Builder::native_module"),
        "the hint names the cure"
    );
}
