//! Two processes that meet at one plugin.
//!
//! The other process is this test program again, running the test `other_process`, which does
//! nothing unless it is told to by an environment variable.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_installer::{
    CancelToken, Ensured, EnvironmentRequest, EventKind, InstallError, Installer, InstallerOptions,
    PythonInfo, Silent,
};
use lichtfeld_system::process::{Child, Command};
use lichtfeld_testkit::{ScratchHome, wait_for};

use crate::common::{Events, built, demo, home, litter};
use crate::faults::script;

/// A home that another process owns.
pub(crate) struct Borrowed {
    installer: Installer,
    request: EnvironmentRequest,
}

impl Borrowed {
    pub(crate) fn new(root: &Utf8Path) -> Self {
        let executable = std::env::var("LICHTFELD_TEST_PYTHON").unwrap();
        let python = PythonInfo::probe(Utf8Path::new(&executable)).unwrap();
        let mut options = InstallerOptions::new(root.join("envs"), python);
        options.uv = Some(match std::env::var("LICHTFELD_TEST_UV") {
            Ok(path) => path.into(),
            Err(_) => lichtfeld_testkit::uv(),
        });
        for (name, place) in [("UV_CACHE_DIR", "uv-cache"), ("UV_FIND_LINKS", "wheels")] {
            options
                .env
                .push((name.into(), root.join(place).into_string()));
        }
        for name in ["UV_NO_INDEX", "UV_OFFLINE", "UV_NO_CONFIG"] {
            options.env.push((name.into(), "1".into()));
        }
        let dir = root.join("plugins/demo");
        let manifest = lichtfeld_manifest::read(&dir).into_result().unwrap();
        let request = EnvironmentRequest::from_manifest(&dir, &manifest);
        Self {
            installer: Installer::new(options),
            request,
        }
    }

    pub(crate) fn ensure(&self) -> Result<Ensured, InstallError> {
        self.installer
            .ensure(&self.request, &Silent, &CancelToken::new())
    }
}

/// Starts `test` of this program in a process of its own, on a home.
pub(crate) fn start(home: &ScratchHome, test: &str, variables: &[(&str, &str)]) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", test])
        .env("LICHTFELD_TEST_HOME", home.path())
        .env(
            "LICHTFELD_TEST_PYTHON",
            lichtfeld_testkit::python().executable,
        )
        .envs(variables.iter().copied())
        .spawn(|_| {})
        .unwrap()
}

#[test]
fn other_process() {
    let Ok(task) = std::env::var("LICHTFELD_TEST_TASK") else {
        return;
    };
    let root = Utf8PathBuf::from(std::env::var("LICHTFELD_TEST_HOME").unwrap());
    let borrowed = Borrowed::new(&root);
    let ensured = borrowed.ensure().unwrap();
    if task == "hold" {
        let _hold = ensured.generation().unwrap().hold().unwrap();
        lichtfeld_system::files::write_atomic(root.join("holding"), b"").unwrap();
        // Until we are killed.
        CancelToken::new().wait();
    }
}

#[test]
fn one_builds_and_the_other_waits_for_it() {
    let home = home();
    // The other one builds slowly, until it is told to go on.
    let (uv, go, began) = (
        lichtfeld_testkit::uv(),
        home.path().join("go"),
        home.path().join("began"),
    );
    let slow = script(
        &home,
        "slow",
        &format!(
            "case \" $* \" in *' run '*) exit 1;; *' sync '*) : > '{began}'; \
             while [ ! -e '{go}' ]; do sleep 0.02; done;; esac; exec '{uv}' \"$@\""
        ),
    );
    let task = [
        ("LICHTFELD_TEST_TASK", "install"),
        ("LICHTFELD_TEST_UV", slow.as_str()),
    ];
    let other = start(&home, "two_processes::other_process", &task);
    wait_for(|| began.exists());
    let events = Events::default();
    let installer = home.installer();
    let request = home.request("demo");
    let ensured = std::thread::scope(|scope| {
        let ours = scope.spawn(|| installer.ensure(&request, &events, &CancelToken::new()));
        let waits = || {
            events
                .all()
                .iter()
                .any(|event| matches!(event.kind, EventKind::Waiting { .. }))
        };
        wait_for(waits);
        fs::File::create(&go).unwrap();
        ours.join().unwrap()
    });
    assert!(matches!(ensured, Ok(Ensured::Reused(_))), "{ensured:?}");
    assert!(other.wait().success(), "{:?}", other.tail());
    let text = events.text();
    assert!(
        text.contains(&format!("(process {},", other.id())),
        "{text}"
    );
    assert!(text.contains("envs/demo/.lock"), "{text}");
}

#[test]
fn waiting_ends_by_time_and_by_cancel() {
    let home = home();
    let (uv, began) = (lichtfeld_testkit::uv(), home.path().join("began"));
    let slow = script(
        &home,
        "slow",
        &format!(
            "case \" $* \" in *' run '*) exit 1;; *' sync '*) : > '{began}'; exec sleep 600;; esac; \
             exec '{uv}' \"$@\""
        ),
    );
    let task = [
        ("LICHTFELD_TEST_TASK", "install"),
        ("LICHTFELD_TEST_UV", slow.as_str()),
    ];
    let other = start(&home, "two_processes::other_process", &task);
    wait_for(|| began.exists());
    let request = home.request("demo");
    let mut options = home.options();
    options.lock_timeout = Some(std::time::Duration::from_millis(100));
    let error = Installer::new(options)
        .ensure(&request, &Silent, &CancelToken::new())
        .unwrap_err();
    let InstallError::LockTimeout {
        holder: Some(holder),
        ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert!(holder.contains(&other.id().to_string()), "{holder}");
    let cancel = CancelToken::new();
    let installer = home.installer();
    let events = Events::default();
    let error = std::thread::scope(|scope| {
        let ours = scope.spawn(|| installer.ensure(&request, &events, &cancel));
        wait_for(|| !events.all().is_empty());
        cancel.cancel();
        ours.join().unwrap().unwrap_err()
    });
    assert!(error.is_cancelled(), "{error:?}");
    // Killed, it leaves its lock behind, which stops nobody.
    other.kill();
    other.wait();
    built(&installer, &home);
    assert_eq!(litter(&home), [""; 0]);
}

#[test]
fn what_another_process_uses_is_not_swept() {
    let home = home();
    let other = start(
        &home,
        "two_processes::other_process",
        &[("LICHTFELD_TEST_TASK", "hold")],
    );
    wait_for(|| home.path().join("holding").exists());
    let mut options = home.options();
    options.kept_generations = 0;
    let installer = Installer::new(options);
    let first = installer
        .generations(home.request("demo").name())
        .unwrap()
        .remove(0);
    home.index()
        .add(lichtfeld_testkit::WheelBuilder::new("colours", "1").module("colours", ""));
    demo(&["colours"]).write(&home.plugins());
    built(&installer, &home);
    assert!(first.path.exists());
    assert!(installer.sweep().in_use.contains(&first.path));
    other.kill();
    other.wait();
    assert_eq!(installer.sweep().removed, std::slice::from_ref(&first.path));
    assert!(!first.path.exists());
}
