//! The format of frames and inputs, for front ends in other languages.

use crate::frame::Frame;
use crate::input::Input;
use schemars::JsonSchema;
use serde_json::Value;

/// Both directions in one document.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is wanted")]
#[schemars(title = "LichtFeld panel protocol")]
struct Protocol {
    /// From the panel to the front end: one drawing.
    frame: Frame,
    /// From the front end to the panel: what the user did.
    input: Input,
}

/// The JSON Schema (draft 2020-12) of the panel protocol: `frame` is what a front end gets,
/// `input` what it sends. The same is in `crates/panel/schema/panel.schema.json`.
///
/// ```
/// let schema = lichtfeld_panel::schema();
/// assert!(schema["$defs"]["Frame"]["properties"]["widgets"].is_object());
/// ```
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(Protocol).to_value()
}
