//! What the user did in a panel since its last drawing.

use lichtfeld_panel::{Input, MAX_PENDING};
use std::collections::VecDeque;

/// At most [`MAX_PENDING`] inputs: an application may pass them on and never draw the panel.
#[derive(Debug, Default)]
pub(crate) struct WaitingInputs {
    inputs: VecDeque<Input>,
    dropped: u64,
}

impl WaitingInputs {
    /// Adds an input. If too many wait, the oldest one is dropped: the latest is what the user sees.
    /// Returns whether that has happened for the first time.
    pub(crate) fn push(&mut self, input: Input) -> bool {
        let is_full = self.inputs.len() >= MAX_PENDING;
        if is_full {
            self.inputs.pop_front();
            self.dropped += 1;
        }
        self.inputs.push_back(input);
        is_full && self.dropped == 1
    }

    /// Takes all inputs, in the order in which they were made.
    pub(crate) fn take(&mut self) -> VecDeque<Input> {
        std::mem::take(&mut self.inputs)
    }

    /// Returns how many inputs were dropped.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}
