//! Whom a connection trusts: what `SSL_CERT_FILE` names, as other programs understand it, else the
//! system. On Windows and macOS TLS itself is the system's too.

use super::error::DownloadError;
use ureq::Error;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

#[cfg(any(windows, target_os = "macos"))]
const PROVIDER: TlsProvider = TlsProvider::NativeTls;
#[cfg(not(any(windows, target_os = "macos")))]
const PROVIDER: TlsProvider = TlsProvider::Rustls;

pub(super) fn config() -> Result<TlsConfig, DownloadError> {
    let builder = TlsConfig::builder().provider(PROVIDER);
    Ok(builder.root_certs(roots()?).build())
}

fn roots() -> Result<RootCerts, DownloadError> {
    let Some(path) = std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()) else {
        return Ok(RootCerts::PlatformVerifier);
    };
    let useless = |reason: String| DownloadError::Certificates {
        path: path.to_string_lossy().into_owned(),
        reason,
    };
    let text = std::fs::read(&path).map_err(|error| useless(error.to_string()))?;
    let found: Vec<Certificate<'static>> = parse_pem(&text)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        return Err(useless("there is no certificate in it".into()));
    }
    Ok(RootCerts::from(found))
}

/// What the library for TLS says, where it is the one that failed.
pub(super) fn reason(error: &Error) -> Option<String> {
    match error {
        #[cfg(any(windows, target_os = "macos"))]
        Error::NativeTls(error) => Some(error.to_string()),
        #[cfg(not(any(windows, target_os = "macos")))]
        Error::Rustls(error) => Some(error.to_string()),
        _ => None,
    }
}
