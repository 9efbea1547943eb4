//! What a person types as a plugin's source.

use crate::download::{DownloadError, is_sha256, shown};
use crate::error::SourceError;
use crate::source::PluginSource;
use std::str::FromStr;
use url::Url;

impl FromStr for PluginSource {
    type Err = SourceError;

    /// A path of a directory or a `.zip`, a `file://` URL of one, the `https://` URL of a `.zip`,
    /// `owner/name` of GitHub, or a repository's URL. A branch, tag or commit of a repository
    /// follows a `#`, after a `.zip` its `#sha256=<hash>`.
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
            return Err(unusable("what follows `#` is not a branch, tag or commit"));
        }
        if let Some(found) = reference.and_then(|_| on_this_machine(place)) {
            let path = match found {
                Self::Directory(path) => path,
                Self::Archive { path, .. } => {
                    let sha256 = hash(place, reference)?;
                    return Ok(Self::Archive { path, sha256 });
                }
                _ => return Err(unusable("it is not a repository with files")),
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
        if is_zip_elsewhere(place) {
            return remote(place, reference);
        }
        let lower = place.to_ascii_lowercase();
        let schemes = ["https://", "http://", "ssh://", "git://", "file://"];
        if schemes.iter().any(|scheme| lower.starts_with(scheme)) {
            let tree = ["/-/tree/", "/tree/"]
                .iter()
                .find_map(|between| place.split_once(between));
            return Ok(match tree {
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

/// A `.zip` by URL, whatever parameters follow.
fn is_zip_elsewhere(place: &str) -> bool {
    Url::parse(place).is_ok_and(|url| {
        ["http", "https"].contains(&url.scheme())
            && url.path().to_ascii_lowercase().ends_with(".zip")
    })
}

fn remote(place: &str, fragment: Option<&str>) -> Result<PluginSource, SourceError> {
    let sha256 = hash(place, fragment)?;
    let address = place
        .parse()
        .map_err(|error: DownloadError| SourceError::from(error))?;
    Ok(PluginSource::Remote { address, sha256 })
}

/// What may follow an archive.
fn hash(place: &str, fragment: Option<&str>) -> Result<Option<String>, SourceError> {
    match fragment.map(|text| text.strip_prefix("sha256=").unwrap_or_default()) {
        None => Ok(None),
        Some(hash) if is_sha256(hash) => Ok(Some(hash.to_ascii_lowercase())),
        Some(_) => Err(SourceError::Unusable {
            text: shown(place),
            reason: "an archive has no branches; after `#` only `sha256=` with its 64 hexadecimal \
                     digits may follow"
                .into(),
        }),
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
    (path.is_file() && is_zip).then_some(PluginSource::Archive { path, sha256: None })
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
            "https://gitlab.com/group/sub/name/-/tree/next",
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
                "https://gitlab.com/group/sub/name next",
            ]
        );
    }

    #[test]
    fn an_archive_on_a_server_may_have_a_hash() {
        let hash = "AB".repeat(32);
        let text = format!("https://example.org/x.ZIP?token=1#sha256={hash}");
        let Ok(PluginSource::Remote { address, sha256 }) = text.parse() else {
            panic!("{}", parsed(&text));
        };
        assert_eq!(address.as_str(), "https://example.org/x.ZIP?token=1");
        assert_eq!(sha256, Some(hash.to_ascii_lowercase()));
        let unhashed = PluginSource::from_str("https://example.org/x.zip").unwrap();
        assert_eq!(unhashed.to_string(), "https://example.org/x.zip");
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
            "http://example.org/x.zip",
            "https://example.org/x.zip#main",
            "https://example.org/x.zip#sha256=12",
            "x\ny",
        ] {
            assert!(parsed(text).starts_with("LI2"), "{text}: {}", parsed(text));
        }
    }
}
