//! Plugins in a process of their own: what both processes speak, without Python.
//!
//! A worker runs the same runtime as the host, with one plugin in it. The two talk over one
//! inherited socket: [`wire`] frames messages, [`body`] sends open files with them, [`channel`] answers questions in both directions,
//! [`message`] says what is asked. What the messages mean in Python is in `python/worker/`.

#[cfg(unix)]
pub mod body;
#[cfg(unix)]
pub mod channel;
pub mod health;
pub mod limits;
#[cfg(unix)]
pub mod message;
pub mod options;
#[cfg(unix)]
pub mod wire;
