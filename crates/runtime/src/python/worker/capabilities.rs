//! Capabilities across processes: those of a worker's plugin are called from the host, and those of
//! the host and of all other plugins from a worker. Arguments and answers are plain data.

use super::process::Worker;
use crate::capabilities::{Capabilities, CapabilityInfo, CapabilitySource};
use crate::host::Level;
use crate::worker::body::Body;
use crate::worker::channel::{Answer, CallError, Channel};
use crate::worker::message::{pack, unpack};
use crate::worker::wire::Topic;
use serde_json::{Value, json};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Calls a capability of the other process; none where that has none of this name.
pub(super) fn ask(
    channel: &Arc<Channel>,
    name: &str,
    args: &Value,
    limit: Duration,
) -> Option<Value> {
    let body = pack(&(name, args), &[]);
    let failed = |kind: &str, message: String| {
        Some(json!({"success": false, "error": message, "error_type": kind, "traceback": ""}))
    };
    match channel.call(Topic::Capability, body, limit, &mut || true) {
        Ok(Ok(answer)) => serde_json::from_slice(&answer)
            .map_or_else(|error| failed("RuntimeError", error.to_string()), Some),
        Ok(Err(_)) => None,
        Err(error @ CallError::TimedOut(_)) => failed("PluginTimeoutError", error.to_string()),
        Err(error) => failed("PluginCrashedError", error.to_string()),
    }
}

/// Answers the other process's call of one of ours; an empty failure says that there is none.
pub(super) fn answer(ours: &Capabilities, body: &[u8]) -> Answer {
    let Ok(((name, args), _)) = unpack::<(String, Value)>(body) else {
        return Err(Body::default());
    };
    let known = ours.find(&name).ok_or_else(Body::default)?;
    let answer = known.source().invoke(&args);
    // A value is made of nothing that could not be written.
    Ok(serde_json::to_vec(&answer).unwrap_or_default().into())
}

/// A capability whose handler is in a worker.
struct Remote {
    name: String,
    worker: Weak<Worker>,
}

impl CapabilitySource for Remote {
    fn invoke(&self, args: &Value) -> Value {
        let gone = || "the plugin's process is gone".to_owned();
        let failed = |message: String| {
            json!({
                "success": false,
                "error": message,
                "error_type": "PluginCrashedError",
                "traceback": "",
            })
        };
        let Some(worker) = self.worker.upgrade() else {
            return failed(gone());
        };
        let limit = worker.shared.workers.call;
        match worker.channel() {
            Ok(channel) => ask(channel, &self.name, args, limit).unwrap_or_else(|| failed(gone())),
            Err(failure) => failed(failure.message),
        }
    }
}

/// Enters a capability that a worker's plugin has registered.
pub(super) fn add(worker: &Arc<Worker>, info: CapabilityInfo) {
    let source = Arc::new(Remote {
        name: info.name.clone(),
        worker: Arc::downgrade(worker),
    });
    let all = &worker.shared.capabilities;
    if let Err(taken) = all.register(info, Some(worker.owner.clone()), source) {
        let key = Some(worker.owner.key.as_str());
        worker.shared.log(key, Level::Error, &taken.to_string());
    }
}
