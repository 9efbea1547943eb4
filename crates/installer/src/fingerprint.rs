//! One hash for everything that decides what an environment contains, but for the files of local
//! libraries (`local_source.rs`).

use std::fs;
use std::io;

use camino::Utf8Path;

use crate::error::InstallError;
use crate::python::PythonInfo;
use crate::request::EnvironmentRequest;

/// Raised when environments are made in another way, so that old ones are not taken for new ones.
const RECIPE: u32 = 3;

/// Files beside the manifest that decide the content as well: uv's lock, and uv's own settings.
const FILES: [&str; 2] = ["uv.lock", "uv.toml"];

/// The fingerprint of a request, as 32 hexadecimal digits: short enough for a directory's name,
/// long enough never to meet another.
pub(crate) fn fingerprint(
    request: &EnvironmentRequest,
    python: &PythonInfo,
) -> Result<String, InstallError> {
    let mut hasher = blake3::Hasher::new();
    // Every part is preceded by its length: no two lists of parts give the same bytes.
    let mut part = |label: &str, bytes: &[u8]| {
        for piece in [label.as_bytes(), bytes] {
            hasher.update(&(piece.len() as u64).to_le_bytes());
            hasher.update(piece);
        }
    };
    part("recipe", &RECIPE.to_le_bytes());
    part("inputs", request.inputs().as_bytes());
    for extra in request.extras() {
        part("extra", extra.as_bytes());
    }
    part("python", python.version_text().as_bytes());
    part("abi", python.abi.as_bytes());
    part("platform", python.platform.as_bytes());
    // An environment has an absolute link to its interpreter.
    part("executable", python.file().as_str().as_bytes());
    for name in FILES {
        if let Some(bytes) = read(&request.project_dir().join(name))? {
            part(name, &bytes);
            // Otherwise the application's versions have the say.
            if name == "uv.lock" && request.is_exact() {
                part("lock", b"exact");
            }
        }
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

fn read(path: &Utf8Path) -> Result<Option<Vec<u8>>, InstallError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(InstallError::io("read", path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Dependencies;

    #[test]
    fn everything_that_decides_the_content_changes_it() {
        let scratch = tempfile::tempdir().unwrap();
        let dir = Utf8Path::from_path(scratch.path()).unwrap();
        let python = PythonInfo {
            executable: "/python".into(),
            version: (3, 12, 1),
            abi: "cpython-312".into(),
            platform: "linux-x86_64".into(),
        };
        let request = |inputs: &str| {
            let name = "x".parse().unwrap();
            EnvironmentRequest::new(name, dir, inputs, Dependencies::Some)
        };
        let base = fingerprint(&request("a"), &python).unwrap();
        assert_eq!(base.len(), 32);
        assert_eq!(base, fingerprint(&request("a"), &python).unwrap());
        let mut seen = vec![base];
        seen.push(fingerprint(&request("b"), &python).unwrap());
        seen.push(fingerprint(&request("a").with_extras(["gpu"]), &python).unwrap());
        for changed in [
            PythonInfo {
                version: (3, 12, 2),
                ..python.clone()
            },
            PythonInfo {
                abi: "cpython-312d".into(),
                ..python.clone()
            },
            PythonInfo {
                platform: "macosx-14-arm64".into(),
                ..python.clone()
            },
            PythonInfo {
                executable: "/other".into(),
                ..python.clone()
            },
        ] {
            seen.push(fingerprint(&request("a"), &changed).unwrap());
        }
        for name in FILES {
            lichtfeld_system::files::write_atomic(dir.join(name), b"version = 1").unwrap();
            seen.push(fingerprint(&request("a"), &python).unwrap());
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }
}
