//! Clones of git repositories, by the program `git`: the newest state alone, without questions.

use super::error::SourceError;
use crate::CancelToken;
use crate::process::{Activity, Command, Limits, Signal};
use camino::Utf8Path;

/// What would make git work on another repository.
const MISLEADING: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_CEILING_DIRECTORIES",
];

/// Clones into `into`, which does not exist yet. No hook of the user or of the repository is run.
pub(super) fn clone(
    url: &str,
    reference: Option<&str>,
    into: &Utf8Path,
    cancel: &CancelToken,
    tell: &mut dyn FnMut(&str),
) -> Result<(), SourceError> {
    tell(&format!("fetching {url}"));
    let mut command = Command::new("git")
        // A server that goes silent is given up after half a minute.
        .args(["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=30"])
        .args(["-c", "credential.interactive=false"])
        .args(["clone", "--depth=1", "--single-branch", "--no-tags"])
        .args(["--template=", "--no-recurse-submodules"])
        // `ext::` would run a program of the repository's choice.
        .env("GIT_ALLOW_PROTOCOL", "https:http:ssh:git:file")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "")
        .env("SSH_ASKPASS", "")
        .env("LC_ALL", "C");
    if std::env::var_os("GIT_SSH_COMMAND").is_none() {
        command = command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=15");
    }
    for name in MISLEADING {
        command = command.env_remove(name);
    }
    if let Some(reference) = reference {
        command = command.arg(format!("--branch={reference}"));
    }
    command = command.arg("--").arg(url).arg(into.as_str());
    let finished = command.run(cancel, &Limits::default(), &mut |signal: Signal<'_>| {
        if let Some(line) = signal.line() {
            tell(&line.text);
        }
        Activity::Seen
    })?;
    if finished.exit.success() {
        return Ok(());
    }
    Err(meaning(url, reference, &finished.tail))
}

/// What git's last lines mean.
fn meaning(url: &str, reference: Option<&str>, tail: &[String]) -> SourceError {
    let said = tail.join("\n");
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let url = url.to_owned();
    let reason = tail
        .iter()
        .rev()
        .find(|line| line.starts_with("fatal:") || line.starts_with("error:"))
        .or(tail.last())
        .map_or_else(|| "it said nothing".to_owned(), Clone::clone);
    if let Some(reference) = reference
        && has(&["Remote branch"])
    {
        return SourceError::NoReference {
            url,
            reference: reference.to_owned(),
        };
    }
    if has(&[
        "Could not resolve",
        "Couldn't connect",
        "Failed to connect",
        "Connection refused",
        "Connection timed out",
        "Connection reset",
        "Network is unreachable",
        "Operation too slow",
        "Name or service not known",
        "Temporary failure in name resolution",
        "Could not connect",
    ]) {
        return SourceError::NoNetwork { url, reason };
    }
    if has(&[
        "not found",
        "does not exist",
        "does not appear to be a git repository",
        "could not read Username",
        "Authentication failed",
        "Permission denied (publickey",
        "terminal prompts disabled",
    ]) {
        return SourceError::NotFound { url, reason };
    }
    SourceError::Git { url, reason }
}
