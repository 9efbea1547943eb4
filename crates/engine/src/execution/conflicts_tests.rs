//! What counts as a conflict of packages, and what is said about it.

use super::*;
use lichtfeld_installer::Importable;

fn distribution(name: &str, version: &str, source: Option<&str>) -> Distribution {
    Distribution::new(name, version).with_direct_url(source.map(Into::into))
}

fn present() -> Present {
    let mut present = Present::default();
    present.enter(&Origin::Host, &[distribution("numpy", "1.26.4", None)]);
    present.add("a", &[distribution("torch", "2.6.0+cu124", None)]);
    present
}

#[test]
fn the_same_version_from_the_same_place_agrees() {
    let same = [
        distribution("numpy", "1.26.4", None),
        distribution("new", "1", None),
    ];
    let differences = present().differences("b", &same);
    assert_eq!(differences.all(), []);
}

#[test]
fn versions_local_parts_and_sources_are_told_apart() {
    let wanted = [
        distribution("numpy", "2.1.0", None),
        distribution("torch", "2.6.0+cpu", None),
    ];
    insta::assert_snapshot!(sentence("b", &present().differences("b", &wanted).others));
    let built = [distribution(
        "numpy",
        "1.26.4",
        Some("file:///wheels/numpy.whl"),
    )];
    insta::assert_snapshot!(sentence("b", &present().differences("b", &built).others));
}

#[test]
fn a_source_is_told_by_its_url_and_what_is_there() {
    let url = r#"{"url":"https://example.org/a.git","vcs_info":{"vcs":"git","commit_id":"1f"}}"#;
    assert_eq!(shown("1", Some(url)), "1 from https://example.org/a.git@1f");
    let url = r#"{"url":"file:///a.whl","archive_info":{"hash":"sha256=9c"}}"#;
    assert_eq!(shown("1", Some(url)), "1 from file:///a.whl#sha256=9c");
    let url = r#"{"url":"file:///a","dir_info":{}}"#;
    assert_eq!(shown("1", Some(url)), "1 from file:///a");
    assert_eq!(shown("1", Some("no JSON")), "1 from no JSON");
}

#[test]
fn what_a_plugin_itself_brought_is_a_change_and_no_conflict() {
    let newer = [distribution("torch", "2.7.0", None)];
    let own = present().differences("a", &newer);
    assert_eq!((own.others.len(), own.own.len()), (0, 1));
    assert_eq!(
        own.notes(),
        ["moved to a process of its own: torch 2.6.0+cu124 -> 2.7.0 cannot be replaced here"]
    );
    let other = present().differences("b", &newer);
    assert_eq!((other.others.len(), other.own.len()), (1, 0));
}

fn with_modules(name: &str, modules: &[(&str, &str)]) -> Distribution {
    let modules = modules
        .iter()
        .map(|(name, digest)| Importable::new(*name, *digest))
        .collect();
    Distribution::new(name, "1.0").with_importable(modules)
}

#[test]
fn two_distributions_of_one_import_name_are_a_conflict() {
    let mut present = Present::default();
    present.add("a", &[with_modules("pycolmap", &[("pycolmap", "1")])]);
    let cuda = [with_modules(
        "pycolmap-cuda12",
        &[("pycolmap", "2"), ("pycolmap_cuda", "3")],
    )];
    let differences = present.differences("b", &cuda);
    assert_eq!(
        sentence("b", &differences.others),
        "'b' cannot share this process: the module pycolmap of pycolmap-cuda12 1.0 is needed, \
         plugin 'a' has that of pycolmap 1.0"
    );
    let own = present.differences("a", &cuda);
    assert_eq!(own.others, []);
    assert_eq!(
        changes(&own.own),
        "pycolmap of pycolmap 1.0 -> pycolmap-cuda12 1.0"
    );
}

#[test]
fn the_same_files_and_the_parts_of_a_namespace_are_none() {
    let both = [
        with_modules("cv", &[("cv2", "1")]),
        with_modules("cv-more", &[("cv2", "2")]),
    ];
    let mut present = Present::default();
    present.add("a", &both);
    assert_eq!(present.differences("b", &both).all(), []);
    let copy = [with_modules(
        "cv-copy",
        &[("cv2", "2"), ("google.auth", "3")],
    )];
    assert_eq!(present.differences("b", &copy).all(), []);
    present.add("b", &copy);
    let part = [with_modules("protobuf", &[("google.protobuf", "4")])];
    assert_eq!(present.differences("c", &part).all(), []);
}
