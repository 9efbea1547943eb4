//! Downloads from a server that behaves as badly as a test says.

use super::*;
use lichtfeld_system::human;
use std::io::Read;
use std::net::{TcpListener, TcpStream};

/// Answers one request by `answer`; its URL.
fn server(answer: impl FnOnce(TcpStream) + Send + 'static) -> Address {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        let mut byte = [0];
        while !asked.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
            asked.push(byte[0]);
        }
        answer(stream);
    });
    format!("http://127.0.0.1:{port}/x").parse().unwrap()
}

fn says(text: &'static [u8]) -> Address {
    server(move |mut stream| stream.write_all(text).unwrap())
}

fn fetch(download: &Download) -> Result<Fetched, DownloadError> {
    download.to_memory(&CancelToken::new())
}

#[test]
fn content_and_its_version() {
    let address = says(b"HTTP/1.1 200 OK\r\nETag: \"7\"\r\nContent-Length: 2\r\n\r\nhi");
    let fetched = fetch(&Download::new(address, 2)).unwrap();
    let etag = Some("\"7\"".to_owned());
    let content = b"hi".to_vec();
    assert_eq!(fetched, Fetched::Content { content, etag });
    let address = says(b"HTTP/1.1 304 Not Modified\r\n\r\n");
    let known = Download::new(address, 2).unless(Some("\"7\""));
    assert_eq!(fetch(&known).unwrap(), Fetched::Unchanged);
    let address = says(b"HTTP/1.1 304 Not Modified\r\n\r\n");
    assert_eq!(
        fetch(&Download::new(address, 2)).unwrap_err().code(),
        "LI212"
    );
}

#[test]
fn the_hash_must_be_right() {
    // Of "hi".
    let right = "8F434346648F6B96DF89DDA901C5176B10A6D83961DD3C1AC88B59B2DC327AA4";
    for (hash, is_right) in [(right, true), (&right.replace('8', "9"), false)] {
        let address = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        let fetched = fetch(&Download::new(address, 2).with_sha256(Some(hash)));
        assert_eq!(fetched.is_ok(), is_right, "{fetched:?}");
    }
}

#[test]
fn too_much_is_refused_announced_or_not() {
    for text in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n123"[..],
        b"HTTP/1.1 200 OK\r\n\r\n123",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n123\r\n0\r\n\r\n",
    ] {
        let error = fetch(&Download::new(says(text), 2)).unwrap_err();
        assert_eq!(error.code(), "LI213", "{error}");
    }
}

#[test]
fn silence_is_not_waited_for() {
    let silence = Duration::from_secs(3);
    let (keep, kept) = std::sync::mpsc::channel();
    let quiet = keep.clone();
    let before = server(move |stream| quiet.send(stream).unwrap());
    let within = server(move |mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n123").unwrap();
        keep.send(stream).unwrap();
    });
    for (address, expected) in [(before, 0), (within, 3)] {
        let error = fetch(&Download::new(address, 9).with_silence(silence)).unwrap_err();
        let DownloadError::TimedOut { received, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(received, expected);
    }
    drop(kept);
}

#[test]
fn a_cancelled_download_leaves_no_file() {
    let scratch = tempfile::tempdir().unwrap();
    let path = Utf8Path::from_path(scratch.path()).unwrap().join("x.zip");
    let (keep, kept) = std::sync::mpsc::channel();
    let cancel = CancelToken::new();
    let token = cancel.clone();
    let address = server(move |mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n123").unwrap();
        token.cancel();
        keep.send(stream).unwrap();
    });
    let error = Download::new(address, 9)
        .to_file(&path, &cancel, &mut |_| {})
        .unwrap_err();
    assert_eq!(error.code(), "LI011");
    assert!(!path.exists());
    drop(kept);
}

#[test]
fn what_is_no_answer() {
    for (text, code) in [
        (
            &b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123"[..],
            "LI218",
        ),
        (b"SSH-2.0-server\r\n\r\n", "LI218"),
        (
            b"HTTP/1.1 206 Partial\r\nContent-Length: 1\r\n\r\n1",
            "LI212",
        ),
    ] {
        let error = fetch(&Download::new(says(text), 9)).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.hint().is_some());
    }
}

#[test]
fn errors_read_well() {
    let url = || "https://example.org/x.zip".to_owned();
    let text: Vec<String> = [
        "http://example.org/x.zip".parse::<Address>().unwrap_err(),
        DownloadError::NotFound {
            url: url(),
            status: 404,
        },
        DownloadError::TooLarge {
            url: url(),
            limit: MAX_ARCHIVE,
        },
        DownloadError::WrongHash {
            url: url(),
            expected: "12".into(),
            found: "34".into(),
        },
        DownloadError::TimedOut {
            url: url(),
            silence: SILENCE,
            received: 1536,
        },
        DownloadError::Tls {
            url: url(),
            source: "invalid peer certificate: Expired".into(),
        },
        DownloadError::Offline {
            url: url(),
            source: "host not found".into(),
        },
    ]
    .iter()
    .map(|error| {
        let hint = error.hint().unwrap_or_default();
        format!("[{}] {}\n  {hint}\n", error.code(), human::chain(error))
    })
    .collect();
    insta::assert_snapshot!(text.concat());
}
