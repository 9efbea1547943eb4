//! One file that several processes change, some of which are killed.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use camino::Utf8Path;
use lichtfeld_system::files::write_atomic;
use lichtfeld_system::json_store::{JsonStore, StoreOptions};
use lichtfeld_system::process::Child;
#[cfg(target_os = "linux")]
use lichtfeld_testkit::run_test_in_mount;
use lichtfeld_testkit::{ScratchHome, start_test, wait_for};

type Map = BTreeMap<String, u64>;

/// For a machine whose cores are all busy.
const LIMIT: Duration = Duration::from_secs(120);

fn store(path: &Utf8Path) -> JsonStore<Map> {
    JsonStore::with_options(path, StoreOptions::default().with_lock_limit(LIMIT))
}

/// Counts under its own name up to a number, or until it is killed.
#[test]
fn counter() {
    let variable = |name| std::env::var(name).ok();
    let (Some(path), Some(name)) = (
        variable("LICHTFELD_TEST_FILE"),
        variable("LICHTFELD_TEST_NAME"),
    ) else {
        return;
    };
    let until = variable("LICHTFELD_TEST_COUNT").map_or(u64::MAX, |text| text.parse().unwrap());
    let store = store(Utf8Path::new(&path));
    for _ in 0..until {
        let counted = store.update(|map| *map.entry(name.clone()).or_default() += 1);
        assert_eq!(counted.unwrap().set_aside, None);
    }
}

fn start(path: &Utf8Path, name: &str, count: Option<u64>) -> Child {
    let count = count.map(|count| count.to_string());
    let mut variables = vec![
        ("LICHTFELD_TEST_FILE", path.as_str()),
        ("LICHTFELD_TEST_NAME", name),
    ];
    variables.extend(
        count
            .as_deref()
            .map(|count| ("LICHTFELD_TEST_COUNT", count)),
    );
    start_test("stores::counter", &variables)
}

#[test]
fn processes_at_once_lose_nothing() {
    let home = ScratchHome::new();
    let path = home.path().join("state.json");
    let children = ["a", "b", "c"].map(|name| start(&path, name, Some(20)));
    for child in children {
        assert!(child.wait().success(), "{:?}", child.tail());
    }
    let all = store(&path).load().unwrap().value.unwrap();
    assert_eq!(all.into_values().collect::<Vec<_>>(), [20, 20, 20]);
}

#[test]
fn a_process_that_is_killed_half_way_leaves_a_whole_file_and_no_lock() {
    let home = ScratchHome::new();
    let path = home.path().join("state.json");
    let ours = store(&path);
    for round in 0..5 {
        let name = round.to_string();
        let child = start(&path, &name, None);
        wait_for(|| {
            let loaded = ours.load().unwrap();
            loaded.value.is_some_and(|map| map.contains_key(&name))
        });
        child.kill();
        child.wait();
        let updated = ours.update(|map| map.insert("ours".into(), round)).unwrap();
        assert_eq!(updated.set_aside, None);
    }
    let all = ours.load().unwrap().value.unwrap();
    assert_eq!(all.len(), 6);
    // What one that was killed while it wrote has left is removed by the next.
    let entries = fs::read_dir(home.path()).unwrap().flatten();
    let names = entries.map(|entry| entry.file_name().into_string().unwrap());
    let left: Vec<_> = names.filter(|name| name.contains("state.json.")).collect();
    assert_eq!(left, [""; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_that_cannot_be_written() {
    if let Ok(path) = std::env::var("LICHTFELD_TEST_FILE") {
        let store = store(Utf8Path::new(&path));
        let loaded = store.load().unwrap();
        assert_eq!(loaded.value, None);
        let warning = loaded.set_aside.unwrap();
        assert_eq!(warning.moved_to, None);
        assert!(warning.to_string().contains("left as it is"), "{warning}");
        let error = store.update(|map| map.insert("b".into(), 1)).unwrap_err();
        assert_eq!(error.code(), "LI001", "{error}");
        assert!(error.hint().unwrap().contains("read-only"), "{error}");
        return;
    }
    let home = ScratchHome::new();
    let dir = home.path().join("settings");
    let path = dir.join("a.json");
    write_atomic(&path, b"{\"a\": ").unwrap();
    let mount = format!("mount --bind '{dir}' '{dir}'; mount -o remount,ro,bind '{dir}'");
    let test = "stores::a_directory_that_cannot_be_written";
    run_test_in_mount(test, &mount, &[("LICHTFELD_TEST_FILE", path.as_str())]);
    assert_eq!(fs::read(&path).unwrap(), b"{\"a\": ");
}
