//! What several of these test programs use.

use std::sync::Mutex;

use camino::Utf8Path;
use lichtfeld_installer::{
    CancelToken, Ensured, Event, Generation, InstallError, Installer, Reporter, Silent,
};
use lichtfeld_testkit::{PluginBuilder, ScratchHome, WheelBuilder};

/// A home with the wheel `shapes` 1.0 and a plugin `demo` that requires it.
pub(crate) fn home() -> ScratchHome {
    filled(ScratchHome::new())
}

pub(crate) fn filled(home: ScratchHome) -> ScratchHome {
    home.index().add(
        WheelBuilder::new("shapes", "1.0")
            .module("shapes", "SIDES = 3\n\ndef main():\n    print(SIDES)\n")
            .script("shapes-cli", "shapes:main"),
    );
    demo(&["shapes>=1"]).write(&home.plugins());
    home
}

pub(crate) fn demo(dependencies: &[&str]) -> PluginBuilder {
    let builder = PluginBuilder::new("demo");
    dependencies.iter().fold(builder, |builder, dependency| {
        builder.dependency(dependency)
    })
}

pub(crate) fn ensure(installer: &Installer, home: &ScratchHome) -> Result<Ensured, InstallError> {
    installer.ensure(&home.request("demo"), &Silent, &CancelToken::new())
}

/// The environment of `demo`, which has to be made by this call.
pub(crate) fn built(installer: &Installer, home: &ScratchHome) -> Generation {
    match ensure(installer, home).expect("it installs") {
        Ensured::Built(built) => built.generation,
        other => panic!("not built: {other:?}"),
    }
}

/// What is in `envs/demo` besides environments; the lock and its holder belong there.
pub(crate) fn litter(home: &ScratchHome) -> Vec<String> {
    let mut found = home.environment_entries();
    found.retain(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let of_a_build = path.starts_with(".staging/") && !name.ends_with(".lock");
        of_a_build || (name.starts_with('.') && name != ".lock")
    });
    found
}

/// Collects events.
#[derive(Default)]
pub(crate) struct Events(Mutex<Vec<Event>>);

impl Events {
    pub(crate) fn all(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn text(&self) -> String {
        self.all()
            .iter()
            .map(|event| format!("{event}\n"))
            .collect()
    }
}

impl Reporter for Events {
    fn event(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

/// What is in the plugin's directory, sorted.
pub(crate) fn listing(dir: &Utf8Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
