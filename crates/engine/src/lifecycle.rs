//! The life of a plugin as a pure function: `(State, Event) -> Transition`.
//!
//! Everything that changes a plugin's state goes through [`State::on`], and the table behind it is
//! the one in `docs/reference/lifecycle.md`, rendered by [`table_markdown`]. Nothing else decides
//! which state follows.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The state of a plugin, with the documented names.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum State {
    /// Known, not running.
    #[default]
    Unloaded,
    /// Its environment is being made.
    Installing,
    /// Its code is being imported and activated.
    Loading,
    /// Running.
    Active,
    /// The last load failed, or the plugin died. The failure is kept with it.
    Error,
    /// Disabled by the user, or in quarantine. Only `enable` leaves this state.
    Disabled,
}

/// An event in the life of a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// An environment has to be made first.
    InstallStarted,
    /// The environment is ready, or none is necessary: the code may be imported.
    EnvironmentReady,
    /// `on_load` has returned.
    Activated,
    /// The running version was replaced by a new one.
    Reloaded,
    /// A new version failed; the running one continues.
    ReloadFailed,
    /// A step of a load failed, or a running plugin died.
    Failed,
    /// The load was cancelled.
    Cancelled,
    /// The plugin was removed from the process, or its error was cleared.
    Unloaded,
    /// The user disabled it, or it was put into quarantine.
    Disabled,
    /// The user enabled it.
    Enabled,
    /// Its process does not answer. It may answer again.
    Unresponsive,
    /// Its process answers again.
    Responsive,
}

/// An event that cannot happen in a state: a mistake in the caller, never in a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a plugin that is {state} cannot take the event '{event}'")]
#[non_exhaustive]
pub struct IllegalTransition {
    /// The state the plugin is in.
    pub state: State,
    /// The event that does not apply there.
    pub event: Event,
}

impl State {
    /// All states, in the order of the documentation.
    pub const ALL: [Self; 6] = [
        Self::Unloaded,
        Self::Installing,
        Self::Loading,
        Self::Active,
        Self::Error,
        Self::Disabled,
    ];

    /// The state after `event`.
    ///
    /// # Errors
    /// [`IllegalTransition`] if the table has no entry.
    pub const fn on(self, event: Event) -> Result<Self, IllegalTransition> {
        use Event as E;
        use State as S;
        let next = match (self, event) {
            (S::Unloaded | S::Error, E::InstallStarted) => S::Installing,
            (S::Unloaded | S::Error | S::Installing, E::EnvironmentReady) => S::Loading,
            (S::Loading, E::Activated) => S::Active,
            (S::Active, E::Reloaded | E::ReloadFailed | E::Unresponsive | E::Responsive) => {
                S::Active
            }
            // A check before the first step can fail as well, and a worker can die.
            (S::Unloaded | S::Installing | S::Loading | S::Active | S::Error, E::Failed) => {
                S::Error
            }
            (S::Installing | S::Loading, E::Cancelled) => S::Unloaded,
            (S::Active | S::Error, E::Unloaded) => S::Unloaded,
            (S::Unloaded | S::Error, E::Disabled) => S::Disabled,
            (S::Disabled, E::Enabled) => S::Unloaded,
            _ => return Err(IllegalTransition { state: self, event }),
        };
        Ok(next)
    }

    /// The documented name: `"UNLOADED"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unloaded => "UNLOADED",
            Self::Installing => "INSTALLING",
            Self::Loading => "LOADING",
            Self::Active => "ACTIVE",
            Self::Error => "ERROR",
            Self::Disabled => "DISABLED",
        }
    }
}

impl Event {
    /// All events.
    pub const ALL: [Self; 12] = [
        Self::InstallStarted,
        Self::EnvironmentReady,
        Self::Activated,
        Self::Reloaded,
        Self::ReloadFailed,
        Self::Failed,
        Self::Cancelled,
        Self::Unloaded,
        Self::Disabled,
        Self::Enabled,
        Self::Unresponsive,
        Self::Responsive,
    ];

    /// The name used in events and documents: `"environment_ready"`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InstallStarted => "install_started",
            Self::EnvironmentReady => "environment_ready",
            Self::Activated => "activated",
            Self::Reloaded => "reloaded",
            Self::ReloadFailed => "reload_failed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Unloaded => "unloaded",
            Self::Disabled => "disabled",
            Self::Enabled => "enabled",
            Self::Unresponsive => "unresponsive",
            Self::Responsive => "responsive",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Returns the table as Markdown: a row for each state, a column for each event, `-` for an event
/// that is not allowed.
#[must_use]
pub fn table_markdown() -> String {
    let mut out = String::from(
        "# The life of a plugin\n\n\
         Generated from `crates/engine/src/lifecycle.rs`; a test compares them. A row is \
         the state before, a column what happens, a cell the state after.\n\n| state |",
    );
    for event in Event::ALL {
        out.push_str(&format!(" {event} |"));
    }
    out.push_str("\n|---|");
    out.push_str(&"---|".repeat(Event::ALL.len()));
    for state in State::ALL {
        out.push_str(&format!("\n| **{state}** |"));
        for event in Event::ALL {
            match state.on(event) {
                Ok(next) => out.push_str(&format!(" {next} |")),
                Err(_) => out.push_str(" - |"),
            }
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_of_the_table_is_what_the_documentation_says() {
        let page = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/reference/lifecycle.md"
        );
        if std::env::var_os("LICHTFELD_UPDATE_DOCS").is_some() {
            lichtfeld_system::files::write_atomic(page, table_markdown().as_bytes()).unwrap();
        }
        let written = std::fs::read_to_string(page).unwrap_or_default();
        assert_eq!(
            written,
            table_markdown(),
            "write it anew: LICHTFELD_UPDATE_DOCS=1 cargo test -p lichtfeld-engine"
        );
    }

    #[test]
    fn a_disabled_plugin_leaves_by_enable_alone() {
        for event in Event::ALL {
            let next = State::Disabled.on(event);
            assert_eq!(next.is_ok(), event == Event::Enabled, "{event}");
        }
    }

    #[test]
    fn every_state_can_be_reached_and_left() {
        for target in State::ALL {
            assert!(
                State::ALL.iter().any(|from| {
                    *from != target && Event::ALL.iter().any(|event| from.on(*event) == Ok(target))
                }),
                "{target} cannot be reached"
            );
            assert!(
                Event::ALL
                    .iter()
                    .any(|event| target.on(*event).is_ok_and(|next| next != target)),
                "{target} cannot be left"
            );
        }
    }

    #[test]
    fn an_illegal_event_is_named_with_its_state() {
        let error = State::Active.on(Event::Activated).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a plugin that is ACTIVE cannot take the event 'activated'"
        );
    }
}
