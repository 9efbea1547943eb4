//! Python: the only folder of the runtime that knows it.
//!
//! - `support`: our own Python code, compiled into the library;
//! - `interpreter`: facts of the interpreter we run in;
//! - `shared`: the place "in this process";
//! - `hooks`: what is replaced in Python while plugins run;
//! - `failure`, `owner`: what an exception means, whose code is calling;
//! - `api`: what plugins see as `lichtfeld`;
//! - `worker`: plugins in processes of their own;
//! - `operator_source`, `panel_source`, `ui_thread`: operators and panels written in Python;
//! - `layout`: what `draw(layout)` is given.

pub mod api;
mod current;
pub(crate) mod failure;
pub mod hooks;
pub mod interpreter;
pub mod layout;
mod operator_source;
pub mod owner;
mod panel_source;
pub mod shared;
mod support;
mod ui_thread;
#[cfg(unix)]
pub mod worker;

pub use current::{current, set_current, start, start_once};
