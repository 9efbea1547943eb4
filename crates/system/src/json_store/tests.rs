//! Files that are missing, torn, huge or foreign, and threads that meet at one.

use super::*;
use std::collections::BTreeMap;
use std::time::Duration;

type Map = BTreeMap<String, u32>;

fn scratch() -> (tempfile::TempDir, Utf8PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::try_from(directory.path().to_owned()).unwrap();
    (directory, path.join("deep/state.json"))
}

fn put(path: &Utf8Path, text: &[u8]) {
    write_atomic(path, text).unwrap();
}

fn insert(store: &JsonStore<Map>, key: &str) {
    store.update(|map| map.insert(key.to_owned(), 1)).unwrap();
}

#[test]
fn a_missing_file_is_none_and_is_created_by_the_first_change() {
    let (_guard, path) = scratch();
    let store = JsonStore::<Map>::new(&path);
    assert_eq!(store.load().unwrap().value, None);
    assert!(!path.parent().unwrap().exists());
    assert!(!store.update(|_| ()).unwrap().written);
    assert!(!path.exists());
    insert(&store, "a");
    let again = store.update(|map| map.insert("a".to_owned(), 1)).unwrap();
    assert_eq!((again.result, again.written), (Some(1), false));
    assert_eq!(store.load().unwrap().value.unwrap().len(), 1);
    store.remove().unwrap();
    store.remove().unwrap();
    assert_eq!(store.load().unwrap().value, None);
}

#[test]
fn what_cannot_be_understood_is_set_aside_and_said() {
    let texts: [&[u8]; 5] = [
        b"",
        b"{\"a\": ",
        b"[1, 2]",
        b"\xff\xfe\0\0",
        b"{\"a\": \"not a number\"}",
    ];
    let (_guard, path) = scratch();
    let store = JsonStore::<Map>::new(&path);
    for (number, text) in (1..).zip(texts) {
        put(&path, text);
        let loaded = store.load().unwrap();
        assert_eq!(loaded.value, None);
        let warning = loaded.set_aside.unwrap();
        let moved_to = warning.moved_to.clone().unwrap();
        assert_eq!(moved_to, format!("{path}.broken-{number}"));
        assert_eq!(fs::read(&moved_to).unwrap(), text);
        assert!(warning.to_string().contains(moved_to.as_str()), "{warning}");
        assert_eq!(store.load().unwrap().set_aside, None);
    }
    put(&path, b"{");
    let updated = store.update(|map| map.insert("a".into(), 1)).unwrap();
    assert!(updated.set_aside.is_some() && updated.written);
    assert_eq!(store.load().unwrap().value.unwrap()["a"], 1);
}

#[test]
fn a_last_good_copy_serves_in_place_of_a_torn_file() {
    let (_guard, path) = scratch();
    let options = StoreOptions::default().with_last_good_copy();
    let store = JsonStore::<Map>::with_options(&path, options);
    insert(&store, "a");
    put(&path, b"{\"a\"");
    let loaded = store.load().unwrap();
    assert_eq!(loaded.value.unwrap()["a"], 1);
    let warning = loaded.set_aside.unwrap();
    assert!(warning.restored && warning.to_string().ends_with("the last good copy is used"));
    put(&path, b"");
    insert(&store, "b");
    assert_eq!(store.load().unwrap().value.unwrap().len(), 2);
}

#[test]
fn a_huge_file_is_neither_read_nor_written() {
    let (_guard, path) = scratch();
    let options = StoreOptions::default().with_max_bytes(20).compact();
    let store = JsonStore::<Map>::with_options(&path, options);
    put(&path, &[b' '; 21]);
    let warning = store.load().unwrap().set_aside.unwrap();
    assert!(warning.reason.contains("21 B"), "{warning}");
    insert(&store, "a");
    let error = store
        .update(|map| map.insert("b".repeat(20), 1))
        .unwrap_err();
    assert_eq!(error.code(), "LI003");
    assert_eq!(fs::read(&path).unwrap(), b"{\"a\":1}\n");
}

#[test]
fn a_directory_in_its_place_is_an_error_and_stays() {
    let (_guard, path) = scratch();
    fs::create_dir_all(&path).unwrap();
    let store = JsonStore::<Map>::new(&path);
    assert!(store.load().is_err());
    assert!(store.update(|map| map.insert("a".into(), 1)).is_err());
    assert!(path.is_dir());
}

#[test]
fn a_held_lock_is_waited_for_with_a_limit_and_reading_needs_none() {
    let (_guard, path) = scratch();
    let store = JsonStore::<Map>::new(&path);
    insert(&store, "a");
    let _held = ProcessLock::acquire(path.with_extension("lock"), Duration::ZERO).unwrap();
    let options = StoreOptions::default().with_lock_limit(Duration::from_millis(20));
    let other = JsonStore::<Map>::with_options(&path, options);
    assert_eq!(other.load().unwrap().value.unwrap().len(), 1);
    let error = other.update(|map| map.clear()).unwrap_err();
    assert_eq!(error.code(), "LI002", "{error}");
    // A torn file stays where it is: whoever has the lock may be about to replace it.
    put(&path, b"{");
    assert_eq!(other.load().unwrap_err().code(), "LI002");
    assert!(path.exists());
}

#[test]
fn threads_and_stores_at_once_lose_nothing() {
    let (_guard, path) = scratch();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let path = &path;
            scope.spawn(move || {
                let store = JsonStore::<Map>::new(path);
                for key in 0..10 {
                    insert(&store, &format!("{writer}-{key}"));
                }
            });
        }
    });
    let store = JsonStore::<Map>::new(&path);
    assert_eq!(store.load().unwrap().value.unwrap().len(), 40);
}

#[test]
fn an_unchanged_file_is_not_read_again() {
    let (_guard, path) = scratch();
    put(&path, b"{\"a\": 1}");
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(60);
    let set_time = || {
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(long_ago).unwrap();
    };
    set_time();
    let store = JsonStore::<Map>::new(&path);
    store.load().unwrap();
    let known = store.known.get().lock().as_ref().unwrap().value.clone();
    assert_eq!(known["a"], 1);
    // Changed behind its back, it shows what was remembered: nothing was read.
    store.known.get().lock().as_mut().unwrap().value.clear();
    assert!(store.load().unwrap().value.unwrap().is_empty());
    // A file with the same size and time is another one.
    put(&path, b"{\"b\": 2}");
    set_time();
    assert_eq!(store.load().unwrap().value.unwrap()["b"], 2);
}
