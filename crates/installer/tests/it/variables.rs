//! Each environment variable that `docs/environments.md` lists has its effect on an installation.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_installer::{
    CancelToken, EnvironmentRequest, Installer, InstallerOptions, PythonInfo, Silent,
};
use lichtfeld_testkit::{ScratchHome, uv};

use crate::common::{demo, home};
use crate::faults::script;
use crate::two_processes::start;

/// An index of one package that also acts as a proxy, and remembers what it was asked.
struct Server {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// `login` is what has to be in a request.
    fn start(home: &ScratchHome, login: Option<&'static str>) -> Self {
        let wheel = std::fs::read(home.index().path().join("shapes-1.0-py3-none-any.whl"));
        let wheel = wheel.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&asked);
        let page =
            b"<a href=\"../../files/shapes-1.0-py3-none-any.whl\">shapes-1.0-py3-none-any.whl</a>";
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut request = [0; 8192];
                let length = stream.read(&mut request).unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let line = request.lines().next().unwrap_or_default().to_owned();
                log.lock().unwrap().push(line.clone());
                if line.contains("/silent/") {
                    // Never answered; the other side gives up.
                    let _ = stream.read(&mut [0; 1]);
                    continue;
                }
                let allowed = login.is_none_or(|login| request.contains(login));
                let (status, body) = match &line {
                    _ if !allowed => ("401 Unauthorized", &b""[..]),
                    line if line.contains("/simple/shapes/") => ("200 OK", &page[..]),
                    line if line.contains("/files/") => ("200 OK", wheel.as_slice()),
                    _ => ("404 Not Found", &b""[..]),
                };
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
                     WWW-Authenticate: Basic realm=\"x\"\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                if !line.starts_with("HEAD") {
                    let _ = stream.write_all(body);
                }
            }
        });
        Self { address, asked }
    }

    fn index(&self) -> String {
        format!("{}/simple", self.address)
    }

    fn was_asked(&self, part: &str) -> bool {
        let asked = self.asked.lock().unwrap();
        asked.iter().any(|line| line.contains(part))
    }
}

/// The process whose environment is tried: installs, and prints what came of it.
#[test]
fn inner() {
    if std::env::var("LICHTFELD_TEST_TASK").as_deref() != Ok("variables") {
        return;
    }
    let root = Utf8PathBuf::from(std::env::var("LICHTFELD_TEST_HOME").unwrap());
    let executable = std::env::var("LICHTFELD_TEST_PYTHON").unwrap();
    let python = PythonInfo::probe(Utf8Path::new(&executable)).unwrap();
    let mut options = InstallerOptions::new(root.join("envs"), python);
    options.uv = Some(uv());
    let dir = root.join("plugins/demo");
    let manifest = lichtfeld_manifest::read(&dir).into_result().unwrap();
    let request = EnvironmentRequest::from_manifest(&dir, &manifest);
    match Installer::new(options).ensure(&request, &Silent, &CancelToken::new()) {
        Ok(ensured) => println!(
            "installed {:?}",
            ensured.generation().unwrap().distributions.len()
        ),
        Err(error) => println!("failed {} {}", error.code(), error),
    }
}

/// The result of an installation by a process with these variables.
fn install(home: &ScratchHome, variables: &[(&str, &str)]) -> String {
    let cache = home.cache();
    let mut all = vec![
        ("LICHTFELD_TEST_TASK", "variables"),
        ("HOME", home.path().as_str()),
        ("UV_HTTP_RETRIES", "0"),
        // Nothing of the machine's own.
        ("UV_DEFAULT_INDEX", "http://127.0.0.1:9/none"),
        ("UV_CACHE_DIR", cache.as_str()),
        ("XDG_CONFIG_HOME", home.path().as_str()),
    ];
    for (name, value) in variables {
        all.retain(|(known, _)| known != name);
        all.push((name, value));
    }
    all.retain(|(_, value)| !value.is_empty());
    let child = start(home, "variables::inner", &all);
    assert!(child.wait().success(), "{:?}", child.tail());
    let tail = child.tail();
    let line = tail.iter().find_map(|line| {
        let start = line.find("installed ").or_else(|| line.find("failed "))?;
        Some(line[start..].to_owned())
    });
    let _ = std::fs::remove_dir_all(home.envs());
    line.unwrap_or_else(|| panic!("{tail:?}"))
}

const OK: &str = "installed 1";

#[test]
fn indexes() {
    let home = home();
    for name in [
        "UV_DEFAULT_INDEX",
        "UV_INDEX",
        "UV_INDEX_URL",
        "UV_EXTRA_INDEX_URL",
    ] {
        let server = Server::start(&home, None);
        let mut variables = vec![(name, server.index())];
        if name == "UV_INDEX_URL" {
            // The newer name comes first.
            variables.push(("UV_DEFAULT_INDEX", String::new()));
        }
        let variables: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(install(&home, &variables), OK, "{name}");
        assert!(server.was_asked("/simple/shapes/"), "{name}");
        let _ = std::fs::remove_dir_all(home.cache());
    }
    let empty = Server::start(&home, None);
    let none = format!("{}/none", empty.address);
    let links = home.index().path().to_owned();
    let variables = [
        ("UV_DEFAULT_INDEX", none.as_str()),
        ("UV_FIND_LINKS", links.as_str()),
    ];
    assert_eq!(install(&home, &variables), OK);
    let without = install(&home, &variables[..1]);
    assert!(without.starts_with("failed LI101"), "{without}");
}

#[test]
fn credentials() {
    let home = home();
    // "me:secret".
    let server = Server::start(&home, Some("Basic bWU6c2VjcmV0"));
    let index = server.index();
    let tables = format!("[[tool.uv.index]]\nname = 'private'\nurl = '{index}'");
    demo(&["shapes"]).tables(&tables).write(&home.plugins());
    let named = [
        ("UV_INDEX_PRIVATE_USERNAME", "me"),
        ("UV_INDEX_PRIVATE_PASSWORD", "secret"),
    ];
    assert_eq!(install(&home, &named), OK);
    let wrong = [named[0], ("UV_INDEX_PRIVATE_PASSWORD", "wrong")];
    let found = install(&home, &wrong);
    assert!(
        found.starts_with("failed LI103") && found.contains(&index),
        "{found}"
    );

    demo(&["shapes"]).write(&home.plugins());
    script(&home, "keyring", "echo secret");
    let path = format!(
        "{}:{}",
        home.path().join("bin"),
        std::env::var("PATH").unwrap()
    );
    let with_user = index.replace("//", "//me@");
    let keyring = [
        ("UV_DEFAULT_INDEX", with_user.as_str()),
        ("PATH", path.as_str()),
        ("UV_KEYRING_PROVIDER", "subprocess"),
    ];
    assert_eq!(install(&home, &keyring), OK);
    let without = install(&home, &keyring[..2]);
    assert!(without.starts_with("failed LI103"), "{without}");
}

#[test]
fn proxies() {
    let home = home();
    let server = Server::start(&home, None);
    let nowhere = ("UV_DEFAULT_INDEX", "http://nowhere.invalid/simple");
    let proxy = ("HTTP_PROXY", server.address.as_str());
    assert_eq!(install(&home, &[nowhere, proxy]), OK);
    assert!(server.was_asked("GET http://nowhere.invalid/simple/shapes/"));
    let _ = std::fs::remove_dir_all(home.cache());
    let directly = install(&home, &[nowhere, proxy, ("NO_PROXY", "nowhere.invalid")]);
    assert!(directly.starts_with("failed LI102"), "{directly}");
    let secure = ("UV_DEFAULT_INDEX", "https://nowhere.invalid/simple");
    install(&home, &[secure, ("HTTPS_PROXY", &server.address)]);
    assert!(server.was_asked("CONNECT nowhere.invalid:443"));
}

#[test]
fn the_cache_the_network_and_how_files_are_linked() {
    let home = home();
    let server = Server::start(&home, None);
    let index = server.index();
    let online = ("UV_DEFAULT_INDEX", index.as_str());
    let elsewhere = home.path().join("another-cache");
    let cache = ("UV_CACHE_DIR", elsewhere.as_str());
    let offline = install(&home, &[online, cache, ("UV_OFFLINE", "1")]);
    assert!(offline.starts_with("failed LI102"), "{offline}");
    assert!(!server.was_asked("/simple/"));
    assert_eq!(install(&home, &[online, cache]), OK);
    assert!(elsewhere.join("archive-v0").is_dir() || listing_of(&elsewhere) > 1);
    assert_eq!(install(&home, &[online, cache, ("UV_OFFLINE", "1")]), OK);

    let silent = format!("{}/silent", server.address);
    let began = std::time::Instant::now();
    let variables = [
        ("UV_DEFAULT_INDEX", silent.as_str()),
        ("UV_HTTP_TIMEOUT", "1"),
    ];
    let found = install(&home, &variables);
    assert!(found.starts_with("failed LI102"), "{found}");
    println!("given up after {:?}", began.elapsed());
}

fn listing_of(dir: &Utf8Path) -> usize {
    crate::common::listing(dir).len()
}

#[cfg(unix)]
#[test]
fn copies() {
    use std::os::unix::fs::MetadataExt;
    let home = home();
    let index = home.index().simple();
    for (mode, is_alone) in [("copy", true), ("hardlink", false)] {
        let mut options = home.options();
        options.env.push(("UV_LINK_MODE".into(), mode.into()));
        options.env.push(("UV_DEFAULT_INDEX".into(), index.clone()));
        let request = home.request("demo");
        let ensured = Installer::new(options).repair(&request, &Silent, &CancelToken::new());
        let ensured = ensured.unwrap();
        let file = ensured.generation().unwrap().site_packages[0].join("shapes.py");
        assert_eq!(
            std::fs::metadata(file).unwrap().nlink() == 1,
            is_alone,
            "{mode}"
        );
    }
}
