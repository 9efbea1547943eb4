//! Which file of each package uses which other: what the rules on circles and order look at.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Breach, SourceFile};
use crate::error::Result;
use crate::members::{self, Member};
use crate::modules::{self, Arrow};
use crate::say;

/// Folders with Python packages, each on Python's path for what lies below it.
const PYTHON: [&str; 3] = ["crates/bindings/python", "plugins", "xtask/demo"];

/// The arrows among the files of one crate or Python folder.
#[derive(Debug, Clone)]
pub(crate) struct Uses {
    /// The package's name or the folder.
    pub(crate) name: String,
    /// The folder below which the files are.
    pub(crate) dir: Utf8PathBuf,
    /// Which file uses which.
    pub(crate) arrows: Vec<Arrow>,
}

/// The arrows of every package and Python folder, and the files that could not be read.
pub(crate) fn read(members: &[Member], files: &[SourceFile]) -> (Vec<Uses>, Vec<Breach>) {
    let texts: BTreeMap<&Utf8Path, &str> = files
        .iter()
        .map(|file| (file.path.as_path(), file.text.as_str()))
        .collect();
    let mut all = Vec::new();
    let mut breaches = Vec::new();
    for member in members {
        let mut arrows = Vec::new();
        for root in &member.roots {
            match modules::rust_arrows(root, |path| texts.get(path).copied()) {
                Ok(mut found) => arrows.append(&mut found),
                Err(error) => breaches.push(Breach {
                    rule: "circles",
                    path: error.path,
                    line: 0,
                    message: format!("this is no Rust that can be read: {}", error.reason),
                }),
            }
        }
        all.push(Uses {
            name: member.name.clone(),
            dir: member.dir.join("src"),
            arrows,
        });
    }
    for dir in PYTHON {
        all.push(Uses {
            name: dir.to_owned(),
            dir: dir.into(),
            arrows: modules::python_arrows(
                dir.into(),
                texts.iter().map(|(path, text)| (*path, *text)),
            ),
        });
    }
    (all, breaches)
}

/// Keeps the package or the Python folder of that name.
pub(crate) fn only(uses: &mut Vec<Uses>, members: &[Member], name: &str) -> Result<()> {
    let folder = name.trim_end_matches('/');
    let found = match PYTHON.contains(&folder) {
        true => folder,
        false => &members::named(members, name)?.name,
    };
    uses.retain(|uses| uses.name == found);
    Ok(())
}

/// Prints every arrow.
pub(crate) fn print(uses: &[Uses]) {
    for Uses { name, dir, arrows } in uses {
        say::heading(name);
        for arrow in arrows {
            say::out(arrow.shown(dir));
        }
    }
}
