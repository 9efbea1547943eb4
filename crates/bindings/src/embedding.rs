//! What `lichtfeld-embed` uses to have this module in a Rust application.

use crate::{features, host};
use lichtfeld_runtime::{HostFacts, Version, host_facts};
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
