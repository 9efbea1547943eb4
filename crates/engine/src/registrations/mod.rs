//! The registrations of plugins: panels, menus, operators and capabilities, each with its owner.

pub mod capabilities;
pub mod draw_schedule;
pub mod draw_stats;
pub mod ledger;
pub mod notices;
pub mod offer;
pub mod operators;
pub mod panel_change;
mod panel_info;
pub(crate) mod panel_log;
pub mod panel_table;
pub mod panels;
pub mod registered;
pub mod requests;
mod spelling;
pub mod table;
pub mod textures;
mod waiting_inputs;
