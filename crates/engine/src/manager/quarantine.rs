//! Quarantine: a plugin in whose code the application died is disabled until the user enables it.

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
    /// Marks that a plugin's code is about to run. Not necessary for a worker, since its death is
    /// noticed.
    pub(crate) fn mark(&self, key: &str, kind: PlaceKind, step: Step) -> Marker {
        if kind == PlaceKind::Worker {
            return CrashMarkers::none();
        }
        self.crashes.begin(key, step).unwrap_or_else(|error| {
            // The load continues: a plugin is not refused because the home cannot be written.
            self.log(
                Some(key),
                Level::Warn,
                &format!(
                    "a crash of this plugin would not be remembered: {}",
                    with_causes(&error)
                ),
            );
            CrashMarkers::none()
        })
    }

    /// Puts the plugins into quarantine that the markers of dead processes name.
    pub(crate) fn remember_crashes(&self) {
        // A worker leaves this to its application, which writes `state.json` as well.
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

    /// Keeps the reason of the quarantine with plugins that were just discovered.
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

/// Returns a sentence about the crash.
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
