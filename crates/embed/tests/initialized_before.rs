//! An application whose interpreter runs before the plugin system is started.

use lichtfeld_embed::camino::Utf8Path;
use lichtfeld_embed::pyo3::prelude::*;
use lichtfeld_embed::pyo3::types::PyModule;
use lichtfeld_embed::{Application, Home, Host, HostFacts, Version, facts};

struct Studio;

impl Host for Studio {
    fn facts(&self) -> HostFacts {
        facts(Version::new([1, 2, 3]))
    }
}

// One test, since each process has one interpreter.
#[test]
fn it_is_used_and_no_other_copy_of_the_packages_is() {
    Python::initialize();
    let scratch = tempfile::tempdir().unwrap();
    let home = Home::new(Utf8Path::from_path(scratch.path()).unwrap());
    let builder = || Application::builder(Studio).home(home.clone());
    let modules = |py: Python<'_>| -> Py<PyAny> {
        let sys = py.import("sys").unwrap();
        sys.getattr("modules").unwrap().unbind()
    };
    Python::attach(|py| {
        let other = PyModule::new(py, "lichtfeld").unwrap();
        other
            .add("__file__", "site-packages/lichtfeld/__init__.py")
            .unwrap();
        modules(py).bind(py).set_item("lichtfeld", other).unwrap();
    });
    let error = builder().start().unwrap_err();
    assert_eq!(error.code(), "LR125");
    assert!(
        error.to_string().contains("site-packages/lichtfeld"),
        "{error}"
    );
    Python::attach(|py| modules(py).bind(py).del_item("lichtfeld").unwrap());

    // A copy that lies on the path, as an installed wheel does, is not imported.
    let site = scratch.path().join("site");
    for package in ["lichtfeld", "lfs_plugins"] {
        std::fs::create_dir_all(site.join(package)).unwrap();
        let file = std::fs::File::create(site.join(package).join("__init__.py"));
        std::io::Write::write_all(&mut file.unwrap(), b"raise AssertionError").unwrap();
    }
    Python::attach(|py| {
        let path = py.import("sys").unwrap().getattr("path").unwrap();
        path.call_method1("insert", (0, site.to_str())).unwrap();
    });
    let application = builder().start().unwrap();
    Python::attach(|py| {
        let native = py.import("lichtfeld.plugins").unwrap();
        let name: String = native.getattr("__name__").unwrap().extract().unwrap();
        assert_eq!(name, "lichtfeld.plugins");
        let version = native.call_method0("host_version").unwrap();
        assert_eq!(version.extract::<String>().unwrap(), "1.2.3");
        let found = native.call_method0("discover").unwrap();
        assert_eq!(found.len().unwrap(), 0);
        let builtin: bool = py
            .import("sys")
            .and_then(|sys| {
                sys.getattr("builtin_module_names")?
                    .contains("lichtfeld.plugins")
            })
            .unwrap();
        assert!(!builtin);
    });
    application.end();
}
