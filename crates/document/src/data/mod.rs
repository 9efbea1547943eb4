//! Data models: names, values, and the bindings that depend on them.

pub(crate) mod scope;
