//! Killed at every step, the old environment serves, the next installation works, and nothing is
//! left over.

use std::fs;

use camino::Utf8PathBuf;
use lichtfeld_installer::{CancelToken, Depth, Ensured, Silent};
use lichtfeld_testkit::WheelBuilder;

use crate::common::{built, demo, ensure, home, listing, litter};
use crate::two_processes::{Borrowed, start};

/// Every named point in a build and a publish, in order.
const POINTS: [&str; 11] = [
    "staging-created",
    "project-written",
    "venv-made",
    "packages-installed",
    "lock-kept",
    "publish-before-record",
    "publish-after-record",
    "publish-after-rename",
    "publish-after-sync",
    "staging-removed",
    "sweep-renamed",
];

#[test]
fn victim() {
    let Ok(point) = std::env::var("LICHTFELD_TEST_POINT") else {
        return;
    };
    let root = Utf8PathBuf::from(std::env::var("LICHTFELD_TEST_HOME").unwrap());
    fail::cfg_callback(point, || {
        let pid = rustix::process::getpid();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    })
    .unwrap();
    Borrowed::new(&root).ensure().unwrap();
}

#[test]
fn killed_anywhere_nothing_is_lost() {
    for point in POINTS {
        let home = home();
        let mut options = home.options();
        // So that every build sweeps.
        options.kept_generations = 0;
        let installer = lichtfeld_installer::Installer::new(options);
        let mut old = built(&installer, &home);
        if point == "sweep-renamed" {
            // Two more than are kept by the victim's defaults.
            for extra in ["a", "b", "c"] {
                home.index()
                    .add(WheelBuilder::new(extra, "1").module(extra, ""));
                demo(&["shapes", extra]).write(&home.plugins());
                old = built(&home.installer(), &home);
            }
        }
        home.index()
            .add(WheelBuilder::new("colours", "1").module("colours", ""));
        demo(&["shapes", "colours"]).write(&home.plugins());

        let victim = start(&home, "killed::victim", &[("LICHTFELD_TEST_POINT", point)]);
        let exit = victim.wait();
        assert_eq!(
            exit.signal,
            Some(9),
            "{point} was not reached: {:?}",
            victim.tail()
        );

        // The old one is whole, and its plugin would load.
        assert_eq!(installer.verify(&old, Depth::Hashes), [], "{point}");
        // The next one works, and cleans up.
        let ensured = ensure(&home.installer(), &home).unwrap();
        let generation = ensured.generation().unwrap();
        assert_eq!(generation.distributions.len(), 2, "{point}");
        let swept = home.installer().sweep();
        assert!(swept.failed.is_empty(), "{point}: {swept:?}");
        assert_eq!(litter(&home), [""; 0], "{point}");
        let plugin = listing(&home.plugin("demo"));
        assert_eq!(plugin, ["__init__.py", "pyproject.toml"], "{point}");
    }
}

#[test]
fn killed_while_a_whole_environment_is_repaired() {
    for point in [
        "publish-after-exchange",
        "publish-after-rename",
        "publish-after-record",
    ] {
        let home = home();
        let installer = home.installer();
        let old = built(&installer, &home);
        fs::remove_file(old.site_packages[0].join("shapes.py")).unwrap();
        let victim = start(&home, "killed::victim", &[("LICHTFELD_TEST_POINT", point)]);
        assert_eq!(
            victim.wait().signal,
            Some(9),
            "{point}: {:?}",
            victim.tail()
        );
        let request = home.request("demo");
        let ensured = installer
            .ensure(&request, &Silent, &CancelToken::new())
            .unwrap();
        assert!(!matches!(ensured, Ensured::NotNeeded));
        assert_eq!(
            installer.verify(ensured.generation().unwrap(), Depth::Hashes),
            [],
            "{point}"
        );
        let swept = installer.sweep();
        assert!(swept.failed.is_empty(), "{swept:?}");
        assert_eq!(litter(&home), [""; 0], "{point}");
    }
}
