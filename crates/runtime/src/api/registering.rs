//! Enters something in a table of this process, and offers it to the application if that is another
//! process.

use crate::exception::plugin_error;
use lichtfeld_engine::{
    Entry, HostSilent, Level, Manager, Offer, OfferError, OfferRefused, Registered, Table,
};
use pyo3::prelude::*;
use std::sync::Arc;

/// Registers `entry`, and writes into the log if it replaced one of the same plugin. Call this
/// without the GIL.
///
/// # Errors
/// If the name belongs to another plugin, the plugin has too many already, or the application does
/// not answer. Nothing is left then.
pub(super) fn register<E: Entry>(
    manager: &Manager,
    table: &Arc<Table<E>>,
    entry: E,
    offer: &Offer,
) -> Result<(), OfferError> {
    let (id, owner) = (entry.id().to_owned(), entry.owner().cloned());
    let registered = table.register(entry)?;
    if let Err(refused) = manager.host().offer(offer) {
        table.unregister(&id, owner.as_ref());
        return Err(refused);
    }
    if registered == Registered::Replaced {
        let key = owner.as_ref().map(|owner| owner.key.as_str());
        let line = format!("{} '{id}' was registered again and replaced", table.what());
        manager.log(key, Level::Warn, &line);
    }
    Ok(())
}

/// The exception for a registration that was refused.
pub(super) fn refused(py: Python<'_>, error: &OfferError) -> PyErr {
    match error {
        OfferError::Silent(silent) => unanswered(py, silent),
        OfferError::Refused(OfferRefused::TooMany { .. } | OfferRefused::TooLong { .. }) => {
            let text = error.to_string();
            plugin_error(py, "PluginLimitError", error.code(), &text, error.hint())
        }
        other => plugin_error(
            py,
            "PluginError",
            other.code(),
            &other.to_string(),
            other.hint(),
        ),
    }
}

/// The exception for an application that does not answer, or cannot be asked.
pub(super) fn unanswered(py: Python<'_>, silent: &HostSilent) -> PyErr {
    let class = match silent {
        HostSilent::Forked { .. } => "PluginForkedError",
        _ => "PluginTimeoutError",
    };
    plugin_error(py, class, silent.code(), &silent.to_string(), silent.hint())
}
