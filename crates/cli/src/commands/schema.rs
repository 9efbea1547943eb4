//! `lichtfeld-plugins schema`: the JSON Schema of `[tool.lichtfeld]`, for editors.

use crate::exit_status::OK;
use crate::output::Streams;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, streams: &mut Streams<'_>) -> i32 {
    streams.line(lichtfeld_manifest::schema::json_schema_text().trim_end());
    OK
}
