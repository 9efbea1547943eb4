//! Libraries from a directory of this machine that change, always at the same version.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_installer::{
    CancelToken, Check, Ensured, Generation, InstallError, LocalSource, Silent,
};
use lichtfeld_testkit::{ScratchHome, library};

use crate::common::{demo, ensure, home, listing};

fn at(home: &ScratchHome, name: &str) -> Utf8PathBuf {
    home.path().join(name)
}

/// A home whose plugin `demo` uses the library `mate` in this way.
fn with(source: &str) -> (ScratchHome, Utf8PathBuf) {
    let home = home();
    let path = library(&at(&home, "mate"), "mate", "VALUE = 1\n");
    demo(&["mate"])
        .tables(&format!("[tool.uv.sources]\nmate = {source}"))
        .write(&home.plugins());
    (home, path)
}

fn module(generation: &Generation, name: &str) -> String {
    fs::read_to_string(generation.site_packages[0].join(format!("{name}.py"))).unwrap()
}

#[track_caller]
fn made(home: &ScratchHome) -> Generation {
    match ensure(&home.installer(), home).unwrap() {
        Ensured::Built(built) => built.generation,
        other => panic!("not built: {other:?}"),
    }
}

#[track_caller]
fn reused(home: &ScratchHome) -> Generation {
    match ensure(&home.installer(), home).unwrap() {
        Ensured::Reused(generation) => generation,
        other => panic!("not reused: {other:?}"),
    }
}

fn names(sources: &[LocalSource]) -> Vec<(&str, &Utf8Path, bool)> {
    let sources = sources.iter();
    sources
        .map(|one| (one.name.as_str(), one.path.as_path(), one.editable))
        .collect()
}

#[test]
fn a_library_that_changed_is_built_again_beside_the_old_one() {
    let (home, path) = with("{ path = '../../mate' }");
    let sources = || home.installer().local_sources(&home.request("demo"));
    assert_eq!(names(&sources()), [("mate", path.as_path(), false)]);
    let first = made(&home);
    assert_eq!(names(&sources()), [("mate", path.as_path(), false)]);
    assert_eq!(reused(&home), first);
    library(&path, "mate", "VALUE = 2\n");
    match home.installer().check(&home.request("demo")).unwrap() {
        Check::Missing { reason } => assert_eq!(reason, format!("mate in {path} has changed")),
        other => panic!("{other:?}"),
    }
    let second = made(&home);
    assert_eq!(module(&second, "mate"), "VALUE = 2\n");
    assert_eq!(
        module(&first, "mate"),
        "VALUE = 1\n",
        "nothing that works is lost"
    );
    assert_eq!(reused(&home), second);
    // What was is still there.
    library(&path, "mate", "VALUE = 1\n");
    assert_eq!(reused(&home), first);
}

#[test]
fn a_direct_reference_an_archive_and_a_library_of_a_library_are_followed() {
    let home = home();
    let path = library(&at(&home, "deep"), "deep", "VALUE = 1\n");
    let outer = library(&at(&home, "mate"), "mate", "VALUE = 1\n");
    let manifest = outer.join("pyproject.toml");
    let text = fs::read_to_string(&manifest).unwrap()
        + "dependencies = ['deep']\n[tool.uv.sources]\ndeep = { path = '../deep' }\n";
    lichtfeld_system::files::write_atomic(&manifest, text.as_bytes()).unwrap();
    let wheel = |text: &str| {
        let wheel = lichtfeld_testkit::WheelBuilder::new("packed", "1.0").module("packed", text);
        wheel.write(&at(&home, "wheels"))
    };
    let archive = wheel("VALUE = 1\n");
    demo(&[&format!("mate @ file://{outer}"), "packed"])
        .tables(&format!(
            "[tool.uv.sources]\npacked = {{ path = '{archive}' }}"
        ))
        .write(&home.plugins());
    let first = made(&home);
    assert_eq!(reused(&home), first);
    let found = home.installer().local_sources(&home.request("demo"));
    assert_eq!(
        names(&found),
        [
            ("deep", path.as_path(), false),
            ("mate", outer.as_path(), false),
            ("packed", archive.as_path(), false)
        ]
    );
    library(&path, "deep", "VALUE = 2\n");
    assert_eq!(module(&made(&home), "deep"), "VALUE = 2\n");
    wheel("VALUE = 2\n");
    let last = made(&home);
    assert_eq!(module(&last, "packed"), "VALUE = 2\n");
    assert_eq!(module(&last, "deep"), "VALUE = 2\n");
}

#[test]
fn the_cache_of_uv_does_not_give_an_older_build() {
    let (home, path) = with("{ path = '../../mate' }");
    made(&home);
    library(&path, "mate", "VALUE = 2\n");
    fs::remove_dir_all(home.path().join("envs")).unwrap();
    assert_eq!(module(&made(&home), "mate"), "VALUE = 2\n");
}

#[test]
fn an_editable_library_is_built_again_only_where_it_has_to_be() {
    let (home, path) = with("{ path = '../../mate', editable = true }");
    let first = made(&home);
    assert!(first.record.sources[0].editable);
    library(&path, "mate", "VALUE = 2\n");
    assert_eq!(reused(&home), first);
    lichtfeld_system::files::write_atomic(path.join("src/more.py"), b"").unwrap();
    assert_ne!(made(&home).path, first.path);
}

#[test]
fn a_member_of_a_workspace_that_changed_is_built_again() {
    let home = home();
    let dir = demo(&["mate"])
        .tables("[tool.uv.workspace]\nmembers = ['mate']")
        .tables("[tool.uv.sources]\nmate = { workspace = true, editable = false }")
        .write(&home.plugins());
    library(&dir.join("mate"), "mate", "VALUE = 1\n");
    let first = made(&home);
    assert_eq!(reused(&home), first);
    library(&dir.join("mate"), "mate", "VALUE = 2\n");
    let second = made(&home);
    assert_ne!(second.path, first.path);
    assert_eq!(listing(&dir), ["__init__.py", "mate", "pyproject.toml"]);
}

#[test]
fn a_library_that_does_not_build_leaves_what_worked_and_is_named() {
    let (home, path) = with("{ path = '../../mate' }");
    let first = made(&home);
    library(&path, "mate", "DOES NOT BUILD");
    let error = ensure(&home.installer(), &home).unwrap_err();
    assert!(
        matches!(&error, InstallError::LibraryBuildFailed { path: named, .. } if *named == path),
        "{error:?}"
    );
    assert!(error.to_string().contains(path.as_str()), "{error}");
    assert!(error.hint().unwrap().contains(path.as_str()));
    assert_eq!(module(&first, "mate"), "VALUE = 1\n");
    library(&path, "mate", "VALUE = 1\n");
    assert_eq!(reused(&home), first);
}

#[test]
fn a_library_that_is_too_large_is_built_again_when_asked_for() {
    let (home, path) = with("{ path = '../../mate' }");
    fs::create_dir(path.join("many")).unwrap();
    for number in 0..5_000 {
        fs::File::create(path.join(format!("many/{number}"))).unwrap();
    }
    let Ensured::Built(built) = ensure(&home.installer(), &home).unwrap() else {
        panic!("not built")
    };
    assert!(
        built.notes[0].contains("too many files"),
        "{:?}",
        built.notes
    );
    library(&path, "mate", "VALUE = 2\n");
    assert_eq!(reused(&home), built.generation);
    let request = home.request("demo").with_refresh(true);
    let ensured = home
        .installer()
        .ensure(&request, &Silent, &CancelToken::new())
        .unwrap();
    let Ensured::Built(again) = ensured else {
        panic!("not built: {ensured:?}")
    };
    assert_eq!(module(&again.generation, "mate"), "VALUE = 2\n");
    assert_eq!(reused(&home), again.generation);
}

#[test]
fn a_library_that_left_the_manifest_is_not_in_the_environment() {
    let (home, _) = with("{ path = '../../mate' }");
    made(&home);
    demo(&["shapes"]).write(&home.plugins());
    let generation = made(&home);
    assert!(!generation.site_packages[0].join("mate.py").exists());
    assert_eq!(home.installer().local_sources(&home.request("demo")), []);
}
