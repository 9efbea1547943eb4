//! The format of frames and inputs as a JSON Schema, for front ends in other languages.

use crate::frame::Frame;
use crate::input::Input;
use schemars::JsonSchema;
use serde_json::Value;

/// Both directions of the protocol in one document.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is wanted")]
#[schemars(title = "LichtFeld panel protocol")]
struct Protocol {
    /// Sent by the panel to the front end: one drawing.
    frame: Frame,
    /// Sent by the front end to the panel: what the user did.
    input: Input,
}

/// Returns the JSON Schema (draft 2020-12) of the panel protocol: `frame` is what a front end
/// receives, `input` is what it sends. The file `schema/panel.schema.json` has the same content.
///
/// ```
/// let schema = lichtfeld_panel::schema();
/// assert!(schema["$defs"]["Frame"]["properties"]["widgets"].is_object());
/// ```
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(Protocol).to_value()
}
