//! The local libraries of an environment, as the process that would run them sees them.
//!
//! The modules of an editable library are imported from its directory, which nothing in the
//! environment describes. Its directory counts as one more thing that can be imported, by its path, with
//! the state of its files as the digest.

use crate::execution::backend::Backend;
use lichtfeld_installer::{Distribution, Generation, Importable, live_state};
use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the distributions of an environment, with what editable libraries are now. `refresh`
/// makes one that is too large to be looked through count as changed.
pub(crate) fn distributions(
    place: &dyn Backend,
    generation: Option<&Generation>,
    refresh: bool,
) -> Vec<Distribution> {
    let mut distributions = generation
        .map(|generation| generation.distributions.clone())
        .unwrap_or_default();
    for distribution in &mut distributions {
        let Some((path, true)) = distribution.local_path() else {
            continue;
        };
        if place.has_native(&path) {
            distribution.native = true;
        }
        let state = live_state(&path).unwrap_or_else(|| unknown(refresh));
        let linked = Importable::new(path.as_str(), state);
        distribution.importable.push(linked);
    }
    distributions
}

fn unknown(refresh: bool) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    match now {
        Ok(now) if refresh => format!("{}", now.as_nanos()),
        _ => "unknown".to_owned(),
    }
}
