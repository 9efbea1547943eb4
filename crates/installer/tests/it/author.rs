//! `.venv`, the environment of a plugin's author, with the real uv and Python.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_installer::{
    Application, AuthorEnvironment, Check, Depth, Ensured, Generation, Installer,
};
use lichtfeld_system::files;
use lichtfeld_system::process::Command;
use lichtfeld_testkit::{PluginBuilder, ScratchHome, WheelBuilder, library, run, uv};

use crate::common::{built, demo, ensure, filled, home, listing};

/// A directory with the packages of an application, which has one of its own beside them.
fn packages(home: &ScratchHome) -> Utf8PathBuf {
    let root = home.path().join("application");
    for (file, text) in [
        ("lichtfeld/__init__.py", "NAME = 'lichtfeld'\n"),
        ("lfs_plugins/__init__.py", ""),
        ("of_the_application/__init__.py", ""),
        (
            "other-1.0.dist-info/METADATA",
            "Name: other\nVersion: 1.0\n",
        ),
        (
            "lichtfeld_plugins-1.0.dist-info/METADATA",
            "Name: lichtfeld-plugins\nVersion: 1.0\n",
        ),
        (
            "lichtfeld_plugins-1.0.dist-info/entry_points.txt",
            "[pytest11]\nlichtfeld = lichtfeld\n",
        ),
    ] {
        files::write_atomic(root.join(file), text.as_bytes()).unwrap();
    }
    root
}

fn application(home: &ScratchHome) -> Application {
    Application::in_directory(&packages(home))
}

/// Makes the environment of `demo`'s author as a load does, and returns the published one.
fn made(home: &ScratchHome) -> Generation {
    let ensured = ensure(&home.installer(), home).unwrap();
    let generation = ensured.generation().unwrap().clone();
    assert_eq!(author(home, Some(&generation)), AuthorEnvironment::Current);
    generation
}

fn author(home: &ScratchHome, generation: Option<&Generation>) -> AuthorEnvironment {
    let request = home.request("demo");
    let application = application(home);
    home.installer()
        .make_author_environment(&request, generation, Some(&application))
}

fn venv(home: &ScratchHome) -> Utf8PathBuf {
    home.plugin("demo").join(".venv")
}

fn python_of(venv: &Utf8Path) -> Utf8PathBuf {
    let program = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    venv.join(program)
}

/// What the author's Python prints.
fn python(home: &ScratchHome, code: &str) -> Vec<String> {
    let python = Command::new(python_of(&venv(home)))
        .scrub_python()
        .env("PYTHONDONTWRITEBYTECODE", "1");
    run(python.args(["-c", code]))
}

/// uv as the author types it, in the plugin's directory.
fn type_uv(home: &ScratchHome, arguments: &[&str]) -> Vec<String> {
    run(Command::new(uv())
        .scrub_python()
        .envs(home.env())
        .env_remove("UV_NO_CONFIG")
        .current_dir(home.plugin("demo"))
        .args(arguments))
}

#[test]
fn it_sees_the_published_packages_and_the_application_and_nothing_else() {
    let home = home();
    let generation = made(&home);
    assert_eq!(
        python(
            &home,
            "import shapes, lichtfeld, lfs_plugins; print(shapes.SIDES, lichtfeld.NAME)"
        ),
        ["3 lichtfeld"]
    );
    let found = python(
        &home,
        "from importlib import metadata, util\n\
         print(util.find_spec('of_the_application'))\n\
         print(sorted(one.name for one in metadata.distributions()))\n\
         print([one.name for one in metadata.entry_points(group='pytest11')])",
    );
    assert_eq!(
        found,
        ["None", "['lichtfeld-plugins', 'shapes']", "['lichtfeld']"]
    );
    // Where type checkers look that run no Python.
    let site_packages = venv(&home).join(
        generation.site_packages[0]
            .strip_prefix(&generation.path)
            .unwrap(),
    );
    let text = fs::read_to_string(site_packages.join("lichtfeld_plugin.pth")).unwrap();
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(
        site_packages.join(lines[0]).canonicalize_utf8().unwrap(),
        generation.site_packages[0]
    );
    assert!(
        site_packages
            .join(lines[1])
            .join("lichtfeld/__init__.py")
            .is_file()
    );
    assert_eq!(author(&home, Some(&generation)), AuthorEnvironment::Current);
    // It is not part of the plugin.
    assert_eq!(
        fs::read_to_string(venv(&home).join(".gitignore")).unwrap(),
        "*\n"
    );
}

#[test]
fn what_the_author_installs_harms_nothing_that_is_published() {
    let home = home();
    home.index()
        .add(WheelBuilder::new("shapes", "0.9").module("shapes", "SIDES = 9\n"));
    home.index()
        .add(WheelBuilder::new("checker", "1.0").module("checker", "OK = 1\n"));
    let generation = made(&home);
    let dir = home.plugin("demo");
    let whole = || {
        assert_eq!(home.installer().verify(&generation, Depth::Hashes), []);
        let check = home.installer().check(&home.request("demo")).unwrap();
        assert_eq!(check, Check::Ready(generation.clone()));
    };

    type_uv(&home, &["pip", "install", "checker", "shapes==0.9"]);
    assert_eq!(
        python(&home, "import shapes, checker; print(shapes.SIDES)"),
        ["9"]
    );
    whole();
    type_uv(&home, &["pip", "uninstall", "shapes"]);
    assert_eq!(python(&home, "import shapes; print(shapes.SIDES)"), ["3"]);
    whole();
    // Nothing in `.venv` is of it, so there is nothing that could be removed.
    let said = type_uv(&home, &["pip", "uninstall", "shapes"]).join("\n");
    assert!(said.contains("Skipping"), "{said}");
    whole();

    // The development group of the plugin, and a command that uv runs.
    let python_file = files::write_atomic(
        dir.join("show.py"),
        b"import shapes, checker, lichtfeld; print(shapes.SIDES, checker.OK, lichtfeld.NAME)\n",
    );
    python_file.unwrap();
    type_uv(&home, &["add", "--dev", "checker"]);
    assert_eq!(
        type_uv(&home, &["run", "--no-sync", "python", "show.py"]),
        ["3 1 lichtfeld"]
    );
    type_uv(&home, &["sync"]);
    assert_eq!(
        type_uv(&home, &["run", "show.py"]).last().unwrap(),
        "3 1 lichtfeld"
    );
    assert_eq!(home.installer().verify(&generation, Depth::Hashes), []);

    // uv has written a lock file, which counts from now on: one build, and then no more.
    assert!(dir.join("uv.lock").is_file());
    let locked = made(&home);
    let names: Vec<_> = locked.distributions.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["shapes"]);
    assert_eq!(
        ensure(&home.installer(), &home).unwrap(),
        Ensured::Reused(locked)
    );
    // What the author has installed stays.
    assert_eq!(python(&home, "import checker; print(checker.OK)"), ["1"]);
}

#[test]
fn it_follows_the_next_generation_and_keeps_what_the_author_installed() {
    let home = home();
    home.index()
        .add(WheelBuilder::new("checker", "1.0").module("checker", "OK = 1\n"));
    let first = made(&home);
    type_uv(&home, &["pip", "install", "checker"]);

    home.index()
        .add(WheelBuilder::new("shapes", "2.0").module("shapes", "SIDES = 4\n"));
    demo(&["shapes>=2"]).write(&home.plugins());
    let request = home.request("demo");
    let second = built(&home.installer(), &home);
    assert_ne!(first.path, second.path);
    let application = application(&home);
    let now = |generation: &Generation| {
        home.installer()
            .author_environment(&request, Some(generation), Some(&application))
    };
    assert_eq!(now(&second), AuthorEnvironment::Outdated);
    assert_eq!(made(&home), second);
    assert_eq!(now(&second), AuthorEnvironment::Current);
    assert_eq!(
        python(&home, "import shapes, checker; print(shapes.SIDES)"),
        ["4"]
    );
    // The one that the author sees is not swept.
    let mut options = home.options();
    options.kept_generations = 0;
    assert_eq!(author(&home, Some(&first)), AuthorEnvironment::Current);
    assert_eq!(Installer::new(options).sweep().removed, [second.path]);
}

#[test]
fn a_plugin_without_dependencies_has_one_too() {
    let home = ScratchHome::new();
    PluginBuilder::new("demo").write(&home.plugins());
    assert_eq!(author(&home, None), AuthorEnvironment::Current);
    assert_eq!(
        python(&home, "import lichtfeld; print(lichtfeld.NAME)"),
        ["lichtfeld"]
    );
    assert_eq!(home.environment_entries(), [""; 0]);
    assert_eq!(listing(&home.envs()), [""; 0]);
    assert_eq!(
        listing(&home.plugin("demo")),
        [".venv", "__init__.py", "pyproject.toml"]
    );
}

#[test]
fn what_somebody_else_made_is_left_alone() {
    let home = home();
    let generation = built(&home.installer(), &home);
    let venv = venv(&home);
    // By uv, as by a person.
    type_uv(
        &home,
        &[
            "venv",
            "--python",
            lichtfeld_testkit::python().executable.as_str(),
        ],
    );
    let before = fs::read(venv.join("pyvenv.cfg")).unwrap();
    let found = author(&home, Some(&generation));
    assert_eq!(found, AuthorEnvironment::Foreign { path: venv.clone() });
    assert!(found.note().unwrap().contains("delete it and load"));
    assert_eq!(fs::read(venv.join("pyvenv.cfg")).unwrap(), before);
    assert!(!venv.join("application").exists());
    home.installer()
        .remove(home.request("demo").name(), &home.plugin("demo"))
        .unwrap();
    assert!(
        venv.join("pyvenv.cfg").is_file(),
        "not even with the plugin"
    );

    // A directory with anything in it, and a file.
    for make in [
        |path: &Utf8Path| fs::create_dir(path),
        |path: &Utf8Path| fs::File::create(path).map(drop),
    ] {
        files::remove_tree(&venv).unwrap();
        make(&venv).unwrap();
        let found = author(&home, None);
        assert!(
            matches!(found, AuthorEnvironment::Foreign { .. }),
            "{found:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_of_earlier_versions_are_replaced_and_those_of_others_are_not() {
    let home = home();
    let generation = built(&home.installer(), &home);
    let venv = venv(&home);
    for target in [
        generation.path.clone(),
        Utf8PathBuf::from("../../envs/demo").join(generation.path.file_name().unwrap()),
        Utf8PathBuf::from("../../envs/demo/long-gone"),
    ] {
        std::os::unix::fs::symlink(&target, &venv).unwrap();
        assert_eq!(author(&home, Some(&generation)), AuthorEnvironment::Current);
        assert!(fs::symlink_metadata(&venv).unwrap().is_dir(), "{target}");
        files::remove_tree(&venv).unwrap();
    }
    assert_eq!(home.installer().verify(&generation, Depth::Hashes), []);
    let elsewhere = home.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &venv).unwrap();
    assert_eq!(
        author(&home, Some(&generation)),
        AuthorEnvironment::Foreign { path: venv }
    );
}

#[test]
fn packages_with_pth_files_and_editable_libraries_are_seen() {
    let home = home();
    let library = library(&home.path().join("mate"), "mate", "VALUE = 5\n");
    home.index().add(
        WheelBuilder::new("native", "1.0")
            .module("native", "")
            .file("hidden/inner.py", b"VALUE = 6\n")
            .pth("native", "import sys; sys.from_pth = 1\nhidden\n"),
    );
    demo(&["native", "mate"])
        .tables(&format!(
            "[tool.uv.sources]\nmate = {{ path = '{library}', editable = true }}"
        ))
        .write(&home.plugins());
    let generation = made(&home);
    assert_eq!(generation.record.sources.len(), 1);
    let code = "import native, mate, inner, sys; print(mate.VALUE, inner.VALUE, sys.from_pth)";
    assert_eq!(python(&home, code), ["5 6 1"]);
}

#[test]
fn it_moves_with_the_home_and_odd_paths_are_paths() {
    let odd = format!("ein Ordner 'mit' Ümläuten 光 {}", "x".repeat(60));
    let home = filled(ScratchHome::named(&odd));
    let generation = made(&home);
    let code = "import shapes, lichtfeld; print(shapes.SIDES)";
    assert_eq!(python(&home, code), ["3"]);
    let elsewhere = ScratchHome::new();
    for dir in ["plugins", "envs", "application"] {
        let target = elsewhere.path().join(dir);
        files::remove_tree(&target).unwrap();
        fs::rename(home.path().join(dir), target).unwrap();
    }
    // The packages at once, by relative paths.
    assert_eq!(
        python(&elsewhere, "import shapes; print(shapes.SIDES)"),
        ["3"]
    );
    let moved = made(&elsewhere);
    assert_eq!(moved.fingerprint, generation.fingerprint);
    assert_eq!(python(&elsewhere, code), ["3"]);
}

#[test]
fn whatever_is_missing_is_made_again() {
    let home = home();
    let generation = made(&home);
    let venv = venv(&home);
    let paths = generation.site_packages[0].strip_prefix(&generation.path);
    let paths = venv.join(paths.unwrap()).join("lichtfeld_plugin.pth");
    for part in [
        python_of(&venv),
        paths,
        venv.join("application"),
        venv.join("application/lichtfeld"),
    ] {
        let removed = fs::remove_file(&part).or_else(|_| fs::remove_dir_all(&part));
        removed.unwrap();
        assert_eq!(
            author(&home, Some(&generation)),
            AuthorEnvironment::Current,
            "{part}"
        );
        let code = "import shapes, lichtfeld; print(shapes.SIDES)";
        assert_eq!(python(&home, code), ["3"], "{part}");
    }
    // Another patch of Python, whose predecessor is gone.
    let text = fs::read_to_string(venv.join("pyvenv.cfg")).unwrap();
    let home_of = text.lines().next().unwrap().to_owned();
    let other = text.replace(&home_of, "home = /no/such/place");
    files::write_atomic(venv.join("pyvenv.cfg"), other.as_bytes()).unwrap();
    made(&home);
    assert_eq!(fs::read_to_string(venv.join("pyvenv.cfg")).unwrap(), text);
}

#[test]
fn without_an_interpreter_or_a_place_it_says_why() {
    let home = home();
    let mut options = home.options();
    options.python.executable = "/no/such/python3".into();
    let found = Installer::new(options).make_author_environment(&home.request("demo"), None, None);
    let note = found.note().unwrap();
    assert!(note.contains("/no/such/python3"), "{note}");
    assert!(!venv(&home).exists());
    let request = home.request("demo");
    files::remove_tree(&home.plugin("demo")).unwrap();
    let found = home
        .installer()
        .make_author_environment(&request, None, None);
    assert!(
        matches!(found, AuthorEnvironment::Impossible { .. }),
        "{found:?}"
    );
}

#[test]
fn several_make_it_at_once() {
    let home = home();
    let generation = built(&home.installer(), &home);
    packages(&home);
    let application = Application::in_directory(&home.path().join("application"));
    let request = home.request("demo");
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    home.installer().make_author_environment(
                        &request,
                        Some(&generation),
                        Some(&application),
                    )
                })
            })
            .collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), AuthorEnvironment::Current);
        }
    });
    assert_eq!(listing(&home.envs()), [".staging", "demo"]);
    assert_eq!(python(&home, "import shapes, lichtfeld; print(1)"), ["1"]);
}

/// A shell that has activated it finds its Python.
#[cfg(unix)]
#[test]
fn shells_can_activate_it() {
    let home = home();
    made(&home);
    let script = "before=$PATH; . plugins/demo/.venv/bin/activate && python -c 'import shapes, sys; \
                  print(shapes.SIDES, sys.prefix == \"'$VIRTUAL_ENV'\")'; deactivate; \
                  [ \"$PATH\" = \"$before\" ] && echo \"as before ${VIRTUAL_ENV-unset}\"";
    let bash = Command::new("bash").scrub_python();
    let said = run(bash.current_dir(home.path()).args(["-c", script]));
    assert_eq!(said, ["3 True", "as before unset"]);
}

#[cfg(feature = "failpoints")]
mod killed {
    use super::*;
    use crate::two_processes::start;

    #[test]
    fn victim() {
        let Ok(point) = std::env::var("LICHTFELD_TEST_POINT") else {
            return;
        };
        let root = Utf8PathBuf::from(std::env::var("LICHTFELD_TEST_HOME").unwrap());
        fail::cfg_callback(point, || {
            let pid = rustix::process::getpid();
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        })
        .unwrap();
        let dir = root.join("plugins/demo");
        let manifest = lichtfeld_manifest::read(&dir).into_result().unwrap();
        let request = lichtfeld_installer::EnvironmentRequest::from_manifest(&dir, &manifest);
        let options = lichtfeld_installer::InstallerOptions::new(
            root.join("envs"),
            lichtfeld_testkit::python(),
        );
        Installer::new(options).make_author_environment(&request, None, None);
    }

    #[test]
    fn killed_while_it_is_made() {
        for (point, exists) in [("author-written", false), ("author-moved", true)] {
            let home = home();
            let victim = start(
                &home,
                "author::killed::victim",
                &[("LICHTFELD_TEST_POINT", point)],
            );
            let exit = victim.wait();
            assert_eq!(exit.signal, Some(9), "{point}: {:?}", victim.tail());
            // Nobody has seen half of it.
            assert_eq!(venv(&home).exists(), exists, "{point}");
            assert_eq!(author(&home, None), AuthorEnvironment::Current, "{point}");
        }
    }
}
