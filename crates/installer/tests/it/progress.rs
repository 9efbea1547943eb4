//! Large downloads: bytes so far, and a sign of life each second.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use lichtfeld_installer::{CancelToken, Event, EventKind, Installer, InstallerOptions};
use lichtfeld_testkit::{ScratchHome, WheelBuilder};

use crate::common::demo;

/// How many pieces the wheel comes in, and how long each takes: 20 s together.
const PIECES: usize = 40;
const EACH: Duration = Duration::from_millis(500);

/// Serves an index with one wheel. The first time, when uv reads its metadata and says nothing, it
/// comes at once; then slowly, in pieces.
fn slow_index(name: String, wheel: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let served = Arc::new(AtomicBool::new(false));
        for stream in listener.incoming().flatten() {
            let (name, wheel, served) = (name.clone(), wheel.clone(), Arc::clone(&served));
            std::thread::spawn(move || answer(stream, &name, &wheel, &served));
        }
    });
    format!("http://{address}/simple")
}

fn answer(mut stream: TcpStream, name: &str, wheel: &[u8], served: &AtomicBool) -> Option<()> {
    let mut request = [0; 8192];
    let length = stream.read(&mut request).ok()?;
    let request = String::from_utf8_lossy(&request[..length]).into_owned();
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
    if !request.contains(".whl ") {
        let page =
            format!("<!DOCTYPE html><html><body><a href=\"/{name}\">{name}</a></body></html>");
        let length = page.len();
        write!(
            stream,
            "{head}Content-Type: text/html\r\nContent-Length: {length}\r\n\r\n{page}"
        )
        .ok()?;
        return Some(());
    }
    write!(stream, "{head}Content-Length: {}\r\n\r\n", wheel.len()).ok()?;
    if request.starts_with("HEAD") {
        return Some(());
    }
    let pause = if served.swap(true, Ordering::SeqCst) {
        EACH
    } else {
        Duration::ZERO
    };
    for piece in wheel.chunks(wheel.len() / PIECES + 1) {
        stream.write_all(piece).ok()?;
        std::thread::sleep(pause);
    }
    Some(())
}

#[test]
fn a_slow_download_never_looks_frozen() {
    let home = ScratchHome::new();
    let mut wheel = WheelBuilder::new("heavy", "1.0");
    // Several files, hard to compress: uv unpacks them one after another.
    for file in 0..16_u32 {
        let bytes: Vec<u8> = (0..300_000_u32)
            .map(|n| {
                (n.wrapping_mul(2_654_435_761).wrapping_add(file) >> 13) as u8 ^ (n >> 7) as u8
            })
            .collect();
        wheel = wheel.file(&format!("heavy/{file}.bin"), &bytes);
    }
    let path = wheel.write(&home.path().join("served"));
    let name = path.file_name().unwrap().to_owned();
    let address = slow_index(name, std::fs::read(&path).unwrap());
    demo(&["heavy"]).write(&home.plugins());
    let mut options: InstallerOptions = home.options();
    options
        .env
        .retain(|(name, _)| !["UV_NO_INDEX", "UV_OFFLINE", "UV_FIND_LINKS"].contains(&&**name));
    options.env.push(("UV_DEFAULT_INDEX".into(), address));
    // Shorter than the download, which what grows in the cache keeps alive; and longer than a uv is
    // silent on a machine whose cores are all busy.
    options.stall_timeout = Some(Duration::from_secs(10));
    let events = std::sync::Mutex::new(Vec::<(Instant, Event)>::new());
    let report = |event| events.lock().unwrap().push((Instant::now(), event));
    let request = home.request("demo");
    Installer::new(options)
        .ensure(&request, &report, &CancelToken::new())
        .unwrap();
    let events = events.into_inner().unwrap();
    let gaps = events.windows(2).map(|pair| pair[1].0 - pair[0].0);
    let longest = gaps.max().unwrap();
    println!("longest silence {longest:?}");
    // One second is the promise, which a machine whose cores are all busy does not keep.
    assert!(longest < Duration::from_secs(60), "{longest:?}");
    let bytes: Vec<u64> = events
        .iter()
        .filter_map(|(_, event)| match event.kind {
            EventKind::Bytes {
                done,
                estimate: true,
                total: Some(_),
            } => Some(done),
            _ => None,
        })
        .collect();
    println!("bytes {bytes:?}");
    assert!(bytes.len() >= 2 && bytes.is_sorted(), "{bytes:?}");
}
