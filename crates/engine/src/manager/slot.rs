//! A plugin's running code, and its place in the plugin's record.

use crate::execution::backend::Instance;
use crate::model::place_kind::PlaceKind;
use lichtfeld_installer::GenerationHold;

/// A plugin's running code, with the lock of its environment.
pub(crate) struct Running {
    pub(crate) instance: Box<dyn Instance>,
    /// Keeps the environment from being swept while it is in use.
    pub(crate) _hold: Option<GenerationHold>,
}

/// A record's place for running code.
#[derive(Default)]
pub(crate) enum Slot {
    /// Nothing runs.
    #[default]
    Empty,
    /// The running code.
    Filled(Running),
    /// An operation works on the running code, which runs there.
    Taken(PlaceKind),
}

impl Slot {
    /// Returns the place where the plugin's code runs.
    pub(crate) fn place(&self) -> Option<PlaceKind> {
        match self {
            Self::Empty => None,
            Self::Filled(running) => Some(running.instance.kind()),
            Self::Taken(place) => Some(*place),
        }
    }

    /// Takes the running code out.
    pub(crate) fn take(&mut self) -> Option<Running> {
        let taken = self.place().map_or(Self::Empty, Self::Taken);
        match std::mem::replace(self, taken) {
            Self::Filled(running) => Some(running),
            Self::Empty | Self::Taken(_) => None,
        }
    }
}
