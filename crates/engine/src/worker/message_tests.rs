//! Versions that do not match, and packed values that are refused.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn setup() -> WorkerSetup {
    WorkerSetup {
        key: "a".into(),
        home: "/h".into(),
        plugins: "/h/plugins".into(),
        cache: "/h/cache".into(),
        version: "1.2".into(),
        plugin_api: "1".into(),
        features: vec!["panels.v1".into()],
        limits: WorkerLimits::default().with_nice(3),
        callback: Duration::from_secs(5),
        ui_thread: Duration::from_millis(7),
        request: Duration::from_secs(9),
        textures: 1 << 53,
    }
}

/// The first question as it arrives.
fn start(packed: &[u8]) -> Start {
    match unpack(packed).unwrap() {
        (Ask::Start(start), []) => start,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_message_and_its_answer_carry_the_version() {
    let asked = pack(&Ask::Start(Start::new(&setup())), &[]);
    assert_eq!(start(&asked).check().unwrap(), setup());
    let json: Value = unpack(&asked).unwrap().0;
    assert_eq!(
        (&json["do"], &json["protocol"]),
        (&json!("start"), &json!(PROTOCOL))
    );
    Started::check(&Started::packed()).unwrap();
}

#[test]
fn a_worker_refuses_a_host_of_another_version() {
    // The rest is unknown to this version.
    let newer = json!({"do": "start", "protocol": 7, "everything": ["else"], "setup": {"a": 1}});
    let error = start(&pack(&newer, &[])).check().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the application speaks version 7 of the worker protocol, the plugin's process version 6"
    );
    let failure = Failure::from(error);
    assert_eq!(failure.kind, FailureKind::Environment);
    assert!(failure.hint.unwrap().starts_with("restart the application"));
    // A host from before there were versions.
    let older = json!({"do": "start", "key": "a", "home": "/h"});
    let error = start(&pack(&older, &[])).check().unwrap_err();
    assert!(matches!(
        error,
        ProtocolError::Version {
            host: 0,
            worker: PROTOCOL
        }
    ));
}

#[test]
fn a_host_refuses_a_worker_of_another_version() {
    let newer = Started::check(&pack(&json!({"protocol": 9, "more": 1}), &[])).unwrap_err();
    assert_eq!(
        newer.to_string(),
        "the application speaks version 6 of the worker protocol, the plugin's process version 9"
    );
    assert_eq!(newer.code(), "LR102");
    let older = Started::check(&[]).unwrap_err();
    assert!(matches!(
        older,
        ProtocolError::Version {
            host: PROTOCOL,
            worker: 0
        }
    ));
}

#[test]
fn the_same_version_with_a_broken_setup_is_malformed() {
    let broken = json!({"do": "start", "protocol": PROTOCOL, "setup": {"key": 1}});
    let error = start(&pack(&broken, &[])).check().unwrap_err();
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(error.to_string(), "a message was not understood");
    let text = String::from(error);
    assert!(
        text.starts_with("a message was not understood: invalid type"),
        "{text}"
    );
}

#[test]
fn deep_nesting_is_refused() {
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    let mut packed = u32::try_from(deep.len()).unwrap().to_le_bytes().to_vec();
    packed.extend(deep);
    let error = unpack::<Value>(&packed).unwrap_err();
    assert!(String::from(error).contains("recursion limit"));
}

proptest! {
    #[test]
    fn packed_values_arrive_with_their_bytes(
        path in "[a-z/ \u{80}-\u{2000}]{0,20}",
        bytes in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let ask = Ask::FilesChanged { paths: vec![path.clone().into()] };
        let packed = pack(&ask, &bytes);
        let (read, rest) = unpack::<Ask>(&packed).unwrap();
        prop_assert_eq!(rest, &bytes);
        match read {
            Ask::FilesChanged { paths } => prop_assert_eq!(paths, [path]),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = unpack::<Ask>(&bytes);
        let _ = unpack::<Tell>(&bytes);
        let _ = Started::check(&bytes);
    }

    #[test]
    fn a_packed_value_that_is_cut_off_is_refused(cut in any::<prop::sample::Index>()) {
        let packed = pack(&Ask::Start(Start::new(&setup())), &[]);
        let cut = cut.index(packed.len());
        prop_assert!(matches!(
            unpack::<Ask>(&packed[..cut]),
            Err(ProtocolError::CutOff)
        ));
    }
}
