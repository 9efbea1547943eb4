//! The operators that plugins have registered: actions that are invoked by their id.
//!
//! As with panels, the old and the new version of a plugin may both register an id while a reload
//! is under way; the host sees the operator of the active version.

use crate::error::failure::Failure;
use crate::registrations::ledger::Owner;
use crate::registrations::spelling::is_same;
use crate::registrations::table::{Entry, Table};
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The description of an operator, with all that a host needs to show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OperatorInfo {
    /// The unique id.
    pub id: String,
    /// The text on a button or in a menu.
    pub label: String,
    /// The text of a tooltip.
    pub description: String,
    /// The names of its properties, in their order.
    pub properties: Vec<String>,
    /// The plugin's name as its manifest writes it, or `None` for an operator of the host.
    pub plugin: Option<String>,
}

impl OperatorInfo {
    /// An operator of the host without properties. The fields can be changed.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            description: String::new(),
            properties: Vec::new(),
            plugin: None,
        }
    }
}

/// Does the work of an operator. How it is invoked depends on its language; see
/// [`OperatorSource::interface`].
pub trait OperatorSource: Send + Sync {
    /// Returns whether the action is possible now, for a thread that draws. If the answer takes
    /// time, returns the last one.
    fn poll(&self) -> bool;

    /// Returns whether the action is possible now, for a caller that is about to start it.
    ///
    /// # Errors
    /// If its process has ended or does not answer.
    fn check(&self) -> Result<bool, Failure> {
        Ok(self.poll())
    }

    /// Returns whether it is still running after its `invoke`.
    fn is_running(&self) -> bool;

    /// Cancels the operator. Returns whether it was running.
    ///
    /// # Errors
    /// As [`OperatorSource::check`].
    fn cancel(&self) -> Result<bool, Failure>;

    /// Called when it was removed or replaced: cancels it, without waiting for another process.
    fn removed(&self) {
        // For an operator of this process. One in a worker has a `removed` of its own.
        let _ = self.cancel();
    }

    /// An interface for callers in one language, which the crate of that language defines; see
    /// [`Operator::interface`].
    fn interface(self: Arc<Self>) -> Option<Box<dyn Any>> {
        None
    }

    /// Returns why it cannot be used now, if its process has ended or does not answer.
    fn trouble(&self) -> Option<Failure> {
        None
    }
}

/// One registered operator.
pub struct Operator {
    info: OperatorInfo,
    owner: Option<Owner>,
    source: Arc<dyn OperatorSource>,
}

impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operator")
            .field("info", &self.info)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}

impl Operator {
    /// An operator whose work `source` does. `owner` is the version of a plugin, or `None` for the
    /// host.
    pub fn new(info: OperatorInfo, owner: Option<Owner>, source: Arc<dyn OperatorSource>) -> Self {
        Self {
            info,
            owner,
            source,
        }
    }

    /// Returns the description.
    pub fn info(&self) -> &OperatorInfo {
        &self.info
    }

    /// Returns the object that does its work.
    pub fn source(&self) -> &dyn OperatorSource {
        &*self.source
    }

    /// Its interface for callers in one language, such as `Arc<dyn PythonOperator>` of the Python
    /// runtime, or `None` if its source has no interface of this type.
    #[must_use]
    pub fn interface<T: Any>(&self) -> Option<T> {
        let interface = Arc::clone(&self.source).interface()?;
        interface.downcast().ok().map(|interface| *interface)
    }
}

impl Entry for Operator {
    type Context = RunningListener;

    fn id(&self) -> &str {
        &self.info.id
    }

    fn owner(&self) -> Option<&Owner> {
        self.owner.as_ref()
    }

    fn plugin(&self) -> Option<&str> {
        self.info.plugin.as_deref()
    }

    fn is_spelled(&self, id: &str) -> bool {
        is_same(id, &self.info.id)
    }

    fn removed(&self, _: &RunningListener) {
        self.source.removed();
    }
}

type OnRunning = Box<dyn Fn(&str, bool) + Send + Sync>;

/// Called when an operator begins or ends its work, with its id.
#[derive(Default)]
pub struct RunningListener(OnceLock<OnRunning>);

impl fmt::Debug for RunningListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunningListener({})", self.0.get().is_some())
    }
}

/// All operators of one manager.
pub type Operators = Table<Operator>;

impl Table<Operator> {
    /// Calls `listener` with the id of an operator that has begun (`true`) or ended its work. Only
    /// the first listener counts.
    pub fn on_running(&self, listener: impl Fn(&str, bool) + Send + Sync + 'static) {
        let _ = self.context().0.set(Box::new(listener));
    }

    /// Notifies the listener that an operator has begun or ended its work.
    pub fn running_changed(&self, id: &str, is_running: bool) {
        if let Some(listener) = self.context().0.get() {
            listener(id, is_running);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registrations::registered::Registered;
    use crate::registrations::table::OnTaken;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Default)]
    struct Source(AtomicUsize);

    impl OperatorSource for Source {
        fn poll(&self) -> bool {
            true
        }
        fn is_running(&self) -> bool {
            false
        }
        fn cancel(&self) -> Result<bool, Failure> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(true)
        }
    }

    fn info(id: &str) -> OperatorInfo {
        OperatorInfo::new(id, "")
    }

    fn operator(id: &str, source: &Arc<Source>) -> Operator {
        Operator::new(info(id), None, Arc::clone(source) as _)
    }

    fn table() -> Arc<Operators> {
        Table::new("operator", OnTaken::Refuse, Arc::default())
    }

    #[test]
    fn an_id_may_be_spelled_with_the_project_s_name() {
        let operators = table();
        let id = "lfs_plugins.my_plugin.operators.Run";
        operators.register(operator(id, &Arc::default())).unwrap();
        for spelled in [id, "lfs_plugins.My-Plugin.operators.Run"] {
            assert_eq!(operators.find(spelled).unwrap().info.id, id);
        }
        for other in [
            "lfs_plugins.my-plugin.operators.run",
            "my-plugin.operators.Run",
        ] {
            assert!(operators.find(other).is_none(), "{other}");
        }
    }

    #[test]
    fn registering_again_replaces_and_cancels() {
        let operators = table();
        let old = Arc::new(Source::default());
        operators.register(operator("run", &old)).unwrap();
        let again = operators.register(operator("run", &Arc::default()));
        assert_eq!(again, Ok(Registered::Replaced));
        assert_eq!(old.0.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_listener_is_called_when_an_operator_begins_and_ends() {
        let operators = table();
        let (sender, seen) = std::sync::mpsc::channel();
        operators.on_running(move |id, running| sender.send((id.to_owned(), running)).unwrap());
        operators.running_changed("run", true);
        operators.running_changed("run", false);
        assert_eq!(
            seen.try_iter().collect::<Vec<_>>(),
            [("run".to_owned(), true), ("run".to_owned(), false)]
        );
    }
}
