//! The elements and texts of a document, and what has changed in them.

pub(crate) mod arena;
pub(crate) mod id;
pub(crate) mod inherited;
pub(crate) mod node;
pub(crate) mod own;
pub(crate) mod succession;
