//! Plugins in a process of their own: what both processes speak, without Python.
//!
//! A worker runs the same runtime as the host, with one plugin in it. The two talk over one
//! inherited socket: [`wire`] frames messages, [`body`] sends open files with them, [`channel`] answers questions in both directions,
//! [`message`] says what is asked. What the messages mean in Python is in `python/worker/`.

#[cfg(unix)]
pub(crate) mod body;
#[cfg(unix)]
pub(crate) mod channel;
mod health;
mod limits;
#[cfg(unix)]
pub(crate) mod message;
mod options;
#[cfg(unix)]
pub(crate) mod wire;

pub(crate) use health::{Health, HealthChange};
pub use limits::{WorkerLimitError, WorkerLimitTable, WorkerLimits};
pub use options::WorkerOptions;
