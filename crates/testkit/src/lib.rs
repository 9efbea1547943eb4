//! What the tests of this workspace are built on: homes that vanish, plugins, wheels, an index.
//!
//! Everything lies in a scratch directory; nothing touches the user's `~/.lichtfeld`, nothing asks
//! the network. It is for tests alone and never shipped, and says what is wrong by panicking.
//!
//! ```no_run
//! use lichtfeld_testkit::{PluginBuilder, ScratchHome, WheelBuilder};
//!
//! let home = ScratchHome::new();
//! home.index().add(WheelBuilder::new("shapes", "1.0").module("shapes", "SIDES = 3\n"));
//! PluginBuilder::new("demo")
//!     .dependency("shapes>=1")
//!     .file("__init__.py", "def on_load():\n    import shapes\n")
//!     .write(&home.plugins());
//! let installer = home.installer();
//! installer.ensure(
//!     &home.request("demo"),
//!     &lichtfeld_installer::Silent,
//!     &lichtfeld_system::CancelToken::new(),
//! )?;
//! # Ok::<(), lichtfeld_installer::InstallError>(())
//! ```
//!
//! # Known limits
//! - [`WheelBuilder::extension`] needs a C compiler (`cc`) and Python's headers.
//! - A test that needs uv and finds none fails, and says that `cargo xtask test` prepares one.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test whose preparation fails has failed"
)]

mod home;
mod index;
mod library;
#[cfg(target_os = "linux")]
mod mounts;
mod plugin;
pub mod scene;
mod sdist;
mod tools;
mod waiting;
mod wheel;

pub use home::ScratchHome;
pub use index::WheelIndex;
pub use library::library;
#[cfg(target_os = "linux")]
pub use mounts::run_test_in_mount;
pub use plugin::PluginBuilder;
pub use sdist::SdistBuilder;
pub use tools::{python, run, start_test, uv};
#[cfg(unix)]
pub use waiting::is_alive;
pub use waiting::wait_for;
pub use wheel::WheelBuilder;
