//! Every file of an environment against the lists that its distributions brought along.
//!
//! The lists are [RECORD] files: path, hash and size of each file.
//!
//! [RECORD]: https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file

use std::fs::{self, File};
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use camino::Utf8Path;
use sha2::{Digest, Sha256};

use crate::distribution::parse_dist_info;
use crate::generation::Generation;
use crate::outcome::{Damage, Depth};
use crate::record_row::Row;

/// What is not as it was installed.
pub(crate) fn verify(generation: &Generation, depth: Depth) -> Vec<Damage> {
    let mut damage = Vec::new();
    for site_packages in &generation.site_packages {
        let entries = match fs::read_dir(site_packages) {
            Ok(entries) => entries,
            Err(error) => {
                damage.push(Damage {
                    distribution: None,
                    path: site_packages.clone(),
                    reason: error.to_string(),
                });
                continue;
            }
        };
        let names = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.collect();
        names.sort();
        for name in names {
            if let Some((distribution, _)) = parse_dist_info(&name) {
                record(site_packages, &name, &distribution, depth, &mut damage);
            }
        }
    }
    damage
}

fn record(
    site_packages: &Utf8Path,
    dist_info: &str,
    distribution: &str,
    depth: Depth,
    damage: &mut Vec<Damage>,
) {
    let path = site_packages.join(dist_info).join("RECORD");
    let mut report = |path: &Utf8Path, reason: String| {
        let distribution = Some(distribution.to_owned());
        damage.push(Damage {
            distribution,
            path: path.to_owned(),
            reason,
        });
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return report(&path, error.to_string()),
    };
    for line in text.lines().filter(|line| !line.is_empty()) {
        let Some(row) = Row::parse(line) else {
            report(&path, format!("{line:?} is no line of a RECORD"));
            continue;
        };
        // Python writes these anew whenever it likes.
        if row.path.ends_with(".pyc") {
            continue;
        }
        let file = site_packages.join(&row.path);
        if let Err(reason) = check(&file, &row, depth) {
            report(&file, reason);
        }
    }
}

fn check(file: &Utf8Path, row: &Row, depth: Depth) -> Result<(), String> {
    let metadata = fs::metadata(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "it is missing".to_owned(),
        _ => error.to_string(),
    })?;
    if let Some(size) = row.size
        && metadata.len() != size
    {
        return Err(format!("it has {} bytes, and had {size}", metadata.len()));
    }
    // The standard allows other algorithms; no tool uses them.
    let Some(expected) = row
        .hash
        .strip_prefix("sha256=")
        .filter(|_| depth == Depth::Hashes)
    else {
        return Ok(());
    };
    let mut hasher = Sha256::new();
    let copied =
        File::open(file).and_then(|mut file| io::copy(&mut file, &mut Hashing(&mut hasher)));
    copied.map_err(|error| error.to_string())?;
    if URL_SAFE_NO_PAD.encode(hasher.finalize()) == expected.trim_end_matches('=') {
        Ok(())
    } else {
        Err("its content has changed".to_owned())
    }
}

struct Hashing<'a>(&'a mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
