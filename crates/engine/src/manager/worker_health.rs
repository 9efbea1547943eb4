//! What the manager does when a plugin's process dies or stops answering.

use crate::error::Error;
use crate::error::causes::with_causes;
use crate::error::failure::log_text;
use crate::error::failure::{Failure, FailureKind};
use crate::lifecycle::{Event, State};
use crate::manager::Manager;
use crate::model::level::Level;
use crate::registrations::ledger::Owner;
use crate::storage::state_file::CRASH_WINDOW;
use crate::worker::health::HealthChange;

impl Manager {
    pub(crate) fn on_health(&self, owner: &Owner, change: HealthChange) {
        // A version that was replaced meanwhile, or never became active, is ignored; one that is
        // being loaded can hang.
        if !matches!(change, HealthChange::Overdue(_))
            && !self.services.ledger.is_active(Some(owner))
        {
            return;
        }
        match change {
            HealthChange::Overdue(failure) => self.overdue(&owner.key, failure),
            HealthChange::Died(failure) => self.died(owner, failure),
            HealthChange::Unresponsive(cause) => {
                self.log(Some(&owner.key), Level::Warn, &cause);
                self.publish_health(owner, Event::Unresponsive, &cause);
            }
            HealthChange::Responsive => {
                self.log(Some(&owner.key), Level::Info, "it answers again");
                self.publish_health(owner, Event::Responsive, "it answers again");
            }
        }
    }

    fn publish_health(&self, owner: &Owner, event: Event, cause: &str) {
        // Since the ledger was read, the plugin may have been unloaded; then this is ignored.
        let _ = self.plugins.on(&self.events, &owner.key, event, cause);
        self.settle_outside(&owner.key);
    }

    /// Delivers changes that no operation has made. One that is under way delivers them at its end.
    fn settle_outside(&self, key: &str) {
        if !self.operation_locks.is_held(key) {
            self.events.settle(key);
        }
    }

    /// The state changes at once. The panels of the plugin stay until it is loaded or unloaded, so
    /// that they can show what happened.
    fn died(&self, owner: &Owner, failure: Failure) {
        let key = owner.key.as_str();
        let active = self.plugins.with(key, |record| {
            let active = record.state == State::Active;
            if active {
                record.failure = Some(failure.clone());
            }
            active
        });
        if active != Some(true) {
            return;
        }
        // Counted before it is published: a subscriber may load the plugin again at once.
        let counted = self.count_crash(key, &failure);
        self.publish_health(owner, Event::Failed, &failure.message);
        // The last lines of the process are in the log already.
        let mut short = failure;
        short.traceback = None;
        self.log(Some(key), Level::Error, &log_text(&short));
        self.switch_off(key, counted);
    }

    /// Called when a load has failed. If the plugin's process died, this counts like any other
    /// crash.
    pub(crate) fn crashed_while_loading(&self, key: &str, failure: &Failure) {
        if failure.kind == FailureKind::Crashed {
            let counted = self.count_crash(key, failure);
            self.switch_off(key, counted);
        }
    }

    /// Counts a crash. Returns the reason if the plugin is in quarantine from now on.
    fn count_crash(&self, key: &str, failure: &Failure) -> Result<Option<String>, Error> {
        if !self.state_file.count_crash(key)? {
            return Ok(None);
        }
        let reason = format!(
            "its process ended too often within {} minutes; the last time: {}",
            CRASH_WINDOW.as_secs() / 60,
            failure.message
        );
        self.keep_quarantine(key, &reason)?;
        Ok(Some(reason))
    }

    fn switch_off(&self, key: &str, counted: Result<Option<String>, Error>) {
        match counted {
            Ok(None) => {}
            Ok(Some(reason)) => {
                let _ = self.plugins.on(&self.events, key, Event::Disabled, &reason);
                self.settle_outside(key);
                self.log(Some(key), Level::Error, &reason);
            }
            Err(error) => self.log(Some(key), Level::Warn, &with_causes(&error)),
        }
    }
}
