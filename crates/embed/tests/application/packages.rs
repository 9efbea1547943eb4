//! The Python packages in the program.

use crate::support::{Scratch, load, python};
use lichtfeld_embed::State;

#[test]
fn every_module_is_imported_from_the_program_and_found_by_pkgutil() {
    let scratch = Scratch::new();
    let application = scratch.builder().start().unwrap();
    let found: Vec<String> = python(
        "
import importlib, pkgutil
import lichtfeld, lfs_plugins
result = []
for package in (lichtfeld, lichtfeld.plugins, lfs_plugins):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):
        module = importlib.import_module(found.name)
        assert module.__file__.startswith('<embedded>/'), module
        assert module.__spec__.loader.get_source(found.name) is not None
        result.append(found.name)
import lichtfeld.ui, lichtfeld.log
assert not hasattr(lichtfeld.plugins, '__file__')
",
    );
    for name in [
        "lichtfeld.testing",
        "lichtfeld.plugins.testing",
        "lfs_plugins.types",
        "lfs_plugins.tool_defs.definition",
    ] {
        assert!(found.iter().any(|one| one == name), "{name}: {found:?}");
    }
    application.end();
}

#[test]
fn source_and_tracebacks_are_shown() {
    let scratch = Scratch::new();
    let broken = "
import lichtfeld as lf
from lfs_plugins.props import FloatProperty

def on_load():
    FloatProperty(min='wide')
";
    scratch.plugin("broken", "shared", &[("__init__.py", broken)]);
    let application = scratch.builder().start().unwrap();
    let (source, shown): (String, String) = python(
        "
import inspect, traceback
import lfs_plugins.validator, lichtfeld.testing
source = inspect.getsource(lichtfeld.testing.PanelProbe)
try:
    lichtfeld.testing.PanelProbe(object())
except TypeError:
    shown = traceback.format_exc()
result = source, shown
",
    );
    assert!(source.starts_with("class PanelProbe:"), "{source}");
    assert!(
        shown.contains("File \"<embedded>/lichtfeld/testing.py\", line"),
        "{shown}"
    );
    assert!(shown.contains("raise TypeError("), "{shown}");
    // In the traceback of a plugin as well.
    let manager = application.manager();
    let _ = manager.load("broken", &mut lichtfeld_embed::Unobserved);
    assert_eq!(manager.state("broken"), Some(State::Error));
    let failure = manager.status("broken").unwrap().failure.unwrap();
    let traceback = failure.traceback.unwrap();
    assert!(
        traceback.contains("broken/__init__.py\", line 6"),
        "{traceback}"
    );
    assert!(traceback.contains("<embedded>/lfs_plugins/"), "{traceback}");
    application.end();
}

#[test]
fn a_plugin_may_be_called_like_the_native_module() {
    let scratch = Scratch::new();
    scratch.plugin("plugins", "shared", &[("__init__.py", "NAME = __name__\n")]);
    let application = scratch.builder().start().unwrap();
    load(&application, "plugins");
    let name: String = python("import plugins\nresult = plugins.NAME");
    assert_eq!(name, "lfs_plugins.plugins");
    application.end();
}
