//! Capabilities across processes: those of a worker's plugin are called from the host, and those of
//! the host and of all other plugins from a worker. Python code on both sides passes values as for any
//! call (`remote.py`); a caller in Rust passes JSON.
//!
//! A worker asks the host for the name of whatever its plugin registers, so that a name of another
//! plugin is refused at the registration, as in one process.

use crate::capability_source::PythonCapability;
use crate::convert::to_python;
use crate::worker::process::Worker;
use crate::worker::question::{self, Question};
use crate::worker::waiting;
use lichtfeld_engine::worker::body::Body;
use lichtfeld_engine::worker::channel::{Answer, CallError, Channel};
use lichtfeld_engine::worker::message::{pack, unpack};
use lichtfeld_engine::worker::wire::Topic;
use lichtfeld_engine::{
    Capabilities, CapabilityInfo, CapabilitySource, HostSilent, Offer, OfferError, OfferRefused,
};
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::any::Any;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How long a worker waits for an answer that runs no code of a plugin.
const AT_ONCE: Duration = Duration::from_secs(10);

/// Calls a capability of the other process, whose id is `process` if it is known. Returns `None` if
/// that process does not have it.
pub(super) fn call(
    channel: &Arc<Channel>,
    process: Option<u32>,
    name: &str,
    args: &Value,
    limit: Duration,
) -> Option<Value> {
    let question = Question::Call {
        name: name.to_owned(),
        args: args.clone(),
    };
    let failed = |kind: &str, message: String| {
        Some(json!({"success": false, "error": message, "error_type": kind, "traceback": ""}))
    };
    let body = pack(&question, &[]);
    match waiting::call(
        channel,
        process,
        Topic::Capability,
        body,
        limit,
        &mut || true,
    ) {
        Ok(Ok(answer)) => serde_json::from_slice(&answer)
            .map_or_else(|error| failed("RuntimeError", error.to_string()), Some),
        Ok(Err(refused)) if refused.is_empty() => None,
        Ok(Err(refused)) => {
            let text = String::from_utf8_lossy(&refused);
            let text = text.trim_start_matches('!');
            failed("PluginLimitError", text.to_owned())
        }
        Err(error @ (CallError::TimedOut(_) | CallError::Unread(_))) => failed(
            "PluginTimeoutError",
            format!("capability '{name}': {error}"),
        ),
        Err(error @ CallError::TooLarge(_)) => failed("PluginLimitError", error.to_string()),
        Err(error @ CallError::Forked) => failed("PluginForkedError", error.to_string()),
        Err(error) => failed("PluginCrashedError", error.to_string()),
    }
}

fn silent(reason: &impl ToString) -> HostSilent {
    HostSilent::new(reason.to_string())
}

fn ask(channel: &Arc<Channel>, question: &Question) -> Result<Answer, HostSilent> {
    channel
        .call(Topic::Capability, pack(question, &[]), AT_ONCE, &mut || {
            true
        })
        .map_err(|error| match error {
            CallError::Forked => HostSilent::forked(error.to_string()),
            error => silent(&error),
        })
}

/// Asks the host for the name of something that this worker's plugin registers.
///
/// # Errors
/// If the host refuses it, or does not answer.
pub(super) fn offer(channel: &Arc<Channel>, offer: &Offer) -> Result<(), OfferError> {
    let offer = Box::new(offer.clone());
    let Err(refused) = ask(channel, &Question::Offer { offer })? else {
        return Ok(());
    };
    Err(match unpack::<OfferRefused>(&refused) {
        Ok((refused, _)) => refused.into(),
        Err(reason) => silent(&reason).into(),
    })
}

/// Asks the host for the descriptions of one capability or of all.
///
/// # Errors
/// If it does not answer.
pub(super) fn known(
    channel: &Arc<Channel>,
    name: Option<&str>,
) -> Result<Vec<CapabilityInfo>, HostSilent> {
    let name = name.map(str::to_owned);
    match ask(channel, &Question::Known { name })? {
        Ok(body) => unpack(&body)
            .map(|(known, _)| known)
            .map_err(|reason| silent(&reason)),
        Err(_) => Err(silent(&"it does not know the question")),
    }
}

/// Enters a registration of a worker's plugin in the host's tables.
pub(super) type Enter<'a> = &'a dyn Fn(Offer) -> Result<(), OfferRefused>;

/// Answers the other process. In the host, `enter` enters what the worker's plugin registers.
pub(super) fn answer(ours: &Arc<Capabilities>, enter: Option<Enter<'_>>, body: &[u8]) -> Answer {
    let (question, _) = unpack::<Question>(body).map_err(|_| Body::default())?;
    match question {
        Question::Call { name, args } => {
            let known = ours.find(&name).ok_or_else(Body::default)?;
            let answer = known.source().invoke(&args);
            // A `Value` can always be written.
            Ok(serde_json::to_vec(&answer).unwrap_or_default().into())
        }
        Question::Held => Ok(pack(&question::is_this_held(), &[]).into()),
        Question::Offer { offer } => {
            let enter = enter.ok_or_else(Body::default)?;
            let entered = match body.len() {
                length if length > Offer::LONGEST => Err(OfferRefused::TooLong {
                    length,
                    most: Offer::LONGEST,
                }),
                _ => enter(*offer),
            };
            match entered {
                Ok(()) => Ok(Body::default()),
                Err(refused) => Err(pack(&refused, &[]).into()),
            }
        }
        Question::Known { name } => Ok(pack(&ours.known(name.as_deref()), &[]).into()),
    }
}

/// A capability whose handler is in a worker.
pub(super) struct RemoteCapability {
    name: String,
    worker: Weak<Worker>,
}

impl RemoteCapability {
    pub(super) fn new(worker: &Arc<Worker>, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            worker: Arc::downgrade(worker),
        }
    }
}

impl PythonCapability for RemoteCapability {
    fn call<'py>(&self, py: Python<'py>, args: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let worker = self.worker.upgrade();
        if let Some(peer) = worker.as_ref().and_then(|worker| worker.peer.get()) {
            let answer = peer
                .bind(py)
                .call_method1("capability", (&self.name, args))?;
            if !answer.is_none() {
                return Ok(answer);
            }
        }
        to_python(py, &gone())
    }

    fn handler<'py>(&self, _py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        None
    }
}

/// The answer for a capability whose process is gone.
fn gone() -> Value {
    json!({
        "success": false,
        "error": "the plugin's process is gone",
        "error_type": "PluginCrashedError",
        "traceback": "",
    })
}

impl CapabilitySource for RemoteCapability {
    fn interface(self: Arc<Self>) -> Option<Box<dyn Any>> {
        Some(Box::new(self as Arc<dyn PythonCapability>))
    }

    fn invoke(&self, args: &Value) -> Value {
        let Some(worker) = self.worker.upgrade() else {
            return gone();
        };
        let limit = worker.services.workers.call;
        match worker.channel() {
            Ok(channel) => call(channel, worker.id(), &self.name, args, limit).unwrap_or_else(gone),
            Err(failure) => json!({
                "success": false,
                "error": failure.message,
                "error_type": "PluginCrashedError",
                "traceback": "",
            }),
        }
    }
}
