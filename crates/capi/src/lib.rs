//! The plugin system for C and C++ applications: a shared library with a C ABI.
//!
//! The application has its own interpreter and, usually, its own module `lichtfeld`; the plugin
//! system is put onto it (`lfp_attach`). The header `include/lichtfeld_plugins.h` is generated from
//! this crate by `cargo xtask codegen`, so the documentation of what is exported is written for
//! readers of the header.
//!
//! Every function stops panics ([`guard`]), and releases the GIL while it works if its thread holds it.
//! Numbers that stand for an enum are read as numbers: C can pass any. What the library gives out is
//! counted or owned, and stays valid after `lfp_end`.

#![allow(
    non_camel_case_types,
    reason = "the types have the names that C programs use"
)]

mod action;
mod answer;
mod array;
mod document;
mod document_tree;
mod elements;
mod error;
mod frame;
mod gate;
mod given_text;
mod guard;
mod host;
mod input;
mod list;
mod operation;
mod own_file;
mod panels;
mod plugins;
mod request;
mod session;
mod start;
mod state;
mod text;
mod texture;
mod widget;
mod widget_enums;
mod widget_kinds;
mod widget_parts;
mod widget_values;

pub use action::*;
pub use answer::*;
pub use array::{lfp_array, lfp_array_new, lfp_array_release};
pub use document::*;
pub use document_tree::{
    lfp_document, lfp_document_form, lfp_effect, lfp_effect_kind, lfp_node, lfp_pair, lfp_theme,
};
pub use elements::*;
pub use error::{lfp_error, lfp_error_release};
pub use frame::{lfp_dropped, lfp_frame, lfp_frame_release, lfp_frame_retain, lfp_warning};
pub use given_text::lfp_text;
pub use host::*;
pub use input::*;
pub use operation::*;
pub use panels::*;
pub use plugins::*;
pub use request::*;
pub use session::*;
pub use start::*;
pub use state::*;
pub use texture::{LFP_FIRST_TEXTURE, lfp_texture, lfp_texture_format};
pub use widget::*;
pub use widget_enums::*;
pub use widget_values::*;
