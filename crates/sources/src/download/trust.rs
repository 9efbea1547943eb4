//! Whom a connection trusts: what `SSL_CERT_FILE` names, as other programs understand it, else the
//! system. On Windows and macOS TLS itself is the system's too.

use super::error::DownloadError;
use lichtfeld_system::Cause;
use lichtfeld_system::process::variable;
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
    let Some(path) = variable("SSL_CERT_FILE") else {
        return Ok(RootCerts::PlatformVerifier);
    };
    let useless = |source: Cause| DownloadError::Certificates {
        path: path.to_string_lossy().into_owned(),
        source,
    };
    let text = std::fs::read(&path).map_err(|error| useless(error.into()))?;
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

/// Returns the error of the library for TLS, if it is the one that failed; else the error as it was.
pub(super) fn cause(error: Error) -> Result<Cause, Error> {
    match error {
        #[cfg(any(windows, target_os = "macos"))]
        Error::NativeTls(error) => Ok(error.into()),
        #[cfg(not(any(windows, target_os = "macos")))]
        Error::Rustls(error) => Ok(error.into()),
        other => Err(other),
    }
}
