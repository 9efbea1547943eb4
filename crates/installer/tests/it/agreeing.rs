//! Versions that the process has already are preferred, where the requirements allow them.

use std::fs;
use std::sync::Arc;

use lichtfeld_installer::{
    CancelToken, Distribution, Ensured, EnvironmentRequest, Generation, Installer, LockOrigin,
    PreferenceOrigin, Preferences, Preferred, Silent,
};
use lichtfeld_testkit::{PluginBuilder, ScratchHome, SdistBuilder, WheelBuilder, WheelIndex, run};

use crate::common::{Events, demo};

fn shapes() -> ScratchHome {
    let home = ScratchHome::new();
    for version in ["1.0", "1.1", "1.2"] {
        home.index()
            .add(WheelBuilder::new("shapes", version).module("shapes", ""));
    }
    home
}

/// The request of a plugin beside an application that has these versions.
fn beside(home: &ScratchHome, name: &str, host: &[(&str, &str)]) -> EnvironmentRequest {
    let of_host = host
        .iter()
        .map(|(name, version)| Distribution::new(*name, *version));
    let of_host: Vec<_> = of_host.collect();
    let mut preferences = Preferences::default();
    preferences.add(&PreferenceOrigin::Host, &of_host);
    home.request(name).with_preferences(Arc::new(preferences))
}

fn ensure(installer: &Installer, request: &EnvironmentRequest) -> (bool, Generation) {
    match installer.ensure(request, &Silent, &CancelToken::new()) {
        Ok(Ensured::Built(built)) => (true, built.generation),
        Ok(Ensured::Reused(generation)) => (false, generation),
        other => panic!("{other:?}"),
    }
}

fn versions(generation: &Generation) -> Vec<String> {
    let all = generation.distributions.iter();
    all.map(|one| format!("{} {}", one.name, one.version))
        .collect()
}

fn preferred(generation: &Generation) -> Vec<String> {
    let all = generation.record.preferred.iter();
    all.map(
        |Preferred {
             preference, taken, ..
         }| {
            let (name, version) = (&preference.name, &preference.version);
            format!("{name} {version} of {}: {taken}", preference.origin)
        },
    )
    .collect()
}

#[test]
fn the_version_of_the_application_is_taken_where_it_may_be() {
    let home = shapes();
    let installer = home.installer();
    for (requirement, expected, taken) in [
        ("shapes>=1", "shapes 1.1", true),
        ("shapes>=1.2", "shapes 1.2", false),
        ("shapes<1.1", "shapes 1.0", false),
    ] {
        demo(&[requirement]).write(&home.plugins());
        let request = beside(&home, "demo", &[("shapes", "1.1"), ("unknown", "3.0")]);
        let (_, generation) = ensure(&installer, &request);
        assert_eq!(versions(&generation), [expected], "{requirement}");
        let told = format!("shapes 1.1 of the application: {taken}");
        assert_eq!(preferred(&generation), [told]);
    }
}

#[test]
fn indexes_and_extras_of_the_manifest_stay_what_they_are() {
    let home = shapes();
    let own = ScratchHome::new();
    for version in ["3.0", "3.1"] {
        own.index()
            .add(WheelBuilder::new("mates", version).module("mates", ""));
    }
    PluginBuilder::new("demo")
        .dependency("mates")
        .lichtfeld("extras = ['more']")
        .tables(&format!(
            "[project.optional-dependencies]\nmore = ['shapes']\n\
             [[tool.uv.index]]\nname = 'own'\nurl = '{}'\nexplicit = true\n\
             [tool.uv.sources]\nmates = {{ index = 'own' }}",
            own.index().simple()
        ))
        .write(&home.plugins());
    let mut options = home.options();
    // With `no-index` no index at all would be asked, and an explicit one is an index.
    options
        .env
        .retain(|(name, _)| name != "UV_NO_INDEX" && name != "UV_OFFLINE");
    let none = WheelIndex::new(home.path().join("none"));
    options.env.push(("UV_DEFAULT_INDEX".into(), none.simple()));
    let request = beside(&home, "demo", &[("shapes", "1.0"), ("mates", "3.0")]);
    let (_, generation) = ensure(&Installer::new(options), &request);
    assert_eq!(versions(&generation), ["mates 3.0", "shapes 1.0"]);
}

#[test]
fn a_member_of_a_workspace_agrees_too_and_nothing_is_left_in_it() {
    let home = shapes();
    let dir = PluginBuilder::new("demo")
        .dependency("shapes")
        .dependency("member")
        .tables(
            "[tool.uv.workspace]\nmembers = ['member']\n\
             [tool.uv.sources]\nmember = { workspace = true }",
        )
        .file(
            "member/pyproject.toml",
            "[project]\nname = 'member'\nversion = '1'\n[tool.uv]\npackage = false\n",
        )
        .write(&home.plugins());
    let request = beside(&home, "demo", &[("shapes", "1.1")]);
    let (_, generation) = ensure(&home.installer(), &request);
    assert!(versions(&generation).contains(&"shapes 1.1".to_owned()));
    assert!(!dir.join("uv.lock").exists());
}

#[test]
fn an_environment_is_built_once_more_for_another_application() {
    let home = shapes();
    let installer = home.installer();
    demo(&["shapes"]).write(&home.plugins());
    let (_, first) = ensure(&installer, &home.request("demo"));
    assert_eq!(versions(&first), ["shapes 1.2"]);
    let request = beside(&home, "demo", &[("shapes", "1.1")]);
    let hold = first.hold().unwrap();
    assert!(!ensure(&installer, &request).0, "not while it is used");
    drop(hold);
    let (built, second) = ensure(&installer, &request);
    assert_eq!(
        (built, versions(&second)),
        (true, vec!["shapes 1.1".to_owned()])
    );
    assert_eq!(second.path, first.path);
    assert!(!ensure(&installer, &request).0);
    // A repair keeps the versions, whatever the application has now.
    let later = beside(&home, "demo", &[("shapes", "1.0")]);
    let repaired = installer.repair(&later, &Silent, &CancelToken::new());
    let repaired = repaired.unwrap();
    assert_eq!(versions(repaired.generation().unwrap()), ["shapes 1.1"]);
}

#[test]
fn what_cannot_agree_is_tried_once() {
    let home = shapes();
    let installer = home.installer();
    demo(&["shapes>=1.2"]).write(&home.plugins());
    let (_, first) = ensure(&installer, &home.request("demo"));
    let request = beside(&home, "demo", &[("shapes", "1.1")]);
    for tried in [true, false] {
        let events = Events::default();
        let ensured = installer.ensure(&request, &events, &CancelToken::new());
        let Ok(Ensured::Reused(kept)) = ensured else {
            panic!("{ensured:?}")
        };
        assert_eq!(kept.path, first.path);
        assert_eq!(preferred(&kept), ["shapes 1.1 of the application: false"]);
        assert_eq!(events.text().contains("built anew to agree"), tried);
    }
}

#[test]
fn a_working_environment_is_kept_where_uv_fails() {
    let home = shapes();
    let installer = home.installer();
    demo(&["shapes"]).write(&home.plugins());
    let (_, first) = ensure(&installer, &home.request("demo"));
    fs::remove_dir_all(home.index().path()).unwrap();
    let request = beside(&home, "demo", &[("shapes", "1.1")]);
    let events = Events::default();
    let kept = installer.ensure(&request, &events, &CancelToken::new());
    assert_eq!(
        kept.unwrap(),
        Ensured::Reused(Generation::open(&first.path).unwrap())
    );
    assert!(
        events.text().contains("the versions stay"),
        "{}",
        events.text()
    );
}

#[test]
fn a_preference_that_does_not_build_is_no_reason_to_fail() {
    let home = shapes();
    home.index().add(
        WheelBuilder::new("mates", "1.0")
            .requires("nowhere-to-be-found")
            .module("mates", ""),
    );
    home.index()
        .add(WheelBuilder::new("mates", "2.0").module("mates", ""));
    home.index()
        .add_sdist(SdistBuilder::new("mates", "1.5").failing("no compiler"));
    demo(&["mates"]).write(&home.plugins());
    for version in ["1.0", "1.5"] {
        let request = beside(&home, "demo", &[("mates", version)]);
        let envs = home.envs();
        fs::remove_dir_all(&envs).unwrap();
        let (_, generation) = ensure(&home.installer(), &request);
        assert_eq!(versions(&generation), ["mates 2.0"], "{version}");
    }
}

/// A plugin with a lock file of its author, which has the newest version.
fn locked(home: &ScratchHome, lichtfeld: &str) {
    let plugin = demo(&["shapes>=1.1"]).lichtfeld(lichtfeld);
    let dir = plugin.write(&home.plugins());
    if !dir.join("uv.lock").exists() {
        let lock = lichtfeld_system::process::Command::new(home.options().uv.unwrap())
            .envs(home.env())
            .args(["lock", "--project", dir.as_str(), "--python"])
            .arg(&home.options().python.executable);
        drop(run(lock));
    }
}

#[test]
fn a_lock_of_the_author_gives_way_to_the_application_unless_it_is_exact() {
    let home = shapes();
    let installer = home.installer();
    for (lichtfeld, host, expected, origin) in [
        ("", "1.1", "shapes 1.1", LockOrigin::Adjusted),
        // The manifest does not allow it.
        ("", "1.0", "shapes 1.2", LockOrigin::Shipped),
        ("", "1.2", "shapes 1.2", LockOrigin::Shipped),
        ("lock = 'exact'", "1.1", "shapes 1.2", LockOrigin::Shipped),
        (
            "isolation = 'process'",
            "1.1",
            "shapes 1.2",
            LockOrigin::Shipped,
        ),
    ] {
        let _ = fs::remove_dir_all(home.envs());
        locked(&home, lichtfeld);
        let request = beside(&home, "demo", &[("shapes", host)]);
        let built = installer.ensure(&request, &Silent, &CancelToken::new());
        let Ok(Ensured::Built(built)) = built else {
            panic!("{built:?}")
        };
        let found = (
            &versions(&built.generation)[0][..],
            built.generation.record.lock,
        );
        assert_eq!(found, (expected, origin), "{lichtfeld} beside {host}");
        let told = built
            .notes
            .join("\n")
            .contains("instead of the version in uv.lock");
        assert_eq!(told, origin == LockOrigin::Adjusted, "{:?}", built.notes);
        assert!(!ensure(&installer, &request).0, "and that was all");
        let repaired = installer.repair(&request, &Silent, &CancelToken::new());
        let repaired = repaired.unwrap();
        assert_eq!(versions(repaired.generation().unwrap()), [expected]);
    }
}

#[test]
fn whether_a_lock_is_exact_makes_another_environment() {
    let home = shapes();
    let installer = home.installer();
    locked(&home, "");
    let request = beside(&home, "demo", &[("shapes", "1.1")]);
    let (_, agreeing) = ensure(&installer, &request);
    locked(&home, "lock = 'exact'");
    let request = beside(&home, "demo", &[("shapes", "1.1")]);
    let (_, exact) = ensure(&installer, &request);
    assert_ne!(agreeing.path, exact.path);
    assert_eq!(versions(&exact), ["shapes 1.2"]);
}
