//! Python environments for plugins: built by [uv], published whole or not at all.
//!
//! [uv]: https://docs.astral.sh/uv/

mod batch;
mod build;
pub mod cancel;
mod distribution;
mod error;
mod event;
pub mod files;
mod fingerprint;
mod generation;
mod handle;
mod in_place;
mod installer;
mod lock_file;
mod options;
mod outcome;
pub mod process;
mod project;
mod python;
mod request;
mod store;
mod uv;
mod verify;

pub use cancel::CancelToken;
pub use distribution::{Distribution, distributions_in};
pub use error::{Cache, InstallError, Transcript};
pub use event::{Event, EventKind, Reporter, Silent, Step};
pub use generation::{Generation, GenerationHold, LockOrigin, Record};
pub use handle::InstallHandle;
pub use installer::Installer;
pub use options::{InstallerOptions, Relock};
pub use outcome::{Built, Check, Damage, Depth, Ensured, Link, Swept, Timings};
pub use python::PythonInfo;
pub use request::{Dependencies, EnvironmentRequest};
