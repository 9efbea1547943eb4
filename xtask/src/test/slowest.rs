//! The slowest tests of all runners, read from the reports that they write (JUnit's XML).

use camino::Utf8Path;
use roxmltree::{Document, Node};

use crate::workspace;

/// How many are shown.
const SHOWN: usize = 20;
/// A test that takes no longer than this is never shown.
const QUICK: f64 = 0.5;

/// A test that ran.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Case {
    /// Who ran it: "Rust", "Python 3.12.1".
    runner: String,
    name: String,
    seconds: f64,
}

/// The tests of a report; none where the runner wrote no report, or not a whole one.
pub(super) fn read(runner: &str, report: &Utf8Path) -> Vec<Case> {
    workspace::read(report).map_or_else(|_| vec![], |text| parse(runner, &text))
}

fn parse(runner: &str, text: &str) -> Vec<Case> {
    let Ok(document) = Document::parse(text) else {
        return vec![];
    };
    document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
        .filter_map(|node| case(runner, node))
        .collect()
}

fn case(runner: &str, node: Node<'_, '_>) -> Option<Case> {
    let name = node.attribute("name")?;
    let class = node.attribute("classname").unwrap_or_default();
    Some(Case {
        runner: runner.to_owned(),
        name: format!("{class}::{name}"),
        seconds: node.attribute("time")?.parse().ok()?,
    })
}

/// The slowest, one line each, the slowest first.
pub(super) fn lines(cases: &[Case]) -> Vec<String> {
    let mut slow: Vec<&Case> = cases.iter().filter(|case| case.seconds > QUICK).collect();
    slow.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    slow.truncate(SHOWN);
    slow.iter()
        .map(|case| format!("{:7.1} s  {:16} {}", case.seconds, case.runner, case.name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_of_two_reports_come_first_and_quick_ones_not_at_all() {
        let one = r#"<testsuites><testsuite name="a"><testcase name="b" classname="a" time="2.5"/>
                     <testcase name="c" classname="a" time="0.1"/></testsuite></testsuites>"#;
        let other = r#"<testsuite><testcase classname="t.x" name="d[1]" time="31"><failure/></testcase></testsuite>"#;
        let mut cases = parse("Rust", one);
        cases.extend(parse("Python 3.10.1", other));
        assert_eq!(cases.len(), 3);
        let lines = lines(&cases);
        assert_eq!(lines.len(), 2);
        assert!(
            lines[0].contains("31.0 s  Python 3.10.1    t.x::d[1]"),
            "{lines:?}"
        );
        assert!(lines[1].ends_with("a::b"));
    }

    #[test]
    fn half_a_report_and_no_report_are_no_tests() {
        assert_eq!(parse("Rust", "<testsuites><testsuite"), []);
        assert_eq!(read("Rust", Utf8Path::new("no/such/report.xml")), []);
    }
}
