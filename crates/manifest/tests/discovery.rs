//! Discovery: what is found, what is ignored, and that nothing is read twice without need.

#![expect(clippy::expect_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::io::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::{Code, Discoverer, Discovery, discover};

struct Home {
    _dir: tempfile::TempDir,
    path: Utf8PathBuf,
}

impl Home {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("scratch directory");
        let path = Utf8PathBuf::from_path_buf(dir.path().to_path_buf()).expect("UTF-8");
        Self { _dir: dir, path }
    }

    fn plugin(&self, dir: &str, name: &str) -> Utf8PathBuf {
        self.manifest(
            dir,
            &format!("[project]\nname = '{name}'\nversion = '1.0'\n[tool.lichtfeld]\n"),
        )
    }

    fn manifest(&self, dir: &str, text: &str) -> Utf8PathBuf {
        let dir = self.path.join(dir);
        fs::create_dir_all(&dir).expect("directory");
        write(&dir.join("pyproject.toml"), text);
        write(&dir.join("__init__.py"), "");
        dir
    }

    fn discover(&self) -> Discovery {
        discover(&self.path).expect("listed")
    }
}

fn write(path: &Utf8Path, text: &str) {
    fs::File::create(path)
        .expect("file")
        .write_all(text.as_bytes())
        .expect("written");
}

/// Sets the time of a file long ago, so that its stamp is trusted.
fn age(path: &Utf8Path, seconds: u64) {
    let time =
        std::time::SystemTime::UNIX_EPOCH + std::time::Duration::new(1_700_000_000 + seconds, 1);
    fs::File::options()
        .append(true)
        .open(path)
        .expect("file")
        .set_modified(time)
        .expect("time");
}

fn names(discovery: &Discovery) -> Vec<&str> {
    discovery
        .plugins
        .iter()
        .map(|plugin| plugin.manifest.name().as_str())
        .collect()
}

#[test]
fn plugins_are_listed_by_name_and_the_rest_is_passed_over() {
    let home = Home::new();
    home.plugin("zebra", "Alpha");
    home.plugin("alpha", "zebra");
    for hidden in [
        ".staging-x",
        ".git",
        "__pycache__",
        "copy~",
        "new.tmp",
        "new.staging",
    ] {
        home.plugin(hidden, "hidden");
    }
    home.manifest("library", "[project]\nname = 'library'\nversion = '1'\n");
    fs::create_dir(home.path.join("empty")).expect("directory");
    write(&home.path.join("notes.txt"), "");
    let found = home.discover();
    assert_eq!(names(&found), ["Alpha", "zebra"]);
    assert!(found.rejected.is_empty() && found.duplicates.is_empty());
}

#[test]
fn a_bad_plugin_hides_no_other() {
    let home = Home::new();
    home.plugin("good", "good");
    home.manifest("bad", "[project]\nname = 'bad'\n[tool.lichtfeld]\n");
    home.manifest("worse", "[project");
    fs::create_dir(home.path.join("old")).expect("directory");
    write(
        &home.path.join("old/plugin.toml"),
        "[plugin]\nname = 'old'\n",
    );
    let found = home.discover();
    assert_eq!(names(&found), ["good"]);
    let codes: Vec<_> = found
        .rejected
        .iter()
        .map(|rejected| rejected.diagnostics[0].code)
        .collect();
    assert_eq!(codes, [Code::MissingKey, Code::OldestForm, Code::NotToml]);
}

#[test]
fn of_two_with_one_name_the_directory_decides_and_both_are_named() {
    let home = Home::new();
    let first = home.plugin("a-copy", "my_plugin");
    let named = home.plugin("my-plugin", "My.Plugin");
    let found = home.discover();
    assert_eq!(names(&found), ["My.Plugin"]);
    let duplicate = &found.duplicates[0];
    assert_eq!(
        (&duplicate.used, duplicate.ignored.as_slice()),
        (&named, &[first][..])
    );
    let warning = duplicate.warnings[0]
        .to_string()
        .replace(home.path.as_str(), "<plugins>")
        .replace('\\', "/");
    insta::assert_snapshot!(warning, @"<plugins>/a-copy/pyproject.toml:2:8: warning[LF060]: the plugin `my_plugin` is ignored: <plugins>/my-plugin has a plugin of the same name, whose directory has this name. Delete one of the two directories, or give one plugin another `name`.");
}

#[test]
fn of_two_with_one_name_and_other_directories_the_first_by_path_counts() {
    let home = Home::new();
    home.plugin("c", "same");
    home.plugin("a", "same");
    home.plugin("b", "same");
    let found = home.discover();
    assert_eq!(found.duplicates[0].used, home.path.join("a"));
    assert_eq!(
        found.duplicates[0].ignored,
        [home.path.join("b"), home.path.join("c")]
    );
    assert_eq!(found.plugins.len(), 1);
}

#[cfg(unix)]
#[test]
fn a_linked_checkout_is_a_plugin() {
    let home = Home::new();
    let elsewhere = Home::new();
    let checkout = elsewhere.plugin("checkout", "linked");
    std::os::unix::fs::symlink(&checkout, home.path.join("linked")).expect("link");
    std::os::unix::fs::symlink("/dev/null", home.path.join("odd")).expect("link");
    let found = home.discover();
    assert_eq!(names(&found), ["linked"]);
    assert_eq!(found.plugins[0].dir, home.path.join("linked"));
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn a_directory_whose_name_is_not_utf8_is_reported() {
    use std::os::unix::ffi::OsStrExt as _;
    let home = Home::new();
    let dir = home
        .path
        .as_std_path()
        .join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    fs::create_dir(&dir).expect("directory");
    fs::File::create(dir.join("pyproject.toml")).expect("file");
    assert_eq!(
        home.discover().rejected[0].diagnostics[0].code,
        Code::PathNotUtf8
    );
}

#[test]
fn a_missing_directory_is_reported_and_nothing_is_created() {
    let home = Home::new();
    let missing = home.path.join("plugins");
    let error = discover(&missing).expect_err("missing");
    assert!(error.is_missing());
    assert!(error.hint().expect("hint").contains("mkdir"));
    assert!(!missing.exists());
}

#[test]
fn what_has_not_changed_is_not_read_again() {
    let home = Home::new();
    let dir = home.plugin("one", "one");
    age(&dir.join("pyproject.toml"), 1);
    let mut discoverer = Discoverer::new();
    let first = discoverer.discover(&home.path).expect("listed");
    let again = discoverer.discover(&home.path).expect("listed");
    assert!(std::sync::Arc::ptr_eq(
        &first.plugins[0].manifest,
        &again.plugins[0].manifest
    ));
}

#[test]
fn a_change_of_equal_size_is_seen_at_once() {
    let home = Home::new();
    let dir = home.plugin("one", "one");
    let mut discoverer = Discoverer::new();
    for name in ["two", "six", "ten"] {
        discoverer.discover(&home.path).expect("listed");
        home.plugin("one", name);
        assert_eq!(
            names(&discoverer.discover(&home.path).expect("listed")),
            [name]
        );
    }
    age(&dir.join("pyproject.toml"), 1);
    discoverer.discover(&home.path).expect("listed");
    // An older time is a change as well: a backup was restored.
    home.plugin("one", "old");
    age(&dir.join("pyproject.toml"), 0);
    assert_eq!(
        names(&discoverer.discover(&home.path).expect("listed")),
        ["old"]
    );
}

#[test]
fn what_is_repaired_elsewhere_than_in_the_manifest_is_seen() {
    let home = Home::new();
    let dir = home.plugin("one", "one");
    fs::remove_file(dir.join("__init__.py")).expect("removed");
    age(&dir.join("pyproject.toml"), 1);
    let mut discoverer = Discoverer::new();
    assert_eq!(
        discoverer
            .discover(&home.path)
            .expect("listed")
            .rejected
            .len(),
        1
    );
    write(&dir.join("__init__.py"), "");
    assert_eq!(
        names(&discoverer.discover(&home.path).expect("listed")),
        ["one"]
    );
}

#[test]
fn removed_plugins_are_gone_and_many_are_all_there() {
    let home = Home::new();
    for number in 0..700 {
        home.plugin(&format!("p{number:03}"), &format!("p{number:03}"));
    }
    let mut discoverer = Discoverer::new();
    assert_eq!(
        discoverer
            .discover(&home.path)
            .expect("listed")
            .plugins
            .len(),
        700
    );
    fs::remove_dir_all(home.path.join("p123")).expect("removed");
    let found = discoverer.discover(&home.path).expect("listed");
    assert_eq!(found.plugins.len(), 699);
    assert!(
        found
            .plugins
            .is_sorted_by_key(|plugin| plugin.manifest.name().clone())
    );
}
