//! Whose turn it is: operations on one plugin, and imports in this process, come one after the other.

use crate::error::Error;
use crate::manager::Manager;
use crate::manager::operation::Operation;
use crate::manager::operation_locks::{OperationGuard, Refusal, Subject};
use crate::model::place_kind::PlaceKind;
use std::time::Duration;

impl Manager {
    /// Takes the operation lock of a plugin.
    pub(crate) fn operation(
        &self,
        key: &str,
        give_up: &mut dyn FnMut() -> bool,
    ) -> Result<Operation<'_>, Error> {
        self.operation_within(key, self.timeouts.operation, give_up)
    }

    /// As [`Manager::operation`], with another limit.
    pub(crate) fn operation_within(
        &self,
        key: &str,
        limit: Duration,
        give_up: &mut dyn FnMut() -> bool,
    ) -> Result<Operation<'_>, Error> {
        let guard = self.turn(Subject::Plugin(key.to_owned()), key, limit, give_up)?;
        Ok(Operation::new(guard, &self.events, key))
    }

    /// Takes the operation lock for imports, which are serial in this process. Not necessary if all
    /// code that takes part runs in workers.
    pub(crate) fn import_guard(
        &self,
        backends: &[PlaceKind],
        key: &str,
        give_up: &mut dyn FnMut() -> bool,
    ) -> Result<Option<OperationGuard<'_>>, Error> {
        backends
            .contains(&PlaceKind::Shared)
            .then(|| self.turn(Subject::Import, key, self.timeouts.import, give_up))
            .transpose()
    }

    fn turn(
        &self,
        subject: Subject,
        key: &str,
        limit: Duration,
        give_up: &mut dyn FnMut() -> bool,
    ) -> Result<OperationGuard<'_>, Error> {
        self.require_own_process()?;
        self.operation_locks
            .take(subject, limit, give_up)
            .map_err(|refusal| {
                let name = self.services.names.shown(key);
                match refusal {
                    Refusal::Circle => Error::Reentrant {
                        name,
                        doing: "loaded or unloaded",
                    },
                    Refusal::TimedOut => Error::Busy {
                        name,
                        seconds: limit.as_secs(),
                    },
                    Refusal::Cancelled => Error::Cancelled { name },
                }
            })
    }
}
