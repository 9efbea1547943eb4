//! Who decides about a save: the application, and after it the handler of its configuration.

use crate::support::{Fixture, next};
use lichtfeld_engine::OnChange;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Asked = Arc<Mutex<Vec<String>>>;

/// An application with the plugin `a` and a handler that answers this, whose UI thread is the test.
fn app(answer: OnChange) -> (Fixture, Asked) {
    let asked = Asked::default();
    let noted = Arc::clone(&asked);
    let app = Fixture::with(|config| {
        config.change_handler = Some(Arc::new(move |plugin, paths| {
            let files = paths.iter().filter_map(|path| path.file_name());
            let files: Vec<&str> = files.collect();
            noted.lock().unwrap().push(format!("{plugin}: {files:?}"));
            answer
        }));
    });
    app.loaded(&["a"]);
    (app, asked)
}

/// Saves a file of `a` and deals with it. Returns the steps of the plugin.
fn save(app: &Fixture) -> Vec<String> {
    let (sender, jobs) = channel();
    app.host.queue_ui(sender);
    app.manager.start_watcher(Duration::from_secs(1)).unwrap();
    let path = app.home.plugin("a").join("__init__.py");
    lichtfeld_system::files::write_atomic(path, b"ONE = 1\n").unwrap();
    next(&jobs)();
    app.manager.stop_watcher();
    app.fake.steps()
}

#[test]
fn the_handler_keeps_a_save_from_being_reloaded() {
    let (app, asked) = app(OnChange::Announce);
    assert!(save(&app).is_empty());
    assert_eq!(*asked.lock().unwrap(), [r#"a: ["__init__.py"]"#]);
    assert!(app.host.has_logged(&["a info", "not reloaded"]));
}

#[test]
fn a_handler_that_agrees_lets_it_be_reloaded() {
    let (app, asked) = app(OnChange::Reload);
    let steps = save(&app);
    assert!(
        steps.iter().any(|step| step.contains("on_load")),
        "{steps:?}"
    );
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[test]
fn what_the_application_has_decided_is_not_asked_again() {
    let (app, asked) = app(OnChange::Reload);
    app.host.announce();
    assert!(save(&app).is_empty());
    assert!(asked.lock().unwrap().is_empty());
}
