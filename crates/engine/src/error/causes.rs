//! An error with its causes, for a log and for a person.

pub use lichtfeld_system::human::chain as with_causes;
