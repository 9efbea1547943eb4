//! What the manager does when a plugin's process dies or stops answering.

use crate::error::Failure;
use crate::host::Level;
use crate::ledger::Owner;
use crate::lifecycle::{Event, State};
use crate::load::log_text;
use crate::manager::Manager;
use crate::state_file::CRASH_WINDOW;
use crate::worker::HealthChange;

impl Manager {
    pub(crate) fn on_health(&self, owner: &Owner, change: HealthChange) {
        // A version that was replaced meanwhile, or never became active, is of no interest; one that
        // is being loaded can hang.
        if !matches!(change, HealthChange::Overdue(_)) && !self.shared.ledger.is_active(Some(owner))
        {
            return;
        }
        match change {
            HealthChange::Overdue(failure) => self.overdue(&owner.key, failure),
            HealthChange::Died(failure) => self.died(owner, failure),
            HealthChange::Unresponsive(cause) => {
                self.log(Some(&owner.key), Level::Warn, &cause);
                self.told(owner, Event::Unresponsive, &cause);
            }
            HealthChange::Responsive => {
                self.log(Some(&owner.key), Level::Info, "it answers again");
                self.told(owner, Event::Responsive, "it answers again");
            }
        }
    }

    fn told(&self, owner: &Owner, event: Event, cause: &str) {
        // Between asking the ledger and now the plugin may have been unloaded: then nobody cares.
        let _ = self.registry.on(&self.events, &owner.key, event, cause);
    }

    /// The state says so at once; what is left of the plugin stays until it is loaded or unloaded,
    /// so that its panels can say what happened.
    fn died(&self, owner: &Owner, failure: Failure) {
        let key = owner.key.as_str();
        let active = self.registry.with(key, |record| {
            let active = record.state == State::Active;
            if active {
                record.failure = Some(failure.clone());
            }
            active
        });
        if active != Some(true) {
            return;
        }
        // Counted before it is told: whoever hears of it may load the plugin again at once.
        let too_often = self.state_file.count_crash(key);
        let quarantine = matches!(too_often, Ok(true)).then(|| {
            format!(
                "its process ended too often within {} minutes; the last time: {}",
                CRASH_WINDOW.as_secs() / 60,
                failure.message
            )
        });
        let kept = match &quarantine {
            Some(reason) => self.keep_quarantine(key, reason),
            None => too_often.map(drop),
        };
        self.told(owner, Event::Failed, &failure.message);
        if let Some(reason) = &quarantine {
            self.told(owner, Event::Disabled, reason);
        }
        // The last lines of the process are in the log already.
        let mut short = failure;
        short.traceback = None;
        self.log(Some(key), Level::Error, &log_text(&short));
        if let Some(reason) = &quarantine {
            self.log(Some(key), Level::Error, reason);
        }
        if let Err(error) = kept {
            self.log(Some(key), Level::Warn, &error.to_string());
        }
    }
}
