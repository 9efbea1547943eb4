//! Differences between environments and a process.

use super::*;
use crate::execution::conflicts::{changes, sentence};

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
    let url = r#"{"url":"file:///a","dir_info":{"editable":true}}"#;
    assert_eq!(shown("1", Some(url)), "1 from file:///a (editable)");
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

fn local(digest: &str) -> Distribution {
    let url = r#"{"url":"file:///mate","dir_info":{"editable":false}}"#;
    with_modules("mate", &[("mate", digest)]).with_direct_url(Some(url.into()))
}

#[test]
fn a_local_library_that_changed_is_exchanged_where_nobody_else_has_it() {
    let mut present = Present::default();
    present.add("a", &[local("1")]);
    assert_eq!(present.differences("a", &[local("2")]).all(), []);
    assert_eq!(present.differences("b", &[local("1")]).all(), []);
    let others = present.differences("b", &[local("2")]).others;
    assert_eq!(
        sentence("b", &others),
        "'b' cannot share this process: mate 1.0 from file:///mate has changed, plugin 'a' has \
         it as it was before"
    );
    present.add("b", &[local("1")]);
    assert_eq!(present.differences("a", &[local("2")]).others.len(), 1);
    // One from an index is the same at the same version.
    let rebuilt = [with_modules("x", &[("x", "2")])];
    present.add("a", &[with_modules("x", &[("x", "1")])]);
    assert_eq!(present.differences("b", &rebuilt).all(), []);
}

#[test]
fn native_code_of_a_local_library_cannot_be_exchanged() {
    let mut present = Present::default();
    present.add("a", &[local("1").with_native()]);
    let differences = present.differences("a", &[local("2").with_native()]);
    assert_eq!((differences.others.len(), differences.own.len()), (0, 1));
    assert_eq!(
        changes(&differences.own),
        "mate 1.0 from file:///mate, which has changed"
    );
}

#[test]
fn what_a_plugin_has_no_more_is_forgotten_but_for_native_code() {
    let mut present = Present::default();
    let (pure, native) = (
        distribution("pure", "1", None),
        distribution("core", "1", None),
    );
    present.add("a", &[pure.clone(), native.with_native(), local("1")]);
    present.add("b", &[local("1")]);
    assert_eq!(present.of_others("a"), ["mate"]);
    present.replace("a", &[]);
    let newer = [
        distribution("pure", "2", None),
        distribution("core", "2", None),
    ];
    let differences = present.differences("a", &newer);
    assert_eq!(differences.own.len(), 1);
    assert_eq!(differences.own[0].name, "core");
    assert_eq!(present.differences("c", &[local("2")]).others.len(), 1);
    assert_eq!(present.of_others("b"), Vec::<String>::new());
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
