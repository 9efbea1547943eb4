//! The capabilities that can be called: those of this manager's plugins, and those that only its host
//! knows. In a worker these are the application's, and those of all other plugins.

use crate::execution::host::Host;
use crate::registrations::capabilities::{Capabilities, CapabilityInfo, HostSilent};

/// What can be asked about capabilities.
pub(crate) struct CapabilityDirectory<'a> {
    pub(crate) own: &'a Capabilities,
    pub(crate) host: &'a dyn Host,
}

impl CapabilityDirectory<'_> {
    /// What is known of the capability called `name`, or of all, by name.
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
            // A plugin of this manager is known better here.
            if !known[..own].iter().any(|info| info.name == other.name) {
                known.push(other);
            }
        }
        known.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(known)
    }

    /// The name that is nearest to `name`, for a message.
    pub(crate) fn nearest(&self, name: &str) -> Option<String> {
        let known = self.known(None).unwrap_or_else(|_| self.own.known(None));
        let names = known.iter().map(|info| info.name.as_str());
        lichtfeld_manifest::nearest(name, names).map(str::to_owned)
    }
}
