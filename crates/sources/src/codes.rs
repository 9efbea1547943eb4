//! The codes of the errors of this crate.

lichtfeld_system::error_codes! {
    NOT_A_SOURCE = "LI200", "not a source of plugins",
        "The text is neither a path nor a URL that plugins can be installed from.",
        "Give a directory, a .zip file or its https:// URL, `owner/name` of GitHub, or the URL of a repository.";
    NO_NETWORK = "LI201", "no network",
        "The name of the server, the server itself, or the proxy cannot be reached.",
        "Connect to the network, set `HTTPS_PROXY` if it is behind a proxy, then try again.";
    NOT_FOUND = "LI202", "no such repository or archive",
        "The server has nothing at this URL, or it is private.",
        "Look at the URL in a browser.";
    NO_REFERENCE = "LI203", "no such branch, tag or commit",
        "The repository does not have the branch, tag or commit after the `#`.",
        "Leave out what follows the `#` to get the newest.";
    GIT = "LI204", "git failed",
        "git failed for a reason that has no code of its own. The message contains its last line.",
        "Run the same `git clone` in a terminal.";
    BAD_ARCHIVE = "LI205", "not a zip archive",
        "The archive is damaged, or not a zip archive.",
        "Download it again.";
    CONTENT_TOO_LARGE = "LI206", "the content is too large",
        "The archive or directory contains more files, or larger ones, than a plugin may have.",
        "Leave data out of the plugin, or ask its author to.";
    UNSAFE_ENTRY = "LI207", "an entry outside the plugin",
        "An entry of the archive or directory would lie outside the plugin's directory, or lead there. Nothing was installed.",
        "Report it to the author of the plugin.";
    INSECURE = "LI210", "http:// to another machine",
        "`http://` is not encrypted, so the code could be replaced on its way. It is accepted from this machine only.",
        "Write `https://` instead.";
    DENIED = "LI211", "the server requires a login",
        "The server returned 401, 403 or 407.",
        "Download the file with a browser and install it, or use `transport=\"git\"`, which uses your keys.";
    SERVER = "LI212", "the server failed",
        "The server returned an error, or has received too many requests (429).",
        "Try again later.";
    DOWNLOAD_TOO_LARGE = "LI213", "the download is too large",
        "The file is larger than its limit.",
        "Ask the author of the plugin to leave data out of the archive.";
    WRONG_HASH = "LI214", "another SHA-256 than expected",
        "The file was damaged on its way, or replaced on the server. Nothing was installed.",
        "Try again. If it happens again, report it to the author of the plugin, and do not install it.";
    TIMED_OUT = "LI215", "the server sends nothing",
        "The server sent nothing for the length of the limit.",
        "Try again.";
    TLS = "LI216", "no safe connection",
        "The certificate of the server is not trusted, has expired, or is for another name.",
        "Look at the date of this machine. Behind the proxy of a company, let `SSL_CERT_FILE` name a file with its certificates (PEM).";
    REDIRECT = "LI217", "a redirect that is not followed",
        "The server redirects to a URL that downloads may not use, or too often.",
        "Look at the URL in a browser, and give the one at which it ends.";
    BROKEN_OFF = "LI218", "the connection was lost",
        "The connection ended before the whole file had arrived.",
        "Try again.";
    CERTIFICATES = "LI219", "SSL_CERT_FILE cannot be used",
        "`SSL_CERT_FILE` names a file that does not exist or has no certificates.",
        "Unset `SSL_CERT_FILE`, or let it name a PEM file.";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_distinct_and_in_order() {
        assert!(ALL.is_sorted_by(|a, b| a.code < b.code));
    }
}
