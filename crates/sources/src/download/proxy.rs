//! The proxy that the environment names.

use lichtfeld_system::process::{is_hidden, variable};
use ureq::Proxy;

/// In the order of the library.
const NAMES: [&str; 6] = [
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Returns the proxy for downloads, or `None` for direct connections. Variables that a plugin has set
/// do not count.
pub(super) fn from_env() -> Option<Proxy> {
    if !NAMES.iter().chain(&EXCEPTIONS).any(is_hidden) {
        return Proxy::try_from_env();
    }
    let text = |name: &&str| variable(name)?.into_string().ok();
    let found = NAMES
        .iter()
        .filter_map(text)
        .find_map(|text| Proxy::new(&text).ok())?;
    let mut proxy = Proxy::builder(found.protocol())
        .host(found.host())
        .port(found.port())
        .resolve_target(found.resolve_target());
    if let Some(user) = found.username() {
        proxy = proxy.username(user);
    }
    if let Some(password) = found.password() {
        proxy = proxy.password(password);
    }
    let exceptions = EXCEPTIONS.iter().find_map(text).unwrap_or_default();
    for exception in exceptions.split(',') {
        proxy = proxy.no_proxy(exception);
    }
    proxy.build().ok()
}
