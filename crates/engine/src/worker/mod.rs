//! Plugins in a process of their own: the protocol between host and worker, without Python.
//!
//! A worker is a process that runs this engine with a single plugin. It talks to its host over one
//! inherited socket: [`wire`] frames messages, [`body`] sends open files with them, `pieces` cuts long
//! ones, [`channel`] matches answers to questions in both directions, [`pool`] has the threads that
//! answer, [`message`] defines the questions. The Python
//! side of both processes is in the crate `lichtfeld-runtime`.
//!
//! The host trusts nothing that a worker sends: lengths, counts and nesting are limited (`bounds`),
//! and a message that breaks the protocol ends the connection.

#[cfg(unix)]
pub mod body;
#[cfg(unix)]
pub mod bounds;
#[cfg(unix)]
pub mod channel;
pub mod health;
pub mod limits;
#[cfg(unix)]
pub mod message;
pub mod options;
#[cfg(unix)]
mod pieces;
#[cfg(unix)]
pub mod pool;
pub mod silence;
#[cfg(unix)]
pub mod wire;
