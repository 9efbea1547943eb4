//! Every way in which uv fails, and what is made of it.

use std::time::Duration;

use crate::common::{demo, ensure, home};
use lichtfeld_installer::{InstallError, Installer, InstallerOptions, PythonInfo};
use lichtfeld_system::human;
use lichtfeld_testkit::{ScratchHome, SdistBuilder, WheelBuilder, WheelIndex};

/// The error of installing `demo`, and its text with paths and versions taken out.
fn failure(home: &ScratchHome, options: InstallerOptions) -> (InstallError, String) {
    let python = options.python.version_text();
    let error = ensure(&Installer::new(options), home).expect_err("it fails");
    let text = format!(
        "[{}] {}\nhint: {}",
        error.code(),
        human::chain(&error),
        error.hint().unwrap_or_else(|| "none".into())
    );
    let text = text
        .replace(home.path().as_str(), "<home>")
        .replace(&python, "<python>");
    (error, text)
}

fn online(home: &ScratchHome, index: &str) -> InstallerOptions {
    let mut options = home.options();
    options
        .env
        .retain(|(name, _)| name != "UV_NO_INDEX" && name != "UV_OFFLINE");
    options.env.push(("UV_DEFAULT_INDEX".into(), index.into()));
    options.env.push(("UV_HTTP_RETRIES".into(), "0".into()));
    options
}

/// Answers every request with one status line.
fn server(status: &'static str) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            use std::io::{Read, Write};
            let mut stream = stream;
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
        }
    });
    format!("http://{address}/simple")
}

#[test]
fn no_solution_keeps_uvs_explanation() {
    let home = home();
    demo(&["shapes>=99"]).write(&home.plugins());
    let index = home.index().simple();
    let (error, text) = failure(&home, online(&home, &index));
    assert!(
        matches!(error, InstallError::NoSolution { .. }),
        "{error:?}"
    );
    assert!(!error.tail().is_empty());
    assert!(error.transcript().unwrap().command.contains(" sync "));
    insta::assert_snapshot!(text);
}

#[test]
fn a_package_that_nobody_has() {
    let home = home();
    demo(&["shaeps"]).write(&home.plugins());
    let index = home.index().simple();
    let (error, text) = failure(&home, online(&home, &index));
    assert!(
        matches!(error, InstallError::PackageNotFound { .. }),
        "{error:?}"
    );
    insta::assert_snapshot!(text);
}

#[test]
fn no_network_says_whether_the_cache_could_serve() {
    let home = home();
    demo(&["other"]).write(&home.plugins());
    let (error, text) = failure(&home, home.options());
    assert!(matches!(error, InstallError::NoNetwork { .. }), "{error:?}");
    // A port that nobody listens on.
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let address = format!("http://{closed}/simple");
    let (error, second) = failure(&home, online(&home, &address));
    assert!(matches!(error, InstallError::NoNetwork { .. }), "{error:?}");
    insta::assert_snapshot!(format!("{text}\n\n{}", second.replace(&address, "<index>")));
}

#[test]
fn an_index_that_refuses() {
    let home = home();
    demo(&["other"]).write(&home.plugins());
    let mut texts = String::new();
    for status in ["401 Unauthorized", "403 Forbidden"] {
        let address = server(status);
        let (error, text) = failure(&home, online(&home, &address));
        assert!(
            matches!(error, InstallError::IndexAuthentication { .. }),
            "{error:?}"
        );
        texts.push_str(&text.replace(&address, "<index>"));
        texts.push('\n');
    }
    let address = server("503 Service Unavailable");
    let (error, text) = failure(&home, online(&home, &address));
    assert!(matches!(error, InstallError::NoNetwork { .. }), "{error:?}");
    texts.push_str(&text.replace(&address, "<index>"));
    insta::assert_snapshot!(texts);
}

#[test]
fn python_does_not_fit() {
    let home = home();
    demo(&["shapes"])
        .requires_python(">=3.99")
        .write(&home.plugins());
    let (error, text) = failure(&home, home.options());
    assert!(
        matches!(error, InstallError::PythonNotAcceptable { .. }),
        "{error:?}"
    );
    demo(&["newer"]).write(&home.plugins());
    home.index()
        .add(WheelBuilder::new("newer", "1.0").requires_python(">=3.99"));
    let (error, second) = failure(&home, home.options());
    assert!(
        matches!(error, InstallError::PythonNotAcceptable { .. }),
        "{error:?}"
    );
    insta::assert_snapshot!(format!("{text}\n\n{second}"));
}

#[test]
fn sources_that_build_and_sources_that_do_not() {
    let home = home();
    home.index()
        .add_sdist(SdistBuilder::new("works", "1.0").module("A = 1\n"));
    home.index()
        .add_sdist(SdistBuilder::new("breaks", "1.0").failing("no compiler here"));
    demo(&["works"]).write(&home.plugins());
    assert!(ensure(&home.installer(), &home).is_ok());
    demo(&["breaks"]).write(&home.plugins());
    let (error, text) = failure(&home, home.options());
    assert!(
        matches!(error, InstallError::SourceBuildFailed { .. }),
        "{error:?}"
    );
    insta::assert_snapshot!(text);
}

#[test]
fn a_table_of_uv_that_uv_refuses() {
    let home = home();
    demo(&["shapes"])
        .tables("[tool.uv.sources]\nshapes = { index = 'nowhere' }")
        .write(&home.plugins());
    let (error, text) = failure(&home, home.options());
    assert!(
        matches!(error, InstallError::BadManifest { .. }),
        "{error:?}"
    );
    insta::assert_snapshot!(text);
}

#[test]
fn uv_is_missing_or_too_old_or_something_else() {
    let home = home();
    let mut options = home.options();
    options.uv = Some("/no/such/uv".into());
    let (error, text) = failure(&home, options.clone());
    assert!(matches!(error, InstallError::UvMissing { .. }), "{error:?}");
    insta::assert_snapshot!(text);

    let fake = |name: &str, body: &str| crate::faults::script(&home, name, body);
    options.uv = Some(fake(
        "old",
        "case \"$*\" in *--version*) echo uv 0.1.2;; *) exit 2;; esac",
    ));
    let (error, _) = failure(&home, options.clone());
    assert!(matches!(error, InstallError::UvTooOld { .. }), "{error:?}");
    options.uv = Some(fake("other", "echo hello; exit 0"));
    let (error, _) = failure(&home, options);
    assert!(
        matches!(error, InstallError::UvUnusable { .. }),
        "{error:?}"
    );
}

#[test]
fn a_python_that_is_none() {
    let home = home();
    let mut options = home.options();
    options.python.executable = "/no/such/python".into();
    let (error, _) = failure(&home, options);
    assert!(
        matches!(error, InstallError::PythonUnusable { .. }),
        "{error:?}"
    );
    let error = PythonInfo::probe("/no/such/python".into()).unwrap_err();
    assert_eq!(error.code(), "LI118");
}

#[test]
fn every_code_is_different() {
    let io = || std::io::Error::other("x");
    let transcript = Box::default;
    let all = [
        InstallError::NoSolution {
            plugin: "x".into(),
            explanation: "y".into(),
            transcript: transcript(),
        },
        InstallError::UvMissing {
            looked: vec!["/a".into(), "/b".into()],
        },
        InstallError::Cancelled { plugin: "x".into() },
        InstallError::TimedOut {
            plugin: "x".into(),
            after: Duration::from_secs(600),
            transcript: transcript(),
        },
        InstallError::UvKilled {
            plugin: "x".into(),
            signal: 9,
            transcript: transcript(),
        },
        InstallError::DiskFull {
            path: "/envs".into(),
            transcript: transcript(),
        },
        InstallError::Permission {
            path: "/envs".into(),
            source: "no".into(),
            transcript: transcript(),
        },
        InstallError::LockTimeout {
            lock: "/l".into(),
            holder: None,
            waited: Duration::from_secs(1),
        },
        InstallError::UvTooOld {
            path: "/uv".into(),
            found: "0.1.0".into(),
            needed: "0.5.0".into(),
        },
        InstallError::Io {
            action: "read",
            path: "/x".into(),
            source: io(),
        },
    ];
    let text: String = all
        .iter()
        .map(|error| {
            format!(
                "[{}] {}\n  {}\n",
                error.code(),
                human::chain(error),
                error.hint().unwrap_or_default()
            )
        })
        .collect();
    insta::assert_snapshot!(text);
}

#[test]
fn a_shim_leads_to_the_real_uv() {
    let home = ScratchHome::new();
    let uv = lichtfeld_testkit::uv();
    let mut options = home.options();
    options.uv = Some(crate::faults::script(
        &home,
        "shim",
        &format!("exec '{uv}' \"$@\""),
    ));
    let found = Installer::new(options).uv().unwrap();
    assert_eq!(found.canonicalize().unwrap(), uv.canonicalize().unwrap());
    // The other index is of no use here; it only has to exist.
    assert!(
        WheelIndex::new(home.path().join("none"))
            .simple()
            .starts_with("file://")
    );
}
