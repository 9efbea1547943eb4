//! Samples, their median and percentiles, compared with the floor and with limits.

use comfy_table::{Cell, CellAlignment, Table, presets};
use serde::{Deserialize, Serialize};

/// The unit of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    /// Seconds; shown as s, ms, us or ns.
    Seconds,
    /// Bytes; shown as B, KB, MB.
    Bytes,
    /// A plain number.
    Count,
    /// Percent.
    Percent,
}

/// A bound that a series should keep.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Limit {
    /// The median is at most this.
    Median(f64),
    /// Nine of ten samples are at most this.
    P90(f64),
    /// The 95th percentile is at most this.
    P95(f64),
    /// The greatest sample is at most this.
    Max(f64),
    /// The median is at most this many times the floor's median.
    Ratio(f64),
    /// The least sample is at most this many times the least of the floor: for samples so long that
    /// other work on the machine falls on each of them.
    Best(f64),
    /// The median exceeds the floor's median by at most this.
    Above(f64),
}

/// Measurements of one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Series {
    /// What was measured.
    pub(crate) name: String,
    /// What the numbers are.
    pub(crate) unit: Unit,
    /// The measurements.
    pub(crate) samples: Vec<f64>,
    /// The least that is possible, measured in the same run. May be empty.
    #[serde(default)]
    pub(crate) floor: Vec<f64>,
    /// The bounds to compare with.
    #[serde(default)]
    pub(crate) limits: Vec<Limit>,
    /// For a worker: the same in the application's process, if that is not the floor.
    #[serde(default)]
    pub(crate) here: Vec<f64>,
}

impl Series {
    /// Returns a series of durations that has no floor and no limits.
    pub(crate) fn seconds(name: impl Into<String>, samples: Vec<f64>) -> Self {
        Self {
            name: name.into(),
            unit: Unit::Seconds,
            samples,
            floor: vec![],
            limits: vec![],
            here: vec![],
        }
    }

    /// Returns the series with a floor.
    pub(crate) fn with_floor(self, floor: Vec<f64>) -> Self {
        Self { floor, ..self }
    }

    /// Returns the series with one more limit.
    pub(crate) fn with_limit(mut self, limit: Limit) -> Self {
        self.limits.push(limit);
        self
    }
}

/// The numbers of a series.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Row {
    name: String,
    unit: Unit,
    n: usize,
    median: Option<f64>,
    p95: Option<f64>,
    max: Option<f64>,
    floor_n: usize,
    floor_median: Option<f64>,
    floor_p95: Option<f64>,
    ratio: Option<f64>,
    limits: Vec<Kept>,
    samples: Vec<f64>,
    floor: Vec<f64>,
}

/// A limit, and whether the samples keep it.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Kept {
    limit: Limit,
    kept: bool,
}

/// A benchmark's results, as they are written to JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    bench: String,
    system: String,
    cores: usize,
    series: Vec<Row>,
}

impl Report {
    /// Summarizes series.
    pub(crate) fn new(bench: &str, series: &[Series]) -> Self {
        Self {
            bench: bench.to_owned(),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            series: series.iter().map(Row::new).collect(),
        }
    }

    /// How many limits were not kept.
    pub(crate) fn broken_limits(&self) -> usize {
        self.series
            .iter()
            .flat_map(|row| &row.limits)
            .filter(|kept| !kept.kept)
            .count()
    }

    /// The table for people.
    pub(crate) fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN);
        let head = [
            self.bench.as_str(),
            "median",
            "p95",
            "n",
            "floor",
            "ratio",
            "limit",
        ];
        table.set_header(head);
        for row in &self.series {
            let shown = |value: Option<f64>| value.map_or("-".into(), |v| in_unit(v, row.unit));
            let limits: Vec<String> = row.limits.iter().map(|kept| kept.shown(row.unit)).collect();
            let mut cells = vec![Cell::new(&row.name)];
            let numbers = [
                shown(row.median),
                shown(row.p95),
                row.n.to_string(),
                shown(row.floor_median),
                row.ratio.map_or("-".into(), |ratio| format!("{ratio:.2}")),
            ];
            cells.extend(
                numbers
                    .iter()
                    .map(|n| Cell::new(n).set_alignment(CellAlignment::Right)),
            );
            cells.push(Cell::new(limits.join(", ")));
            table.add_row(cells);
        }
        table.to_string()
    }
}

/// The table of a page: what each thing costs in the application's process and in a worker. The least of
/// the samples, since other work on the machine only adds to it.
pub(crate) fn in_both_places(series: &[Series]) -> String {
    let shown = |samples: &[f64], unit| {
        percentile(samples, 0.0).map_or_else(|| "-".to_owned(), |value| in_unit(value, unit))
    };
    let mut lines = vec![
        "| what | in the application | in a worker |".to_owned(),
        "|---|---|---|".to_owned(),
    ];
    for one in series {
        let here = if one.here.is_empty() {
            &one.floor
        } else {
            &one.here
        };
        let (here, there) = (shown(here, one.unit), shown(&one.samples, one.unit));
        lines.push(format!("| {} | {here} | {there} |", one.name));
    }
    lines.join("\n")
}

impl Row {
    fn new(series: &Series) -> Self {
        let Series {
            name,
            unit,
            samples,
            floor,
            limits,
            here: _,
        } = series;
        let median = percentile(samples, 0.5);
        let floor_median = percentile(floor, 0.5);
        let mut row = Self {
            name: name.clone(),
            unit: *unit,
            n: samples.len(),
            median,
            p95: percentile(samples, 0.95),
            max: percentile(samples, 1.0),
            floor_n: floor.len(),
            floor_median,
            floor_p95: percentile(floor, 0.95),
            ratio: ratio(median, floor_median),
            limits: vec![],
            samples: samples.clone(),
            floor: floor.clone(),
        };
        row.limits = limits
            .iter()
            .map(|limit| Kept {
                limit: *limit,
                kept: row.keeps(*limit),
            })
            .collect();
        row
    }

    /// Returns whether the samples keep a limit. A limit on something that was not measured is broken.
    fn keeps(&self, limit: Limit) -> bool {
        let (value, bound) = match limit {
            Limit::Median(bound) => (self.median, bound),
            Limit::P90(bound) => (percentile(&self.samples, 0.9), bound),
            Limit::P95(bound) => (self.p95, bound),
            Limit::Max(bound) => (self.max, bound),
            Limit::Ratio(bound) => (self.ratio, bound),
            Limit::Best(bound) => (
                ratio(percentile(&self.samples, 0.0), percentile(&self.floor, 0.0)),
                bound,
            ),
            Limit::Above(bound) => (
                self.median
                    .zip(self.floor_median)
                    .map(|(median, floor)| median - floor),
                bound,
            ),
        };
        value.is_some_and(|value| value <= bound)
    }
}

impl Kept {
    fn shown(&self, unit: Unit) -> String {
        let what = match self.limit {
            Limit::Median(bound) => format!("median <= {}", in_unit(bound, unit)),
            Limit::P90(bound) => format!("p90 <= {}", in_unit(bound, unit)),
            Limit::P95(bound) => format!("p95 <= {}", in_unit(bound, unit)),
            Limit::Max(bound) => format!("max <= {}", in_unit(bound, unit)),
            Limit::Ratio(bound) => format!("ratio <= {bound}"),
            Limit::Best(bound) => format!("least / least <= {bound}"),
            Limit::Above(bound) => format!("floor + {}", in_unit(bound, unit)),
        };
        format!("{what} {}", if self.kept { "kept" } else { "NOT KEPT" })
    }
}

fn ratio(value: Option<f64>, floor: Option<f64>) -> Option<f64> {
    match (value, floor) {
        (Some(value), Some(floor)) if floor > 0.0 => Some(value / floor),
        _ => None,
    }
}

/// The nearest-rank percentile: always one of the samples.
fn percentile(samples: &[f64], fraction: f64) -> Option<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (fraction * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

fn in_unit(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Seconds => {
            let (factor, name) = match value.abs() {
                v if v >= 1.0 => (1.0, "s"),
                v if v >= 1e-3 => (1e3, "ms"),
                v if v >= 1e-6 => (1e6, "us"),
                v if v > 0.0 => (1e9, "ns"),
                _ => (1e3, "ms"),
            };
            format!("{} {name}", three_digits(value * factor))
        }
        Unit::Bytes => match value.abs() {
            v if v >= 1e6 => format!("{} MB", three_digits(value / 1e6)),
            v if v >= 1e3 => format!("{} KB", three_digits(value / 1e3)),
            _ => format!("{value:.0} B"),
        },
        Unit::Count => three_digits(value),
        Unit::Percent => format!("{} %", three_digits(value)),
    }
}

fn three_digits(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples() {
        let samples: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(percentile(&samples, 0.5), Some(10.0));
        assert_eq!(percentile(&samples, 0.95), Some(19.0));
        assert_eq!(percentile(&samples, 1.0), Some(20.0));
        assert_eq!(percentile(&[3.0], 0.5), Some(3.0));
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn the_table_shows_numbers_floor_and_limits() {
        let series = Series::seconds("warm load", vec![0.0021, 0.0020, 0.0025])
            .with_floor(vec![0.0010])
            .with_limit(Limit::Ratio(2.5))
            .with_limit(Limit::P95(0.0022));
        let report = Report::new("load", &[series, Series::seconds("nothing", vec![])]);
        assert_eq!(report.broken_limits(), 1);
        let table = report.table();
        for part in [
            "2.10 ms",
            "1.00 ms",
            "2.10 |",
            "ratio <= 2.5 kept",
            "p95 <= 2.20 ms NOT KEPT",
        ] {
            assert!(table.contains(part), "{part} is not in\n{table}");
        }
    }

    #[test]
    fn the_least_of_both_and_nine_of_ten_are_compared() {
        let series = |limit| {
            let samples = (1..=10).map(f64::from).collect();
            let series = Series::seconds("x", samples).with_floor(vec![9.0, 0.9]);
            Report::new("b", &[series.with_limit(limit)]).broken_limits()
        };
        let kept = [Limit::Best(1.2), Limit::P90(9.0)];
        let broken = [Limit::Best(1.1), Limit::P90(8.9), Limit::P95(9.0)];
        assert_eq!(kept.map(series), [0, 0]);
        assert_eq!(broken.map(series), [1, 1, 1]);
    }

    #[test]
    fn a_limit_on_what_was_not_measured_is_not_kept() {
        let series = Series::seconds("x", vec![]).with_limit(Limit::Median(1.0));
        assert_eq!(Report::new("b", &[series]).broken_limits(), 1);
    }

    #[test]
    fn a_script_may_leave_floor_and_limits_away() {
        let text = r#"[{"name": "a", "unit": "seconds", "samples": [0.5],
                        "limits": [{"above": 0.1}]}, {"name": "b", "unit": "count", "samples": []}]"#;
        let series: Vec<Series> = serde_json::from_str(text).unwrap();
        assert_eq!(series[0].limits, [Limit::Above(0.1)]);
        assert_eq!(series[1].floor, Vec::<f64>::new());
    }

    #[test]
    fn the_table_of_a_page_has_both_places() {
        let mut call =
            Series::seconds("a call", vec![90e-6, 58e-6, 70e-6]).with_floor(vec![0.1e-6]);
        let without = in_both_places(std::slice::from_ref(&call));
        assert!(
            without.ends_with("\n| a call | 100 ns | 58.0 us |"),
            "{without}"
        );
        call.here = vec![2e-6];
        let with = in_both_places(&[call, Series::seconds("nothing", vec![])]);
        let rows: Vec<&str> = with.lines().skip(2).collect();
        assert_eq!(
            rows,
            ["| a call | 2.00 us | 58.0 us |", "| nothing | - | - |"]
        );
    }

    #[test]
    fn times_are_shown_in_the_unit_that_fits() {
        let shown = [2.0, 0.0125, 0.000_25, 4e-9].map(|value| in_unit(value, Unit::Seconds));
        assert_eq!(shown, ["2.00 s", "12.5 ms", "250 us", "4.00 ns"]);
        assert_eq!(in_unit(4_200_000.0, Unit::Bytes), "4.20 MB");
    }
}
