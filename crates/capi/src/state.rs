//! The states of plugins as numbers.

use lichtfeld_embed::State;

/// The state of a plugin.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_state {
    /// No plugin has the name.
    Unknown = 0,
    /// Known, not running.
    Unloaded = 1,
    /// Its environment is being made.
    Installing = 2,
    /// Its code is being imported and activated.
    Loading = 3,
    /// Running.
    Active = 4,
    /// The last load failed, its manifest cannot be used, or its process ended.
    Error = 5,
    /// Disabled by the user, or in quarantine.
    Disabled = 6,
}

/// Returns the number of a state.
pub(crate) fn state_number(state: State) -> u32 {
    let state = match state {
        State::Unloaded => lfp_state::Unloaded,
        State::Installing => lfp_state::Installing,
        State::Loading => lfp_state::Loading,
        State::Active => lfp_state::Active,
        State::Disabled => lfp_state::Disabled,
        _ => lfp_state::Error,
    };
    state as u32
}
