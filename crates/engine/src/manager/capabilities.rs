//! Capabilities of a manager whose host has others: in a worker, those of the application and of
//! all other plugins. Here they are put together with its own.

use crate::manager::Manager;
use crate::registrations::capabilities::HostSilent;
use crate::registrations::capabilities::{Capabilities, CapabilityInfo};
use std::sync::Arc;

impl Manager {
    /// The capabilities that plugins of this manager, and its host, have registered here.
    pub fn capabilities(&self) -> &Arc<Capabilities> {
        &self.services.capabilities
    }

    /// What is known of the capabilities that can be called now, by name, also of those that the
    /// host alone knows; of one, or of all.
    ///
    /// # Errors
    /// [`HostSilent`] where the host is another process that does not answer.
    pub fn known_capabilities(
        &self,
        name: Option<&str>,
    ) -> Result<Vec<CapabilityInfo>, HostSilent> {
        let mut known = self.services.capabilities.known(name);
        if name.is_some() && !known.is_empty() {
            return Ok(known);
        }
        let others = self.services.host.capabilities(name)?;
        let own = known.len();
        for other in others {
            // Ours are as we know them.
            if !known[..own].iter().any(|info| info.name == other.name) {
                known.push(other);
            }
        }
        known.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(known)
    }

    /// The name of a capability there is that is nearest to this one, for a message.
    #[must_use]
    pub fn near_capability(&self, name: &str) -> Option<String> {
        let known = self
            .known_capabilities(None)
            .unwrap_or_else(|_| self.services.capabilities.known(None));
        known
            .into_iter()
            .map(|known| (strsim::jaro_winkler(name, &known.name), known.name))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, known)| known)
    }
}
