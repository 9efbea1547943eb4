//! From uv's last words to an error with a name.
//!
//! uv has no codes for its errors, so its text is read, by one table. What no row recognises keeps
//! that text, and is no worse than uv itself. Each row has real transcripts in `tests/transcripts`.

mod rows;
mod text;

#[cfg(test)]
mod replay;

use camino::{Utf8Path, Utf8PathBuf};

use crate::error::InstallError;
use crate::python::PythonInfo;
use crate::transcript::Transcript;
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

/// A failure as the rows read it.
pub(super) struct Told<'a> {
    pub(super) context: &'a Context<'a>,
    /// From the first error on, with the author's path in place of our copy's.
    pub(super) text: String,
    transcript: Box<Transcript>,
}

impl Told<'_> {
    fn new<'a>(context: &'a Context<'a>, transcript: Box<Transcript>) -> Told<'a> {
        let tail = &transcript.tail;
        let start = tail.iter().position(|line| line.starts_with("error:"));
        let text = tail[start.unwrap_or(0)..].join("\n");
        let text = match context.manifest.parent() {
            Some(directory) => text.replace(context.project.as_str(), directory.as_str()),
            None => text,
        };
        Told {
            context,
            text,
            transcript,
        }
    }

    pub(super) fn plugin(&self) -> String {
        self.context.plugin.to_owned()
    }

    pub(super) fn transcript(&self) -> Box<Transcript> {
        self.transcript.clone()
    }

    /// The directory of the path that uv names, without the parts that are gone by now; else that of
    /// the environments.
    pub(super) fn directory(&self) -> Utf8PathBuf {
        let environments = self.context.envs_dir;
        match text::path_in(&self.text) {
            Some(path) if !path.starts_with(environments) => {
                let is_lasting =
                    |part: &camino::Utf8Component<'_>| !part.as_str().starts_with(".tmp");
                path.components().take_while(is_lasting).collect()
            }
            _ => environments.to_owned(),
        }
    }
}

/// Tells why uv failed.
pub(crate) fn classify(context: &Context<'_>, command: String, finished: Finished) -> InstallError {
    let Finished { exit, tail, .. } = finished;
    let transcript = Transcript::new(command, exit, tail);
    if let Exit {
        code: None,
        signal: Some(signal),
        ..
    } = exit
    {
        return InstallError::UvKilled {
            plugin: context.plugin.to_owned(),
            signal,
            transcript,
        };
    }
    explain(context, transcript)
}

/// Tells why a uv failed that came to its end.
fn explain(context: &Context<'_>, transcript: Box<Transcript>) -> InstallError {
    let told = Told::new(context, transcript);
    if let Some((_, error)) = rows::find(&told) {
        return error;
    }
    let reason = if told.text.trim().is_empty() {
        told.transcript.exit.clone()
    } else {
        text::first_error(&told.text)
    };
    InstallError::UvFailed {
        plugin: told.plugin(),
        reason,
        transcript: told.transcript,
    }
}
