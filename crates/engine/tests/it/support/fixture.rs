//! A scratch home with a manager whose plugins are scripted.

use super::fake::Fake;
use super::host::{Shared, TestHost};
use lichtfeld_engine::{
    Backends, Config, Error, Home, Manager, PlaceKind, State, StateChange, Unobserved,
};
use lichtfeld_installer::PythonInfo;
use lichtfeld_testkit::{PluginBuilder, ScratchHome};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// One application with its plugins.
pub(crate) struct Fixture {
    pub(crate) fake: Fake,
    pub(crate) host: Arc<TestHost>,
    pub(crate) manager: Arc<Manager>,
    pub(crate) changes: Receiver<StateChange>,
    pub(crate) home: Arc<ScratchHome>,
}

fn python() -> PythonInfo {
    PythonInfo::new("/nowhere/python3", (3, 12, 1), "", "")
}

impl Fixture {
    /// An application in an empty home.
    pub(crate) fn new() -> Self {
        Self::with(|_| ())
    }

    /// The same with other options.
    pub(crate) fn with(adjust: impl FnOnce(&mut Config)) -> Self {
        Self::start(Arc::new(ScratchHome::new()), adjust, false)
    }

    /// An application that can run plugins in processes of their own as well.
    pub(crate) fn with_workers() -> Self {
        Self::start(Arc::new(ScratchHome::new()), |_| (), true)
    }

    /// Another application with the same home, after this one.
    pub(crate) fn again(&self) -> Self {
        self.again_with(|_| ())
    }

    /// The same with other options.
    pub(crate) fn again_with(&self, adjust: impl FnOnce(&mut Config)) -> Self {
        Self::start(Arc::clone(&self.home), adjust, false)
    }

    fn start(home: Arc<ScratchHome>, adjust: impl FnOnce(&mut Config), has_workers: bool) -> Self {
        let (fake, host) = (Fake::default(), Arc::new(TestHost::default()));
        let shared = Shared(Arc::clone(&host));
        let mut config = Config::new(Home::new(home.path()), python(), shared);
        // Whatever the environment says.
        (config.safe_mode, config.autoload, config.registry) = (false, true, None);
        adjust(&mut config);
        let manager = Manager::new(config, |services| {
            let mut backends = Backends::from(fake.backend(services, PlaceKind::Shared));
            if has_workers {
                backends.worker = Some(fake.backend(services, PlaceKind::Worker));
            }
            backends
        });
        Self {
            changes: manager.events().channel(),
            fake,
            host,
            manager,
            home,
        }
    }

    /// Writes plugins without dependencies, as their authors would.
    pub(crate) fn plugins(&self, names: &[&str]) {
        for name in names {
            self.write(&PluginBuilder::new(name).lichtfeld("auto_start = true\nhot_reload = true"));
        }
    }

    /// Writes one plugin.
    pub(crate) fn write(&self, plugin: &PluginBuilder) {
        plugin.write(&self.home.plugins());
    }

    pub(crate) fn load(&self, name: &str) -> Result<(), Error> {
        self.manager.load(name, &mut Unobserved)
    }

    pub(crate) fn reload(&self, name: &str) -> Result<(), Error> {
        self.manager.reload(name, &mut Unobserved)
    }

    /// Writes plugins and loads them, and forgets the steps of it.
    pub(crate) fn loaded(&self, names: &[&str]) {
        self.plugins(names);
        for name in names {
            self.load(name).unwrap();
        }
        self.fake.steps();
        self.changes();
    }

    pub(crate) fn state(&self, name: &str) -> Option<State> {
        self.manager.state(name)
    }

    /// The message of the failure that is kept with a plugin.
    pub(crate) fn failure(&self, name: &str) -> Option<String> {
        let failure = self.manager.status(name)?.failure?;
        Some(failure.message)
    }

    /// The revision that the host sees.
    pub(crate) fn seen(&self, key: &str) -> Option<u64> {
        let active = self.manager.ledger().active(key)?;
        Some(active.revision)
    }

    /// The changes of states since the last call: "a LOADING->ACTIVE activated".
    pub(crate) fn changes(&self) -> Vec<String> {
        let changes = self.changes.try_iter();
        changes
            .map(|change| {
                let StateChange {
                    plugin,
                    from,
                    to,
                    event,
                    ..
                } = change;
                format!("{plugin} {from}->{to} {event}")
            })
            .collect()
    }

    /// A limit that ends soon, for what is never to come.
    pub(crate) const fn soon() -> Duration {
        Duration::from_millis(10)
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let broken = self.fake.broken_rules();
        if !std::thread::panicking() {
            assert!(broken.is_empty(), "{broken:#?}");
        }
    }
}
