//! Quarantine: a plugin in whose code the application died is switched off until the user switches
//! it on again.

use crate::error::causes::with_causes;
use crate::error::failure::{Failure, FailureKind, Stage};
use crate::execution::host::Role;
use crate::lifecycle::State;
use crate::manager::Manager;
use crate::model::level::Level;
use crate::model::place_kind::PlaceKind;
use crate::storage::crash_markers::{CrashMarkers, Crashed, Marker, Step};
use crate::storage::state_file::Quarantine;
use std::time::{SystemTime, UNIX_EPOCH};

impl Manager {
    /// Marks that a plugin's code is about to run. A worker that dies is seen by us, and needs no
    /// mark.
    pub(crate) fn mark(&self, key: &str, kind: PlaceKind, step: Step) -> Marker {
        if kind == PlaceKind::Worker {
            return CrashMarkers::none();
        }
        self.crashes.begin(key, step).unwrap_or_else(|error| {
            // Loading goes on: a home that cannot be written is no reason to refuse a plugin.
            self.log(
                Some(key),
                Level::Warn,
                &format!(
                    "a crash of this plugin would not be remembered: cannot write to {}: {error}",
                    self.home().running()
                ),
            );
            CrashMarkers::none()
        })
    }

    /// Puts into quarantine what a process that died has left marked.
    pub(crate) fn remember_crashes(&self) {
        // A plugin's own process leaves this to its host, which writes `state.json` as well.
        if self.host().role() == Role::Worker {
            return;
        }
        self.crashes.take(|crashed| {
            let reason = reason(crashed);
            let at = crashed.at.duration_since(UNIX_EPOCH);
            let at = at.map_or(0, |since| since.as_secs());
            let kept = self.state_file.update(&crashed.key, |kept| {
                kept.quarantine = Some(Quarantine {
                    reason: reason.clone(),
                    at,
                    stage: Some(stage(crashed.step)),
                });
            });
            if let Err(error) = &kept {
                self.log(Some(&crashed.key), Level::Warn, &with_causes(&error));
            } else {
                self.log(Some(&crashed.key), Level::Error, &reason);
            }
            kept.is_ok()
        });
    }

    /// Keeps, with plugins that were just discovered, why they are in quarantine.
    pub(crate) fn tell_of_quarantine(&self) {
        for (key, quarantine) in self.state_file.quarantined() {
            self.plugins.with(&key, |record| {
                if record.state == State::Disabled && record.failure.is_none() {
                    record.failure = Some(failure(&record.info.name, quarantine));
                }
            });
        }
    }
}

fn stage(step: Step) -> Stage {
    match step {
        Step::Import => Stage::Import,
        Step::Activation => Stage::Activation,
    }
}

fn failure(name: &str, quarantine: Quarantine) -> Failure {
    let stage = quarantine.stage.unwrap_or(Stage::Activation);
    Failure::new(FailureKind::Crashed, stage, quarantine.reason).with_hint(format!(
        "`lichtfeld-plugins enable {name}` tries it again, best after an update of the plugin; \
         `isolation = \"process\"` in its manifest keeps a crash away from the application"
    ))
}

/// One sentence for a person.
fn reason(crashed: &Crashed) -> String {
    let step = match crashed.step {
        Step::Import => "this plugin was being imported",
        Step::Activation => "on_load of this plugin ran",
    };
    let mut reason = format!("the application died while {step}, {}", moment(crashed.at));
    if !crashed.beside.is_empty() {
        reason.push_str(&format!(
            "; it may have been {}, loaded at the same moment",
            crashed.beside.join(" or ")
        ));
    }
    reason
}

fn moment(at: SystemTime) -> String {
    jiff::Timestamp::try_from(at).map_or_else(
        |_| "at an unknown time".into(),
        |at| {
            let local = at.to_zoned(jiff::tz::TimeZone::system());
            local.strftime("on %Y-%m-%d at %H:%M:%S").to_string()
        },
    )
}
