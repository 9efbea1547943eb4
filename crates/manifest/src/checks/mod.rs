//! The rules, grouped by the part of the manifest that they check. Each reads its part, reports what
//! is wrong, and returns the valid values.

pub(crate) mod dependencies;
pub(crate) mod keys;
pub(crate) mod lichtfeld;
pub(crate) mod project;
pub(crate) mod versions;
