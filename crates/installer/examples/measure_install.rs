//! Measures installations against uv by hand, each beside its floor in the same run.
//!
//! ```text
//! cargo run --release -p lichtfeld-installer --example measure_install -- [<rounds>]
//! ```
//!
//! Prints JSON: medians in microseconds. `cargo xtask bench install` reads it.

use std::error::Error;
use std::time::{Duration, Instant};

use camino::Utf8Path;
use lichtfeld_installer::{
    CancelToken, Check, EnvironmentRequest, Event, EventKind, InstallHandle, Installer, Silent,
    Step,
};
use lichtfeld_system::process::{Activity, Command, Timeouts};
use lichtfeld_testkit::{PluginBuilder, ScratchHome, WheelBuilder, python, run, uv};

const PLUGINS: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let rounds: usize = std::env::args()
        .nth(1)
        .map_or(Ok(15), |text| text.parse())?;
    let home = ScratchHome::new();
    home.index()
        .add(WheelBuilder::new("shapes", "1.0").module("shapes", "SIDES = 3\n"));
    for number in 0..PLUGINS {
        let dir = PluginBuilder::new(&format!("p{number}"))
            .dependency("shapes")
            .write(&home.plugins());
        lock(&home, &dir);
    }
    let requests: Vec<_> = (0..PLUGINS)
        .map(|number| home.request(&format!("p{number}")))
        .collect();
    // Warms the cache.
    by_hand(&home, &requests[0])?;

    let mut first = (Vec::new(), Vec::new());
    let mut eight = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        forget(&home);
        first.0.push(timed(|| ours(&home, &requests[..1]))?);
        forget(&home);
        first.1.push(timed(|| by_hand(&home, &requests[0]))?);
    }
    for _ in 0..rounds.div_ceil(2) {
        forget(&home);
        eight.0.push(timed(|| ours(&home, &requests))?);
        forget(&home);
        eight.1.push(timed(|| {
            requests
                .iter()
                .try_for_each(|request| by_hand(&home, request))
        })?);
    }
    ours(&home, &requests[..1])?;
    let installer = home.installer();
    let small = warm(&installer, &requests[0]);

    let mut wheel = WheelBuilder::new("big", "1.0");
    for number in 0..10_000 {
        wheel = wheel.file(&format!("big/d{}/m{number}.py", number % 100), b"");
    }
    home.index().add(wheel);
    PluginBuilder::new("large")
        .dependency("big")
        .write(&home.plugins());
    let large = home.request("large");
    installer.ensure(&large, &Silent, &CancelToken::new())?;
    let large = warm(&installer, &large);
    let cancel = cancel(&home, rounds)?;

    let [first_ours, first_floor] = [first.0, first.1].map(median);
    let [eight_ours, eight_floor] = [eight.0, eight.1].map(median);
    let ratio = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64();
    let report = serde_json::json!({
        "warm_check_us": micros(small),
        "warm_check_10000_files_us": micros(large),
        "first_install_us": micros(first_ours),
        "first_install_by_hand_us": micros(first_floor),
        "first_install_ratio": ratio(first_ours, first_floor),
        "eight_us": micros(eight_ours),
        "eight_by_hand_us": micros(eight_floor),
        "eight_ratio": ratio(eight_ours, eight_floor),
        "cancel_us": micros(cancel),
    });
    print(&serde_json::to_string_pretty(&report)?);
    Ok(())
}

fn lock(home: &ScratchHome, dir: &Utf8Path) {
    let command = Command::new(uv())
        .scrub_python()
        .envs(home.env())
        .args(["lock", "--python"]);
    drop(run(command
        .args([&python().executable])
        .args(["--project", dir.as_str()])));
}

/// Nothing is there, and everything is to be.
fn ours(home: &ScratchHome, requests: &[EnvironmentRequest]) -> Result<(), Box<dyn Error>> {
    let installer = home.installer();
    for result in installer.install_many(requests, &Silent, &CancelToken::new()) {
        result?;
    }
    Ok(())
}

/// What a person would type.
fn by_hand(home: &ScratchHome, request: &EnvironmentRequest) -> Result<(), Box<dyn Error>> {
    let target = home
        .path()
        .join("by-hand")
        .join(request.name().normalized());
    let flags = ["--no-managed-python", "--no-python-downloads"];
    let venv = Command::new(uv())
        .scrub_python()
        .envs(home.env())
        .args(["venv", target.as_str()]);
    finish(
        venv.args(["--python", python().executable.as_str()])
            .args(flags),
    )?;
    let sync = Command::new(uv()).scrub_python().envs(home.env());
    let sync = sync
        .env("UV_PROJECT_ENVIRONMENT", &target)
        .args(["sync", "--frozen", "--no-dev"]);
    let python = target.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let sync = sync.args([
        "--no-install-project",
        "--project",
        request.project_dir().as_str(),
    ]);
    finish(sync.args(["--python", python.as_str()]).args(flags))
}

fn finish(command: Command) -> Result<(), Box<dyn Error>> {
    let finished = command.run(&CancelToken::new(), &Timeouts::default(), &mut |_| {
        Activity::Seen
    })?;
    if finished.exit.success() {
        Ok(())
    } else {
        Err(finished.tail.join("\n").into())
    }
}

/// Back to a home where nothing is installed.
fn forget(home: &ScratchHome) {
    for dir in [home.envs(), home.path().join("by-hand")] {
        let _ = std::fs::remove_dir_all(dir);
    }
}

fn timed(work: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let started = Instant::now();
    work()?;
    Ok(started.elapsed())
}

fn warm(installer: &Installer, request: &EnvironmentRequest) -> Duration {
    let look = || {
        let started = Instant::now();
        assert!(matches!(installer.check(request), Ok(Check::Ready(_))));
        started.elapsed()
    };
    median((0..500).map(|_| look()).collect())
}

/// From the call to the end of the thread, while uv syncs.
fn cancel(home: &ScratchHome, rounds: usize) -> Result<Duration, Box<dyn Error>> {
    let mut times = Vec::new();
    for round in 0..rounds {
        let name = format!("cancel{round}");
        PluginBuilder::new(&name)
            .dependency("shapes")
            .write(&home.plugins());
        let (sender, syncs) = std::sync::mpsc::channel();
        let sender = std::sync::Mutex::new(sender);
        let tell = move |event: Event| {
            if matches!(event.kind, EventKind::StepStarted { step: Step::Sync })
                && let Ok(sender) = sender.lock()
            {
                let _ = sender.send(());
            }
        };
        let installer = std::sync::Arc::new(home.installer());
        let handle = InstallHandle::start(installer, home.request(&name), tell)?;
        syncs.recv()?;
        let started = Instant::now();
        drop(handle);
        times.push(started.elapsed());
    }
    Ok(median(times))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[expect(clippy::print_stdout, reason = "a program for a terminal")]
fn print(text: &str) {
    println!("{text}");
}
