//! When the files of each plugin were read last.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::mem;
use std::time::SystemTime;

/// When the files of a plugin were read last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub(crate) begun: SystemTime,
    /// `None` while it is under way.
    pub(crate) ended: Option<SystemTime>,
    /// It was because of what the one before may have read half: not again, or a plugin that writes
    /// its own code as it is would be read for ever.
    pub(crate) is_second: bool,
}

/// When each plugin was read last, by key.
#[derive(Debug, Default)]
pub(crate) struct Readings(Mutex<HashMap<String, Reading>>);

impl Readings {
    /// Notes that a reading begins. It ends when the guard is dropped.
    pub(crate) fn begin(&self, key: &str) -> ReadingGuard<'_> {
        let begun = SystemTime::now();
        self.note(key.to_owned(), begun, None);
        ReadingGuard {
            readings: self,
            key: key.to_owned(),
            begun,
        }
    }

    /// Returns the last reading of a plugin, or `None` if there was none.
    pub(crate) fn last(&self, key: &str) -> Option<Reading> {
        self.0.lock().get(key).copied()
    }

    /// Notes that the last reading was because of what was read half before.
    pub(crate) fn was_second(&self, key: &str) {
        if let Some(reading) = self.0.lock().get_mut(key) {
            reading.is_second = true;
        }
    }

    fn note(&self, key: String, begun: SystemTime, ended: Option<SystemTime>) {
        let reading = Reading {
            begun,
            ended,
            is_second: false,
        };
        self.0.lock().insert(key, reading);
    }
}

/// Notes the end of a reading when it is dropped.
pub(crate) struct ReadingGuard<'m> {
    readings: &'m Readings,
    key: String,
    begun: SystemTime,
}

impl Drop for ReadingGuard<'_> {
    fn drop(&mut self) {
        let key = mem::take(&mut self.key);
        self.readings.note(key, self.begun, Some(SystemTime::now()));
    }
}
