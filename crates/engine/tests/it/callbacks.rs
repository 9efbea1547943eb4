//! What subscribers may do when a plugin was loaded, reloaded or unloaded.

use crate::support::Fixture;
use lichtfeld_engine::{EventKind, Manager, State, StateChange, Subscriber, Unobserved};
use std::sync::{Arc, Mutex, Weak};

type Act = dyn Fn(&Manager, &StateChange) + Send + Sync;

/// Acts when a change has settled, and notes what it saw.
struct Acts {
    manager: Weak<Manager>,
    seen: Mutex<Vec<String>>,
    act: Box<Act>,
}

impl Subscriber for Acts {
    fn changed(&self, _: &StateChange) {}

    fn settled(&self, change: &StateChange) {
        let line = format!("{} {}", change.plugin, change.event);
        self.seen.lock().unwrap().push(line);
        let manager = self.manager.upgrade().unwrap();
        (self.act)(&manager, change);
        self.seen.lock().unwrap().push("returned".into());
    }
}

fn acting(
    app: &Fixture,
    act: impl Fn(&Manager, &StateChange) + Send + Sync + 'static,
) -> Arc<Acts> {
    let acts = Arc::new(Acts {
        manager: Arc::downgrade(&app.manager),
        seen: Mutex::default(),
        act: Box::new(act),
    });
    app.manager.events().subscribe(Arc::clone(&acts) as _);
    acts
}

fn without_steps(acts: &Acts) -> Vec<String> {
    let mut seen = std::mem::take(&mut *acts.seen.lock().unwrap());
    seen.retain(|line| !line.ends_with("environment_ready"));
    seen
}

#[test]
fn a_plugin_is_unloaded_by_a_subscriber_that_was_called_for_its_load() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    let acts = acting(&app, |manager, change| {
        if change.event == EventKind::Activated {
            manager.unload(&change.plugin).unwrap();
            assert_eq!(manager.state("a"), Some(State::Unloaded), "not queued");
        }
    });
    app.load("a").unwrap();
    assert_eq!(app.state("a"), Some(State::Unloaded));
    let seen = without_steps(&acts);
    assert!(
        seen.ends_with(&["a activated", "returned", "a unloaded", "returned"].map(String::from)),
        "one call after the other: {seen:?}"
    );
}

#[test]
fn a_plugin_is_reloaded_and_loaded_again_by_a_subscriber() {
    let app = Fixture::new();
    app.plugins(&["a"]);
    acting(&app, |manager, change| match change.event {
        EventKind::Activated if manager.seen("a") == 1 => {
            manager.reload("a", &mut Unobserved).unwrap();
        }
        EventKind::Reloaded => manager.unload("a").unwrap(),
        EventKind::Unloaded => manager.load("a", &mut Unobserved).unwrap(),
        _ => {}
    });
    app.load("a").unwrap();
    assert_eq!(
        (app.seen("a"), app.state("a")),
        (Some(3), Some(State::Active))
    );
}

trait Seen {
    fn seen(&self, key: &str) -> u64;
}

impl Seen for Manager {
    fn seen(&self, key: &str) -> u64 {
        self.ledger().active(key).map_or(0, |owner| owner.revision)
    }
}

#[test]
fn a_name_is_spelled_as_in_the_manifest_everywhere() {
    let app = Fixture::new();
    app.plugins(&["My_Tool"]);
    app.load("my-tool").unwrap();
    app.manager
        .log(Some("my-tool"), lichtfeld_engine::Level::Warn, "hello");
    assert!(app.host.has_logged(&["My_Tool warn: hello"]));
    assert_eq!(app.manager.list_loaded(), ["My_Tool"]);
    assert!(
        app.changes()
            .iter()
            .all(|line| line.starts_with("My_Tool "))
    );
}
