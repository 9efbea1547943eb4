//! An application without a window.

use lichtfeld_engine::{Host, HostFacts, Job, Level, OnChange, Version, host_facts};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};

/// What the application of a test does and has seen.
#[derive(Default)]
pub(crate) struct TestHost {
    lines: Mutex<Vec<String>>,
    ui: Mutex<Option<Sender<Job>>>,
    announces: Mutex<bool>,
}

impl TestHost {
    /// Whether a logged line, such as "a warn: text", contains all these words.
    pub(crate) fn has_logged(&self, words: &[&str]) -> bool {
        let lines = self.lines.lock().unwrap();
        lines
            .iter()
            .any(|line| words.iter().all(|word| line.contains(word)))
    }

    /// How many logged lines contain this text.
    pub(crate) fn count_logged(&self, text: &str) -> usize {
        let lines = self.lines.lock().unwrap();
        lines.iter().filter(|line| line.contains(text)).count()
    }

    /// Jobs for the UI thread are sent there, instead of being run at once.
    pub(crate) fn queue_ui(&self, jobs: Sender<Job>) {
        *self.ui.lock().unwrap() = Some(jobs);
    }

    /// From now on changes of files are announced and not reloaded.
    pub(crate) fn announce(&self) {
        *self.announces.lock().unwrap() = true;
    }
}

/// The same host as one that a manager owns.
pub(crate) struct Shared(pub(crate) Arc<TestHost>);

impl Host for Shared {
    fn facts(&self) -> HostFacts {
        host_facts(Version::new([1, 2]), Version::new([1]), &["panels.v1"])
    }

    fn log(&self, plugin: Option<&str>, level: Level, message: &str) {
        let line = format!("{} {level}: {message}", plugin.unwrap_or("-"));
        self.0.lines.lock().unwrap().push(line);
    }

    fn on_ui_thread(&self, job: Job) {
        let queue = self.0.ui.lock().unwrap().clone();
        match queue {
            // A test that has ended does not draw any more.
            Some(jobs) => drop(jobs.send(job)),
            None => job(),
        }
    }

    fn on_change(&self, _plugin: &str, _paths: &[camino::Utf8PathBuf]) -> OnChange {
        if *self.0.announces.lock().unwrap() {
            OnChange::Announce
        } else {
            OnChange::Reload
        }
    }
}
