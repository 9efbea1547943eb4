//! What is bounded: templates, sheets and values come from plugins.
//!
//! What exceeds a limit is left out and reported; everything else is still shown.

/// The longest RML or RCSS text, in bytes.
pub const MAX_SOURCE: usize = 1 << 20;
/// The deepest nesting of elements. Functions that walk the tree may recurse this deep.
pub const MAX_DEPTH: usize = 100;
/// The most elements and texts of a document.
pub const MAX_NODES: usize = 50_000;
/// The most attributes of an element.
pub const MAX_ATTRIBUTES: usize = 100;
/// The most rows of one `data-for`.
pub const MAX_ROWS: usize = 10_000;
/// The longest expression, in bytes.
pub const MAX_EXPRESSION: usize = 4_096;
/// The most operators, names and literals of an expression. An evaluation takes at most as many
/// steps, because expressions have no loops.
pub const MAX_EXPRESSION_NODES: usize = 200;
/// The deepest nesting of parentheses, conditions and arguments in an expression.
pub const MAX_EXPRESSION_DEPTH: usize = 32;
/// The longest text that an expression may return, in bytes.
pub const MAX_TEXT: usize = 1 << 20;
/// The most style rules of a document, from all its sheets.
pub const MAX_RULES: usize = 10_000;
/// The most declarations of a style rule or an inline style.
pub const MAX_DECLARATIONS: usize = 200;
/// The most sheets and templates that one document may load, also indirectly.
pub const MAX_INCLUDES: usize = 64;
/// The most diagnostics that are kept for one document.
pub const MAX_DIAGNOSTICS: usize = 200;
/// The deepest nesting of lists and maps in a value.
pub const MAX_VALUE_DEPTH: usize = 16;
/// The most parts of a value: lists, maps and what is in them.
pub const MAX_VALUE_PARTS: usize = 1_000_000;
/// The most event listeners of a document.
pub const MAX_LISTENERS: usize = 10_000;
/// How often an update may ask again, since an answer may need further values: nested `data-for`,
/// `data-rml` with bindings, and chains of transforms.
pub const MAX_ROUNDS: usize = 64;
