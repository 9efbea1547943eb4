//! Installs a plugin's environment, with a progress bar.
//!
//! ```text
//! cargo run -p lichtfeld-installer --example install -- <plugin directory> [<environments> [<python>]]
//! ```
//!
//! A second run finds everything there and starts no uv.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use indicatif::{ProgressBar, ProgressStyle};
use lichtfeld_installer::{
    CancelToken, Ensured, EnvironmentRequest, Event, EventKind, InstallError, Installer,
    InstallerOptions, PythonInfo,
};
use lichtfeld_system::human;

fn main() -> ExitCode {
    let arguments: Vec<Utf8PathBuf> = std::env::args().skip(1).map(Into::into).collect();
    let [plugin, rest @ ..] = &arguments[..] else {
        say("usage: install <plugin directory> [<environments> [<python>]]");
        return ExitCode::from(2);
    };
    let envs = rest.first().cloned().unwrap_or_else(|| "envs".into());
    let python = rest.get(1).cloned().unwrap_or_else(|| "python3".into());
    match install(plugin, envs, &python) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {}", human::chain(&*error)));
            if let Some(error) = error.downcast_ref::<InstallError>() {
                for line in error.tail() {
                    say(&format!("    {line}"));
                }
                if let Some(hint) = error.hint() {
                    say(&format!("hint: {hint}"));
                }
            }
            ExitCode::FAILURE
        }
    }
}

fn install(plugin: &Utf8Path, envs: Utf8PathBuf, python: &Utf8Path) -> Result<(), Box<dyn Error>> {
    let manifest = lichtfeld_manifest::read(plugin).into_result()?;
    let request = EnvironmentRequest::from_manifest(plugin, &manifest);
    let installer = Installer::new(InstallerOptions::new(envs, PythonInfo::probe(python)?));
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    let draw = |event: Event| draw(&bar, &event);
    let ensured = installer.ensure(&request, &draw, &CancelToken::new());
    bar.finish_and_clear();
    match ensured? {
        Ensured::NotNeeded => say("the plugin has no dependencies"),
        Ensured::Reused(generation) => say(&format!("already there: {}", generation.path)),
        Ensured::Built(built) => {
            for found in &built.generation.distributions {
                say(&format!("{} {}", found.name, found.version));
            }
            for note in &built.notes {
                say(&format!("note: {note}"));
            }
            say(&format!(
                "{} in {:.1?}",
                built.generation.path, built.timings.total
            ));
        }
    }
    Ok(())
}

fn draw(bar: &ProgressBar, event: &Event) {
    match &event.kind {
        EventKind::Bytes {
            done,
            total: Some(total),
            ..
        } => {
            if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {msg}")
            {
                bar.set_style(style);
            }
            bar.set_length(*total);
            bar.set_position(*done);
        }
        _ if event.is_progress() => bar.set_message(event.to_string()),
        _ => {}
    }
}

#[expect(clippy::print_stdout, reason = "a program for a terminal")]
fn say(text: &str) {
    println!("{text}");
}
