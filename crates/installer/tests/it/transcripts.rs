//! Makes every failure of uv happen, and compares what is made of it with the recorded transcripts
//! in `tests/transcripts`. `LICHTFELD_RECORD=1` records them again, for a new version of uv.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::TcpListener;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_installer::{
    CancelToken, EnvironmentRequest, EventKind, InstallError, Installer, InstallerOptions,
};
use lichtfeld_system::{files, human};
use lichtfeld_testkit::{PluginBuilder, ScratchHome, SdistBuilder, WheelBuilder};

use crate::common::{Events, demo, ensure, home};

/// Answers each path with a status line and a body. The name of the server is in the address.
fn serve(pages: Vec<(&'static str, &'static str, Vec<u8>)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 8192];
            let length = stream.read(&mut request).unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let mut words = request.split_whitespace();
            let (method, path) = (words.next(), words.next().unwrap_or("/"));
            let page = pages.iter().find(|(known, ..)| path.starts_with(known));
            let (status, body) = page.map_or(("404 Not Found", &[][..]), |(_, status, body)| {
                (*status, body.as_slice())
            });
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n",
                body.len()
            );
            if method != Some("HEAD") {
                let _ = stream.write_all(body);
            }
        }
    });
    format!("http://{address}")
}

/// Options that ask `index` and nothing else.
fn online(home: &ScratchHome, index: &str) -> InstallerOptions {
    let mut options = home.options();
    options
        .env
        .retain(|(name, _)| name != "UV_OFFLINE" && name != "UV_FIND_LINKS");
    set(&mut options, "UV_DEFAULT_INDEX", index);
    options
}

fn set(options: &mut InstallerOptions, name: &str, value: &str) {
    options.env.retain(|(known, _)| known != name);
    options.env.push((name.into(), value.into()));
}

/// What of a text depends on the machine, in the words of the replay.
fn neutral(home: &Utf8Path, options: &InstallerOptions, servers: &[&str], text: &str) -> String {
    let mut text = text.to_owned();
    for (number, server) in servers.iter().enumerate() {
        let host = server.split("//").nth(1).unwrap_or(server);
        text = text.replace(host, &format!("server{number}.example"));
    }
    let python = &options.python;
    text = text
        .replace(home.as_str(), "/home/me")
        .replace(python.executable.as_str(), "/opt/python/bin/python3")
        .replace(&python.version_text(), "3.12.1");
    // The place of a build, and directories of the cache.
    let mut result = String::new();
    for (number, part) in text.split("/.staging/").enumerate() {
        match part.split_once('/') {
            Some((_, rest)) if number > 0 => write!(result, "/.staging/0/{rest}").unwrap(),
            _ => result.push_str(part),
        }
    }
    result
}

/// Compares an error with its transcript, or records it.
pub(crate) fn compare(
    name: &str,
    home: &Utf8Path,
    options: &InstallerOptions,
    servers: &[&str],
    error: &InstallError,
    said: &[String],
) {
    let path = Utf8PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/transcripts")
        .join(name)
        .with_extension("txt");
    if std::env::var("LICHTFELD_RECORD").as_deref() == Ok("1") {
        let hint = error.hint().unwrap_or_default();
        let tail = said.join("\n");
        let text = format!(
            "[{}] {}\nhint: {hint}\n---\n{tail}\n",
            error.code(),
            human::chain(error)
        );
        let text = neutral(home, options, servers, &text);
        files::write_atomic(path, text.as_bytes()).unwrap();
        return;
    }
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{path}: {error}; LICHTFELD_RECORD=1 records it"));
    let code = text.split(']').next().unwrap_or_default();
    assert_eq!(
        format!("[{}", error.code()),
        code,
        "this uv says {name} otherwise: {error:?}"
    );
}

fn check(name: &str, home: &ScratchHome, options: InstallerOptions, servers: &[&str]) {
    check_request(name, home, options, servers, &home.request("demo"));
}

fn check_request(
    name: &str,
    home: &ScratchHome,
    options: InstallerOptions,
    servers: &[&str],
    request: &EnvironmentRequest,
) {
    let events = Events::default();
    let error = Installer::new(options.clone())
        .ensure(request, &events, &CancelToken::new())
        .expect_err(name);
    // Not every error has the output in it.
    let lines = events
        .all()
        .into_iter()
        .filter_map(|event| match event.kind {
            EventKind::Output { line } => Some(line.text),
            _ => None,
        });
    let said: Vec<String> = match error.tail() {
        [] => lines.collect(),
        tail => tail.to_vec(),
    };
    compare(name, home.path(), &options, servers, &error, &said);
}

fn with(home: &ScratchHome, plugin: &PluginBuilder) {
    plugin.write(&home.plugins());
}

/// The page of an index with one file, and the file.
fn promised(home: &ScratchHome, hash: &str) -> (Vec<u8>, Vec<u8>) {
    let wheel = home.index().path().join("shapes-1.0-py3-none-any.whl");
    let page = format!(
        "<a href=\"/files/shapes-1.0-py3-none-any.whl#sha256={hash}\">shapes-1.0-py3-none-any.whl</a>"
    );
    (page.into_bytes(), std::fs::read(wheel).unwrap())
}

#[test]
fn hashes() {
    let home = home();
    let (page, wheel) = promised(&home, &"0".repeat(64));
    let server = serve(vec![
        ("/simple/shapes/", "200 OK", page),
        ("/files/", "200 OK", wheel),
    ]);
    let options = online(&home, &format!("{server}/simple"));
    check("hash-of-an-index", &home, options.clone(), &[&server]);
    let address = format!(
        "shapes @ {server}/files/shapes-1.0-py3-none-any.whl#sha256={}",
        "1".repeat(64)
    );
    with(&home, &demo(&[&address]));
    check("hash-of-an-address", &home, options, &[&server]);
}

#[test]
fn addresses() {
    let home = home();
    let server = serve(vec![
        ("/closed/", "403 Forbidden", Vec::new()),
        ("/login/", "401 Unauthorized", Vec::new()),
    ]);
    let options = || online(&home, &format!("{server}/simple"));
    for (name, path) in [
        ("address-404", "gone"),
        ("address-403", "closed"),
        ("address-401", "login"),
    ] {
        let address = format!("mate @ {server}/{path}/mate-1.0-py3-none-any.whl");
        with(&home, &demo(&[&address]));
        check(name, &home, options(), &[&server]);
    }
    with(&home, &demo(&["mate @ git+file:///nowhere/mate.git"]));
    check("git-repository", &home, options(), &[&server]);
}

#[test]
fn indexes() {
    let home = home();
    let server = serve(vec![
        ("/login/", "401 Unauthorized", Vec::new()),
        ("/closed/", "403 Forbidden", Vec::new()),
        ("/busy/", "503 Service Unavailable", Vec::new()),
    ]);
    let mut options = online(&home, &format!("{server}/login"));
    set(&mut options, "UV_HTTP_RETRIES", "0");
    check(
        "index-without-credentials",
        &home,
        options.clone(),
        &[&server],
    );
    let with_password = server.replace("//", "//me:wrong@");
    set(
        &mut options,
        "UV_DEFAULT_INDEX",
        &format!("{with_password}/login"),
    );
    check(
        "index-with-wrong-credentials",
        &home,
        options.clone(),
        &[&server],
    );
    set(
        &mut options,
        "UV_DEFAULT_INDEX",
        &format!("{server}/closed"),
    );
    check("index-forbidden", &home, options.clone(), &[&server]);
    set(&mut options, "UV_DEFAULT_INDEX", &format!("{server}/busy"));
    check("index-unavailable", &home, options.clone(), &[&server]);
    with(&home, &demo(&["shaeps"]));
    set(
        &mut options,
        "UV_DEFAULT_INDEX",
        &format!("{server}/simple"),
    );
    check("no-such-package", &home, options.clone(), &[&server]);

    // A port that nobody listens on.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let closed = format!("http://{}", closed.unwrap());
    set(&mut options, "UV_DEFAULT_INDEX", &closed);
    check("index-closed", &home, options, &[&closed]);
    check("offline", &home, home.options(), &[]);
}

#[test]
fn certificates() {
    use lichtfeld_system::process::Command;
    let home = home();
    let directory = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificate");
    let port = home.path().join("port");
    let script = format!(
        "import http.server, os, ssl\n\
         server = http.server.HTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)\n\
         context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n\
         context.load_cert_chain('{directory}/cert.pem', '{directory}/key.pem')\n\
         server.socket = context.wrap_socket(server.socket, server_side=True)\n\
         open('{port}.new', 'w').write(str(server.server_address[1]))\n\
         os.rename('{port}.new', '{port}')\n\
         server.serve_forever()\n"
    );
    let python = Command::new(lichtfeld_testkit::python().executable).scrub_python();
    // Ended when it is dropped.
    let _server = python.args(["-c", &script]).spawn(|_| {}).unwrap();
    lichtfeld_testkit::wait_for(|| port.exists());
    let port = std::fs::read_to_string(&port).unwrap();
    let server = format!("https://127.0.0.1:{port}");
    let mut options = online(&home, &format!("{server}/simple"));
    set(&mut options, "UV_HTTP_RETRIES", "0");
    check("certificate", &home, options.clone(), &[&server]);
    // With its authority the server is trusted, and has no such package.
    set(
        &mut options,
        "SSL_CERT_FILE",
        directory.join("authority.pem").as_str(),
    );
    let trusted = ensure(&Installer::new(options), &home).unwrap_err();
    assert_eq!(trusted.code(), "LI101", "{trusted:?}");
}

#[test]
fn configurations() {
    let home = home();
    let path = home.path().join("mine/uv.toml");
    let mut options = home.options();
    options.env.retain(|(name, _)| name != "UV_NO_CONFIG");
    set(&mut options, "UV_CONFIG_FILE", path.as_str());
    check("configuration-missing", &home, options.clone(), &[]);
    files::write_atomic(&path, b"index-url = [\n").unwrap();
    check("configuration-syntax", &home, options.clone(), &[]);
    options.env.retain(|(name, _)| name != "UV_CONFIG_FILE");
    files::write_atomic(
        home.path().join("xdg/uv/uv.toml"),
        b"link-mode = 'sideways'\n",
    )
    .unwrap();
    set(
        &mut options,
        "XDG_CONFIG_HOME",
        home.path().join("xdg").as_str(),
    );
    check("configuration-value", &home, options.clone(), &[]);
    options.env.retain(|(name, _)| name != "XDG_CONFIG_HOME");
    let own = home.plugin("demo").join("uv.toml");
    files::write_atomic(&own, b"link-mode = 'sideways'\n").unwrap();
    check("configuration-of-the-plugin", &home, options, &[]);
}

#[test]
fn manifests() {
    let home = home();
    for (name, tables) in [
        (
            "manifest-index",
            "[tool.uv.sources]\nshapes = { index = 'nowhere' }",
        ),
        (
            "manifest-workspace",
            "[tool.uv.sources]\nshapes = { workspace = true }",
        ),
    ] {
        with(&home, &demo(&["shapes"]).tables(tables));
        check(name, &home, home.options(), &[]);
    }
    with(&home, &demo(&["shapes"]));
    let request = home.request("demo").with_extras(["nothing"]);
    check_request("manifest-extra", &home, home.options(), &[], &request);
    for (name, path) in [
        ("path-missing", "../nowhere"),
        ("path-of-a-wheel-missing", "../mate-1.0-py3-none-any.whl"),
    ] {
        let tables = format!("[tool.uv.sources]\nmate = {{ path = '{path}' }}");
        with(&home, &demo(&["mate"]).tables(&tables));
        check(name, &home, home.options(), &[]);
    }
}

#[test]
fn versions() {
    let home = home();
    home.index()
        .add(WheelBuilder::new("newer", "1.0").requires_python(">=3.99"));
    home.index().add(WheelBuilder::new("early", "0.9"));
    home.index().add(WheelBuilder::new("early", "1.1a1"));
    let mut options = online(&home, &home.index().simple());
    // It would hide `[tool.uv]` too.
    options.env.retain(|(name, _)| name != "UV_NO_CONFIG");
    with(&home, &demo(&["shapes>=99"]));
    check("no-solution", &home, options.clone(), &[]);
    with(&home, &demo(&["shapes"]).requires_python(">=3.99"));
    check("python-of-the-plugin", &home, options.clone(), &[]);
    with(&home, &demo(&["newer"]));
    check("python-of-a-package", &home, options.clone(), &[]);
    let tables = "[tool.uv]\nprerelease = 'disallow'";
    with(&home, &demo(&["early>=1.0"]).tables(tables));
    check("pre-releases", &home, options, &[]);
}

#[test]
fn wheels_of_others() {
    let home = home();
    for (name, tag) in [
        ("onlywindows", "cp311-cp311-win_arm64"),
        ("onlynewer", "cp399-cp399-manylinux_2_17_x86_64"),
        ("onlyolder", "cp27-cp27mu-manylinux_2_17_x86_64"),
    ] {
        home.index().add(WheelBuilder::new(name, "1.0").tag(tag));
        with(&home, &demo(&[name]));
        check(&format!("wheel-{name}"), &home, home.options(), &[]);
    }
}

#[test]
fn builds() {
    let home = home();
    home.index()
        .add_sdist(SdistBuilder::new("breaks", "1.0").failing("no compiler here"));
    with(&home, &demo(&["breaks"]));
    check("build-fails", &home, home.options(), &[]);
    let library = lichtfeld_testkit::library(&home.path().join("mate"), "mate", "A = 1\n");
    for (name, backend) in [
        ("backend-missing", "nowhere_backend"),
        ("backend-of-a-missing-package", "nowhere.backend"),
    ] {
        let manifest = format!(
            "[build-system]\nrequires = []\nbuild-backend = '{backend}'\n\
             [project]\nname = 'mate'\nversion = '1.0'\n"
        );
        files::write_atomic(library.join("pyproject.toml"), manifest.as_bytes()).unwrap();
        let tables = "[tool.uv.sources]\nmate = { path = '../../mate' }";
        with(&home, &demo(&["mate"]).tables(tables));
        check(name, &home, home.options(), &[]);
    }
}

#[test]
fn an_interpreter_that_went_away() {
    let home = home();
    let mut options = home.options();
    options.python.executable = "/no/such/python3".into();
    check("interpreter", &home, options, &[]);
}
