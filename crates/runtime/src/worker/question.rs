//! What one process asks the other about capabilities, and about itself.

use crate::bundled_modules::DRAW_LIMIT;
use lichtfeld_engine::Offer;
use lichtfeld_engine::worker::channel::{Answering, Channel};
use lichtfeld_engine::worker::message::{pack, unpack};
use lichtfeld_engine::worker::wire::Topic;
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// How long one process waits until the other one says whether a debugger holds it.
const HELD: Duration = Duration::from_secs(2);

/// What one process asks the other.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Question {
    /// Calls a capability. The answer is its result, or an empty failure if it does not exist.
    Call { name: String, args: Value },
    /// Enters a registration of the worker's plugin; a failure is an `OfferRefused`.
    Offer { offer: Box<Offer> },
    /// Asks for the descriptions of one capability or of all.
    Known { name: Option<String> },
    /// Asks whether a debugger holds a thread of this process.
    Held,
}

/// Whether a debugger of Python holds a thread of the other process; false if it does not answer.
pub(super) fn is_held(channel: &Arc<Channel>) -> bool {
    let question = pack(&Question::Held, &[]);
    // Not as a part of the request that this thread answers: the question would go to the thread that
    // waits for it, which may be the one that the debugger holds.
    let answer = Answering::default()
        .during(|| channel.call(Topic::Capability, question, HELD, &mut || true));
    let Ok(Ok(body)) = answer else {
        return false;
    };
    unpack::<bool>(&body).is_ok_and(|(held, _)| held)
}

/// Whether a debugger of Python holds a thread of this process.
pub(super) fn is_this_held() -> bool {
    let held = Python::attach(|py| {
        let module = DRAW_LIMIT.get(py)?;
        module.call_method0("is_any_held")?.is_truthy()
    });
    held.unwrap_or(false)
}
