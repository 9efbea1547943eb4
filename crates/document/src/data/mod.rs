//! Data models: names, values, and the bindings that depend on them.

pub(crate) mod bindings;
pub(crate) mod model;
pub(crate) mod scope;
pub(crate) mod source;
