//! Watches a directory and prints every change set, until the input ends or Enter is pressed:
//! `cargo run -p lichtfeld-watcher --example watch -- DIR`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that prints"
)]

use lichtfeld_watcher::{NotifySource, Options, Tree, WatchEvent, Watcher};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(dir) = std::env::args().nth(1) else {
        eprintln!("usage: watch DIR");
        return ExitCode::from(2);
    };
    let watcher = match Watcher::start(Options::default(), NotifySource::new()) {
        Ok(watcher) => watcher,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let events = watcher.events();
    if let Err(error) = watcher.watch(Tree::new("tree", dir.as_str())) {
        eprintln!("error: {error}");
        if let Some(hint) = error.hint() {
            eprintln!("hint: {hint}");
        }
        return ExitCode::FAILURE;
    }
    println!("watching {dir}; Enter ends");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for event in events {
                match event {
                    WatchEvent::Changes(set) => {
                        let ms = set.first_seen.elapsed().as_secs_f64() * 1000.0;
                        println!("{ms:.1} ms after the first event:");
                        for change in set.changes {
                            println!("  {:?} {} ({:?})", change.kind, change.path, change.role);
                        }
                    }
                    WatchEvent::TreeAppeared { root, .. } => println!("{root} appeared"),
                    WatchEvent::TreeVanished { root, .. } => println!("{root} vanished"),
                    WatchEvent::Degraded { reason, hint, .. } => {
                        println!("{reason}\n  hint: {hint}");
                    }
                    WatchEvent::Recovered { reason, .. } => println!("over: {reason}"),
                    // Later versions may have more events.
                    _ => {}
                }
            }
        });
        let _ = std::io::stdin().read_line(&mut String::new());
        watcher.stop();
    });
    ExitCode::SUCCESS
}
