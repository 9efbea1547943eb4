//! The rules, by the part of the manifest they are about. Each reads its part, tells what is wrong
//! with it, and returns what is right.

pub(crate) mod dependencies;
pub(crate) mod keys;
pub(crate) mod lichtfeld;
pub(crate) mod project;
pub(crate) mod versions;
