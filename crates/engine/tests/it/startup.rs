//! `load_all`: which plugins, in which order, and what is known of it meanwhile.

use crate::support::{Fixture, Step, fails, next, spawn};
use lichtfeld_engine::{Error, FailureKind, StartupState, State, Unobserved};
use lichtfeld_testkit::PluginBuilder;
use std::sync::Arc;

fn load_all(app: &Fixture) -> Result<Vec<(String, bool)>, Error> {
    let results = app.manager.load_all(&mut Unobserved)?;
    Ok(results.into_iter().collect())
}

#[test]
fn those_that_share_the_process_come_first_each_by_name() {
    let app = Fixture::with_workers();
    app.plugins(&["c", "b"]);
    let own = "isolation = \"process\"\nauto_start = true";
    app.write(&PluginBuilder::new("a").lichtfeld(own));
    app.write(&PluginBuilder::new("manual"));
    let all = ["a", "b", "c"].map(|name| (name.to_owned(), true));
    assert_eq!(load_all(&app).unwrap(), all);
    assert_eq!(app.manager.list_loaded(), ["b", "c", "a"]);
    assert_eq!(app.state("manual"), Some(State::Unloaded));
    let status = app.manager.startup_status();
    assert_eq!(status.state, StartupState::Completed);
    assert_eq!((status.attempted, status.total, status.failed), (3, 3, 0));
}

#[test]
fn the_failure_of_one_does_not_stop_the_others() {
    let app = Fixture::new();
    app.plugins(&["a", "b", "c"]);
    app.fake
        .once("a", Step::Import, fails(FailureKind::Import, "boom"));
    app.fake
        .once("b", Step::Activate, fails(FailureKind::Cancelled, "no"));
    let results = [("a", false), ("b", false), ("c", true)];
    assert_eq!(
        load_all(&app).unwrap(),
        results.map(|(name, is_loaded)| (name.to_owned(), is_loaded))
    );
    assert_eq!(app.state("a"), Some(State::Error));
    assert_eq!(app.manager.startup_status().failed, 2);
}

#[test]
fn ctrl_c_ends_it() {
    let app = Fixture::new();
    app.plugins(&["a", "b"]);
    let interrupted = fails(FailureKind::Interrupted, "KeyboardInterrupt");
    app.fake.once("a", Step::Import, interrupted);
    assert!(matches!(load_all(&app), Err(Error::Interrupted { .. })));
    assert_eq!(app.state("b"), Some(State::Unloaded));
    let status = app.manager.startup_status();
    assert_eq!(status.state, StartupState::Cancelled);
    assert_eq!((status.active, status.phase), (false, "idle"));
}

#[test]
fn the_user_decides_before_the_manifest_does() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    app.write(&PluginBuilder::new("manual"));
    app.manager.disable("a").unwrap();
    app.manager.enable("manual").unwrap();
    assert_eq!(load_all(&app).unwrap(), [("manual".into(), true)]);
}

#[test]
fn safe_mode_and_a_host_without_autoload_start_nothing() {
    let app = Fixture::with(|config| config.safe_mode = true);
    app.plugins(&["a"]);
    assert!(load_all(&app).unwrap().is_empty());
    assert!(app.host.has_logged(&["- warn", "safe mode"]));

    assert_eq!(app.manager.startup_status().state, StartupState::Completed);

    let app = app.again_with(|config| config.autoload = false);
    assert!(load_all(&app).unwrap().is_empty());
    assert_eq!(app.state("a"), Some(State::Unloaded), "it was discovered");
    app.load("a").unwrap();
}

#[test]
fn how_far_it_is_can_be_asked_meanwhile() {
    let app = Fixture::new();
    app.plugins(&["a", "b"]);
    assert_eq!(app.manager.startup_status().state, StartupState::NotStarted);
    let gate = app.fake.holds("b", Step::Import);
    let manager = Arc::clone(&app.manager);
    let starting = spawn(move || manager.load_all(&mut Unobserved));
    gate.arrived();
    let status = app.manager.startup_status();
    assert_eq!(
        (status.state, status.plugin.as_str(), status.phase),
        (StartupState::Loading, "b", "import")
    );
    assert_eq!((status.attempted, status.total), (1, 2));
    assert!((status.progress - 0.5).abs() < f64::EPSILON);
    gate.open();
    assert_eq!(next(&starting).unwrap().len(), 2);
}

#[test]
fn nothing_starts_by_itself_after_the_choices_of_the_user_are_lost() {
    let app = Fixture::new();
    app.plugins(&["a", "b"]);
    app.manager.disable("a").unwrap();
    for entry in std::fs::read_dir(app.home.path()).unwrap().flatten() {
        let is_state = entry
            .file_name()
            .to_string_lossy()
            .starts_with("state.json");
        if is_state {
            // The file and its last good copy.
            std::fs::write(entry.path(), "{\"plug").unwrap();
        }
    }
    let first = app.again();
    assert_eq!(load_all(&first).unwrap(), []);
    assert!(
        first
            .host
            .has_logged(&["no plugin starts by itself", "lichtfeld-plugins enable"])
    );
    first.load("a").unwrap();

    let second = app.again();
    assert_eq!(load_all(&second).unwrap(), [], "it is remembered");
    second.manager.enable("b").unwrap();
    assert_eq!(load_all(&app.again()).unwrap(), [("b".to_owned(), true)]);
}
