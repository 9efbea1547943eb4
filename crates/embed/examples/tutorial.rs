//! A small host in Rust, as docs/hosts.md builds it: it draws panels as text and clicks a button.
//!
//! `cargo run -p lichtfeld-embed --example tutorial -- PLUGIN_DIR` installs the plugin of a directory
//! into a new home, which is removed again.

use lichtfeld_embed::camino::Utf8Path;
use lichtfeld_embed::panel::{Input, InputValue, render_text};
use lichtfeld_embed::pyo3::prelude::*;
use lichtfeld_embed::pyo3::types::PyCFunction;
use lichtfeld_embed::runtime::{AfterInstall, Transport};
use lichtfeld_embed::{
    Application, Home, Host, HostFacts, Level, Sharing, Unobserved, Version, facts,
};
use std::error::Error;

/// What the plugin system needs to know of the application.
struct Studio;

impl Host for Studio {
    fn facts(&self) -> HostFacts {
        facts(Version::new([2, 1, 0]))
    }

    #[expect(clippy::print_stderr, reason = "a program's own output")]
    fn log(&self, plugin: Option<&str>, level: Level, message: &str) {
        eprintln!("[{}] {level}: {message}", plugin.unwrap_or("studio"));
    }
}

/// Offers `lichtfeld.node_names()` to plugins.
fn offer(application: &Application) -> PyResult<()> {
    Python::attach(|py| {
        let names = PyCFunction::new_closure(py, None, None, |_, _| vec!["room", "camera"])?;
        application.share("node_names", &names, Sharing::default())
    })
}

#[expect(clippy::print_stdout, reason = "a program's own output")]
fn main() -> Result<(), Box<dyn Error>> {
    let source = std::env::args()
        .nth(1)
        .ok_or("usage: tutorial PLUGIN_DIR")?;
    let scratch = tempfile::tempdir()?;
    let home = Utf8Path::from_path(scratch.path()).ok_or("the directory's name is not UTF-8")?;

    // Without `home`: the user's own, ~/.lichtfeld or LFS_RESOLVED_PLUGIN_DIR.
    let home = Home::with_plugins_dir(home.join("plugins")).with_root(home);
    let application = Application::builder(Studio).home(home).start()?;
    offer(&application)?;

    let manager = application.manager();
    let name = manager.install(
        &source,
        Transport::Archive,
        AfterInstall::Load,
        &mut Unobserved,
    )?;
    println!("installed {name}");

    for panel in manager.panels().visible() {
        let frame = panel.draw();
        print!("{}", render_text(&frame, 60));
        if let Some(button) = frame.labelled("Click me") {
            panel.push_input(Input::new(button.id, InputValue::CLICK));
            print!("{}", render_text(&panel.draw(), 60));
        }
    }
    // Unloads the plugins and ends their processes.
    application.end();
    Ok(())
}
