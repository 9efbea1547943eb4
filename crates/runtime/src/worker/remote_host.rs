//! The host, as the manager of a worker sees it.

use crate::worker::capabilities;
use crate::worker::host_link::{HostLink, MainWork};
use lichtfeld_engine::execution::host::{Host, Job, Role};
use lichtfeld_engine::model::level::Level;
use lichtfeld_engine::registrations::capabilities::CapabilityInfo;
use lichtfeld_engine::registrations::offer::{HostSilent, Offer, OfferError};
use lichtfeld_engine::worker::message::{Tell, WorkerSetup};
use lichtfeld_manifest::{Host as HostFacts, Version};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// The host, as this process sees it.
pub(super) struct RemoteHost {
    link: Arc<HostLink>,
    version: Version,
    plugin_api: Version,
    features: Vec<String>,
    callback: Duration,
}

impl RemoteHost {
    /// # Errors
    /// If a version that the host has sent is not one.
    pub(super) fn new(
        link: Arc<HostLink>,
        start: &WorkerSetup,
    ) -> Result<Self, <Version as FromStr>::Err> {
        Ok(Self {
            link,
            version: start.version.parse()?,
            plugin_api: start.plugin_api.parse()?,
            features: start.features.clone(),
            callback: start.callback,
        })
    }
}

impl Host for RemoteHost {
    fn facts(&self) -> HostFacts {
        HostFacts::from_parts(
            self.version.clone(),
            self.plugin_api.clone(),
            Version::new([0]),
            self.features.clone(),
        )
    }

    fn log(&self, _plugin: Option<&str>, level: Level, message: &str) {
        if self.link.is_forked() {
            // What a forked child writes is in the plugin's log as well, by the pipe.
            use std::io::Write;
            let _ = writeln!(std::io::stdout(), "{message}");
            return;
        }
        self.link.report(&Tell::Log {
            level,
            message: message.to_owned(),
        });
    }

    fn role(&self) -> Role {
        Role::Worker
    }

    fn on_ui_thread(&self, job: Job) {
        // A forked child has no main thread that takes work.
        if self.link.is_forked() {
            return job();
        }
        self.link.on_main(MainWork::Run(job));
    }

    fn is_ui_thread(&self) -> bool {
        self.link.is_main() || self.link.is_forked()
    }

    fn request_redraw(&self) {
        self.link.report(&Tell::Redraw);
    }

    fn invoke_capability(&self, name: &str, args: &serde_json::Value) -> Option<serde_json::Value> {
        let channel = self.link.channel()?;
        let application = Some(std::os::unix::process::parent_id());
        capabilities::call(channel, application, name, args, self.callback)
    }

    fn offer(&self, offer: &Offer) -> Result<(), OfferError> {
        match self.link.channel() {
            Some(channel) => capabilities::offer(channel, offer),
            None => Ok(()),
        }
    }

    fn capabilities(&self, name: Option<&str>) -> Result<Vec<CapabilityInfo>, HostSilent> {
        match self.link.channel() {
            Some(channel) => capabilities::known(channel, name),
            None => Ok(Vec::new()),
        }
    }
}
