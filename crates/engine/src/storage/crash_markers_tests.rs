//! What is marked, and who is blamed.

use super::*;

fn memory() -> (tempfile::TempDir, CrashMarkers) {
    let scratch = tempfile::tempdir().unwrap();
    let dir = Utf8PathBuf::try_from(scratch.path().join("running")).unwrap();
    (scratch, CrashMarkers::new(dir))
}

fn names(memory: &CrashMarkers) -> Vec<String> {
    let mut names: Vec<String> = memory
        .dir
        .read_dir_utf8()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_owned())
        .collect();
    names.sort();
    names
}

/// As a process that died has left it.
fn leave(memory: &CrashMarkers, name: &str, text: &[u8]) {
    fs::create_dir_all(&memory.dir).unwrap();
    let mut file = fs::File::create(memory.dir.join(name)).unwrap();
    file.write_all(text).unwrap();
}

fn taken(memory: &CrashMarkers) -> Vec<Crashed> {
    let mut taken = Vec::new();
    memory.take(|crashed| {
        taken.push(crashed.clone());
        true
    });
    taken.sort_by(|a, b| a.key.cmp(&b.key));
    taken
}

/// Whose code the files say is running.
fn running(memory: &CrashMarkers) -> Vec<(Step, String)> {
    let texts = names(memory)
        .into_iter()
        .map(|name| fs::read(memory.dir.join(name)).unwrap());
    texts.filter_map(|text| blamed(&text)).collect()
}

fn import(key: &str) -> Vec<u8> {
    [Step::Import.text(), key.as_bytes(), b"\n"].concat()
}

#[test]
fn a_marker_is_there_while_the_code_runs() {
    let (_scratch, memory) = memory();
    let marker = memory.begin("a-long-name", Step::Import).unwrap();
    assert_eq!(running(&memory), [(Step::Import, "a-long-name".into())]);
    marker.step(Step::Activation);
    assert_eq!(running(&memory), [(Step::Activation, "a-long-name".into())]);
    assert_eq!(taken(&memory), [], "its own are nobody's crash");
    drop(marker);
    assert_eq!(running(&memory), []);
    // The next one writes into the same file, over a longer name.
    let marker = memory.begin("b", Step::Import).unwrap();
    assert_eq!(running(&memory), [(Step::Import, "b".into())]);
    assert_eq!(names(&memory).len(), 1);
    drop(marker);
    let dir = memory.dir.clone();
    drop(memory);
    assert_eq!(dir.read_dir_utf8().unwrap().count(), 0);
}

#[test]
fn only_the_innermost_is_marked() {
    let (_scratch, memory) = memory();
    let outer = memory.begin("outer", Step::Import).unwrap();
    outer.step(Step::Activation);
    let inner = memory.begin("inner", Step::Import).unwrap();
    assert_eq!(running(&memory), [(Step::Import, "inner".into())]);
    drop(inner);
    let as_it_was = [(Step::Activation, "outer".into())];
    assert_eq!(running(&memory), as_it_was);
    drop(outer);
    assert_eq!(running(&memory), []);
}

#[test]
fn two_threads_have_a_marker_each() {
    let (_scratch, memory) = memory();
    let one = memory.begin("one", Step::Import).unwrap();
    let two = thread::scope(|scope| {
        let other = scope.spawn(|| memory.begin("two", Step::Import).unwrap());
        other.join().unwrap()
    });
    assert_eq!(running(&memory).len(), 2);
    drop(one);
    assert_eq!(running(&memory), [(Step::Import, "two".into())]);
    drop(two);
}

#[test]
fn what_a_dead_process_left_is_taken_once_it_is_remembered() {
    let (_scratch, memory) = memory();
    let text = [Step::Activation.text(), &b"my-plugin\nwas-longer\n"[..]].concat();
    leave(&memory, "4000000.0", &text);
    memory.take(|_| false);
    assert_eq!(names(&memory).len(), 1, "not remembered, not removed");
    let found = taken(&memory);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].key.as_str(), found[0].process),
        ("my-plugin", 4_000_000)
    );
    assert_eq!(found[0].step, Step::Activation);
    assert_eq!(taken(&memory), []);
}

#[test]
fn two_at_once_name_each_other() {
    let (_scratch, memory) = memory();
    leave(&memory, "4000000.0", &import("a"));
    leave(&memory, "4000000.1", &import("b"));
    leave(&memory, "4000001.0", &import("c"));
    let beside: Vec<_> = taken(&memory)
        .into_iter()
        .map(|found| found.beside)
        .collect();
    assert_eq!(beside, [vec!["b".to_owned()], vec!["a".to_owned()], vec![]]);
}

#[test]
fn foreign_files_stay_and_torn_ones_blame_nobody() {
    let (_scratch, memory) = memory();
    leave(&memory, "README", b"of somebody");
    leave(&memory, "not-ours.12", &import("a"));
    leave(&memory, "4000000.0", b"");
    leave(&memory, "4000000.1", IDLE);
    leave(&memory, "4000000.2", &import("Not_A_Key"));
    leave(&memory, "4000000.3", Step::Import.text());
    leave(&memory, ".4000000.4", b"");
    assert_eq!(taken(&memory), []);
    assert_eq!(names(&memory), [".4000000.4", "README", "not-ours.12"]);
}
