//! A Rust program that runs a plugin without a Python host.
//!
//! `cargo run -p lichtfeld-embed --example embed -- PLUGIN_DIR` starts CPython, loads the plugin
//! from its directory, draws its panels as text, and unloads it. `--home DIR` names the directory
//! for environments and logs (default: one that is removed again).

use lichtfeld_embed::camino::Utf8PathBuf;
use lichtfeld_embed::{
    Application, Home, Host, HostFacts, Level, Manager, State, Unobserved, Version, facts, panel,
};
use std::error::Error;
use std::process::ExitCode;

/// An application that prints what plugins log.
struct Terminal;

impl Host for Terminal {
    fn facts(&self) -> HostFacts {
        facts(Version::new([1, 0, 0]))
    }

    #[expect(clippy::print_stderr, reason = "a program's own output")]
    fn log(&self, plugin: Option<&str>, level: Level, message: &str) {
        eprintln!("[{}] {level}: {message}", plugin.unwrap_or("lichtfeld"));
    }
}

#[expect(clippy::print_stdout, reason = "a program's own output")]
fn run(plugin: &Utf8PathBuf, home: Home) -> Result<bool, Box<dyn Error>> {
    let application = Application::builder(Terminal).home(home).start()?;
    let manager = application.manager();
    let name = manager
        .discover()?
        .iter()
        .find(|info| info.path.canonicalize_utf8().ok() == plugin.canonicalize_utf8().ok())
        .map(|info| info.name.clone())
        .ok_or_else(|| format!("{plugin} is not a plugin, or its manifest has errors"))?;
    if let Err(error) = manager.load(&name, &mut Unobserved) {
        println!("{name}: {}: {error}", state(manager, &name));
        return Ok(false);
    }
    println!("{name}: {}", state(manager, &name));
    for panel in manager.panels().visible() {
        print!("{}", panel::render_text(&panel.draw(), 60));
    }
    manager.unload(&name)?;
    println!("{name}: {}", state(manager, &name));
    Ok(true)
}

fn state(manager: &Manager, name: &str) -> State {
    manager.state(name).unwrap_or_default()
}

#[expect(clippy::print_stderr, reason = "a program's own output")]
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut plugin, mut home) = (None, None);
    while let Some(argument) = arguments.next() {
        if argument == "--home" {
            home = arguments.next().map(Utf8PathBuf::from);
        } else {
            plugin = Some(Utf8PathBuf::from(argument));
        }
    }
    let Some(plugin) = plugin else {
        eprintln!("usage: embed PLUGIN_DIR [--home DIR]");
        return ExitCode::from(2);
    };
    let scratch = match tempfile::tempdir() {
        Ok(scratch) => scratch,
        Err(error) => {
            eprintln!("no scratch directory: {error}");
            return ExitCode::FAILURE;
        }
    };
    let home = home.or_else(|| Utf8PathBuf::try_from(scratch.path().to_path_buf()).ok());
    let Some(home) = home else {
        return ExitCode::FAILURE;
    };
    // The plugins directory is the one around it; nothing is written there but its `.venv`.
    let home = match plugin.parent() {
        Some(parent) if !parent.as_str().is_empty() => {
            Home::with_plugins_dir(parent).with_root(home)
        }
        _ => Home::new(home),
    };
    match run(&plugin, home) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
