//! One environment for one interpreter, and another for other files.

use std::fs;

use lichtfeld_installer::{
    CancelToken, Check, Ensured, Generation, Installer, InstallerOptions, PreferenceOrigin,
    Preferences, Relock, Silent,
};
use lichtfeld_testkit::{ScratchHome, WheelBuilder};

use crate::common::{built, demo, ensure, home};

fn module(generation: &Generation, name: &str) -> String {
    fs::read_to_string(generation.site_packages[0].join(format!("{name}.py"))).unwrap()
}

#[cfg(unix)]
#[test]
fn all_names_of_one_interpreter_have_one_environment() {
    let home = home();
    let first = built(&home.installer(), &home);
    let bin = home.path().join("bin");
    fs::create_dir(&bin).unwrap();
    for name in ["python", "python3"] {
        let mut options = home.options();
        let link = bin.join(name);
        std::os::unix::fs::symlink(&options.python.executable, &link).unwrap();
        options.python.executable = link;
        let found = ensure(&Installer::new(options), &home).unwrap();
        assert_eq!(found, Ensured::Reused(first.clone()), "{name}");
    }
}

#[test]
fn a_wheel_of_the_author_that_was_built_again_is_installed_again() {
    let home = ScratchHome::new();
    let wheel = |text: &str, version: &str| {
        let wheel = WheelBuilder::new("packed", version).module("packed", text);
        wheel.write(&home.plugin("demo").join("wheels"));
    };
    let installer = Installer::new(own_wheels(&home));
    for (requirement, tables) in [
        ("packed", "[tool.uv]\nfind-links = ['wheels']"),
        (
            "packed",
            "[tool.uv.sources]\npacked = { path = 'wheels/packed-1.0-py3-none-any.whl' }",
        ),
    ] {
        demo(&[requirement]).tables(tables).write(&home.plugins());
        wheel("VALUE = 1\n", "1.0");
        let first = built(&installer, &home);
        assert!(matches!(ensure(&installer, &home), Ok(Ensured::Reused(_))));
        wheel("VALUE = 22\n", "1.0");
        let second = built(&installer, &home);
        assert_ne!(first.path, second.path, "{tables}");
        assert_eq!(module(&second, "packed"), "VALUE = 22\n", "{tables}");
        assert_eq!(module(&first, "packed"), "VALUE = 1\n", "{tables}");
        assert!(matches!(ensure(&installer, &home), Ok(Ensured::Reused(_))));
    }
}

#[cfg(unix)]
#[test]
fn links_into_a_cache_that_was_emptied_are_damage() {
    let home = home();
    let mut options = home.options();
    options.env.push(("UV_LINK_MODE".into(), "symlink".into()));
    let installer = Installer::new(options);
    let first = built(&installer, &home);
    assert!(first.site_packages[0].join("shapes.py").is_symlink());
    fs::remove_dir_all(home.cache()).unwrap();
    let check = installer.check(&home.request("demo")).unwrap();
    let Check::Damaged { reason, .. } = check else {
        panic!("{check:?}")
    };
    assert!(reason.contains("cache was emptied"), "{reason}");
    assert_eq!(built(&installer, &home).path, first.path);
    let check = installer.check(&home.request("demo")).unwrap();
    assert!(matches!(check, Check::Ready(_)), "{check:?}");
}

#[test]
fn wheels_of_the_author_agree_like_those_of_an_index() {
    let home = with_wheels(&["packed"]);
    let newer = WheelBuilder::new("packed", "1.1").module("packed", "");
    newer.write(&home.plugin("demo").join("wheels"));
    let installer = Installer::new(own_wheels(&home));
    assert_eq!(built(&installer, &home).distributions[0].version, "1.1");
    let mut preferences = Preferences::default();
    preferences.prefer(&PreferenceOrigin::Host, "packed", "1.0");
    let request = home.request("demo").with_preferences(preferences.into());
    let ensured = installer.ensure(&request, &Silent, &CancelToken::new());
    let Ok(Ensured::Built(built)) = ensured else {
        panic!("{ensured:?}")
    };
    assert_eq!(built.generation.distributions[0].version, "1.0");
}

fn lock_of(home: &ScratchHome) -> String {
    fs::read_to_string(home.plugin("demo").join("uv.lock")).unwrap()
}

fn author(home: &ScratchHome) -> Installer {
    Installer::new(own_wheels(home).with_relock(Relock::Create))
}

/// Options with which the `find-links` of the manifest count, and not those of the tests.
fn own_wheels(home: &ScratchHome) -> InstallerOptions {
    let mut options = home.options();
    options
        .env
        .retain(|(name, _)| name != "UV_FIND_LINKS" && name != "UV_NO_CONFIG");
    options
}

/// A home whose plugin `demo` has wheels of its own.
fn with_wheels(dependencies: &[&str]) -> ScratchHome {
    let home = ScratchHome::new();
    for name in ["shapes", "packed"] {
        let wheel = WheelBuilder::new(name, "1.0").module(name, "");
        wheel.write(&home.plugin("demo").join("wheels"));
    }
    requires(&home, dependencies);
    home
}

fn requires(home: &ScratchHome, dependencies: &[&str]) {
    demo(dependencies)
        .tables("[tool.uv]\nfind-links = ['wheels']")
        .write(&home.plugins());
}

#[test]
fn a_lock_of_an_author_who_names_no_python_is_for_all() {
    let home = with_wheels(&["shapes", "packed"]);
    built(&author(&home), &home);
    let lock = lock_of(&home);
    assert!(lock.contains("requires-python = \">=3.10\""), "{lock}");
    assert!(lock.contains("{ registry = \"wheels\" }"), "{lock}");
    assert!(!lock.contains(home.path().as_str()), "{lock}");
    // It resolves again, whatever is there.
    built(&author(&home), &home);
    assert!(matches!(
        ensure(&home.installer(), &home),
        Ok(Ensured::Reused(_))
    ));
    // For what no older Python has, the oldest on which there is a solution.
    let (_, minor, _) = home.options().python.version;
    let newest = format!(">=3.{minor}");
    let modern = WheelBuilder::new("modern", "1.0").requires_python(&newest);
    modern.write(&home.plugin("demo").join("wheels"));
    requires(&home, &["modern"]);
    built(&author(&home), &home);
    let expected = format!("requires-python = \"{newest}\"");
    assert!(lock_of(&home).contains(&expected), "{}", lock_of(&home));
}

#[test]
fn what_an_author_says_about_python_is_in_the_lock() {
    let home = with_wheels(&[]);
    let plugin = demo(&["shapes"]).tables("[tool.uv]\nfind-links = ['wheels']");
    plugin.requires_python(">=3.9").write(&home.plugins());
    built(&author(&home), &home);
    assert!(lock_of(&home).contains("requires-python = \">=3.9\""));
}

#[test]
fn a_lock_for_other_pythons_is_resolved_anew() {
    let home = with_wheels(&["shapes"]);
    let plugin = home.plugin("demo");
    built(&author(&home), &home);
    let lock = lock_of(&home);
    let narrow = lock.replace("\">=3.10\"", "\">=3.99\"");
    assert_ne!(lock, narrow);
    lichtfeld_system::files::write_atomic(plugin.join("uv.lock"), narrow.as_bytes()).unwrap();
    let installer = Installer::new(own_wheels(&home));
    let ensured = installer.ensure(&home.request("demo"), &Silent, &CancelToken::new());
    let Ok(Ensured::Built(built)) = ensured else {
        panic!("{ensured:?}")
    };
    assert!(
        built.notes.join("\n").contains(">=3.99"),
        "{:?}",
        built.notes
    );
    assert_eq!(built.generation.distributions[0].version, "1.0");
    assert_eq!(lock_of(&home), narrow, "it is the author's");
}
