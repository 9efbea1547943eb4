//! All capabilities that can be called: those of this manager's plugins, and those that only its
//! host knows. In a worker the host knows those of the application and of all other plugins.

use crate::execution::host::Host;
use crate::registrations::capabilities::{Capabilities, CapabilityInfo};
use crate::registrations::offer::HostSilent;

/// Answers questions about all capabilities.
pub(crate) struct CapabilityDirectory<'a> {
    pub(crate) own: &'a Capabilities,
    pub(crate) host: &'a dyn Host,
}

impl CapabilityDirectory<'_> {
    /// Returns the description of the capability called `name`, or of all, by name.
    ///
    /// # Errors
    /// [`HostSilent`] if the host is another process that does not answer.
    pub(crate) fn known(&self, name: Option<&str>) -> Result<Vec<CapabilityInfo>, HostSilent> {
        let mut known = self.own.known(name);
        if name.is_some() && !known.is_empty() {
            return Ok(known);
        }
        let others = self.host.capabilities(name)?;
        let own = known.len();
        for other in others {
            // For a plugin of this manager, the entry here counts.
            if !known[..own].iter().any(|info| info.name == other.name) {
                known.push(other);
            }
        }
        known.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(known)
    }

    /// Returns the name that is nearest to `name`, for a message.
    pub(crate) fn nearest(&self, name: &str) -> Option<String> {
        let known = self.known(None).unwrap_or_else(|_| self.own.known(None));
        let names = known.iter().map(|info| info.name.as_str());
        lichtfeld_manifest::nearest(name, names).map(str::to_owned)
    }
}
