//! What plugins have registered: panels, menus, operators, capabilities, and whose each is.

pub mod capabilities;
pub mod draw_schedule;
pub mod draw_stats;
pub mod ledger;
pub mod operators;
pub mod panels;
pub mod registered;
pub mod table;
