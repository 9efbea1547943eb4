//! Saved resources that need no reload.

use crate::support::{Step, fails};
use crate::watching::Watched;
use lichtfeld_engine::FailureKind;

#[test]
fn a_template_that_cannot_be_shown_is_the_failure_of_the_plugin_until_it_can() {
    let watched = Watched::new(&["a", "b"]);
    let damaged = fails(FailureKind::Template, "`<p>` is not closed");
    watched.app.fake.once("a", Step::FilesChanged, damaged);
    watched.save("a", "panel.rml", "<p>");
    assert_eq!(watched.run_one(), ["a@1 on_files_changed panel.rml"]);
    assert_eq!(watched.app.changes(), ["a ACTIVE->ACTIVE reload_failed"]);
    let status = watched.app.manager.status("a").unwrap();
    let failure = status.failure.unwrap();
    assert_eq!(failure.code(), "LR132");
    assert!(
        watched
            .app
            .host
            .has_logged(&["a error", "is not closed", "previous version"])
    );
    watched.app.fake.once("a", Step::FilesChanged, |_| Ok(()));
    watched.save("a", "panel.rml", "<p/>");
    watched.run_one();
    assert!(watched.app.manager.status("a").unwrap().failure.is_none());
    assert!(
        watched
            .app
            .host
            .has_logged(&["a info", "saved: panel.rml", "without a reload"])
    );
    // The failure of a reload is another one, and stays.
    watched
        .app
        .fake
        .once("a", Step::Import, fails(FailureKind::Syntax, "no Python"));
    watched.save("a", "__init__.py", "(");
    watched.run_one();
    watched.app.fake.once("a", Step::FilesChanged, |_| Ok(()));
    watched.save("a", "panel.rml", "<i/>");
    watched.run_one();
    let failure = watched.app.manager.status("a").unwrap().failure.unwrap();
    assert_eq!(failure.kind, FailureKind::Syntax);
}
