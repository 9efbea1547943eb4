//! What of uv's output an error does not say itself.

use crate::error::InstallError;
use crate::package_failure::PackageFailure;

impl InstallError {
    /// The lines of uv that say more than the message does: those of a build, and those of a uv that
    /// failed for a reason without a name. Without its progress before, and without its advice, in
    /// place of which there is a [hint](Self::hint). Empty for all other errors, whose message has
    /// uv's explanation.
    #[must_use]
    pub fn output(&self) -> &[String] {
        match self {
            Self::SourceBuildFailed { transcript, .. }
            | Self::LibraryBuildFailed { transcript, .. } => of_the_error(&transcript.tail),
            Self::UvFailed { transcript, .. }
            | Self::UvKilled { transcript, .. }
            | Self::TimedOut { transcript, .. } => &transcript.tail,
            Self::Package(failure) => match &**failure {
                PackageFailure::AddressRefused { transcript, .. } => {
                    let tail = of_the_error(&transcript.tail);
                    // git says more than its last line.
                    let is_git = tail.iter().any(|line| line.contains("--- stderr"));
                    if is_git { tail } else { &[] }
                }
                _ => &[],
            },
            _ => &[],
        }
    }
}

fn of_the_error(tail: &[String]) -> &[String] {
    let start = tail.iter().position(|line| line.starts_with("error:"));
    let tail = &tail[start.unwrap_or(0)..];
    let end = tail.iter().position(|line| line.starts_with("hint: "));
    let tail = &tail[..end.unwrap_or(tail.len())];
    let last = tail.iter().rposition(|line| !line.trim().is_empty());
    &tail[..last.map_or(0, |last| last + 1)]
}
