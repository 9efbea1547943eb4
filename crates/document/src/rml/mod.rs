//! RML: from a text to elements and texts as they are written.

pub(crate) mod entities;
pub(crate) mod markup;
mod mask;
mod tokens;
pub(crate) mod vocabulary;
