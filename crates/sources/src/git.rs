//! Clones of git repositories, by the program `git`: the newest state alone, without questions.

use crate::error::SourceError;
use camino::Utf8Path;
use lichtfeld_system::CancelToken;
use lichtfeld_system::files::{FileError, remove_tree};
use lichtfeld_system::process::{Activity, Command, Signal, Timeouts, variable};

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

/// Clones into `into`, which does not exist yet: a branch, a tag, a commit, or what the repository
/// shows first. No hook of the user or of the repository is run.
pub(super) fn clone(
    url: &str,
    reference: Option<&str>,
    into: &Utf8Path,
    cancel: &CancelToken,
    report: &mut dyn FnMut(&str),
) -> Result<(), SourceError> {
    report(&format!("fetching {url}"));
    let mut git = Git {
        url,
        reference,
        into,
        cancel,
        report,
    };
    let commit = reference.filter(|text| is_commit(text));
    // A whole hash is nothing else; a short one may also be a branch's or tag's name.
    if let Some(commit) = commit.filter(|text| text.len() >= 40) {
        return git.fetch_commit(commit);
    }
    match (git.clone_named(), commit) {
        (Err(SourceError::NoReference { .. }), Some(commit)) => git.clone_at(commit),
        (cloned, _) => cloned,
    }
}

/// Whether it may be the hash of a commit, or its beginning.
fn is_commit(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

struct Git<'a> {
    url: &'a str,
    reference: Option<&'a str>,
    into: &'a Utf8Path,
    cancel: &'a CancelToken,
    report: &'a mut dyn FnMut(&str),
}

impl Git<'_> {
    /// The newest state of a branch or tag alone.
    fn clone_named(&mut self) -> Result<(), SourceError> {
        let mut command = command(None)
            .args(["clone", "--depth=1", "--single-branch", "--no-tags"])
            .args(["--template=", "--no-recurse-submodules"]);
        if let Some(reference) = self.reference {
            command = command.arg(format!("--branch={reference}"));
        }
        let command = command.arg("--").arg(self.url).arg(self.into.as_str());
        self.run(command)
    }

    /// One commit alone, if the server allows that; else out of everything.
    fn fetch_commit(&mut self, commit: &str) -> Result<(), SourceError> {
        let init = command(None).args(["init", "--quiet", "--template=", "--"]);
        self.run(init.arg(self.into.as_str()))?;
        let fetch = command(Some(self.into))
            .args(["fetch", "--depth=1", "--no-tags", "--no-recurse-submodules"])
            .args(["--", self.url, commit]);
        match self.run(fetch) {
            Ok(()) => self.check_out("FETCH_HEAD"),
            Err(SourceError::Git { .. } | SourceError::NoReference { .. }) => {
                let emptied = remove_tree(self.into);
                emptied.map_err(|error| FileError::new("remove", self.into, error))?;
                self.clone_at(commit)
            }
            Err(error) => Err(error),
        }
    }

    /// Clones everything, and checks out one commit of it.
    fn clone_at(&mut self, commit: &str) -> Result<(), SourceError> {
        let command = command(None)
            .args(["clone", "--no-checkout", "--filter=blob:none"])
            .args(["--template=", "--no-recurse-submodules", "--"])
            .arg(self.url)
            .arg(self.into.as_str());
        self.run(command)?;
        self.check_out(commit)
    }

    fn check_out(&mut self, commit: &str) -> Result<(), SourceError> {
        let checkout = command(Some(self.into))
            .args(["-c", "advice.detachedHead=false"])
            .args(["checkout", "--quiet", "--detach", commit, "--"]);
        self.run(checkout)
    }

    fn run(&mut self, command: Command) -> Result<(), SourceError> {
        let report = &mut *self.report;
        let hear = &mut |signal: Signal<'_>| {
            if let Some(line) = signal.line() {
                report(&line.text);
            }
            Activity::Seen
        };
        let finished = command.run(self.cancel, &Timeouts::default(), hear)?;
        if finished.exit.success() {
            return Ok(());
        }
        Err(meaning(self.url, self.reference, &finished.tail))
    }
}

/// git without questions, in a repository or in none.
fn command(repository: Option<&Utf8Path>) -> Command {
    let mut command = Command::new("git");
    if let Some(repository) = repository {
        command = command.arg("-C").arg(repository.as_str());
    }
    command = command
        // A server that goes silent is given up after half a minute.
        .args(["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=30"])
        .args(["-c", "credential.interactive=false"])
        .args(["-c", "core.hooksPath=/dev/null"])
        // `ext::` would run a program of the repository's choice.
        .env("GIT_ALLOW_PROTOCOL", "https:http:ssh:git:file")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_ASKPASS", "")
        .env("SSH_ASKPASS", "")
        .env("LC_ALL", "C");
    if variable("GIT_SSH_COMMAND").is_none() {
        command = command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=15");
    }
    for name in MISLEADING {
        command = command.env_remove(name);
    }
    command
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
        && has(&[
            "Remote branch",
            "not our ref",
            "did not match any file",
            "invalid reference",
            "unable to read tree",
            "couldn't find remote ref",
            "no such remote ref",
        ])
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
