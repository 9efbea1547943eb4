//! Applications whose module `lichtfeld` is made with nanobind or with pybind11. The headers come from
//! PyPI. A plugin uses the scene in both places, with the same result.

use crate::build::installed;
use crate::{command, write};
use std::path::Path;

const PLUGIN: &str = include_str!("modules/plugin.py");

/// What the plugin shows, before and after its button was clicked, and what it has left.
const SHOWN: &str = "\
cloud: POINTS, visible
left: CAMERA, visible
right: CAMERA, hidden
(4, 3) float32, sum 45.0
a camera: True
a node: True
selected: []
SceneError: no node is named 'nobody'
cloud: POINTS, visible
left: CAMERA, visible
right: CAMERA, visible
(5, 3) float32, sum 15.0
a camera: True
a node: True
selected: ['left', 'cloud']
SceneError: no node is named 'nobody'
2 selected at 10,20
1 draw handlers
cloud visible, 5 points
left visible, 0 points
right visible, 0 points
0 draw handlers
";

/// Installs a package of headers into a directory.
fn fetched(package: &str, version: &str, site: &Path) -> bool {
    let Ok(uv) = std::env::var("LICHTFELD_UV") else {
        println!("skipped: LICHTFELD_UV names no uv, which fetches {package}");
        return false;
    };
    let python = std::env::var("PYO3_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = command(Path::new(&uv))
        .args(["pip", "install", "--quiet", "--python", &python, "--target"])
        .arg(site)
        .arg(format!("{package}=={version}"))
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{package} {version}: {err}");
    true
}

fn uses_the_scene(bindings: &str, version: &str, config: &str) {
    let scratch = tempfile::tempdir().unwrap();
    if !Path::new("/usr/bin/cmake").is_file() {
        println!("skipped: cmake is not installed");
        return;
    }
    let site = scratch.path().join("site");
    if !fetched(bindings, version, &site) {
        return;
    }
    let Some(library) = installed(scratch.path()) else {
        return;
    };
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/modules");
    let config = site.join(config);
    let options = [
        format!("-DBINDINGS={bindings}"),
        format!("-D{bindings}_DIR={}", config.display()),
    ];
    let build = library.built(&source, &options);
    for place in ["shared", "process"] {
        let plugins = scratch.path().join(place).join("plugins");
        let manifest = format!(
            "[project]\nname = \"scene\"\nversion = \"1.0.0\"\ndependencies = [\"numpy>=1.26\"]\n\n\
             [tool.lichtfeld]\nisolation = \"{place}\"\n"
        );
        write(&plugins.join("scene/pyproject.toml"), &manifest);
        write(&plugins.join("scene/__init__.py"), PLUGIN);
        let output = command(&build.join("studio"))
            .arg(&plugins)
            .arg("scene")
            .output()
            .unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(out, SHOWN, "{bindings}, {place}: {err}");
        assert!(output.status.success(), "{bindings}, {place}: {err}");
    }
}

#[test]
fn a_module_of_nanobind_is_used_in_both_places() {
    uses_the_scene("nanobind", "3.1.0", "nanobind/cmake");
}

#[test]
fn a_module_of_pybind11_is_used_in_both_places() {
    uses_the_scene("pybind11", "3.1.0", "pybind11/share/cmake/pybind11");
}
