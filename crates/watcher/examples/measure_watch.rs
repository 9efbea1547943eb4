//! Measures the watcher with many trees: the time from a save to its change set (and to the batch
//! of the debouncer alone), the time to start, the memory and the idle cost: `cargo run --release -p lichtfeld-watcher --example measure_watch -- 1000`.
#![expect(clippy::print_stdout, reason = "a program that prints")]
#![expect(
    clippy::disallowed_methods,
    reason = "writes plain files, as editors do"
)]

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_watcher::{NotifySource, Options, Tree, WatchEvent, Watcher};
use notify_debouncer_full::notify::{Error, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, new_debouncer};
use std::fs;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;

const SAVES: usize = 200;
const IDLE: Duration = Duration::from_secs(10);

fn main() -> Result<(), Failure> {
    let count: usize = std::env::args()
        .nth(1)
        .map_or(Ok(1000), |text| text.parse())?;
    let scratch = tempfile::tempdir()?;
    let base = Utf8Path::from_path(scratch.path())
        .ok_or("not UTF-8")?
        .canonicalize_utf8()?;
    let roots: Vec<_> = (0..count)
        .map(|number| base.join(format!("plugin{number}")))
        .collect();
    for root in &roots {
        plugin(root)?;
    }
    // Files written just now are hashed at once; installed plugins are older than that.
    std::thread::sleep(Duration::from_secs(1));
    let options = Options::default();
    println!("{count} trees of 20 files, debounce {:?}", options.debounce);
    watcher(&roots, options.clone())?;
    debouncer(&roots, options.debounce)
}

fn plugin(root: &Utf8Path) -> std::io::Result<()> {
    for dir in ["panels", "icons", ".venv/lib/site-packages/numpy"] {
        fs::create_dir_all(root.join(dir))?;
    }
    fs::write(root.join("pyproject.toml"), "[project]\nname = 'x'\n")?;
    for number in 0..10 {
        fs::write(
            root.join(format!("m{number}.py")),
            "value = 1\n".repeat(200),
        )?;
        fs::write(
            root.join(format!("panels/p{number}.py")),
            "value = 1\n".repeat(200),
        )?;
        fs::write(
            root.join(format!(".venv/lib/site-packages/numpy/{number}.py")),
            "x = 1\n",
        )?;
    }
    Ok(())
}

fn watcher(roots: &[Utf8PathBuf], options: Options) -> Result<(), Failure> {
    let memory = resident();
    let started = Instant::now();
    let watcher = Watcher::start(options, NotifySource::new())?;
    let events = watcher.events();
    if let Some(base) = roots.first().and_then(|root| root.parent()) {
        watcher.watch_parent(base)?;
    }
    let trees = roots
        .iter()
        .enumerate()
        .map(|(n, root)| Tree::new(n.to_string(), root.clone()));
    let failed = watcher.watch_all(trees.collect())?;
    println!(
        "watcher: start {:.0} ms, {} failed",
        ms(started.elapsed()),
        failed.len()
    );
    idle("watcher: first idle");
    idle("watcher: idle");
    println!(
        "watcher: memory +{} kB, {:?}",
        resident().saturating_sub(memory),
        watcher.stats()
    );
    let mut sets = 0;
    let times = saves(roots, |path| {
        loop {
            if let WatchEvent::Changes(set) = events.recv_timeout(Duration::from_secs(5))? {
                sets += 1;
                if set.changes.iter().any(|change| change.absolute == path) {
                    return Ok(());
                }
            }
        }
    })?;
    report("watcher: save to change set", times);
    println!("watcher: {sets} sets for {SAVES} saves");
    let stopped = Instant::now();
    watcher.stop();
    println!("watcher: stop {:.1} ms", ms(stopped.elapsed()));
    Ok(())
}

/// Measures the debouncer alone, which also watches directory by directory, so that both do the same.
fn debouncer(roots: &[Utf8PathBuf], timeout: Duration) -> Result<(), Failure> {
    let (sender, events): (_, Receiver<DebounceEventResult>) = channel();
    let started = Instant::now();
    let mut debouncer = new_debouncer(timeout, None, sender)?;
    for root in roots {
        for dir in [root.clone(), root.join("panels"), root.join("icons")] {
            debouncer.watch(dir.as_std_path(), RecursiveMode::NonRecursive)?;
        }
    }
    println!("debouncer: start {:.0} ms", ms(started.elapsed()));
    idle("debouncer: idle");
    let times = saves(roots, |path| {
        loop {
            let batch = events.recv_timeout(Duration::from_secs(5))?;
            let batch = batch.map_err(|errors: Vec<Error>| format!("{errors:?}"))?;
            let own = |event: &notify_debouncer_full::DebouncedEvent| {
                !event.kind.is_access() && event.paths.iter().any(|p| p == path.as_std_path())
            };
            if batch.iter().any(own) {
                return Ok(());
            }
        }
    })?;
    report("debouncer: save to batch", times);
    Ok(())
}

fn saves(
    roots: &[Utf8PathBuf],
    mut seen: impl FnMut(&Utf8Path) -> Result<(), Failure>,
) -> Result<Vec<Duration>, Failure> {
    let mut times = Vec::new();
    for number in 0..SAVES {
        let path = roots[number * 7 % roots.len()].join("m0.py");
        let started = Instant::now();
        fs::write(&path, format!("value = {number}, {started:?}\n"))?;
        seen(&path)?;
        times.push(started.elapsed());
        std::thread::sleep(Duration::from_millis(60));
    }
    Ok(times)
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: f64| ms(times[((times.len() - 1) as f64 * part) as usize]);
    println!(
        "{what}: p50 {:.1} ms, p95 {:.1} ms, max {:.1} ms",
        at(0.5),
        at(0.95),
        at(1.0)
    );
}

fn idle(what: &str) {
    let before = processor();
    std::thread::sleep(IDLE);
    let used = processor().saturating_sub(before);
    println!(
        "{what}: {:.2} % of a core",
        used.as_secs_f64() / IDLE.as_secs_f64() * 100.0
    );
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Returns the processor time of all threads, as the scheduler counts it, or 0 if it does not.
fn processor() -> Duration {
    let tasks = fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let nanos = tasks.filter_map(|task| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

/// Returns the resident memory in kB, or 0 if it cannot be read.
fn resident() -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
