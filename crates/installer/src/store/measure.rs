//! What a freshly built environment contains, for its record.

use std::fs;
use std::io;

use camino::Utf8Path;

/// The names in site-packages, sorted. Python makes `__pycache__` there as it likes.
pub(crate) fn entries(site_packages: &Utf8Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let listed = match fs::read_dir(site_packages) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
        Err(error) => return Err(error),
    };
    for entry in listed {
        if let Ok(name) = entry?.file_name().into_string()
            && name != "__pycache__"
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// The size of all files of a tree, in bytes.
pub(crate) fn size(tree: &Utf8Path) -> u64 {
    let entries = walkdir::WalkDir::new(tree).into_iter().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .filter(|metadata| metadata.is_file())
        .map(|metadata| metadata.len())
        .sum()
}
