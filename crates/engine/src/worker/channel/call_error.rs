//! What a question ends with.

use crate::worker::body::Body;
use crate::worker::bounds::WireError;
use std::time::Duration;

/// Why a question has no answer.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The connection has ended; why.
    #[error("{0}")]
    Closed(String),
    /// The other process did not answer in time.
    #[error("no answer within {:.1} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The caller's `go_on` returned false.
    #[error("interrupted")]
    Interrupted,
    /// The question was not sent, because the other process would refuse it.
    #[error(transparent)]
    TooLarge(WireError),
    /// The question was not sent, because the other process does not read.
    #[error("it was not sent within {:.1} s: the other process reads nothing", .0.as_secs_f64())]
    Unread(Duration),
    /// This process is a forked copy of the one that the connection belongs to.
    #[error(
        "this process was forked from one that has a connection to another process, and cannot use \
         that connection: start it with the method \"spawn\" \
         (`multiprocessing.get_context(\"spawn\")`)"
    )]
    Forked,
}

/// The answer to a question: success or failure, each with a body.
pub type Answer = Result<Body, Body>;
