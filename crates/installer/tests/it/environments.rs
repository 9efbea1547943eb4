//! Environments from the first installation to the last removal, with the real uv.

use std::fs;
use std::time::Duration;

use crate::common::{Events, built, demo, ensure, home, listing, litter};
use lichtfeld_installer::{
    CancelToken, Check, Ensured, EventKind, Installer, InstallerOptions, LockOrigin, Relock, Silent,
};
use lichtfeld_system::process::Command;
use lichtfeld_testkit::{PluginBuilder, ScratchHome, WheelBuilder, WheelIndex, run, uv};

fn import(generation: &lichtfeld_installer::Generation, code: &str) -> Vec<String> {
    let python = Command::new(&generation.python).env("PYTHONDONTWRITEBYTECODE", "1");
    run(python.scrub_python().args(["-I", "-c", code]))
}

#[test]
fn installs_once_and_then_only_looks() {
    let home = home();
    let installer = home.installer();
    let missing = installer.check(&home.request("demo")).unwrap();
    assert!(
        matches!(&missing, Check::Missing { reason } if reason.contains("never")),
        "{missing:?}"
    );

    let generation = built(&installer, &home);
    assert_eq!(
        import(&generation, "import shapes; print(shapes.SIDES)"),
        ["3"]
    );
    let names: Vec<_> = generation
        .distributions
        .iter()
        .map(|found| found.name.clone())
        .collect();
    assert_eq!(names, ["shapes"]);
    assert_eq!(generation.record.lock, LockOrigin::Resolved);
    assert!(generation.record.size > 0);
    assert!(generation.path.join("uv.lock").is_file());
    // No shell can activate it, and write into it.
    let programs = listing(&generation.path.join("bin"));
    assert!(programs.contains(&"shapes-cli".to_owned()), "{programs:?}");
    let can_activate = |name: &String| name.contains("activate");
    assert!(!programs.iter().any(can_activate), "{programs:?}");
    // The author's directory gets nothing by itself.
    assert_eq!(
        listing(&home.plugin("demo")),
        ["__init__.py", "pyproject.toml"]
    );
    assert_eq!(litter(&home), [""; 0]);

    // Without uv nothing but looking is left.
    let mut options = home.options();
    options.uv = Some("/no/such/uv".into());
    let blind = Installer::new(options);
    assert_eq!(
        ensure(&blind, &home).unwrap(),
        Ensured::Reused(generation.clone())
    );
}

#[test]
fn scripts_and_the_whole_home_survive_being_moved() {
    let home = home();
    let generation = built(&home.installer(), &home);
    let script = generation.path.join("bin/shapes-cli");
    assert_eq!(run(Command::new(script)), ["3"]);

    let elsewhere = ScratchHome::new();
    for dir in ["plugins", "envs"] {
        fs::remove_dir_all(elsewhere.path().join(dir)).unwrap();
        fs::rename(home.path().join(dir), elsewhere.path().join(dir)).unwrap();
    }
    let mut options = elsewhere.options();
    options.uv = Some("/no/such/uv".into());
    let ensured = ensure(&Installer::new(options), &elsewhere).unwrap();
    let Ensured::Reused(moved) = ensured else {
        panic!("{ensured:?}")
    };
    assert!(moved.path.starts_with(elsewhere.path()));
    assert_eq!(run(Command::new(moved.path.join("bin/shapes-cli"))), ["3"]);
}

#[test]
fn no_dependencies_no_environment() {
    let home = ScratchHome::new();
    PluginBuilder::new("demo").write(&home.plugins());
    let mut options = home.options();
    options.uv = Some("/no/such/uv".into());
    assert_eq!(
        ensure(&Installer::new(options), &home).unwrap(),
        Ensured::NotNeeded
    );
    assert_eq!(home.environment_entries(), [""; 0]);
}

#[test]
fn comments_and_versions_change_nothing_and_dependencies_do() {
    let home = home();
    let installer = home.installer();
    let first = built(&installer, &home);
    demo(&["shapes >= 1"])
        .version("2.0")
        .tables("# hello")
        .write(&home.plugins());
    assert!(matches!(
        ensure(&installer, &home).unwrap(),
        Ensured::Reused(_)
    ));

    home.index()
        .add(WheelBuilder::new("colours", "1.0").module("colours", "RED = 1\n"));
    demo(&["shapes>=1", "colours"]).write(&home.plugins());
    let check = installer.check(&home.request("demo")).unwrap();
    assert!(
        matches!(&check, Check::Missing { reason } if reason.contains("changed")),
        "{check:?}"
    );
    let second = built(&installer, &home);
    assert_ne!(first.path, second.path);
    assert!(first.path.is_dir(), "the old one is kept for a rollback");
    assert_eq!(
        installer.generations(home.request("demo").name()).unwrap()[0],
        second
    );

    // Back: nothing is built.
    demo(&["shapes>=1"]).write(&home.plugins());
    assert_eq!(
        ensure(&installer, &home).unwrap(),
        Ensured::Reused(first.clone())
    );
}

#[test]
fn a_shipped_lock_is_obeyed_and_a_stale_one_refused() {
    let home = home();
    let dir = home.plugin("demo");
    let lock = |home: &ScratchHome| {
        let command = Command::new(uv())
            .scrub_python()
            .envs(home.env())
            .args(["lock", "--python"]);
        let python = lichtfeld_testkit::python().executable;
        drop(run(command
            .args([&python])
            .args(["--project", dir.as_str()])));
    };
    lock(&home);
    home.index()
        .add(WheelBuilder::new("shapes", "2.0").module("shapes", "SIDES = 4\n"));
    let generation = built(&home.installer(), &home);
    assert_eq!(generation.distributions[0].version, "1.0");
    assert_eq!(generation.record.lock, LockOrigin::Shipped);

    demo(&["shapes>=2"]).write(&home.plugins());
    let error = ensure(&home.installer(), &home).unwrap_err();
    assert_eq!(error.code(), "LI117");
    let text = format!("{error}\n{}", error.hint().unwrap()).replace(dir.as_str(), "<plugin>");
    insta::assert_snapshot!(text, @r"
    <plugin>/uv.lock does not fit the manifest: the manifest and the lock require different versions of shapes
    Run `uv lock --project '<plugin>'` to bring it up to date, or delete <plugin>/uv.lock.
    ");
    let mut options = home.options();
    options.relock = Relock::Allow;
    let generation = built(&Installer::new(options), &home);
    assert_eq!(generation.distributions[0].version, "2.0");
    assert!(matches!(
        ensure(&home.installer(), &home).unwrap(),
        Ensured::Reused(_)
    ));
}

#[test]
fn an_explicit_index_extras_and_relative_paths_work() {
    let home = home();
    let private = WheelIndex::new(home.path().join("private"));
    private.add(WheelBuilder::new("secret", "1.0").module("secret", "KEY = 7\n"));
    home.index()
        .add(WheelBuilder::new("colours", "1.0").module("colours", "RED = 1\n"));
    let address = private.simple();
    let beside = WheelBuilder::new("beside", "1.0").module("beside", "");
    let dir = demo(&["shapes", "secret", "beside"])
        .lichtfeld("extras = ['paint']")
        .tables("[project.optional-dependencies]\npaint = ['colours']\nunused = ['no-such']")
        .tables("[dependency-groups]\ndev = ['no-such-package']")
        .tables(&format!("[[tool.uv.index]]\nname = 'p'\nurl = '{address}'\nexplicit = true"))
        .tables("[tool.uv.sources]\nsecret = [{ index = 'p' }]\nbeside.path = 'wheels/beside-1.0-py3-none-any.whl'")
        .write(&home.plugins());
    beside.write(&dir.join("wheels"));
    let mut options = home.options();
    // With `no-index` no index at all would be asked, and an explicit one is an index.
    options
        .env
        .retain(|(name, _)| name != "UV_NO_INDEX" && name != "UV_OFFLINE");
    options.env.push((
        "UV_DEFAULT_INDEX".into(),
        WheelIndex::new(home.path().join("none")).simple(),
    ));
    let manifest = fs::read_to_string(dir.join("pyproject.toml")).unwrap();
    let without_unused = manifest.replace("unused = ['no-such']", "");
    lichtfeld_system::files::write_atomic(dir.join("pyproject.toml"), without_unused.as_bytes())
        .unwrap();
    let generation = built(&Installer::new(options), &home);
    let names: Vec<_> = generation
        .distributions
        .iter()
        .map(|found| &*found.name)
        .collect();
    assert_eq!(names, ["beside", "colours", "secret", "shapes"]);
    assert!(generation.distributions[0].direct_url.is_some());
}

#[test]
fn odd_paths_are_paths() {
    let odd = format!(
        "ein Ordner mit Leerzeichen 'und' Ümläuten 光 {}",
        "x".repeat(120)
    );
    let home = crate::common::filled(ScratchHome::named(&odd));
    let generation = built(&home.installer(), &home);
    assert!(generation.path.as_str().len() > 200);
    assert_eq!(
        import(&generation, "import shapes; print(shapes.SIDES)"),
        ["3"]
    );
    assert_eq!(
        run(Command::new(generation.path.join("bin/shapes-cli"))),
        ["3"]
    );
}

#[test]
fn misleading_variables_do_not_reach_uv() {
    let home = home();
    let mut options = home.options();
    // As if the host had them: what the options name comes after the scrubbing.
    options
        .env
        .push(("UV_PROJECT_ENVIRONMENT".into(), "/no/such/place".into()));
    options
        .env
        .push(("VIRTUAL_ENV".into(), "/no/such/place".into()));
    let generation = built(&Installer::new(options), &home);
    assert_eq!(
        import(&generation, "import shapes; print(shapes.SIDES)"),
        ["3"]
    );
}

#[test]
fn events_tell_the_whole_story() {
    let home = home();
    let events = Events::default();
    let request = home.request("demo");
    home.installer()
        .ensure(&request, &events, &CancelToken::new())
        .unwrap();
    let steps: Vec<String> = events
        .all()
        .into_iter()
        .filter(|event| {
            matches!(
                event.kind,
                EventKind::StepStarted { .. }
                    | EventKind::Resolved { .. }
                    | EventKind::Installing { .. }
            )
        })
        .map(|event| event.to_string())
        .collect();
    insta::assert_snapshot!(steps.join("\n"), @r"
    creating the environment
    installing packages
    resolved 2 packages
    0 of 1 package installed
    1 of 1 package installed
    publishing the environment
    ");
    assert!(matches!(
        events.all().last().unwrap().kind,
        EventKind::Finished { .. }
    ));
}

#[test]
fn several_at_once_and_one_that_fails() {
    let home = home();
    for number in 0..4 {
        let name = format!("p{number}");
        let dependency = if number == 2 {
            "no-such-package"
        } else {
            "shapes"
        };
        PluginBuilder::new(&name)
            .dependency(dependency)
            .write(&home.plugins());
    }
    let requests: Vec<_> = (0..4)
        .map(|number| home.request(&format!("p{number}")))
        .collect();
    let results = home
        .installer()
        .install_many(&requests, &Silent, &CancelToken::new());
    let states: Vec<_> = results
        .iter()
        .map(|result| result.as_ref().map_err(|error| error.code()).is_ok())
        .collect();
    assert_eq!(states, [true, true, false, true]);
    // Offline, so that nobody can say whether there is such a package.
    assert_eq!(results[2].as_ref().unwrap_err().code(), "LI102");
}

#[test]
fn a_member_of_a_workspace_leaves_no_lock_behind() {
    let home = home();
    let dir = demo(&["shapes", "mate"])
        .tables("[tool.uv.workspace]\nmembers = ['mate']")
        .tables("[tool.uv.sources]\nmate = { workspace = true }")
        .write(&home.plugins());
    lichtfeld_system::files::write_atomic(
        dir.join("mate/pyproject.toml"),
        b"[project]\nname = 'mate'\nversion = '1'\n[tool.uv]\npackage = false\n",
    )
    .unwrap();
    // A virtual member is not installed, and needs no build backend.
    let generation = built(&home.installer(), &home);
    assert!(generation.path.join("uv.lock").is_file());
    assert_eq!(listing(&dir), ["__init__.py", "mate", "pyproject.toml"]);
}

#[test]
fn a_lock_file_is_written_where_it_was_asked_for() {
    let home = home();
    // One without a lock file, however good, is not what was asked for.
    built(&home.installer(), &home);
    let mut options = home.options();
    options.relock = Relock::Create;
    let generation = built(&Installer::new(options), &home);
    assert_eq!(generation.record.lock, LockOrigin::Shipped);
    let names = ["__init__.py", "pyproject.toml", "uv.lock"];
    assert_eq!(listing(&home.plugin("demo")), names);
    // It is part of what decides the environment, and everybody finds that there.
    assert_eq!(
        ensure(&home.installer(), &home).unwrap(),
        Ensured::Reused(generation)
    );
}

#[test]
fn compiled_extensions_and_pth_files_work() {
    let home = home();
    let source = WheelBuilder::c_source("native", "compiled");
    let wheel = WheelBuilder::new("native", "1.0").extension("native", &source);
    home.index()
        .add(wheel.pth("native", "import sys; sys.from_pth = 1\n"));
    demo(&["native"]).write(&home.plugins());
    let generation = built(&home.installer(), &home);
    let code = "import native, sys; print(native.VALUE, sys.from_pth)";
    assert_eq!(import(&generation, code), ["compiled 1"]);
}

#[test]
fn options_have_defaults() {
    let options = InstallerOptions::new("envs", lichtfeld_testkit::python());
    assert_eq!(options.kept_generations, 2);
    assert_eq!(options.stall_timeout, Some(Duration::from_secs(600)));
}
