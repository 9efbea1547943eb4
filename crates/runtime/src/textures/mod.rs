//! Textures: pixels that plugins make from arrays, for the front ends of the application.
//!
//! - `numbers`: the numbers of an array as pixels; `read`: arrays of Python, and `dlpack`;
//! - `kept`: all textures of this process; `dynamic`: the class `DynamicTexture`; `front_end`: what a
//!   front end in Python asks for;
//! - `storage`: the memory of the pixels, which in a worker can be shared with the application.

mod dlpack;
mod dynamic;
mod front_end;
pub(crate) mod kept;
mod numbers;
mod read;
mod storage;

pub(crate) use dynamic::DynamicTexture;
pub(crate) use front_end::add_to_module;
pub use kept::all;
pub(crate) use kept::{keep, settle};
#[cfg(target_os = "linux")]
pub(crate) use storage::share_large;
