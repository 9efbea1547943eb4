//! The words of the engine: states, events, reports, places, and where things are kept.

pub mod event;
pub mod home;
pub mod level;
pub mod names;
pub mod observer;
pub mod on_disk;
pub mod place_kind;
pub mod rejected;
pub mod report;
