//! Requests and answers: what crosses is bounded, and an answer suits its request.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use lichtfeld_panel::{
    Answer, FileFilter, MAX_REQUEST_ITEMS, MAX_REQUEST_LINE, MAX_REQUEST_TEXT, RequestKind,
};
use serde_json::json;

fn kind(value: serde_json::Value) -> RequestKind {
    serde_json::from_value(value).unwrap()
}

fn refused(value: serde_json::Value) -> String {
    kind(value).check().unwrap_err().to_string()
}

#[test]
fn a_request_is_read_by_the_name_of_its_kind() {
    let open =
        kind(json!({"kind": "open_file", "filters": [{"name": "Images", "suffixes": ["png"]}]}));
    assert_eq!(
        open,
        RequestKind::OpenFile {
            title: String::new(),
            directory: String::new(),
            filters: vec![FileFilter::new("Images", &["png"])],
        }
    );
    for name in [
        "open_file",
        "open_folder",
        "save_file",
        "message",
        "input",
        "notify",
        "get_clipboard",
        "has_clipboard_image",
    ] {
        let read = kind(json!({"kind": name}));
        assert_eq!(read.name(), name);
        assert_eq!(read.check(), Ok(()));
        assert_eq!(serde_json::to_value(&read).unwrap()["kind"], name);
    }
}

#[test]
fn a_request_is_bounded() {
    let long = "x".repeat(MAX_REQUEST_LINE + 1);
    let longer = "x".repeat(MAX_REQUEST_TEXT + 1);
    let many = vec!["x"; MAX_REQUEST_ITEMS + 1];
    assert!(
        refused(json!({"kind": "open_folder", "title": long}))
            .starts_with("the title of a request has 32769 bytes")
    );
    assert!(
        refused(json!({"kind": "message", "message": longer}))
            .starts_with("the message of a request has 1048577")
    );
    assert!(
        refused(json!({"kind": "set_clipboard", "text": longer})).contains("1048576 are allowed")
    );
    assert_eq!(
        refused(json!({"kind": "confirm", "buttons": many})),
        "a request has 65 buttons, and at most 64 are allowed"
    );
    assert_eq!(
        refused(json!({"kind": "confirm", "buttons": []})),
        "a question needs a button"
    );
    assert_eq!(
        refused(json!({"kind": "reveal", "path": "a\0b"})),
        "the path of a request contains a zero byte"
    );
    let filters = json!([{"name": "", "suffixes": many}]);
    assert!(refused(json!({"kind": "save_file", "filters": filters})).contains("65 suffixes"));
    assert!(refused(json!({"kind": "set_scale", "scale": -1.0})).starts_with("the scale -1 "));
}

#[test]
fn a_plugin_opens_pages_of_the_web_alone() {
    for url in [
        "https://example.org",
        "HTTP://example.org",
        "mailto:a@example.org",
    ] {
        assert_eq!(
            kind(json!({"kind": "open_url", "url": url})).check(),
            Ok(())
        );
    }
    for url in [
        "file:///etc/passwd",
        "ms-settings:",
        "javascript:alert(1)",
        "",
        "httpé",
    ] {
        assert!(
            refused(json!({"kind": "open_url", "url": url})).contains("does not begin with"),
            "{url}"
        );
    }
}

#[test]
fn an_answer_suits_its_request() {
    let text = |text: &str| Answer::Text(text.into());
    let open = kind(json!({"kind": "open_file"}));
    assert_eq!(open.accept(text("/a")), Ok(text("/a")));
    assert_eq!(open.accept(text("")), Ok(Answer::Cancelled));
    assert_eq!(open.accept(Answer::Cancelled), Ok(Answer::Cancelled));
    let wrong = open.accept(Answer::Done(true)).unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "the answer to open_file is the path, or that it was cancelled"
    );
    assert!(
        open.accept(text(&"x".repeat(MAX_REQUEST_LINE + 1)))
            .is_err()
    );
    assert!(open.accept(text("a\0b")).is_err());

    let ask = kind(json!({"kind": "confirm", "buttons": ["Yes", "No"]}));
    assert_eq!(ask.accept(text("No")), Ok(text("No")));
    assert_eq!(ask.accept(Answer::Done(true)), Ok(text("Yes")));
    assert_eq!(ask.accept(Answer::Done(false)), Ok(text("No")));
    assert_eq!(
        ask.accept(text("Maybe")).unwrap_err().to_string(),
        "'Maybe' is not a button of the question"
    );

    let input = kind(json!({"kind": "input"}));
    assert_eq!(
        input.accept(text("")),
        Ok(text("")),
        "an empty text is a text"
    );
    let set = kind(json!({"kind": "set_clipboard", "text": "x"}));
    assert_eq!(set.accept(Answer::Done(false)), Ok(Answer::Done(false)));
    assert!(set.accept(text("x")).is_err());
}
