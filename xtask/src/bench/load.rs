//! How long the demo loads each plugin if its environment exists.

use serde_json::Value;

use super::series::Series;
use super::{Bench, Context};
use crate::demo;
use crate::error::{Result, TaskError};

/// How often the demo runs; the first run makes the environments and does not count.
const RUNS: usize = 5;

pub(super) const BENCH: Bench = Bench {
    name: "load",
    about: "the demo's load timings, environments reused",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    let prepared = context.prepared()?;
    let mut series: Vec<Series> = Vec::new();
    for round in 0..=RUNS {
        let report = demo::timings(context.workspace, prepared)?;
        if round == 0 {
            continue;
        }
        for (name, seconds) in timings(&report)? {
            match series.iter_mut().find(|known| known.name == name) {
                Some(known) => known.samples.push(seconds),
                None => series.push(Series::seconds(name, vec![seconds])),
            }
        }
    }
    Ok(series)
}

/// Returns the names of the stages in the demo's JSON, and their seconds.
fn timings(report: &Value) -> Result<Vec<(String, f64)>> {
    let plugins = report["plugins"]
        .as_array()
        .ok_or_else(|| TaskError::Unexpected {
            what: "the demo's JSON".into(),
            reason: "it has no list of plugins".into(),
        })?;
    let mut found = Vec::new();
    for plugin in plugins {
        let name = plugin["name"].as_str().unwrap_or("?");
        for (stage, milliseconds) in plugin["stages_ms"].as_object().into_iter().flatten() {
            if let Some(milliseconds) = milliseconds.as_f64() {
                found.push((format!("{name}: {stage}"), milliseconds / 1000.0));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn stages_become_seconds_and_what_did_not_happen_is_left_out() {
        let report = json!({"plugins": [
            {"name": "a", "stages_ms": {"environment": null, "import": 12.5}},
            {"name": "b", "stages_ms": {}},
        ]});
        assert_eq!(
            timings(&report).unwrap(),
            [("a: import".to_owned(), 0.0125)]
        );
        assert!(timings(&json!({})).is_err());
    }
}
