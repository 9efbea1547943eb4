//! Python: the only folder of the runtime that knows it.
//!
//! - `support`: our own Python code, compiled into the library;
//! - `interpreter`: facts of the interpreter we run in;
//! - `shared`: the place "in this process";
//! - `hooks`: what is replaced in Python while plugins run;
//! - `ending`, `running`: what is done when the process ends;
//! - `time_limit`: ends a plugin's function that takes too long;
//! - `failure`, `owner`: what an exception means, whose code is calling;
//! - `api`: what plugins see as `lichtfeld`;
//! - `worker`: plugins in processes of their own;
//! - `capability_source`, `operator_source`, `panel_source`, `ui_thread`: what plugins offer, written
//!   in Python;
//! - `on_demand`: plugins' modules in processes that `multiprocessing` has started;
//! - `exception`: our errors as Python's;
//! - `layout`: what `draw(layout)` is given.

pub mod api;
mod capability_source;
mod current;
mod ending;
mod exception;
pub(crate) mod failure;
pub mod hooks;
pub mod interpreter;
pub mod layout;
pub mod on_demand;
mod operator_source;
pub mod owner;
mod panel_source;
mod running;
pub mod shared;
mod support;
pub(crate) mod templates;
mod thread;
mod time_limit;
mod ui_thread;
#[cfg(unix)]
pub mod worker;

pub use current::{current, set_current, start, start_once};
pub use ending::end_manager;
