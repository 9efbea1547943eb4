//! Python plugins for a Rust application, as its only dependency for them.
//!
//! The program contains the runtime, the Python packages `lichtfeld` and `lfs_plugins`, and their
//! native module. Nothing of them is looked for on `sys.path`, and a copy that lies there is not
//! imported.
//!
//! ```no_run
//! use lichtfeld_embed::{Application, Host, HostFacts, State, Unobserved, Version, facts};
//!
//! struct Studio;
//!
//! impl Host for Studio {
//!     fn facts(&self) -> HostFacts {
//!         facts(Version::new([2, 1, 0]))
//!     }
//! }
//!
//! let application = Application::builder(Studio).start()?;
//! let manager = application.manager();
//! manager.load("hello", &mut Unobserved)?;
//! assert_eq!(manager.state("hello"), Some(State::Active));
//! for panel in manager.panels().visible() {
//!     print!("{}", lichtfeld_embed::panel::render_text(&panel.draw(), 60));
//! }
//! application.end();
//! # Ok::<(), lichtfeld_embed::Error>(())
//! ```
//!
//! [`panel`] has what a front end needs, [`runtime`] everything else, and [`pyo3`] is the version
//! that this crate is built with: two versions in a program do not know each other's objects.
//!
//! # Workers
//! Plugins that run in a process of their own, and the processes that plugins start, need the native
//! module as a file. Cargo builds it with the program, in `target/<profile>/deps`, where it is found
//! while the program runs from there. To ship the program, put a copy of
//! `liblichtfeld_plugins.so` (`.dylib`, `lichtfeld_plugins.dll`) beside it, or name the file by
//! [`Builder::native_module`].
//!
//! # Limits
//! A process has one manager at a time. Workers need Unix.

mod application;
pub mod arrays;
mod attachment;
pub mod documents;
mod interpreter;
mod native_module;
mod published_packages;
mod theme;

pub use application::{Application, Builder};
pub use attachment::{Attachment, without_gil};
pub use camino;
pub use lichtfeld_bindings::embedding::facts;
pub use lichtfeld_panel as panel;
pub use lichtfeld_runtime as runtime;
pub use lichtfeld_runtime::host_api::Sharing;
pub use lichtfeld_runtime::textures::all as textures;
pub use lichtfeld_runtime::{
    AnswerError, Config, Error, Home, Host, HostFacts, Job, Level, Manager, Observer, OnChange,
    Panel, Panels, Requests, State, StateChange, Status, Subscriber, Texture, Textures, Unobserved,
    Version,
};
pub use pyo3;
pub use theme::provide_theme;

// The example in README.md is compiled with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
