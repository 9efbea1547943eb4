//! Addresses that something may be downloaded from.
//!
//! What is downloaded is run later, so it must not be changed on the way: HTTPS, or this very
//! machine. <https://www.rfc-editor.org/rfc/rfc9110#section-4.2.2>

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

use super::error::DownloadError;

/// The URL of something to download: `https://`, or `http://` of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    url: Url,
    is_local: bool,
}

impl FromStr for Address {
    type Err = DownloadError;

    fn from_str(text: &str) -> Result<Self, DownloadError> {
        let bad = |reason: &str| DownloadError::BadAddress {
            url: shown(text),
            reason: reason.to_owned(),
        };
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(bad("it has blanks in it; write %20 for a space"));
        }
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        if !["https", "http"].contains(&&*scheme.to_ascii_lowercase()) {
            return Err(bad("only https:// is downloaded from"));
        }
        // Browsers pass over further slashes; here the server would be a guess.
        if rest.starts_with(['/', '\\']) {
            return Err(bad("it names no server"));
        }
        let url = Url::parse(text).map_err(|error| bad(&format!("it is not a URL: {error}")))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad(
                "it has a user or password in it, which would be seen in logs",
            ));
        }
        let is_local = is_loopback(&url);
        if url.scheme() != "https" && !is_local {
            return Err(DownloadError::Insecure { url: shown(text) });
        }
        Ok(Self { url, is_local })
    }
}

impl Address {
    /// As it is asked for.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Whether it leads to this machine, where no proxy is asked.
    pub(super) fn is_local(&self) -> bool {
        self.is_local
    }

    /// Whether it is `https://`.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// Without what may be secret: a query may hold a token.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_secrets(self.url.clone()))
    }
}

/// Returns a URL for people and logs, without user, password and query.
pub(crate) fn shown(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) if url.has_host() => without_secrets(url),
        _ => {
            // It is no URL, so a secret is looked for after these alone.
            let plain = text.split(['?', '#']).next().unwrap_or_default();
            match plain.split_once("://") {
                Some((scheme, rest)) if rest.contains('@') => format!("{scheme}://..."),
                _ => plain.to_owned(),
            }
        }
    }
}

fn without_secrets(mut url: Url) -> String {
    // Both are refused for URLs that can have no user, which then have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

/// Whether a host is this machine by its name alone (RFC 6761, 6.3) or by its address.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_downloaded_from() {
        for good in [
            "https://example.org/x.zip",
            "HTTPS://example.org/x.zip?token=1",
            "http://127.0.0.1:8000/x",
            "http://[::1]:8000/x",
            "http://localhost/x",
        ] {
            let address: Address = good.parse().unwrap();
            assert!(address.as_str().eq_ignore_ascii_case(good), "{address}");
        }
        for (bad, code) in [
            ("http://example.org/x", "LI210"),
            ("http://localhost.example.org/x", "LI210"),
            ("http://127.0.0.1.example.org/x", "LI210"),
            ("http://127.0.0.1@example.org/x", "LI200"),
            ("https://user:secret@example.org/x", "LI200"),
            ("ftp://example.org/x", "LI200"),
            ("file:///etc/passwd", "LI200"),
            ("https:///x", "LI200"),
            ("https://\\\\example.org/x", "LI200"),
            ("https://", "LI200"),
            ("https://example.org/a b", "LI200"),
            ("x", "LI200"),
            ("", "LI200"),
        ] {
            let error = bad.parse::<Address>().unwrap_err();
            assert_eq!(error.code(), code, "{bad}: {error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        assert_eq!(
            shown("https://me:secret@example.org/a.zip?token=secret#secret"),
            "https://example.org/a.zip"
        );
        assert_eq!(
            shown("https://example.org?x=secret"),
            "https://example.org/"
        );
        assert_eq!(shown("https://me:secret@:bad/x"), "https://...");
        assert_eq!(
            shown("git@example.org:me/x.git"),
            "git@example.org:me/x.git"
        );
    }
}
