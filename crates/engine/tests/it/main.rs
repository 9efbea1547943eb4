//! The lifecycle of plugins against a scripted backend, as one program: no Python, no uv, no
//! network. Every wait is for an event; limits only end a test that hangs.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests write plain files, as authors do, and fail by panicking"
)]

mod support;

mod author_environment;
mod callbacks;
mod change_handlers;
mod circles;
mod concurrent;
mod diagnostics;
mod discovery;
mod enable;
mod load;
mod load_async;
mod packages;
mod places;
mod quarantine;
mod rejected;
mod reload;
mod requests;
mod resources;
mod shutdown;
mod startup;
mod unload;
mod untrusted;
mod waiting_inputs;
mod watching;
