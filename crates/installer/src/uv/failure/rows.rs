//! The table of what uv says. The first row that fits decides.

use camino::Utf8PathBuf;

use super::Told;
use super::text::{
    address_in, between, build_reason, built_package, causes, explanation, first_error, line_with,
    local_path, missing_package,
};
use crate::distribution::normalized;
use crate::error::InstallError;
use crate::package_failure::PackageFailure;
use crate::transcript::Cache;

pub(super) struct Row {
    /// What it recognises.
    pub(super) name: &'static str,
    /// It fits if the text, in lower case, has one of each list.
    when: &'static [&'static [&'static str]],
    /// Returns `None` if the text is of another kind after all.
    make: fn(&Told<'_>) -> Option<InstallError>,
}

/// The row that fits, and the error that it makes.
pub(super) fn find(told: &Told<'_>) -> Option<(&'static str, InstallError)> {
    let lower = told.text.to_lowercase();
    let has = |needles: &&[&str]| needles.iter().any(|needle| lower.contains(*needle));
    ROWS.iter()
        .filter(|row| row.when.iter().all(has))
        .find_map(|row| Some((row.name, (row.make)(told)?)))
}

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "disk full",
        when: &[&[
            "no space left on device",
            "disk quota exceeded",
            "not enough space on the disk",
        ]],
        make: |told| {
            Some(InstallError::DiskFull {
                path: told.directory(),
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "permission",
        when: &[&[
            "permission denied (os error",
            "read-only file system",
            "access is denied",
            "failed to initialize cache",
        ]],
        make: |told| {
            let reason = causes(&told.text).pop();
            Some(InstallError::Permission {
                path: told.directory(),
                source: reason.unwrap_or_else(|| first_error(&told.text)).into(),
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "configuration",
        when: &[&["failed to parse: ", "failed to open file `"], &[".toml"]],
        make: configuration,
    },
    Row {
        name: "missing path",
        when: &[&["distribution not found at: file://"]],
        make: |told| {
            let url = between(&told.text, "Distribution not found at: ", "\n");
            let url = url.or_else(|| {
                let (_, url) = told.text.split_once("Distribution not found at: ")?;
                Some(url)
            })?;
            package(PackageFailure::MissingPath {
                plugin: told.plugin(),
                path: crate::local_source::file_of(url.trim())?,
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "certificate",
        when: &[&["invalid peer certificate", "certificate verify failed"]],
        make: |told| {
            let reason = causes(&told.text).pop();
            package(PackageFailure::Certificate {
                plugin: told.plugin(),
                address: address_in(&told.text)?,
                reason: reason.unwrap_or_else(|| first_error(&told.text)),
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "hash",
        when: &[&["hash mismatch for `"]],
        make: |told| {
            let hash = |label: &str| {
                let (_, rest) = told.text.split_once(label)?;
                rest.lines()
                    .map(str::trim)
                    .find(|line| !line.is_empty())
                    .map(str::to_owned)
            };
            package(PackageFailure::HashMismatch {
                plugin: told.plugin(),
                package: between(&told.text, "Hash mismatch for `", "`")?.to_owned(),
                expected: hash("Expected:")?,
                computed: hash("Computed:")?,
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "backend missing",
        when: &[
            &["failed to build `"],
            &["no module named '"],
            &["build dependency", "build backend"],
        ],
        make: |told| {
            let module = between(&told.text, "No module named '", "'")?;
            // One that the build itself lacks, in the middle of its own code, is told by its output.
            let called = format!("Call to `{}", module.split('.').next()?);
            let is_backend = told.text.contains(&called);
            let is_listed = told.text.contains("declare it as a build dependency");
            if !is_backend && !is_listed {
                return None;
            }
            package(PackageFailure::BackendMissing {
                plugin: told.plugin(),
                package: built_package(&told.text)?,
                module: module.to_owned(),
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "build",
        when: &[&["failed to build `"]],
        make: build,
    },
    Row {
        name: "no wheel",
        when: &[&[
            "doesn't have a source distribution or wheel for the current platform",
            "`-compatible wheels",
            "no wheels with a matching p",
            "python abi tag",
        ]],
        make: |told| {
            let distribution = between(&told.text, "Distribution `", " @");
            let package_name = distribution.or_else(|| between(&told.text, "Because ", " has no"));
            let reason = match told.text.split_once("\nhint: ") {
                Some((_, hint)) => hint.lines().next().unwrap_or_default().to_owned(),
                None if distribution.is_some() => "its files are for others".to_owned(),
                None => explanation(&told.text),
            };
            package(PackageFailure::NoWheel {
                plugin: told.plugin(),
                package: package_name?.to_owned(),
                python: told.context.python.version_text(),
                // The rest is advice about a table that is written here.
                reason: reason.split("; consider adding").next()?.to_owned(),
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "address refused",
        when: &[
            &["failed to download `"],
            &["http status client error (4"],
            &[" @ http://", " @ https://"],
        ],
        make: |told| {
            let status = between(&told.text, "HTTP status client error (", ")")?;
            package(PackageFailure::AddressRefused {
                plugin: told.plugin(),
                package: between(&told.text, "Failed to download `", "`")?.to_owned(),
                reason: format!("the server returned {status}"),
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "git",
        when: &[&["git operation failed"]],
        make: |told| {
            let (_, rest) = told.text.split_once("Failed to download and build `")?;
            let line = told.text.lines().find_map(|line| {
                let line = line.trim_start();
                line.strip_prefix("fatal: ").map(str::to_owned)
            });
            package(PackageFailure::AddressRefused {
                plugin: told.plugin(),
                package: rest.split('`').next()?.to_owned(),
                reason: line.unwrap_or_else(|| first_error(&told.text)),
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "credentials",
        when: &[&[
            "401 unauthorized",
            "403 forbidden",
            "407 proxy authentication",
            "valid authentication credentials",
        ]],
        make: |told| {
            Some(InstallError::IndexAuthentication {
                plugin: told.plugin(),
                reason: line_with(&told.text, &["401", "403", "407", "credentials"]),
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "offline",
        when: &[&["network was disabled", "network connectivity is disabled"]],
        make: |told| {
            Some(InstallError::NoNetwork {
                plugin: told.plugin(),
                reason: line_with(&told.text, &["was not found in the cache", "disabled"]),
                cache: Cache::Lacks,
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "network",
        when: &[&[
            "failed to fetch",
            "error sending request",
            "dns error",
            "connection refused",
            "failed to download",
            "could not connect",
            "operation timed out",
        ]],
        make: |told| {
            let mut reason = first_error(&told.text);
            if let Some(cause) = causes(&told.text).pop() {
                reason = format!("{reason}: {cause}");
            }
            Some(InstallError::NoNetwork {
                plugin: told.plugin(),
                reason,
                cache: Cache::NotAsked,
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "pre-releases",
        when: &[&[
            "pre-releases are available for",
            "pre-releases weren't enabled",
        ]],
        make: |told| {
            package(PackageFailure::OnlyPrereleases {
                plugin: told.plugin(),
                package: between(&told.text, "vailable for `", "`")?.to_owned(),
                reason: explanation(told.text.split("\nhint:").next()?),
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "python",
        when: &[&[
            "incompatible with the project's python requirement",
            "does not satisfy python",
            "does not fulfill python",
            " requires python ",
            "the current python version",
        ]],
        make: |told| {
            Some(InstallError::PythonNotAcceptable {
                plugin: told.plugin(),
                python: told.context.python.version_text(),
                reason: explanation(&told.text),
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "interpreter",
        when: &[&[
            "no interpreter found at path",
            "failed to inspect python interpreter",
            "querying python at",
        ]],
        make: |told| {
            Some(InstallError::PythonUnusable {
                executable: told.context.python.executable.clone(),
                source: first_error(&told.text).into(),
            })
        },
    },
    Row {
        name: "manifest",
        when: &[&[
            "failed to parse",
            "is not defined in the `optional-dependencies`",
            "toml parse error",
        ]],
        make: |told| {
            Some(InstallError::BadManifest {
                manifest: told.context.manifest.to_owned(),
                reason: explanation(&told.text),
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "no such package",
        when: &[&[" was not found in the package registry"]],
        make: |told| {
            Some(InstallError::PackageNotFound {
                plugin: told.plugin(),
                package: missing_package(&told.text)?,
                transcript: told.transcript(),
            })
        },
    },
    Row {
        name: "no solution",
        when: &[&["no solution found"]],
        make: |told| {
            Some(InstallError::NoSolution {
                plugin: told.plugin(),
                explanation: explanation(&told.text),
                transcript: told.transcript(),
            })
        },
    },
];

#[expect(clippy::unnecessary_wraps, reason = "what rows return")]
fn package(failure: PackageFailure) -> Option<InstallError> {
    Some(InstallError::Package(Box::new(failure)))
}

/// A configuration file of the plugin counts as its manifest; any other is the user's own.
fn configuration(told: &Told<'_>) -> Option<InstallError> {
    let opened = between(&told.text, "failed to open file `", "`");
    let named = opened.or_else(|| {
        let (_, rest) = told.text.split_once("Failed to parse: ")?;
        rest.lines().next()
    });
    let path = Utf8PathBuf::from(named?.trim().trim_matches('`'));
    let directory = told.context.manifest.parent()?;
    if path.extension() != Some("toml") {
        return None;
    }
    // A relative path begins where uv was started, which is the plugin's directory.
    let path = directory.join(path);
    let reason = explanation(&told.text);
    let reason = match reason.split_once('\n') {
        // After the line that names the file.
        Some((first, rest)) if first.contains("ailed to parse") => rest.trim().to_owned(),
        _ => reason,
    };
    let transcript = told.transcript();
    if path.starts_with(directory) {
        return Some(InstallError::BadManifest {
            manifest: path,
            reason,
            transcript,
        });
    }
    package(PackageFailure::BadConfiguration {
        path,
        reason,
        transcript,
    })
}

fn build(told: &Told<'_>) -> Option<InstallError> {
    let package = built_package(&told.text)?;
    let transcript = told.transcript();
    if normalized(&package) == told.context.plugin {
        // uv asks for a build where it cannot read the project itself.
        return Some(InstallError::BadManifest {
            manifest: told.context.manifest.to_owned(),
            reason: causes(&told.text).join(": "),
            transcript,
        });
    }
    let (plugin, reason) = (told.plugin(), build_reason(&told.text));
    Some(match local_path(&told.text) {
        Some(path) => InstallError::LibraryBuildFailed {
            plugin,
            package,
            path,
            reason,
            transcript,
        },
        None => InstallError::SourceBuildFailed {
            plugin,
            package,
            reason,
            transcript,
        },
    })
}
