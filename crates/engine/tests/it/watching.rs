//! Saves that are seen. The jobs of the UI thread wait in a queue until the test runs them, so that
//! what comes together and what does not is decided by the test.

use crate::support::{Fixture, Step, fails, next};
use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_engine::{FailureKind, Job, State};
use lichtfeld_installer::{Installer, InstallerOptions, PythonInfo};
use lichtfeld_testkit::{PluginBuilder, wait_for};
use serde_json::json;
use std::fs;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Loaded plugins that are watched.
pub(crate) struct Watched {
    pub(crate) app: Fixture,
    jobs: Receiver<Job>,
}

impl Watched {
    pub(crate) fn new(names: &[&str]) -> Self {
        let app = Fixture::new();
        app.loaded(names);
        let (sender, jobs) = channel();
        app.host.queue_ui(sender);
        app.manager.start_watcher(Duration::from_secs(1)).unwrap();
        Self { app, jobs }
    }

    pub(crate) fn save(&self, plugin: &str, file: &str, text: &str) {
        let path = self.app.home.plugin(plugin).join(file);
        lichtfeld_system::files::write_atomic(path, text.as_bytes()).unwrap();
    }

    /// Waits for the next job and runs it, as the UI thread would.
    #[track_caller]
    pub(crate) fn run_one(&self) -> Vec<String> {
        next(&self.jobs)();
        self.app.fake.steps()
    }

    /// Whether nothing was waiting before a save of `b` was seen.
    #[track_caller]
    fn nothing_more(&self) {
        self.save(
            "b",
            "sentinel.py",
            &format!("{:?}", std::time::Instant::now()),
        );
        let steps = self.run_one();
        assert!(
            !steps.is_empty() && steps.iter().all(|step| step.starts_with("b@")),
            "{steps:?}"
        );
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.app.manager.stop_watcher();
    }
}

fn was_reloaded(steps: &[String]) -> bool {
    steps
        .iter()
        .any(|step| step.contains("on_load with the state"))
}

#[test]
fn one_save_is_one_reload() {
    let watched = Watched::new(&["a", "b"]);
    watched.save("a", "__init__.py", "ONE = 1\n");
    assert!(was_reloaded(&watched.run_one()));
    watched.nothing_more();
    let changes = watched.app.changes();
    assert_eq!(changes[0], "a ACTIVE->ACTIVE reloaded");
    assert_eq!(watched.app.fake.alive("a"), [2]);
    // A save that changes nothing is none.
    watched.save("a", "__init__.py", "ONE = 1\n");
    watched.nothing_more();
}

#[test]
fn a_job_that_the_application_drops_does_not_keep_later_saves() {
    let watched = Watched::new(&["a", "b"]);
    watched.save("a", "__init__.py", "ONE = 1\n");
    drop(next(&watched.jobs));
    assert!(watched.app.host.has_logged(&["a warn", "save once more"]));
    watched.save("a", "__init__.py", "ONE = 2\n");
    assert!(was_reloaded(&watched.run_one()));
    watched.nothing_more();
}

#[test]
fn saves_that_wait_for_the_ui_thread_are_one_reload() {
    let watched = Watched::new(&["a", "b"]);
    watched.save("a", "one.py", "ONE = 1\n");
    // Its job waits; what follows belongs to it, whenever it is seen.
    wait_for(|| watched.app.manager.watch_stats().unwrap().change_sets == 1);
    watched.save("a", "two.py", "TWO = 2\n");
    wait_for(|| watched.app.manager.watch_stats().unwrap().change_sets == 2);
    // The sets are counted before they are handed on, and handed on in order.
    watched.save("b", "sentinel.py", "");
    wait_for(|| watched.app.manager.watch_stats().unwrap().change_sets == 3);
    let (first, second) = (next(&watched.jobs), next(&watched.jobs));
    first();
    assert!(was_reloaded(&watched.app.fake.steps()));
    second();
    assert_eq!(watched.app.fake.alive("a"), [2]);
    assert_eq!(watched.app.fake.alive("b"), [2]);
    watched.nothing_more();
}

#[test]
fn a_plugin_is_asked_about_its_resources_first() {
    let watched = Watched::new(&["a", "b"]);
    watched.app.fake.once("a", Step::FilesChanged, |_| Ok(()));
    watched.save("a", "style.css", "one");
    assert_eq!(watched.run_one(), ["a@1 on_files_changed style.css"]);
    assert!(watched.app.changes().is_empty());
    // One that does not take care is reloaded.
    watched.save("a", "style.css", "two");
    let steps = watched.run_one();
    assert_eq!(steps[0], "a@1 on_files_changed style.css");
    assert!(was_reloaded(&steps));
    // Code is never offered.
    watched.app.fake.once("a", Step::FilesChanged, |_| Ok(()));
    watched.save("a", "code.py", "ONE = 1\n");
    let steps = watched.run_one();
    assert!(was_reloaded(&steps));
    assert!(!steps.iter().any(|step| step.contains("on_files_changed")));
}

#[test]
fn the_fix_of_a_failure_is_loaded_when_it_is_saved() {
    let watched = Watched::new(&["a"]);
    watched.app.manager.unload("a").unwrap();
    let failed = fails(FailureKind::Syntax, "no Python");
    watched.app.fake.once("a", Step::Import, failed);
    watched.app.load("a").unwrap_err();
    watched.save("a", "__init__.py", "FIXED = 1\n");
    watched.run_one();
    assert_eq!(watched.app.state("a"), Some(State::Active));
    // A plugin that nobody has loaded is not.
    watched.app.manager.unload("a").unwrap();
    watched.save("a", "__init__.py", "FIXED = 2\n");
    assert_eq!(watched.run_one(), ["a@3 on_unload", "a@3 remove"]);
    assert_eq!(watched.app.state("a"), Some(State::Unloaded));
}

#[test]
fn a_save_that_breaks_the_plugin_keeps_the_version_before() {
    let watched = Watched::new(&["a"]);
    let failed = fails(FailureKind::Syntax, "no Python");
    watched.app.fake.once("a", Step::Import, failed);
    watched.save("a", "__init__.py", "def\n");
    watched.run_one();
    assert_eq!(watched.app.state("a"), Some(State::Active));
    assert_eq!(watched.app.fake.alive("a"), [1]);
    assert_eq!(watched.app.failure("a").unwrap(), "no Python");
}

#[test]
fn a_host_may_only_be_told() {
    let watched = Watched::new(&["a"]);
    watched.app.host.announce();
    watched.save("a", "__init__.py", "ONE = 1\n");
    assert!(watched.run_one().is_empty());
    assert!(
        watched
            .app
            .host
            .has_logged(&["a info", "not reloaded, as the host wishes"])
    );
}

#[test]
fn a_plugin_whose_directory_is_gone_is_unloaded() {
    let watched = Watched::new(&["a", "b"]);
    fs::remove_dir_all(watched.app.home.plugin("a")).unwrap();
    let unloaded = next(&watched.app.changes);
    assert_eq!(
        (unloaded.plugin.as_str(), unloaded.to),
        ("a", State::Unloaded)
    );
    assert_eq!(unloaded.cause, "its directory is gone");
    assert!(watched.app.fake.alive("a").is_empty());
    wait_for(|| watched.app.state("a").is_none());
    assert_eq!(watched.app.state("b"), Some(State::Active));
}

#[test]
fn a_plugin_that_appears_is_known_and_watched() {
    let watched = Watched::new(&["b"]);
    watched.app.plugins(&["a"]);
    wait_for(|| {
        watched
            .app
            .host
            .has_logged(&["a info", "a plugin appeared"])
    });
    wait_for(|| watched.app.manager.watch_stats().unwrap().trees == 2);
    watched.app.load("a").unwrap();
    watched.save("a", "__init__.py", "ONE = 1\n");
    // Files of its making may still be reported before the save.
    while watched.app.fake.alive("a") == [1] {
        watched.run_one();
    }
}

#[test]
fn a_plugin_without_hot_reload_is_not_watched() {
    let watched = Watched::new(&["a", "b"]);
    watched.app.manager.stop_watcher();
    assert!(!watched.app.manager.is_watching());
    watched
        .app
        .write(&PluginBuilder::new("a").lichtfeld("hot_reload = false"));
    watched
        .app
        .manager
        .start_watcher(Duration::from_secs(1))
        .unwrap();
    watched
        .app
        .manager
        .start_watcher(Duration::from_secs(1))
        .unwrap();
    assert_eq!(watched.app.manager.watch_stats().unwrap().trees, 1);
    watched.save("a", "__init__.py", "ONE = 1\n");
    watched.nothing_more();
}

#[test]
fn a_plugin_that_writes_its_own_files_is_not_reloaded_for_ever() {
    let watched = Watched::new(&["a"]);
    let file = watched.app.home.plugin("a").join("count.txt");
    watched.app.fake.always("a", Step::Activate, move |call| {
        fs::write(&file, call.revision.to_string()).unwrap();
        Ok(())
    });
    watched.save("a", "__init__.py", "ONE = 1\n");
    let mut reloads = 0;
    while !watched
        .app
        .host
        .has_logged(&["a warn", "the plugin writes count.txt"])
    {
        if was_reloaded(&watched.run_one()) {
            reloads += 1;
        }
        assert!(reloads < 10, "it is reloaded again and again");
    }
    assert!(
        reloads >= 4,
        "{reloads}: an author may save during a reload"
    );
    let own_writes = || watched.app.manager.status("a").unwrap().own_writes;
    assert_eq!(own_writes(), ["count.txt"]);
    // A save of the author counts as ever.
    watched.save("a", "__init__.py", "TWO = 2\n");
    while !was_reloaded(&watched.run_one()) {}
}

#[test]
fn a_plugin_that_writes_a_log_all_the_time_is_not_reloaded_for_ever() {
    let watched = Watched::new(&["a", "b"]);
    let told = |watched: &Watched| {
        let line = ["a warn", "the plugin writes log.txt into its own directory"];
        watched.app.host.has_logged(&line)
    };
    let mut reloads = 0;
    for line in 0.. {
        watched.save("a", "log.txt", &format!("line {line}"));
        if !was_reloaded(&watched.run_one()) {
            break;
        }
        reloads += 1;
        assert!(reloads < 10, "it is reloaded again and again");
        assert!(!told(&watched));
    }
    assert!(reloads >= 3, "{reloads}: an author may save quickly");
    assert!(told(&watched));
    let own_writes = |name| watched.app.manager.status(name).unwrap().own_writes;
    assert_eq!(own_writes("a"), ["log.txt"]);
    // The plugin is not asked about it either.
    watched.save("a", "log.txt", "one more");
    assert_eq!(watched.run_one(), Vec::<String>::new());
    // The author goes on, and another plugin may write what it likes.
    for number in 0..5 {
        watched.save("a", "__init__.py", &format!("NUMBER = {number}\n"));
        assert!(was_reloaded(&watched.run_one()));
        // No person saves in the very moment in which a reload ends.
        watched.nothing_more();
    }
    watched.save("b", "log.txt", "line");
    assert!(was_reloaded(&watched.run_one()));
    assert_eq!(own_writes("b"), Vec::<String>::new());
    watched.app.manager.stop_watcher();
    assert_eq!(own_writes("a"), Vec::<String>::new());
}

#[test]
fn what_is_written_while_it_is_read_is_read_again_once() {
    let watched = Watched::new(&["a", "b"]);
    watched.save("a", "__init__.py", "ONE = 1\n");
    assert!(was_reloaded(&watched.run_one()));
    let file = watched.app.home.plugin("a").join("__init__.py");
    watched.app.fake.always("a", Step::Import, move |_| {
        // Emptied first: who reads it now gets nothing. The content at the end is the known one.
        fs::write(&file, "").unwrap();
        fs::write(&file, "ONE = 1\n").unwrap();
        Ok(())
    });
    watched.save("a", "other.py", "TWO = 2\n");
    assert!(was_reloaded(&watched.run_one()));
    watched.save("b", "sentinel.py", "ONE = 1\n");
    let steps = watched.run_one();
    assert!(
        steps[0].starts_with("a@") && was_reloaded(&steps),
        "{steps:?}"
    );
    // No third reload of `a`, although it writes each time.
    assert!(was_reloaded(&watched.run_one()), "the sentinel");
    watched.save("b", "sentinel.py", "TWO = 2\n");
    let mut steps = Vec::new();
    while !was_reloaded(&steps) {
        steps = watched.run_one();
        assert!(
            !steps.iter().any(|step| step.starts_with("a@")),
            "{steps:?}"
        );
    }
}

#[test]
fn saving_a_plugin_that_has_failed_tries_it_again() {
    let watched = Watched::new(&["a", "b"]);
    watched.save("a", "__init__.py", "ONE = 1\n");
    assert!(was_reloaded(&watched.run_one()));
    let failing = fails(FailureKind::Import, "no module");
    watched.app.fake.once("a", Step::Import, failing);
    watched.save("a", "__init__.py", "TWO = 2\n");
    assert!(!was_reloaded(&watched.run_one()));
    watched.save("a", "__init__.py", "TWO = 2\n");
    assert!(was_reloaded(&watched.run_one()));
    let status = watched.app.manager.status("a").unwrap();
    assert!(status.state == State::Active && status.failure.is_none());
}

#[test]
fn a_host_that_reloads_itself_is_not_asked_for_ever() {
    let watched = Watched::new(&["a"]);
    watched.app.host.announce();
    for line in 0..20 {
        watched.save("a", "log.txt", &format!("line {line}"));
        watched.run_one();
    }
    let asked = watched.app.host.count_logged("as the host wishes");
    assert!((3..10).contains(&asked), "{asked}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_a_process_of_the_application_keeps_open_is_no_save() {
    use std::io::Write;
    let watched = Watched::new(&["a", "b"]);
    let path = watched.app.home.plugin("a").join("weights.bin");
    let mut download = fs::File::create(path).unwrap();
    for part in 0..20 {
        writeln!(download, "part {part}").unwrap();
        assert_eq!(watched.run_one(), Vec::<String>::new());
    }
    drop(download);
    // The file that was still empty may have been seen by itself.
    watched.save("b", "sentinel.py", "");
    while !was_reloaded(&watched.run_one()) {}
    assert!(
        watched
            .app
            .changes()
            .iter()
            .all(|change| change.starts_with("b "))
    );
    let status = watched.app.manager.status("a").unwrap();
    assert!(status.own_writes.is_empty());
}

/// Publishes an environment of `a` by hand that has the libraries in these directories.
fn publish(app: &Fixture, libraries: &[&Utf8Path]) {
    let python = PythonInfo::new("/nowhere/python3", (3, 12, 1), "", "");
    let options = InstallerOptions::new(app.home.envs(), python.clone());
    let request = app.home.request("a");
    let fingerprint = Installer::new(options).fingerprint(&request).unwrap();
    let generation = app.home.envs().join("a").join(&fingerprint);
    let sources: Vec<_> = libraries
        .iter()
        .map(|path| json!({"name": "mate", "path": path, "editable": false}))
        .collect();
    let record = json!({
        "format": 1, "plugin": "a", "project_dir": request.project_dir(),
        "fingerprint": fingerprint, "base": fingerprint, "sources": sources,
        "inputs": request.inputs(), "extras": [], "python": python, "uv": "0", "lock": "resolved",
        "created_ms": 0, "elapsed": {"secs": 0, "nanos": 0}, "size": 0,
        "distributions": [], "entries": [],
    });
    fs::create_dir_all(generation.join("lib/python3.12/site-packages")).unwrap();
    fs::create_dir_all(generation.join("Lib/site-packages")).unwrap();
    for (file, text) in [
        ("bin/python", String::new()),
        ("Scripts/python.exe", String::new()),
        (".in-use", String::new()),
        ("lichtfeld-environment.json", record.to_string()),
    ] {
        fs::create_dir_all(generation.join(file).parent().unwrap()).unwrap();
        lichtfeld_system::files::write_atomic(generation.join(file), text.as_bytes()).unwrap();
    }
}

fn using_libraries(libraries: &[&Utf8Path]) -> Watched {
    let app = Fixture::new();
    let plugin = PluginBuilder::new("a").dependency("mate");
    app.write(&plugin.lichtfeld("hot_reload = true"));
    publish(&app, libraries);
    app.plugins(&["b"]);
    app.load("a").unwrap();
    app.load("b").unwrap();
    app.fake.steps();
    app.changes();
    let (sender, jobs) = channel();
    app.host.queue_ui(sender);
    app.manager.start_watcher(Duration::from_secs(1)).unwrap();
    Watched { app, jobs }
}

fn scratch() -> (tempfile::TempDir, Utf8PathBuf) {
    let scratch = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(scratch.path().canonicalize().unwrap()).unwrap();
    (scratch, path)
}

#[test]
fn a_save_in_a_library_reloads_the_plugin_that_uses_it() {
    let (_scratch, library) = scratch();
    let watched = using_libraries(&[&library]);
    let save = |file: &str, text: &str| {
        let path = library.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        lichtfeld_system::files::write_atomic(path, text.as_bytes()).unwrap();
    };
    save("mate.py", "VALUE = 2\n");
    assert!(was_reloaded(&watched.run_one()));
    let change = watched.app.changes.try_recv().unwrap();
    assert_eq!(change.cause, format!("saved: {library}/mate.py"));
    // Its data is not the plugin's own resource, and its manifest is not the plugin's.
    for file in ["data.txt", "pyproject.toml"] {
        save(file, "new");
        let steps = watched.run_one();
        assert!(was_reloaded(&steps), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("on_files_changed")));
    }
    // What a build writes is none of it.
    save("build/lib/mate.py", "VALUE = 2\n");
    save("target/debug/mate.so", "");
    watched.nothing_more();
}

#[test]
fn a_library_is_watched_as_long_as_the_plugin_uses_it() {
    let (_scratch, library) = scratch();
    let watched = using_libraries(&[&library]);
    let trees = || watched.app.manager.watch_stats().unwrap().trees;
    assert_eq!(trees(), 3);
    publish(&watched.app, &[]);
    watched.app.reload("a").unwrap();
    assert_eq!(trees(), 2);
    publish(&watched.app, &[&library]);
    watched.app.reload("a").unwrap();
    assert_eq!(trees(), 3);
    fs::remove_dir_all(watched.app.home.plugin("a")).unwrap();
    wait_for(|| trees() == 1);
}

#[test]
fn a_directory_that_is_no_library_is_not_watched() {
    let (_scratch, large) = scratch();
    for number in 0..5_001 {
        fs::File::create(large.join(number.to_string())).unwrap();
    }
    let nowhere = large.join("nowhere");
    let watched = using_libraries(&[Utf8Path::new("/"), &large, &nowhere]);
    assert_eq!(watched.app.manager.watch_stats().unwrap().trees, 2);
}
