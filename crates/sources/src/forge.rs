//! The archives that servers of repositories make of them, so that no git is needed.
//!
//! Known are those of GitHub (`/<owner>/<name>/archive/<ref>.zip`) and GitLab
//! (`/<path>/-/archive/<ref>/<name>-<ref>.zip`). `HEAD` is what the repository shows first.

use crate::download::Address;
use crate::error::SourceError;

/// Another address of GitHub: one of GitHub Enterprise, or a mirror.
const GITHUB: &str = "LFS_PLUGIN_GITHUB_URL";
/// Another address of GitLab.
const GITLAB: &str = "LFS_PLUGIN_GITLAB_URL";

/// The archive of a repository at a branch, tag or commit; none for a server that is not known.
pub(super) fn archive_of(
    url: &str,
    reference: Option<&str>,
) -> Result<Option<Address>, SourceError> {
    let base = |name: &str| std::env::var(name).ok().filter(|base| !base.is_empty());
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
    let (scheme, rest) = url.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let (host, path) = rest.split_once('/')?;
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let parts: Vec<&str> = path.split('/').collect();
    let is_plain = |part: &&str| {
        !part.is_empty() && !part.starts_with('.') && !part.contains(['?', '#', '%', '\\'])
    };
    let name = parts.last()?;
    if parts.len() < 2 || !parts.iter().all(is_plain) {
        return None;
    }
    let reference = reference.unwrap_or("HEAD");
    // git allows neither; here they would lead elsewhere.
    if reference
        .split('/')
        .any(|part| matches!(part, "" | "." | ".."))
    {
        return None;
    }
    let at = encoded(reference);
    let host = host.to_ascii_lowercase();
    match host.strip_prefix("www.").unwrap_or(&host) {
        "github.com" if parts.len() == 2 => {
            let base = base(GITHUB).unwrap_or_else(|| "https://github.com".into());
            Some(format!(
                "{}/{path}/archive/{at}.zip",
                base.trim_end_matches('/')
            ))
        }
        "gitlab.com" => {
            let base = base(GITLAB).unwrap_or_else(|| "https://gitlab.com".into());
            let file = format!("{name}-{}", at.replace('/', "-"));
            Some(format!(
                "{}/{path}/-/archive/{at}/{file}.zip",
                base.trim_end_matches('/')
            ))
        }
        _ => None,
    }
}

/// As part of a path in a URL (RFC 3986, 2.3).
fn encoded(reference: &str) -> String {
    let mut text = String::new();
    for byte in reference.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
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
                Some("feature/x+y"),
                "https://github.com/owner/name/archive/feature/x%2By.zip",
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
