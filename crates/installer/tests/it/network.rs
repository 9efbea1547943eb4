//! Real packages from PyPI. Only where `LICHTFELD_NETWORK_TESTS=1` says that there is a network.

use crate::common::{built, demo};
use lichtfeld_installer::{Depth, Installer};
use lichtfeld_system::process::Command;
use lichtfeld_testkit::{ScratchHome, run};

/// Installs a package and runs a line that uses it.
fn real(requirement: &str, code: &str, expected: &str) {
    if std::env::var("LICHTFELD_NETWORK_TESTS").as_deref() != Ok("1") {
        println!("skipped {requirement}: LICHTFELD_NETWORK_TESTS=1 runs it, and asks PyPI");
        return;
    }
    let home = ScratchHome::new();
    let mut options = home.options();
    let offline = [
        "UV_NO_INDEX",
        "UV_OFFLINE",
        "UV_FIND_LINKS",
        "UV_NO_CONFIG",
        "HOME",
    ];
    options
        .env
        .retain(|(name, _)| !offline.contains(&name.as_str()));
    let installer = Installer::new(options);
    demo(&[requirement]).write(&home.plugins());
    let generation = built(&installer, &home);
    assert_eq!(installer.verify(&generation, Depth::Hashes), []);
    let python = Command::new(&generation.python)
        .scrub_python()
        .args(["-I", "-B", "-c", code]);
    assert_eq!(run(python), [expected]);
}

#[test]
fn numpy() {
    real(
        "numpy>=1.26",
        "import numpy; print(numpy.ones(3).sum())",
        "3.0",
    );
}

#[test]
fn a_compiled_extension() {
    real(
        "markupsafe",
        "from markupsafe import _speedups as s; print(s.__name__)",
        "markupsafe._speedups",
    );
}

#[test]
fn sources_only() {
    real(
        "docopt==0.6.2",
        "import docopt; print(docopt.__version__)",
        "0.6.2",
    );
}
