//! How long it takes to check and to build environments. The floor is uv, called by hand.

use serde_json::Value;

use super::series::{Limit, Series};
use super::{Bench, Context};
use crate::error::{Result, TaskError};
use crate::process::Run;

pub(super) const BENCH: Bench = Bench {
    name: "install",
    about: "the warm check, one and eight installations; the floor is uv by hand",
    run,
};

fn run(context: &Context<'_>) -> Result<Vec<Series>> {
    let prepared = context.prepared()?;
    let measured = Run::cargo()
        .args(["run", "--quiet", "--release", "-p", "lichtfeld-installer"])
        .args(["--example", "measure_install"])
        .env("LICHTFELD_UV", prepared.tools.uv())
        .dir(context.workspace.root())
        .capture()?;
    let medians: Value =
        serde_json::from_str(&measured.stdout).map_err(|error| TaskError::Unexpected {
            what: "the installer's example `measure_install`".into(),
            reason: error.to_string(),
        })?;
    Ok(series(&medians))
}

/// Converts the medians of the example, in microseconds, to series of one sample each.
fn series(medians: &Value) -> Vec<Series> {
    let seconds = |key: &str| -> Vec<f64> {
        let found = medians[key].as_f64();
        found.into_iter().map(|micros| micros / 1e6).collect()
    };
    vec![
        Series::seconds("warm check", seconds("warm_check_us")).with_limit(Limit::Median(200e-6)),
        Series::seconds(
            "warm check, 10,000 files",
            seconds("warm_check_10000_files_us"),
        )
        .with_limit(Limit::Median(1e-3)),
        Series::seconds(
            "first install, one small wheel",
            seconds("first_install_us"),
        )
        .with_floor(seconds("first_install_by_hand_us"))
        .with_limit(Limit::Ratio(1.25)),
        Series::seconds("eight plugins at once", seconds("eight_us"))
            .with_floor(seconds("eight_by_hand_us"))
            .with_limit(Limit::Ratio(0.6)),
        Series::seconds("cancel", seconds("cancel_us")).with_limit(Limit::Median(0.150)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_become_series_in_seconds() {
        let medians =
            serde_json::json!({"warm_check_us": 12.0, "eight_us": 3e6, "eight_by_hand_us": 6e6});
        let found = series(&medians);
        assert_eq!(found[0].samples, [12e-6]);
        assert_eq!((found[3].samples[0], found[3].floor[0]), (3.0, 6.0));
        assert!(found[4].samples.is_empty());
    }
}
