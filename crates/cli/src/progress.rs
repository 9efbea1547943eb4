//! The progress of a load or an installation, as lines beside the result.

use crate::output::Streams;
use lichtfeld_runtime::{Observer, Stage};

/// Prints what a load or an installation reports.
pub(crate) struct Printer<'a, 'b>(pub(crate) &'a mut Streams<'b>);

impl Observer for Printer<'_, '_> {
    fn progress(&mut self, message: &str) {
        self.0.note(format!("  {message}"));
    }

    fn stage(&mut self, stage: Stage, detail: &str) {
        if stage != Stage::Complete {
            self.0.note(format!("{detail}: {stage}"));
        }
    }
}
