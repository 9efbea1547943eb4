//! RCSS: sheets, selectors, the cascade and computed styles.

pub(crate) mod builtin;
pub(crate) mod cascade;
pub(crate) mod color;
pub(crate) mod computed;
pub(crate) mod declarations;
mod declared;
pub(crate) mod matching;
pub(crate) mod media;
pub(crate) mod properties;
pub(crate) mod selector;
pub(crate) mod sheet;
mod shorthand;
pub(crate) mod theme;
pub(crate) mod value;
