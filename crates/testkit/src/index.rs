//! Package indexes on disk.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};
use lichtfeld_system::files;

use crate::sdist::SdistBuilder;
use crate::wheel::WheelBuilder;

/// A flat directory of wheels, for `UV_FIND_LINKS`; and on request a tree as an index serves it.
#[derive(Clone, Debug)]
pub struct WheelIndex {
    path: Utf8PathBuf,
}

impl WheelIndex {
    /// The index in a directory, which is made when something is added.
    #[must_use]
    pub fn new(path: impl Into<Utf8PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    /// Adds a wheel, and gives its path.
    #[expect(clippy::needless_pass_by_value, reason = "reads well with a builder")]
    pub fn add(&self, wheel: WheelBuilder) -> Utf8PathBuf {
        wheel.write(&self.path)
    }

    /// Adds a source distribution, and gives its path.
    #[expect(clippy::needless_pass_by_value, reason = "reads well with a builder")]
    pub fn add_sdist(&self, sdist: SdistBuilder) -> Utf8PathBuf {
        sdist.write(&self.path)
    }

    /// Writes a PEP 503 tree of everything that was added into `<directory>/simple`, and gives its
    /// `file://` address.
    ///
    /// # Panics
    /// Where it cannot be written.
    #[must_use]
    pub fn simple(&self) -> String {
        let root = self.path.join("simple");
        let mut projects: Vec<String> = Vec::new();
        let mut names: Vec<String> = fs::read_dir(&self.path)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| name.ends_with(".whl") || name.ends_with(".tar.gz"))
            .collect();
        names.sort();
        for name in &names {
            let project = name
                .split('-')
                .next()
                .unwrap_or(name)
                .replace('_', "-")
                .to_lowercase();
            if !projects.contains(&project) {
                let own = |other: &&String| {
                    other
                        .split('-')
                        .next()
                        .unwrap_or(other)
                        .replace('_', "-")
                        .to_lowercase()
                        == project
                };
                let links: String = names
                    .iter()
                    .filter(own)
                    .map(|name| format!("<a href=\"../../{name}\">{name}</a><br>\n"))
                    .collect();
                let page = format!("<!DOCTYPE html><html><body>\n{links}</body></html>\n");
                files::write_atomic(root.join(&project).join("index.html"), page.as_bytes())
                    .expect("a page of the index");
                projects.push(project);
            }
        }
        let links: String = projects
            .iter()
            .map(|name| format!("<a href=\"{name}/\">{name}</a>\n"))
            .collect();
        files::write_atomic(
            root.join("index.html"),
            format!("<!DOCTYPE html><html><body>\n{links}</body></html>\n").as_bytes(),
        )
        .expect("the index");
        format!("file://{root}")
    }
}
