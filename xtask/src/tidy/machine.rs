//! Machines: no path and no host name of the one on which a file was written.

use super::{Breach, SourceFile};

/// Folders at the root of a file system that are somebody's own.
const FOLDERS: [&str; 4] = ["root", "work", "home", "Users"];
/// Names that documentation uses for anybody.
const ANYBODY: [&str; 6] = ["user", "you", "me", "someone", "ada", "artist"];
/// Hosts that a lock file may name.
const HOSTS: [&str; 6] = [
    "github.com",
    "index.crates.io",
    "static.crates.io",
    "pypi.org",
    "files.pythonhosted.org",
    "download.pytorch.org",
];

/// No path of a machine in any file.
pub(crate) fn paths(file: &SourceFile) -> Vec<Breach> {
    file.lines()
        .filter_map(|(number, line)| Some((number, machine_path(line)?)))
        .map(|(number, path)| {
            let message = format!("{path} is a path of one machine; name it relative to something");
            file.breach("machine-path", number, message)
        })
        .collect()
}

fn machine_path(line: &str) -> Option<String> {
    for folder in FOLDERS {
        let start = format!("/{folder}/");
        for (at, _) in line.match_indices(&start) {
            // `network/work/x` and `https://host/home/` are no paths from the root.
            let inside = line[..at].chars().next_back().is_some_and(|c| {
                c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '~' | '}' | ')' | '*' | '$')
            });
            let rest: String = line[at + start.len()..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
                .collect();
            let anybody = matches!(folder, "home" | "Users") && ANYBODY.contains(&rest.as_str());
            if !inside && !rest.is_empty() && !anybody {
                return Some(format!("{start}{rest}"));
            }
        }
    }
    None
}

/// Lock files and configuration name public registries only, not a mirror.
pub(crate) fn hosts(file: &SourceFile) -> Vec<Breach> {
    let name = file.path.file_name().unwrap_or_default();
    let is_lock = file.has_extension(&["lock"])
        || matches!(name, "config.toml" | "pip.conf" | "uv.toml")
        || (file.path.as_str().contains("requirements") && file.has_extension(&["txt"]));
    if !is_lock || file.is_fixture() {
        return vec![];
    }
    let mut breaches = Vec::new();
    for (number, line) in file.lines() {
        for (at, marker) in line.match_indices("://") {
            let host: String = line[at + marker.len()..]
                .chars()
                .take_while(|c| !matches!(c, '/' | '"' | '\'' | ' ' | '#'))
                .collect();
            let host = host.rsplit('@').next().unwrap_or_default();
            if !HOSTS.contains(&host) {
                let message = format!("{host} is no public registry; lock against the public one");
                breaches.push(file.breach("registry-host", number, message));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn at(folder: &str, rest: &str) -> String {
        format!("see /{folder}/{rest} for it")
    }

    #[test]
    fn a_path_of_a_machine_is_found_in_any_file() {
        for line in [
            at("root", ".cargo"),
            at("work", "main"),
            at("home", "jane"),
            at("Users", "j"),
        ] {
            assert_eq!(paths(&file("README.md", &line)).len(), 1, "{line}");
        }
    }

    #[test]
    fn anybodys_home_and_paths_inside_others_are_allowed() {
        for line in [
            at("home", "user/plugins"),
            "a/network/work/here".to_owned(),
            "$HOME/work/x".to_owned(),
            format!("host.example/{}/page", "home"),
        ] {
            assert_eq!(paths(&file("a.rs", &line)), [], "{line}");
        }
    }

    #[test]
    fn a_mirror_in_a_lock_is_found() {
        let line = "source = \"registry+https://mirror.example:8080/index\"";
        assert!(
            hosts(&file("Cargo.lock", line))[0]
                .message
                .contains("mirror.example:8080")
        );
        let line = "url = \"https://user:word@pypi.example/simple\"";
        assert!(
            hosts(&file("p/uv.lock", line))[0]
                .message
                .starts_with("pypi.example ")
        );
    }

    #[test]
    fn public_registries_and_other_files_are_allowed() {
        let line = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        assert_eq!(hosts(&file("Cargo.lock", line)), []);
        assert_eq!(hosts(&file("docs/a.md", "https://mirror.example/")), []);
    }
}
