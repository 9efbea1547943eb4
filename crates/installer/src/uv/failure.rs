//! From uv's last words to an error with a name.
//!
//! uv has no codes for its errors, so its text is read. What is not recognised keeps that text, and
//! is no worse than uv itself.

use camino::{Utf8Path, Utf8PathBuf};

use crate::distribution::normalized;
use crate::error::InstallError;
use crate::python::PythonInfo;
use crate::transcript::{Cache, Transcript};
use lichtfeld_system::process::{Exit, Finished};

/// What uv was run for.
pub(crate) struct Context<'a> {
    pub(crate) plugin: &'a str,
    pub(crate) manifest: &'a Utf8Path,
    pub(crate) envs_dir: &'a Utf8Path,
    pub(crate) python: &'a PythonInfo,
    /// The project that was made for uv: its path is reported as the manifest's.
    pub(crate) project: &'a Utf8Path,
}

/// Tells why uv failed.
pub(crate) fn classify(context: &Context<'_>, command: String, finished: Finished) -> InstallError {
    let Finished { exit, tail, .. } = finished;
    let text = told(&tail, context);
    let transcript = Transcript::new(command, exit, tail);
    let plugin = context.plugin.to_owned();
    if let Exit {
        code: None,
        signal: Some(signal),
        ..
    } = exit
    {
        return InstallError::UvKilled {
            plugin,
            signal,
            transcript,
        };
    }
    let lower = text.to_lowercase();
    let has = |needles: &[&str]| needles.iter().any(|needle| lower.contains(needle));
    if has(&[
        "no space left on device",
        "disk quota exceeded",
        "not enough space on the disk",
    ]) {
        let path = path_in(&text).unwrap_or_else(|| context.envs_dir.to_owned());
        return InstallError::DiskFull { path, transcript };
    }
    if has(&[
        "permission denied (os error",
        "read-only file system",
        "access is denied",
    ]) || has(&["failed to initialize cache"])
    {
        let path = path_in(&text).unwrap_or_else(|| context.envs_dir.to_owned());
        let reason = causes(&text).pop().unwrap_or_else(|| first_error(&text));
        return InstallError::Permission {
            path,
            source: reason.into(),
            transcript,
        };
    }
    if let Some(package) = built_package(&text) {
        if normalized(&package) == context.plugin {
            // uv asks for a build where it cannot read the project itself.
            let reason = causes(&text).join(": ");
            return InstallError::BadManifest {
                manifest: context.manifest.to_owned(),
                reason,
                transcript,
            };
        }
        let reason = build_reason(&text);
        if let Some(path) = local_path(&text) {
            return InstallError::LibraryBuildFailed {
                plugin,
                package,
                path,
                reason,
                transcript,
            };
        }
        return InstallError::SourceBuildFailed {
            plugin,
            package,
            reason,
            transcript,
        };
    }
    if has(&[
        "401 unauthorized",
        "403 forbidden",
        "407 proxy authentication",
        "valid authentication credentials",
    ]) {
        let reason = line_with(&text, &["401", "403", "407", "credentials"]);
        return InstallError::IndexAuthentication {
            plugin,
            reason,
            transcript,
        };
    }
    if has(&["network was disabled", "network connectivity is disabled"]) {
        let reason = line_with(&text, &["was not found in the cache", "disabled"]);
        return InstallError::NoNetwork {
            plugin,
            reason,
            cache: Cache::Lacks,
            transcript,
        };
    }
    if has(&[
        "failed to fetch",
        "error sending request",
        "dns error",
        "connection refused",
        "failed to download",
        "could not connect",
        "operation timed out",
    ]) {
        let mut reason = first_error(&text);
        if let Some(cause) = causes(&text).pop() {
            reason = format!("{reason}: {cause}");
        }
        return InstallError::NoNetwork {
            plugin,
            reason,
            cache: Cache::NotAsked,
            transcript,
        };
    }
    if has(&[
        "incompatible with the project's python requirement",
        "does not satisfy python",
        "does not fulfill python",
        " requires python ",
    ]) || (has(&[
        "the current python version",
        "python abi tag",
        "no wheels with a matching python",
    ])) {
        let python = context.python.version_text();
        let reason = explanation(&text);
        return InstallError::PythonNotAcceptable {
            plugin,
            python,
            reason,
            transcript,
        };
    }
    if has(&[
        "no interpreter found at path",
        "failed to inspect python interpreter",
        "querying python at",
    ]) {
        let executable = context.python.executable.clone();
        return InstallError::PythonUnusable {
            executable,
            source: first_error(&text).into(),
        };
    }
    if has(&[
        "failed to parse",
        "is not defined in the `optional-dependencies`",
        "toml parse error",
    ]) {
        let manifest = context.manifest.to_owned();
        return InstallError::BadManifest {
            manifest,
            reason: explanation(&text),
            transcript,
        };
    }
    if let Some(package) = missing_package(&text) {
        return InstallError::PackageNotFound {
            plugin,
            package,
            transcript,
        };
    }
    if has(&["no solution found"]) {
        let explanation = explanation(&text);
        return InstallError::NoSolution {
            plugin,
            explanation,
            transcript,
        };
    }
    let reason = if text.trim().is_empty() {
        exit.to_string()
    } else {
        first_error(&text)
    };
    InstallError::UvFailed {
        plugin,
        reason,
        transcript,
    }
}

/// The output from the first error on, with the author's path in place of our copy's.
fn told(tail: &[String], context: &Context<'_>) -> String {
    let start = tail
        .iter()
        .position(|line| line.starts_with("error:"))
        .unwrap_or(0);
    let text = tail[start..].join("\n");
    match context.manifest.parent() {
        Some(directory) => text.replace(context.project.as_str(), directory.as_str()),
        None => text,
    }
}

/// uv's explanation without its labels, whole.
fn explanation(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    // `error: No solution found ...` is what our own message says already.
    if lines
        .first()
        .is_some_and(|line| line.contains("No solution found"))
    {
        lines.remove(0);
    }
    let label = |line: &str| {
        let bare = line.trim_start().strip_prefix("error: ").map(str::to_owned);
        bare.or_else(|| line.trim_start().strip_prefix("cause: ").map(str::to_owned))
            .or_else(|| line.trim_start().strip_prefix("╰─▶ ").map(str::to_owned))
            // uv indents what goes on from a labelled line.
            .unwrap_or_else(|| line.strip_prefix("         ").unwrap_or(line).to_owned())
    };
    let text = lines.into_iter().map(label).collect::<Vec<_>>().join("\n");
    text.trim().to_owned()
}

fn first_error(text: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix("error: "));
    line.or_else(|| text.lines().rev().find(|line| !line.trim().is_empty()))
        .unwrap_or("it said nothing")
        .to_owned()
}

fn causes(text: &str) -> Vec<String> {
    let cause = |line: &str| line.trim_start().strip_prefix("cause: ").map(str::to_owned);
    text.lines().filter_map(cause).collect()
}

fn line_with(text: &str, needles: &[&str]) -> String {
    let line = text
        .lines()
        .find(|line| needles.iter().any(|needle| line.contains(needle)));
    let line = line.map(|line| {
        let line = line.trim_start();
        line.strip_prefix("hint: ")
            .or_else(|| line.strip_prefix("cause: "))
            .unwrap_or(line)
    });
    line.map_or_else(|| first_error(text), str::to_owned)
}

/// The package in ``Failed to build `name==1.0` `` or ``Failed to build `name @ file:///...` ``.
fn built_package(text: &str) -> Option<String> {
    let rest = text.split_once("Failed to build `")?.1;
    let (package, _) = rest.split_once('`')?;
    // uv breaks long lines.
    let name = package.split(" @").next().unwrap_or(package);
    Some(name.trim().to_owned())
}

/// The directory in ``Failed to build `name @ file:///...` ``.
fn local_path(text: &str) -> Option<Utf8PathBuf> {
    let rest = text.split_once("Failed to build `")?.1;
    let (package, _) = rest.split_once('`')?;
    let (_, url) = package.split_once(" @")?;
    let url: String = url.split_whitespace().collect();
    crate::local_source::file_of(&url)
}

/// The line of a build that says most: the last one of its errors.
fn build_reason(text: &str) -> String {
    let before_hints = text.split("\nhint:").next().unwrap_or(text);
    let line = before_hints
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty());
    line.map_or_else(|| first_error(text), |line| line.trim().to_owned())
}

/// The package in `Because NAME was not found in the package registry`.
fn missing_package(text: &str) -> Option<String> {
    let at = text.find(" was not found in the package registry")?;
    let word = text[..at].rsplit(|c: char| c.is_whitespace()).next()?;
    (!word.is_empty()).then(|| word.trim_matches('`').to_owned())
}

/// The last absolute path in quotes.
fn path_in(text: &str) -> Option<Utf8PathBuf> {
    let quoted = text.split('`').skip(1).step_by(2);
    let quoted = quoted.chain(text.split('"').skip(1).step_by(2));
    quoted
        .map(Utf8Path::new)
        .filter(|path| path.is_absolute())
        .last()
        .map(Utf8Path::to_owned)
}
