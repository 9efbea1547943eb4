//! Which file of a Python package imports which other: a reader of lines, not of syntax.
//!
//! Imports inside functions count too: they put off a circle and do not cut it. What
//! stands below `if TYPE_CHECKING:` is for type checkers alone and does not count.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::graph::{Arrow, Arrows};

/// One imported name: `from a import b` is module `a` and name `b`, `import a` is module `a`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Import {
    /// The leading dots.
    dots: usize,
    module: Vec<String>,
    name: Option<String>,
}

/// The arrows among the files below `root`, a folder that is on Python's path.
pub(crate) fn arrows<'a>(
    root: &Utf8Path,
    files: impl IntoIterator<Item = (&'a Utf8Path, &'a str)>,
) -> Vec<Arrow> {
    let files: BTreeMap<Utf8PathBuf, Vec<Import>> = files
        .into_iter()
        .filter(|(path, _)| path.starts_with(root) && path.extension() == Some("py"))
        .map(|(path, text)| (path.to_owned(), imports(text)))
        .collect();
    let mut arrows = Arrows::default();
    for (file, imports) in &files {
        for import in imports {
            let Some(base) = base(root, file, import) else {
                continue;
            };
            match &import.name {
                None => {
                    if let Some(found) = module(&base, &files) {
                        let name = found.file_stem().unwrap_or_default();
                        arrows.add(file, &found, name);
                    }
                }
                Some(name) => {
                    if let Some(found) = defines(&base, name, root, &files, &mut BTreeSet::new()) {
                        arrows.add(file, &found, name);
                    }
                }
            }
        }
    }
    arrows.finish()
}

/// The folder or file, without its suffix, that an import names.
fn base(root: &Utf8Path, file: &Utf8Path, import: &Import) -> Option<Utf8PathBuf> {
    let mut base = match import.dots {
        0 => root.to_owned(),
        dots => file.ancestors().nth(dots)?.to_owned(),
    };
    base.extend(&import.module);
    Some(base)
}

fn module(base: &Utf8Path, files: &BTreeMap<Utf8PathBuf, Vec<Import>>) -> Option<Utf8PathBuf> {
    let file = Utf8PathBuf::from(format!("{base}.py"));
    [file, base.join("__init__.py")]
        .into_iter()
        .find(|path| files.contains_key(path))
}

/// The file that defines a name of a module: a submodule, or where the module has it from.
fn defines(
    base: &Utf8Path,
    name: &str,
    root: &Utf8Path,
    files: &BTreeMap<Utf8PathBuf, Vec<Import>>,
    open: &mut BTreeSet<Utf8PathBuf>,
) -> Option<Utf8PathBuf> {
    if let Some(found) = module(&base.join(name), files) {
        return Some(found);
    }
    let found = module(base, files)?;
    if open.insert(found.clone()) {
        let again = files.get(&found).into_iter().flatten();
        for import in again.filter(|import| import.name.as_deref() == Some(name)) {
            let base = self::base(root, &found, import)?;
            if let Some(found) = defines(&base, name, root, files, open) {
                return Some(found);
            }
        }
    }
    Some(found)
}

/// The imports of a file.
fn imports(text: &str) -> Vec<Import> {
    let mut found = Vec::new();
    // The indentation of a block for type checkers, while inside it.
    let mut for_types: Option<usize> = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let code = line.trim_start();
        if code.is_empty() {
            continue;
        }
        let indent = line.len() - code.len();
        if for_types.is_some_and(|block| indent <= block) {
            for_types = None;
        }
        if code.starts_with("if TYPE_CHECKING") || code.starts_with("if typing.TYPE_CHECKING") {
            for_types = Some(indent);
        }
        if for_types.is_some() {
            continue;
        }
        let code = code.split('#').next().unwrap_or_default().trim();
        if let Some(rest) = code.strip_prefix("from ")
            && let Some((from, names)) = rest.split_once(" import ")
        {
            let mut names = names.to_owned();
            while names.starts_with('(') && !names.contains(')') {
                let Some(more) = lines.next() else { break };
                names.push_str(more.split('#').next().unwrap_or_default());
                names.push(' ');
            }
            found.extend(imported_from(from.trim(), &names));
        } else if let Some(names) = code.strip_prefix("import ") {
            found.extend(names.split(',').filter_map(|name| {
                let module = name.split_whitespace().next()?;
                Some(Import {
                    dots: 0,
                    module: module.split('.').map(str::to_owned).collect(),
                    name: None,
                })
            }));
        }
    }
    found
}

fn imported_from(from: &str, names: &str) -> Vec<Import> {
    let module = from.trim_start_matches('.');
    let dots = from.len() - module.len();
    names
        .trim_matches(|c: char| matches!(c, '(' | ')') || c.is_whitespace())
        .split(',')
        .filter_map(|name| {
            let name = name
                .trim_matches(['(', ')', ' '])
                .split_whitespace()
                .next()?;
            Some(Import {
                dots,
                module: module
                    .split('.')
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned)
                    .collect(),
                name: Some(name.to_owned()),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files = files
            .iter()
            .map(|(path, text)| (Utf8Path::new(path), *text));
        let arrows = arrows("py".into(), files);
        arrows.iter().map(|a| a.shown("py".into())).collect()
    }

    #[test]
    fn relative_absolute_and_late_imports_lead_to_files() {
        let found = found(&[
            ("py/p/__init__.py", "from .a import X\n"),
            (
                "py/p/a.py",
                "import os\nfrom . import b\nfrom .c import (\n    Y,  # why\n    Z as z,\n)\n",
            ),
            ("py/p/b.py", "def f():\n    from ..q import late\n"),
            ("py/p/c.py", "import q.late\nfrom p import X\n"),
            ("py/q/late.py", ""),
        ]);
        assert_eq!(
            found,
            [
                "p/__init__.py -> p/a.py: X",
                "p/a.py -> p/b.py: b",
                "p/a.py -> p/c.py: Y, Z",
                "p/b.py -> q/late.py: late",
                "p/c.py -> p/a.py: X",
                "p/c.py -> q/late.py: late",
            ]
        );
    }

    #[test]
    fn what_type_checkers_alone_read_and_other_packages_are_no_arrows() {
        let found = found(&[
            (
                "py/p/a.py",
                "if TYPE_CHECKING:\n    from .b import X\n\nimport json\nfrom numpy import b\n",
            ),
            ("py/p/b.py", "from . import a\n"),
        ]);
        assert_eq!(found, ["p/b.py -> p/a.py: a"]);
    }

    #[test]
    fn names_that_two_files_have_from_each_other_end() {
        let found = found(&[
            ("py/p/a.py", "from .b import X\n"),
            ("py/p/b.py", "from .a import X\n"),
        ]);
        assert_eq!(found.len(), 2);
    }
}
