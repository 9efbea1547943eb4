//! The codes of the errors of this crate.

lichtfeld_system::error_codes! {
    NO_SOLUTION = "LI100", "requirements that exclude each other",
        "No versions of the packages satisfy all requirements of the plugin. The message contains the explanation of uv.",
        "Loosen the versions in `[project] dependencies`, or ask the author of the plugin to.";
    PACKAGE_NOT_FOUND = "LI101", "no such package",
        "No package index has a package that the plugin requires.",
        "Check its spelling in `[project] dependencies`. If it is on an index of its own, add the index under `[[tool.uv.index]]`.";
    NO_NETWORK = "LI102", "no package index can be reached",
        "An index cannot be reached, and the cache does not have every package.",
        "Connect to the network, or set `HTTPS_PROXY` if it is behind a proxy. To use only the cache, set `UV_OFFLINE=1`.";
    INDEX_AUTHENTICATION = "LI103", "an index requires a login",
        "A package index refused access.",
        "Give uv the credentials with `uv auth login <index>`, or in a netrc file.";
    BAD_MANIFEST = "LI104", "the manifest cannot be used",
        "The manifest cannot be read, or uv refuses it.",
        "Correct the line that the message contains.";
    PYTHON_NOT_ACCEPTABLE = "LI105", "another version of Python",
        "The plugin, or a package that it requires, does not run on the Python of the host.",
        "Use a version of the plugin that runs on it, or widen `requires-python`.";
    SOURCE_BUILD_FAILED = "LI106", "a package could not be built",
        "A package is published as source only for this platform, or is a library of this machine, and did not build.",
        "Choose a version that has a wheel, or install a C compiler and the headers that the output names. A library of your own must be corrected; its directory is named.";
    DISK_FULL = "LI107", "the disk is full",
        "No space is left on the disk of the environments.",
        "Free some space; `uv cache prune` removes downloads that are not used any more.";
    PERMISSION = "LI108", "a directory cannot be written",
        "Your user may not write to a file or directory of the environments.",
        "Give your user write access to it.";
    LOCK_TIMEOUT = "LI109", "another process installs the same plugin",
        "Another process has held the lock of the plugin's environments for too long.",
        "Wait until it is done, or end it, then try again.";
    CANCELLED = "LI110", "the installation was cancelled",
        "The caller cancelled. No files are left over.",
        "Load the plugin again if you need it.";
    TIMED_OUT = "LI111", "uv shows no activity",
        "uv wrote nothing and used no processor time for the length of its limit, and was ended.",
        "Check the network and try again: downloads are kept.";
    UV_MISSING = "LI112", "uv was not found",
        "uv, which installs the packages of plugins, is not installed. The message lists the places that were searched.",
        "Run `python -m pip install uv`.";
    UV_TOO_OLD = "LI113", "uv is too old",
        "The uv that was found is older than the oldest version that works.",
        "Run `python -m pip install --upgrade uv`.";
    UV_UNUSABLE = "LI114", "uv cannot be run",
        "The program that was found as uv cannot be run, or is another program.",
        "Run `python -m pip install --upgrade uv`.";
    UV_KILLED = "LI115", "a signal ended uv",
        "A signal ended uv while it installed packages. Often this is the operating system, which is short of memory.",
        "Close other programs and try again.";
    UV_FAILED = "LI116", "uv failed",
        "uv failed for a reason that has no code of its own.",
        "The last lines of its output say what to do.";
    STALE_LOCK = "LI117", "uv.lock does not fit the manifest",
        "The plugin has an `uv.lock` that was made for other requirements.",
        "Run `uv lock --project DIR`, or delete `uv.lock`.";
    PYTHON_UNUSABLE = "LI118", "the Python of the host cannot be used",
        "The Python interpreter of the host is missing, damaged, or cannot be run.",
        "Reinstall the application.";
    IO = "LI119", "an operation of the system failed",
        "The operating system refused an operation on an environment. The message contains the file and the reason.",
        "Do what the reason says, then load the plugin again.";
    HASH_MISMATCH = "LI120", "a download has another content than promised",
        "The hash of a downloaded file is not the one that the index, `uv.lock` or the address promises.",
        "Find out who has replaced the file. If it was replaced on purpose, lock the plugin again.";
    ADDRESS_REFUSED = "LI121", "the address of a dependency cannot be downloaded",
        "The server of a dependency with an address of its own, or its git repository, has refused it or does not have it.",
        "Correct the address in `[project] dependencies` or `[tool.uv.sources]`, or give uv the credentials with `uv auth login ADDRESS`.";
    BAD_CONFIGURATION = "LI122", "the user's configuration of uv cannot be read",
        "A `uv.toml` that is not the plugin's has a mistake, or `UV_CONFIG_FILE` names a file that does not exist.",
        "Correct the file that the message names, or remove it.";
    NO_WHEEL = "LI123", "no wheel for this system",
        "The files of a package are for other systems or other versions of Python, and it has no sources.",
        "Choose a version that has a wheel for this system, or limit the requirement with a marker.";
    ONLY_PRERELEASES = "LI124", "only pre-releases satisfy the requirements",
        "Only pre-releases of a package satisfy the requirements, and they are not allowed.",
        "Name a pre-release in the requirement, or set `prerelease = \"allow\"` under `[tool.uv]`.";
    MISSING_PATH = "LI125", "a library of this machine does not exist",
        "The path of a dependency in `[tool.uv.sources]`, or its `file:` address, does not exist.",
        "Correct the path, which is relative to the plugin's directory.";
    CERTIFICATE = "LI126", "the certificate of a server is not trusted",
        "The server of an index or a download has a certificate that is not trusted. Often a proxy has replaced it.",
        "Set `UV_SYSTEM_CERTS=1`, or `SSL_CERT_FILE` to a file with the certificate of your network.";
    BACKEND_MISSING = "LI127", "sources that do not list what builds them",
        "The sources of a package need a module to be built that they do not list.",
        "Choose a version that has a wheel, or add the module under `[tool.uv.extra-build-dependencies]`.";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_distinct_and_in_order() {
        assert!(ALL.is_sorted_by(|a, b| a.code < b.code));
    }
}
