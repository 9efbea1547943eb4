//! What a load stands on: the application, the environment, and the backend that runs the code.

pub mod backend;
pub mod conflicts;
pub(crate) mod environment;
pub mod host;
pub(crate) mod local_libraries;
pub(crate) mod native_files;
pub(crate) mod open_files;
pub(crate) mod present;
pub(crate) mod requirements;
