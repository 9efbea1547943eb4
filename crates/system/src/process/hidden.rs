//! Environment variables of this process whose values are not passed on: a plugin has set them.

use crate::fork::PerProcess;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// The values that count instead, `None` for a variable that is not set. A forked copy of this process
/// has no plugins.
static HIDDEN: PerProcess<Mutex<BTreeMap<OsString, Option<OsString>>>> =
    PerProcess::new(Mutex::default);

/// Passes `instead` on from now on: children and [`variable`](super::variable) see it as the value of
/// this variable, and `None` as a variable that is not set.
pub fn hide_variable(name: OsString, instead: Option<OsString>) {
    HIDDEN.get().lock().insert(name, instead);
}

/// Passes the value of this process on again.
pub fn show_variable(name: &OsStr) {
    HIDDEN.get().lock().remove(name);
}

/// Returns whether another value than that of this process is passed on.
#[must_use]
pub fn is_hidden(name: impl AsRef<OsStr>) -> bool {
    HIDDEN.get().lock().contains_key(name.as_ref())
}

/// Returns the value that is passed on, or `None` if the variable is not set.
pub(super) fn value(name: &str) -> Option<OsString> {
    let hidden = HIDDEN.get().lock().get(OsStr::new(name)).cloned();
    hidden.unwrap_or_else(|| std::env::var_os(name))
}

/// Returns the variables whose values are not passed on, with those that count instead.
pub(super) fn all() -> Vec<(OsString, Option<OsString>)> {
    let hidden = HIDDEN.get().lock();
    let pairs = hidden.iter();
    pairs
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::{Command, variable};

    fn passed_on(command: &Command, name: &str) -> Option<Option<OsString>> {
        let mut set = command.inner.get_envs();
        set.find(|(found, _)| *found == name)
            .map(|(_, value)| value.map(Into::into))
    }

    #[test]
    fn a_hidden_value_reaches_no_child() {
        let (set, unset, uv) = ("LICHTFELD_HIDDEN_A", "LICHTFELD_HIDDEN_B", "UV_HIDDEN_C");
        hide_variable(set.into(), Some("before".into()));
        hide_variable(unset.into(), None);
        hide_variable(uv.into(), Some("before".into()));
        let command = Command::new("program");
        assert_eq!(passed_on(&command, set), Some(Some("before".into())));
        assert_eq!(passed_on(&command, unset), Some(None));
        assert_eq!(variable(set), Some("before".into()));
        assert_eq!(variable(unset), None);
        assert!(is_hidden(set) && is_hidden(unset));
        let command = command.scrub_python();
        assert_eq!(passed_on(&command, uv), Some(None), "it misleads uv");
        let command = command.env(set, "given");
        assert_eq!(passed_on(&command, set), Some(Some("given".into())));
        for name in [set, unset, uv] {
            show_variable(OsStr::new(name));
            assert!(!is_hidden(name));
        }
        assert_eq!(passed_on(&Command::new("program"), set), None);
    }
}
