//! Addresses that something may be downloaded from.
//!
//! What is downloaded is run later, so nobody on the way may have changed it: HTTPS, or this very
//! machine. <https://www.rfc-editor.org/rfc/rfc9110#section-4.2.2>

use super::error::DownloadError;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use ureq::http::Uri;

/// The URL of something to download: `https://`, or `http://` of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
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
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        let is_known = |scheme: &str| {
            scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
        };
        if !scheme.is_some_and(is_known) {
            return Err(bad("only https:// is downloaded from"));
        }
        let uri: Uri = text
            .parse()
            .map_err(|error| bad(&format!("it is not a URL: {error}")))?;
        let host = uri.host().unwrap_or_default();
        if host.is_empty() {
            return Err(bad("it names no server"));
        }
        if uri
            .authority()
            .is_some_and(|found| found.as_str().contains('@'))
        {
            return Err(bad(
                "it has a user or password in it, which would be seen in logs",
            ));
        }
        let is_local = is_loopback(host);
        if uri.scheme_str() != Some("https") && !is_local {
            return Err(DownloadError::Insecure { url: shown(text) });
        }
        Ok(Self {
            text: text.to_owned(),
            is_local,
        })
    }
}

impl Address {
    /// As it is asked for.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it leads to this machine, where no proxy is asked.
    pub(super) fn is_local(&self) -> bool {
        self.is_local
    }

    /// Whether it is `https://`.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.text
            .get(..8)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
    }
}

/// Without what may be secret: a query may hold a token.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.text))
    }
}

/// A URL for people and logs: no user, password or query.
pub(crate) fn shown(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = plain.split_once("://") else {
        return plain.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

/// Whether a host is this machine by its name alone (RFC 6761, 6.3) or by its address.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
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
            assert_eq!(address.as_str(), good);
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
        assert_eq!(shown("https://example.org?x=secret"), "https://example.org");
    }
}
