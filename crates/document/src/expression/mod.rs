//! The expressions of the data language: `count > 1 ? label : 'none' | to_upper`.

pub(crate) mod ast;
pub(crate) mod evaluate;
mod lexer;
pub(crate) mod parse;
pub(crate) mod transforms;
