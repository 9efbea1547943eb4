//! Where plugins come from: a directory, a zip archive, a git repository.
//!
//! [`PluginSource::fetch`] brings the files of one into an empty directory and judges nothing but
//! their safety: nothing leaves that directory, and there are limits to number and size. What is
//! fetched is not trusted before its manifest was read; publishing it is the caller's.

mod archive;
mod error;
mod exchange;
mod git;
mod tree;

pub use error::SourceError;
pub use exchange::exchange;
pub use tree::Tree;

use crate::CancelToken;
use camino::{Utf8Path, Utf8PathBuf};
use std::fmt;
use std::str::FromStr;

/// Where a plugin's files are to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PluginSource {
    /// A directory on this machine.
    Directory(Utf8PathBuf),
    /// A `.zip` on this machine.
    Archive(Utf8PathBuf),
    /// A git repository, by a URL that git understands, and a branch or tag.
    Git {
        /// The URL.
        url: String,
        /// The branch or tag; none is the repository's own choice.
        reference: Option<String>,
    },
}

impl FromStr for PluginSource {
    type Err = SourceError;

    /// A path of a directory or a `.zip`, a `file://` URL of one, `owner/name` of GitHub, or a
    /// repository's URL; a branch or tag follows a `#`.
    fn from_str(text: &str) -> Result<Self, SourceError> {
        let text = text.trim();
        let unusable = |reason: &str| SourceError::Unusable {
            text: text.to_owned(),
            reason: reason.to_owned(),
        };
        if text.is_empty() || text.starts_with('-') || text.chars().any(char::is_control) {
            return Err(unusable("it is neither a path nor a URL"));
        }
        if let Some(found) = on_this_machine(text) {
            return Ok(found);
        }
        let (place, reference) = match text.split_once('#') {
            Some((place, reference)) => (place, Some(reference)),
            None => (text, None),
        };
        if reference.is_some_and(|name| name.is_empty() || name.starts_with('-')) {
            return Err(unusable("what follows `#` is not a branch or tag"));
        }
        if let Some(found) = reference.and_then(|_| on_this_machine(place)) {
            let Self::Directory(path) = found else {
                return Err(unusable("an archive has no branches"));
            };
            // The repository's own file:// URL: a plain path would ignore the branch's depth.
            return Ok(Self::Git {
                url: format!("file://{path}"),
                reference: reference.map(str::to_owned),
            });
        }
        let git = |url: &str, reference: Option<&str>| Self::Git {
            url: url.to_owned(),
            reference: reference.map(str::to_owned),
        };
        let is_remote_zip = place.contains("://") && place.to_ascii_lowercase().ends_with(".zip");
        if is_remote_zip {
            return Err(unusable(
                "archives are not downloaded; fetch it with your browser and give the file",
            ));
        }
        let lower = place.to_ascii_lowercase();
        let schemes = ["https://", "http://", "ssh://", "git://", "file://"];
        if schemes.iter().any(|scheme| lower.starts_with(scheme)) {
            return Ok(match place.split_once("/tree/") {
                Some((url, branch)) if reference.is_none() && !branch.is_empty() => {
                    git(url, Some(branch.trim_end_matches('/')))
                }
                _ => git(place.trim_end_matches('/'), reference),
            });
        }
        if place.contains("://") {
            return Err(unusable("its kind of URL is not supported"));
        }
        if place.contains('@') && place.contains(':') {
            return Ok(git(place, reference));
        }
        let short = place.strip_prefix("github:").unwrap_or(place);
        let is_word = |part: &str| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        match short.split('/').collect::<Vec<_>>()[..] {
            [owner, name] if is_word(owner) && is_word(name) => Ok(git(
                &format!("https://github.com/{owner}/{name}"),
                reference,
            )),
            _ => Err(unusable(
                "there is no such directory or file, and it is no URL",
            )),
        }
    }
}

fn on_this_machine(text: &str) -> Option<PluginSource> {
    let path = text.strip_prefix("file://").unwrap_or(text);
    let path = camino::absolute_utf8(path).ok()?;
    let is_bare = path.join("HEAD").is_file() && path.join("objects").is_dir();
    if path.is_dir() && is_bare {
        return Some(PluginSource::Git {
            url: format!("file://{path}"),
            reference: None,
        });
    }
    if path.is_dir() {
        return Some(PluginSource::Directory(path));
    }
    let is_zip = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
    (path.is_file() && is_zip).then_some(PluginSource::Archive(path))
}

impl fmt::Display for PluginSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) | Self::Archive(path) => f.write_str(path.as_str()),
            Self::Git { url, reference } => {
                f.write_str(url)?;
                reference
                    .as_ref()
                    .map_or(Ok(()), |reference| write!(f, "#{reference}"))
            }
        }
    }
}

impl PluginSource {
    /// Brings the files into `staging`, an empty directory, and gives the plugin's own directory
    /// below it: where one directory holds everything, that one. `tell` hears lines for a person.
    ///
    /// # Errors
    /// [`SourceError`]; what lies in `staging` then is the caller's to remove.
    pub fn fetch(
        &self,
        staging: &Utf8Path,
        cancel: &CancelToken,
        tell: &mut dyn FnMut(&str),
    ) -> Result<Utf8PathBuf, SourceError> {
        let files = staging.join("files");
        match self {
            Self::Directory(path) => {
                tell(&format!("copying {path}"));
                tree::copy(path, &files, cancel)?;
            }
            Self::Archive(path) => {
                tell(&format!("unpacking {path}"));
                archive::unpack(path, &files, cancel)?;
            }
            Self::Git { url, reference } => {
                let clone = staging.join("clone");
                git::clone(url, reference.as_deref(), &clone, cancel, tell)?;
                tree::copy(&clone, &files, cancel)?;
            }
        }
        tree::top(&files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        match text.parse::<PluginSource>() {
            Ok(PluginSource::Git { url, reference }) => {
                format!("{url} {}", reference.unwrap_or_default())
            }
            Ok(other) => format!("{other:?}"),
            Err(error) => format!("{}: {error}", error.code()),
        }
    }

    #[test]
    fn the_forms_that_are_understood() {
        let found: Vec<String> = [
            "owner/name",
            "github:owner/name#v1.2",
            "https://github.com/owner/name",
            "https://github.com/owner/name/tree/main/",
            "https://example.org/name.git#next",
            "git@example.org:owner/name.git",
        ]
        .map(parsed)
        .into();
        assert_eq!(
            found,
            [
                "https://github.com/owner/name ",
                "https://github.com/owner/name v1.2",
                "https://github.com/owner/name ",
                "https://github.com/owner/name main",
                "https://example.org/name.git next",
                "git@example.org:owner/name.git ",
            ]
        );
    }

    #[test]
    fn what_git_could_take_for_an_option_or_a_program_is_refused() {
        for text in [
            "",
            "-uevil",
            "--upload-pack=x",
            "owner/name#-b",
            "ext::sh -c x",
            "gopher://example.org/x",
            "../nowhere",
            "a/b/c",
            "https://example.org/x.zip",
            "x\ny",
        ] {
            assert!(parsed(text).starts_with("LI2"), "{text}: {}", parsed(text));
        }
    }
}
