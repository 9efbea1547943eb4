//! Which child processes an installation starts, and with what environment of its own.

use std::fs;

use camino::Utf8PathBuf;
use lichtfeld_installer::{AuthorEnvironment, CancelToken, Check, Generation, Installer, Silent};
use lichtfeld_testkit::{PluginBuilder, ScratchHome, run};

use crate::common::{built, ensure, home};
use crate::faults::script;
use crate::two_processes::{Borrowed, start};

/// An installer whose uv writes down what it is asked to do, and the list so far.
fn counted(home: &ScratchHome) -> (Installer, impl Fn() -> Vec<String>) {
    let (uv, log) = (lichtfeld_testkit::uv(), home.path().join("asked"));
    let body = format!(
        "case \" $* \" in *' run '*) exit 1;; *' venv '*) echo venv >> '{log}';; \
         *' sync '*) echo sync >> '{log}';; *) echo \"$*\" >> '{log}';; esac; exec '{uv}' \"$@\""
    );
    let mut options = home.options();
    options.uv = Some(script(home, "counted", &body));
    options.jobs = 1;
    let asked = move || {
        let text = fs::read_to_string(&log).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    };
    (Installer::new(options), asked)
}

#[test]
fn the_empty_environment_is_made_once() {
    let home = home();
    for name in ["one", "two", "three"] {
        PluginBuilder::new(name)
            .dependency("shapes")
            .write(&home.plugins());
    }
    let requests = ["one", "two", "three"].map(|name| home.request(name));
    let (installer, asked) = counted(&home);
    let made = installer.install_many(&requests, &Silent, &CancelToken::new());
    assert_eq!(asked(), ["venv", "sync", "sync", "sync"]);

    // One written from memory is as good as uv's own, moved as it is.
    for made in &made {
        let generation = made.as_ref().unwrap().generation().unwrap();
        let prefix = "import shapes, sys; print(sys.prefix)";
        let command = lichtfeld_system::process::Command::new(&generation.python);
        let prefix = run(command.scrub_python().args(["-I", "-c", prefix]));
        assert_eq!(prefix, [generation.path.as_str()]);
        let command =
            lichtfeld_system::process::Command::new(generation.path.join("bin/shapes-cli"));
        assert_eq!(run(command.scrub_python()), ["3"]);
    }
    // Another look asks for nothing, a removed one for what is missing.
    for made in installer.install_many(&requests, &Silent, &CancelToken::new()) {
        made.unwrap();
    }
    assert_eq!(asked().len(), 4);
    let lost = made[1].as_ref().unwrap().generation().unwrap();
    fs::remove_dir_all(&lost.path).unwrap();
    installer
        .ensure(&requests[1], &Silent, &CancelToken::new())
        .unwrap();
    assert_eq!(asked()[4..], ["sync"]);
}

/// The one thread that starts children is started with the first of them.
#[cfg(target_os = "linux")]
fn has_started_a_child() -> bool {
    fs::read_dir("/proc/self/task").unwrap().any(|task| {
        let name = fs::read_to_string(task.unwrap().path().join("comm"));
        name.is_ok_and(|name| name.trim() == "child-spawn")
    })
}

#[cfg(target_os = "linux")]
#[test]
fn looker() {
    if std::env::var("LICHTFELD_TEST_TASK").as_deref() != Ok("look") {
        return;
    }
    let root = Utf8PathBuf::from(std::env::var("LICHTFELD_TEST_HOME").unwrap());
    let published = root.join("envs/demo").read_dir_utf8().unwrap().flatten();
    let generation = published
        .filter_map(|entry| Generation::open(entry.path()).ok())
        .next()
        .unwrap();
    let options = lichtfeld_installer::InstallerOptions::new(
        root.join("envs"),
        generation.record.python.clone(),
    );
    let manifest = lichtfeld_manifest::read(&root.join("plugins/demo"));
    let request = lichtfeld_installer::EnvironmentRequest::from_manifest(
        &root.join("plugins/demo"),
        &manifest.into_result().unwrap(),
    );
    let installer = Installer::new(options);
    assert!(matches!(installer.check(&request), Ok(Check::Ready(_))));
    let ensured = installer.ensure(&request, &Silent, &CancelToken::new());
    assert_eq!(ensured.unwrap().generation().unwrap().path, generation.path);
    let seen = installer.make_author_environment(&request, Some(&generation), None);
    assert_eq!(seen, AuthorEnvironment::Current);
    assert!(!has_started_a_child(), "looking started a process");

    // So that the sign looked for is the right one.
    Borrowed::new(&root);
    assert!(has_started_a_child());
}

#[cfg(target_os = "linux")]
#[test]
fn looking_starts_no_process() {
    let home = home();
    built(&home.installer(), &home);
    let task = [("LICHTFELD_TEST_TASK", "look")];
    let looker = start(&home, "children::looker", &task);
    assert!(looker.wait().success(), "{:?}", looker.tail());
}

#[test]
fn what_the_host_was_started_with_leads_nowhere_else() {
    let home = home();
    let elsewhere = home.path().join("elsewhere");
    let place = elsewhere.as_str();
    let task = [
        ("LICHTFELD_TEST_TASK", "install"),
        ("VIRTUAL_ENV", place),
        ("CONDA_PREFIX", place),
        ("UV_PROJECT_ENVIRONMENT", place),
        ("UV_PYTHON", "2.7"),
        ("UV_MANAGED_PYTHON", "1"),
        ("UV_PROJECT", place),
        ("PYTHONHOME", place),
        ("PYTHONPATH", place),
        ("PYTHONSTARTUP", place),
    ];
    let other = start(&home, "two_processes::other_process", &task);
    assert!(other.wait().success(), "{:?}", other.tail());
    assert!(!elsewhere.exists());
    let ensured = ensure(&home.installer(), &home).unwrap();
    assert!(matches!(ensured, lichtfeld_installer::Ensured::Reused(_)));
}
