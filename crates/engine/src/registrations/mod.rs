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
pub mod panels;
pub mod registered;
mod spelling;
pub mod table;
pub mod textures;
