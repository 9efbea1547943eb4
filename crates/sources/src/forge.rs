//! The archives that servers of repositories make of them, so that no git is needed.
//!
//! Known are those of GitHub (`/<owner>/<name>/archive/<ref>.zip`) and GitLab
//! (`/<path>/-/archive/<ref>/<name>-<ref>.zip`). `HEAD` is what the repository shows first.

use std::env;

use url::Url;

use crate::download::Address;
use crate::error::SourceError;

/// Another address of GitHub: one of GitHub Enterprise, or a mirror.
const GITHUB: &str = "LFS_PLUGIN_GITHUB_URL";
/// Another address of GitLab.
const GITLAB: &str = "LFS_PLUGIN_GITLAB_URL";

/// Returns the address of the archive of a repository at a branch, tag or commit, or `None` for a
/// server that is not known.
pub(super) fn archive_of(
    url: &str,
    reference: Option<&str>,
) -> Result<Option<Address>, SourceError> {
    let base = |name: &str| env::var(name).ok().filter(|base| !base.is_empty());
    let Some(text) = archive_at(url, reference, &base) else {
        return Ok(None);
    };
    Ok(Some(text.parse()?))
}

fn archive_at(
    url: &str,
    reference: Option<&str>,
    base: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let url = Url::parse(url).ok()?;
    if url.scheme() != "https" || !url.username().is_empty() || url.port().is_some() {
        return None;
    }
    let path = url.path().trim_matches('/');
    let parts: Vec<&str> = path
        .strip_suffix(".git")
        .unwrap_or(path)
        .split('/')
        .collect();
    let is_plain = |part: &&str| !part.is_empty() && !part.starts_with('.') && !part.contains('%');
    let name = parts.last()?;
    let has_more = url.query().is_some() || url.fragment().is_some();
    if parts.len() < 2 || !parts.iter().all(is_plain) || has_more {
        return None;
    }
    let reference: Vec<&str> = reference.unwrap_or("HEAD").split('/').collect();
    // git allows neither; here they would lead elsewhere.
    if reference
        .iter()
        .any(|part| matches!(*part, "" | "." | ".."))
    {
        return None;
    }
    let host = url.host_str()?;
    let (variable, server) = match host.strip_prefix("www.").unwrap_or(host) {
        "github.com" if parts.len() == 2 => (GITHUB, "https://github.com"),
        "gitlab.com" => (GITLAB, "https://gitlab.com"),
        _ => return None,
    };
    let base = base(variable).unwrap_or_else(|| server.to_owned());
    let mut archive = Url::parse(&base).ok()?;
    {
        let mut path = archive.path_segments_mut().ok()?;
        path.pop_if_empty().extend(&parts);
        if variable == GITHUB {
            let (last, before) = reference.split_last()?;
            path.push("archive").extend(before);
            path.push(&format!("{last}.zip"));
        } else {
            path.extend(["-", "archive"]).extend(&reference);
            path.push(&format!("{name}-{}.zip", reference.join("-")));
        }
    }
    Some(archive.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_archives_are() {
        let found = |url: &str, reference: Option<&str>| archive_at(url, reference, &|_| None);
        for (url, reference, expected) in [
            (
                "https://github.com/owner/name",
                None,
                "https://github.com/owner/name/archive/HEAD.zip",
            ),
            (
                "https://www.GitHub.com/owner/name.git",
                Some("feature/x y#?"),
                "https://github.com/owner/name/archive/feature/x%20y%23%3F.zip",
            ),
            (
                "https://gitlab.com/group/sub/name",
                Some("v1/2"),
                "https://gitlab.com/group/sub/name/-/archive/v1/2/name-v1-2.zip",
            ),
        ] {
            assert_eq!(found(url, reference).as_deref(), Some(expected));
        }
        for (url, reference) in [
            ("https://example.org/owner/name", None),
            ("https://github.com/owner", None),
            ("https://github.com/a/b/c", None),
            ("https://token@github.com/owner/name", None),
            ("https://github.com/owner/..", None),
            (
                "https://github.com/owner/name",
                Some("../../../x/y/archive/z"),
            ),
            ("http://github.com/owner/name", None),
            ("ssh://github.com/owner/name", None),
            ("file:///srv/github.com/name", None),
        ] {
            assert_eq!(found(url, reference), None, "{url} {reference:?}");
        }
    }

    #[test]
    fn another_address_of_github() {
        let base = |name: &str| (name == GITHUB).then(|| "http://127.0.0.1:8000/hub/".to_owned());
        assert_eq!(
            archive_at("https://github.com/owner/name", Some("v1"), &base).as_deref(),
            Some("http://127.0.0.1:8000/hub/owner/name/archive/v1.zip")
        );
    }
}
