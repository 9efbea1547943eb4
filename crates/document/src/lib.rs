//! Retained panels as data.
pub mod codes;
mod data;
mod diagnostic;
mod expression;
pub mod limits;
mod loader;
mod rml;
mod source;
mod style;
mod suggest;
mod template;
mod tree;
mod value;
