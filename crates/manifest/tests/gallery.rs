//! The gallery: each file is a manifest with a mistake, and its snapshot shows what is reported.
//!
//! The snapshots are beside the manifests. Read them like a plugin author: does each say what to
//! type?

#![expect(clippy::expect_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeSet;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_manifest::{Code, Parsed, Severity, Style, discover, parse, read};

fn manifests() -> Vec<Utf8PathBuf> {
    let dir = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gallery");
    let entries = dir.read_dir_utf8().expect("the gallery");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("entry").into_path())
        .collect();
    paths.retain(|path| path.extension() == Some("toml"));
    paths.sort();
    paths
}

fn assert_in_gallery(name: &str, drawn: &str) {
    insta::with_settings!({ snapshot_path => "gallery", prepend_module_to_snapshot => false,
        omit_expression => true }, {
        insta::assert_snapshot!(name, drawn);
    });
}

#[test]
fn every_manifest_of_the_gallery_is_explained() {
    let paths = manifests();
    assert!(paths.len() >= 45, "{}", paths.len());
    for path in paths {
        let text = fs::read_to_string(&path).expect("text");
        let parsed = parse(&text, "pyproject.toml".into());
        assert!(
            !parsed.diagnostics().is_empty(),
            "{path} has nothing wrong with it"
        );
        for diagnostic in parsed.diagnostics() {
            assert!(diagnostic.span.is_some(), "{diagnostic}");
            assert!(diagnostic.message.ends_with('.'), "{diagnostic}");
            assert!(diagnostic.hint.ends_with(['.', '?']), "{diagnostic}");
        }
        assert_in_gallery(
            path.file_stem().expect("name"),
            &parsed.render(Style::Plain),
        );
    }
}

/// Draws the diagnostics of a scratch directory, without the directory's own path.
fn drawn(parsed: &Parsed, dir: &Utf8Path) -> String {
    parsed
        .render(Style::Plain)
        .replace(dir.as_str(), "<plugins>")
        .replace('\\', "/")
}

struct Scratch {
    _dir: tempfile::TempDir,
    path: Utf8PathBuf,
}

impl Scratch {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("scratch directory");
        let path =
            Utf8PathBuf::from_path_buf(dir.path().canonicalize().expect("path")).expect("UTF-8");
        Self { _dir: dir, path }
    }

    fn plugin(&self, text: &[u8]) -> Utf8PathBuf {
        let dir = self.path.join("cleaner");
        fs::create_dir(&dir).expect("directory");
        write(&dir.join("pyproject.toml"), text);
        dir
    }
}

fn write(path: &Utf8Path, bytes: &[u8]) {
    use std::io::Write as _;
    fs::File::create(path)
        .expect("file")
        .write_all(bytes)
        .expect("written");
}

const GOOD: &str = "[project]\nname = \"cleaner\"\nversion = \"1.0.0\"\n\n[tool.lichtfeld]\n";

#[test]
fn a_missing_entry_point_is_explained() {
    let scratch = Scratch::new();
    let dir = scratch.plugin(GOOD.as_bytes());
    assert_in_gallery("file_no_entry_point", &drawn(&read(&dir), &scratch.path));
    write(&dir.join("__init__.py"), b"");
    assert!(read(&dir).manifest().is_some());
}

#[test]
fn a_package_or_a_file_may_be_the_entry_point() {
    let scratch = Scratch::new();
    let dir = scratch.plugin(format!("{GOOD}entry_point = \"src/main\"\n").as_bytes());
    fs::create_dir_all(dir.join("src/main")).expect("directory");
    write(&dir.join("src/main/__init__.py"), b"");
    let manifest = read(&dir).into_result().expect("valid");
    assert_eq!(
        manifest.entry_point().resolve(&dir),
        Ok(dir.join("src/main/__init__.py"))
    );
    write(&dir.join("src/main.py"), b"");
    assert_eq!(
        manifest.entry_point().resolve(&dir),
        Ok(dir.join("src/main.py"))
    );
}

#[test]
fn another_encoding_is_explained() {
    let scratch = Scratch::new();
    let latin = b"[project]\nname = \"cleaner\"\nversion = \"1.0.0\"\ndescription = \"Entr\xfcmpelt\"\n[tool.lichtfeld]\n";
    let dir = scratch.plugin(latin);
    assert_in_gallery("file_latin_1", &drawn(&read(&dir), &scratch.path));
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(GOOD.bytes().flat_map(|b| [b, 0]))
        .collect();
    write(&dir.join("pyproject.toml"), &wide);
    assert_eq!(read(&dir).diagnostics()[0].code, Code::NotUtf8);
    // A byte order mark alone does no harm.
    let marked: Vec<u8> = [0xef, 0xbb, 0xbf].into_iter().chain(GOOD.bytes()).collect();
    write(&dir.join("pyproject.toml"), &marked);
    write(&dir.join("__init__.py"), b"");
    assert!(
        read(&dir).manifest().is_some(),
        "{:?}",
        read(&dir).diagnostics()
    );
}

#[test]
fn a_huge_file_is_explained() {
    let scratch = Scratch::new();
    let dir = scratch.plugin(&vec![b'#'; 1024 * 1024 + 1]);
    assert_in_gallery("file_too_large", &drawn(&read(&dir), &scratch.path));
}

#[test]
fn a_directory_in_place_of_the_file_is_explained() {
    let scratch = Scratch::new();
    let dir = scratch.path.join("cleaner");
    fs::create_dir_all(dir.join("pyproject.toml")).expect("directory");
    assert_in_gallery("file_is_a_directory", &drawn(&read(&dir), &scratch.path));
}

#[test]
fn the_oldest_form_is_explained() {
    let scratch = Scratch::new();
    let dir = scratch.path.join("cleaner");
    fs::create_dir(&dir).expect("directory");
    write(&dir.join("plugin.toml"), b"[plugin]\nname = \"cleaner\"\n");
    assert_in_gallery("file_oldest_form", &drawn(&read(&dir), &scratch.path));
}

#[test]
fn an_empty_directory_is_no_plugin_and_no_error() {
    let scratch = Scratch::new();
    let parsed = read(&scratch.path);
    assert!(!parsed.is_plugin());
    assert_eq!(parsed.diagnostics()[0].severity, Severity::Note);
    assert_in_gallery("file_none", &drawn(&parsed, &scratch.path));
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn a_dangling_manifest_is_explained() {
        let scratch = Scratch::new();
        let dir = scratch.path.join("cleaner");
        fs::create_dir(&dir).expect("directory");
        symlink("nowhere.toml", dir.join("pyproject.toml")).expect("link");
        assert_in_gallery("link_dangling_manifest", &drawn(&read(&dir), &scratch.path));
    }

    #[test]
    fn a_dangling_plugin_is_explained() {
        let scratch = Scratch::new();
        let dir = scratch.path.join("cleaner");
        symlink("gone/checkout", &dir).expect("link");
        assert_in_gallery("link_dangling_plugin", &drawn(&read(&dir), &scratch.path));
        assert_eq!(discover(&scratch.path).expect("listed").rejected.len(), 1);
    }

    #[test]
    fn a_loop_of_links_is_explained() {
        let scratch = Scratch::new();
        let dir = scratch.path.join("cleaner");
        symlink("cleaner", &dir).expect("link");
        assert_in_gallery("link_loop", &drawn(&read(&dir), &scratch.path));
    }

    #[test]
    fn an_entry_point_through_a_link_to_the_outside_is_explained() {
        let scratch = Scratch::new();
        let dir = scratch.plugin(GOOD.as_bytes());
        write(&scratch.path.join("elsewhere.py"), b"");
        symlink("../elsewhere.py", dir.join("__init__.py")).expect("link");
        assert_in_gallery(
            "link_entry_point_outside",
            &drawn(&read(&dir), &scratch.path),
        );
        fs::remove_file(dir.join("__init__.py")).expect("removed");
        write(&dir.join("real.py"), b"");
        symlink("real.py", dir.join("__init__.py")).expect("link");
        assert!(
            read(&dir).manifest().is_some(),
            "a link within the plugin is fine"
        );
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let scratch = Scratch::new();
        let dir = scratch.path.join("cleaner");
        fs::create_dir(&dir).expect("directory");
        // A socket stands for everything that is no file: standard Rust cannot make a pipe.
        let _socket =
            std::os::unix::net::UnixListener::bind(dir.join("pyproject.toml")).expect("socket");
        assert_eq!(read(&dir).diagnostics()[0].code, Code::NotAFile);
    }

    #[test]
    fn an_unreadable_manifest_is_explained() {
        let scratch = Scratch::new();
        let dir = scratch.plugin(GOOD.as_bytes());
        let path = dir.join("pyproject.toml");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("permissions");
        if fs::File::open(&path).is_ok() {
            // The superuser may read everything: for one, /proc/self/mem at offset 0 cannot be read.
            eprintln!("skipped: this user may read every file");
            return;
        }
        assert_in_gallery("file_unreadable", &drawn(&read(&dir), &scratch.path));
    }
}

#[test]
fn the_gallery_shows_nearly_every_code() {
    let mut seen = BTreeSet::new();
    for path in manifests() {
        let text = fs::read_to_string(&path).expect("text");
        seen.extend(
            parse(&text, &path)
                .diagnostics()
                .iter()
                .map(|diagnostic| diagnostic.code),
        );
    }
    // These need a file system, a host, or several plugins; other tests show them.
    let elsewhere = [
        Code::Unreadable,
        Code::NotAFile,
        Code::DanglingLink,
        Code::LinkLoop,
        Code::TooLarge,
        Code::NotUtf8,
        Code::OldestForm,
        Code::PathNotUtf8,
        Code::EntryPointMissing,
        Code::PythonIncompatible,
        Code::ApiIncompatible,
        Code::HostIncompatible,
        Code::FeatureUnavailable,
        Code::DuplicateName,
    ];
    seen.extend(elsewhere);
    let unseen: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !seen.contains(code))
        .collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}
