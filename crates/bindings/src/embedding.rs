//! What `lichtfeld-embed` uses to have this module in a Rust application.

use crate::{features, host};
use lichtfeld_runtime::{ChangeHandler, HostFacts, Version, host_facts};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

include!(concat!(env!("OUT_DIR"), "/python_files.rs"));

static EMBEDDED: AtomicBool = AtomicBool::new(false);

/// Returns whether the manager belongs to a Rust application.
pub(crate) fn is_embedded() -> bool {
    EMBEDDED.load(Ordering::Acquire)
}

/// Notes that a Rust application of this version makes the manager: the functions of the module
/// then make none. Call this before `lichtfeld` is imported, which reads the version.
pub fn embed(version: Version) {
    host::set_version(version);
    EMBEDDED.store(true, Ordering::Release);
}

/// Returns the facts of a host of this version that offers all that this module has.
#[must_use]
pub fn facts(version: Version) -> HostFacts {
    host_facts(version, host::plugin_api(), &features::FEATURES)
}

/// Returns what asks the Python code of the application about changed files: the function that it has
/// passed to `lichtfeld.plugins.set_change_handler`, if any.
#[must_use]
pub fn change_handler() -> ChangeHandler {
    Arc::new(host::ask_change_handler)
}

/// Forgets the functions that Python code has set for the application that ends.
pub fn forget_handlers() {
    host::set_change_handler(None);
}
