//! Documents from the outside: what templates show, and what plugins and front ends do with them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod support;

mod anew;
mod bindings;
mod changes;
mod diagnostics;
mod elements;
mod events;
mod hostile;
mod properties;
mod styles;
mod templates;
mod text;
