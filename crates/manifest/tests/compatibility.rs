//! Compatibility of plugins and hosts: all problems at once, each by its own standard.

#![expect(clippy::expect_used, reason = "helpers of tests fail as tests do")]

use std::sync::Arc;

use lichtfeld_manifest::{Demand, Host, Manifest, Style, parse};

fn v1(api: &str, version: &str, features: &str, python: &str) -> Arc<Manifest> {
    let text = format!(
        "[project]\nname = 'x'\nversion = '1'\ndescription = 'x'\nrequires-python = '{python}'\n\
         [tool.lichtfeld]\nhot_reload = true\nplugin_api = '{api}'\nlichtfeld_version = '{version}'\n\
         required_features = {features}\n"
    );
    parse(&text, "pyproject.toml".into())
        .into_result()
        .expect("valid")
}

fn minimum(version: &str) -> Arc<Manifest> {
    let text = format!(
        "[project]\nname = 'x'\nversion = '1'\n[tool.lichtfeld]\nmin_lichtfeld_version = '{version}'\n"
    );
    parse(&text, "pyproject.toml".into())
        .into_result()
        .expect("valid")
}

fn host(version: &str) -> Host {
    Host::new(version, "1.0", "3.11.7").expect("versions")
}

#[test]
fn every_unmet_demand_is_reported_with_both_sides() {
    let manifest = v1(">=2", ">=1.0", "['panels.v1', 'teleport.v1']", ">=3.12");
    let problems = manifest.compatibility(&host("0.5.3"));
    let drawn: Vec<String> = problems
        .iter()
        .map(|problem| problem.to_diagnostic(&manifest).render("", Style::Plain))
        .collect();
    insta::assert_snapshot!(drawn.join("\n\n"));
    let demands: Vec<_> = problems.iter().map(|problem| problem.demand).collect();
    assert_eq!(
        demands,
        [
            Demand::Python,
            Demand::PluginApi,
            Demand::LichtfeldVersion,
            Demand::Feature
        ]
    );
    assert!(problems.iter().all(|problem| problem.span.is_some()));
}

#[test]
fn pre_releases_follow_pep_440() {
    let fits = |specifier: &str, version: &str| {
        v1(">=1", specifier, "[]", ">=3.8")
            .compatibility(&host(version))
            .is_empty()
    };
    assert!(fits(">=1.0", "2.0rc1"), "what runs is installed already");
    assert!(!fits(">=2.0", "2.0rc1"));
    assert!(!fits("<2.0", "2.0rc1"));
    assert!(fits("==0.5.*", "0.5.3"));
    assert!(fits("~=0.5", "0.9"));
    assert!(!fits("~=0.5", "1.0"));
}

#[test]
fn the_minimum_follows_semver() {
    let fits = |least: &str, version: &str| minimum(least).compatibility(&host(version)).is_empty();
    assert!(fits("0.5.3", "0.5.3"));
    assert!(fits("0.5.3", "0.5.3+local"));
    assert!(fits("0.5.3", "0.10"));
    assert!(!fits("0.5.4", "0.5.3"));
    assert!(!fits("2.0.0", "2.0rc1"));
    assert!(fits("2.0.0-rc.1", "2.0rc1"));
    assert!(fits("2.0.0-beta.2", "2.0rc1"));
    assert!(!fits("2.0.0-alpha.1", "2.0.dev3"));
    assert!(!fits("2.0.0-rc.2", "2.0rc1"));
}
