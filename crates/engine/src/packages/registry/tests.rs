//! The format is what its page and its schema say.

use super::index::RegistryIndex;
use lichtfeld_manifest::Host;
use serde_json::{Value, json};

const PAGE: &str = include_str!("../../../../../docs/registry.md");
const SCHEMA: &str = include_str!("../../../../../docs/reference/registry.schema.json");

fn example() -> Value {
    let (_, rest) = PAGE.split_once("```json\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    serde_json::from_str(text).unwrap()
}

/// The example with another value.
fn with(place: &str, value: &Value) -> Value {
    let mut index = example();
    let (parent, key) = place.rsplit_once('/').unwrap();
    index.pointer_mut(parent).unwrap()[key] = value.clone();
    index
}

fn schema() -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

fn host() -> Host {
    Host::new("0.5.3", "1.0", "3.12.1").unwrap()
}

#[test]
fn the_example_of_the_page_is_an_index() {
    let example = example();
    assert!(schema().is_valid(&example));
    let index = RegistryIndex::parse(&example.to_string(), "docs").unwrap();
    let [plugin] = index.plugins.as_slice() else {
        panic!("{index:?}")
    };
    let newest = plugin.newest_compatible(&host()).unwrap();
    assert_eq!(newest.version.to_string(), "1.5.0");
    let described = plugin.describe(&host());
    assert_eq!(described["latest_version"], "1.5.0");
    assert_eq!(described["versions"][0]["compatible"], true);
}

#[test]
fn every_code_of_the_page_is_one() {
    for code in [
        "LR036", "LR037", "LR038", "LR039", "LR040", "LR041", "LR042", "LR043", "LR044", "LR045",
    ] {
        assert!(PAGE.contains(code), "{code}");
    }
}

/// The schema and the reader refuse the same; what neither can know is left to the reader.
#[test]
fn the_schema_and_the_reader_agree() {
    let schema = schema();
    let changes = [
        ("/format", json!(2)),
        ("/plugins", json!({})),
        ("/plugins/0/id", json!("../x")),
        ("/plugins/0/id", json!("a/b")),
        ("/plugins/0/id", json!("Upper")),
        ("/plugins/0/id", json!("a:b:c")),
        ("/plugins/0/id", json!("a".repeat(101))),
        ("/plugins/0/name", json!("../x")),
        ("/plugins/0/name", json!(7)),
        ("/plugins/0/versions/0/version", json!("one")),
        ("/plugins/0/versions/0/url", json!("../x.zip")),
        ("/plugins/0/versions/0/url", json!("a/../x.zip")),
        ("/plugins/0/versions/0/url", json!("/x.zip")),
        ("/plugins/0/versions/0/url", json!("a\\x.zip")),
        (
            "/plugins/0/versions/0/url",
            json!("http://example.org/x.zip"),
        ),
        (
            "/plugins/0/versions/0/url",
            json!("ftp://example.org/x.zip"),
        ),
        ("/plugins/0/versions/0/sha256", json!("12")),
        ("/plugins/0/versions/0/plugin_api", json!("1.0")),
        ("/plugins/0/versions/0/yanked", json!("no")),
    ];
    for (place, value) in changes {
        let index = with(place, &value);
        assert!(!schema.is_valid(&index), "{place} {value}");
        let read = RegistryIndex::parse(&index.to_string(), "docs");
        assert!(read.is_err(), "{place} {value}");
    }
    let allowed = [
        ("/plugins/0/id", json!("painter:point.cleaner_2")),
        ("/plugins/0/versions/0/url", json!("https://example.org/x")),
        (
            "/plugins/0/versions/0/url",
            json!("http://127.0.0.1:8000/x.zip"),
        ),
        ("/plugins/0/versions/0/url", json!("a..b/x y.zip")),
        ("/plugins/0/versions/0/plugin_api", Value::Null),
        ("/plugins/0/versions/0/plugin_api", json!("~=1.0, !=1.5")),
        ("/plugins", json!([])),
    ];
    for (place, value) in allowed {
        let index = with(place, &value);
        assert!(schema.is_valid(&index), "{place} {value}");
        let read = RegistryIndex::parse(&index.to_string(), "docs");
        assert!(read.is_ok(), "{place} {value}: {read:?}");
    }
}

#[test]
fn archives_lie_beside_the_index() {
    use super::location::IndexLocation;
    use lichtfeld_sources::{PluginSource, Transport};
    let index = RegistryIndex::parse(&example().to_string(), "docs").unwrap();
    let plugin = &index.plugins[0];
    let source = |place: &str| {
        let place: IndexLocation = place.parse().unwrap();
        place
            .source_of(plugin, &plugin.versions[0], Transport::Archive)
            .map(|source| source.to_string())
    };
    let archive = "archives/point_cleaner-1.5.0.zip";
    for (place, expected) in [
        (
            "https://example.org/a/index.json?x=/y",
            "https://example.org/a/",
        ),
        ("https://example.org/index.json", "https://example.org/"),
        ("https://example.org", "https://example.org/"),
    ] {
        assert_eq!(source(place).unwrap(), format!("{expected}{archive}"));
    }
    let local = "http://127.0.0.1:1/x.zip";
    let mut other = plugin.clone();
    other.versions[0].url = local.to_owned().try_into().unwrap();
    let find = |place: &str| {
        let place: IndexLocation = place.parse().unwrap();
        place.source_of(&other, &other.versions[0], Transport::Archive)
    };
    // Nobody but this machine says what is taken from this machine.
    assert_eq!(
        find("https://example.org/i.json").unwrap_err().code(),
        "LR040"
    );
    let found = find("http://127.0.0.1:1/i.json").unwrap();
    assert!(matches!(found, PluginSource::Remote { .. }), "{found:?}");
}
