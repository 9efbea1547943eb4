//! The modules of one crate, and which file defines what a path names.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};

use super::graph::{Arrow, Arrows};
use super::scan::Binding;
use super::syntax::{self, Import, Scope, Unreadable};

/// The arrows of the crate whose root file is `root`; `read` returns the text of a file, or `None`
/// if it does not exist.
pub(crate) fn arrows<'a>(
    root: &Utf8Path,
    read: impl Fn(&Utf8Path) -> Option<&'a str>,
) -> Result<Vec<Arrow>, Unreadable> {
    let mut tree = Tree::default();
    tree.add_file(root, None, &read)?;
    Ok(tree.arrows())
}

/// Whether a call like `part::run()` in the file with the line `mod part;` is a use of `part.rs`.
///
/// It is not: the file that lists the parts may run them one after the other, and hold what they
/// share. What it imports or re-exports from them counts.
const CALLS_OF_PARTS: bool = false;

/// A module of the crate.
#[derive(Debug)]
struct Module {
    file: Utf8PathBuf,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    scope: Scope,
}

impl Module {
    /// Whether a path leads into a file that this module lists, by its name alone.
    fn names_a_part(&self, path: &[String]) -> bool {
        let first = path.first();
        path.len() > 1
            && first.is_some_and(|name| self.scope.files.iter().any(|(file, _)| file == name))
    }
}

/// The crate; its root is the first module.
#[derive(Debug, Default)]
struct Tree {
    modules: Vec<Module>,
    /// Macros by example, which may be used without a path.
    macros: BTreeMap<String, Utf8PathBuf>,
}

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Module(usize),
    Item { file: Utf8PathBuf, name: String },
}

/// Names on whose meaning the search waits: a circle of imports has no meaning.
type Open = BTreeSet<(usize, String)>;

impl Tree {
    fn add_file<'a>(
        &mut self,
        file: &Utf8Path,
        parent: Option<(usize, &str)>,
        read: &impl Fn(&Utf8Path) -> Option<&'a str>,
    ) -> Result<(), Unreadable> {
        let text = read(file).unwrap_or_default();
        let scopes = syntax::read(text).map_err(|error| Unreadable {
            path: file.to_owned(),
            reason: error.to_string(),
        })?;
        let first = self.modules.len();
        // The file's own module comes first; those inside it name it as their ancestor.
        let mut inside: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        let mut ordered: Vec<Scope> = scopes;
        ordered.sort_by_key(|scope| scope.inside.len());
        for scope in ordered {
            let index = self.modules.len();
            let around = match scope.inside.split_last() {
                None => parent.map(|(module, name)| (module, name.to_owned())),
                Some((name, around)) => inside.get(around).map(|module| (*module, name.clone())),
            };
            if let Some((module, name)) = &around {
                self.modules[*module].children.insert(name.clone(), index);
            }
            for name in &scope.macros {
                self.macros.insert(name.clone(), file.to_owned());
            }
            inside.insert(scope.inside.clone(), index);
            self.modules.push(Module {
                file: file.to_owned(),
                parent: around.map(|(module, _)| module),
                children: BTreeMap::new(),
                scope,
            });
        }
        for index in first..self.modules.len() {
            // Not those of the files that this loop adds.
            if self.modules[index].file != file {
                break;
            }
            for (name, path) in self.modules[index].scope.files.clone() {
                let found = candidates(
                    file,
                    parent.is_none(),
                    &self.modules[index].scope,
                    &name,
                    path,
                )
                .into_iter()
                .find(|path| read(path).is_some());
                // Made while building, or for another system and not there: no node.
                if let Some(found) = found {
                    self.add_file(&found, Some((index, &name)), read)?;
                }
            }
        }
        Ok(())
    }

    fn arrows(&self) -> Vec<Arrow> {
        let mut arrows = Arrows::default();
        for (index, module) in self.modules.iter().enumerate() {
            let mut through_globs = false;
            for path in &module.scope.paths {
                if !CALLS_OF_PARTS && module.names_a_part(path) {
                    continue;
                }
                let place = self.place(index, path, &mut Open::new());
                if let Some(Place::Item { file, name }) = place.or_else(|| self.bare_macro(path)) {
                    through_globs |= path.len() == 1;
                    arrows.add(&module.file, &file, &name);
                }
            }
            for import in &module.scope.imports {
                self.import(index, import, through_globs, &mut arrows);
            }
        }
        arrows.finish()
    }

    fn import(&self, module: usize, import: &Import, through_globs: bool, arrows: &mut Arrows) {
        let Some(place) = self.place(module, &import.path, &mut Open::new()) else {
            return;
        };
        let from = &self.modules[module].file;
        match place {
            Place::Item { file, name } => arrows.add(from, &file, &name),
            Place::Module(target) => {
                let target = &self.modules[target].file;
                match &import.binds {
                    // What it is used for leads to where that is defined.
                    Binding::Name(_) if !import.public => {}
                    Binding::Name(name) => arrows.add(from, target, name),
                    Binding::All if import.public || !through_globs => {
                        arrows.add(from, target, "*");
                    }
                    Binding::All => {}
                }
            }
        }
    }

    /// What a path means in a module; `None` for what another crate defines.
    fn place(&self, module: usize, path: &[String], open: &mut Open) -> Option<Place> {
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => Place::Module(0),
            "self" => Place::Module(module),
            "super" => Place::Module(self.modules[module].parent?),
            name => self.member(module, name, open)?,
        };
        self.follow(start, rest, open)
    }

    fn follow(&self, start: Place, rest: &[String], open: &mut Open) -> Option<Place> {
        let mut place = start;
        for name in rest {
            let Place::Module(module) = place else {
                // A variant or a function of the type.
                break;
            };
            place = if name == "super" {
                Place::Module(self.modules[module].parent?)
            } else {
                // What a macro makes is in no syntax tree: then the module's own file.
                let unseen = || Place::Item {
                    file: self
                        .macros
                        .get(name)
                        .unwrap_or(&self.modules[module].file)
                        .clone(),
                    name: name.clone(),
                };
                self.member(module, name, open).unwrap_or_else(unseen)
            };
        }
        Some(place)
    }

    /// What a name means in a module: a child, an item, an import, or one of an import of all.
    fn member(&self, module: usize, name: &str, open: &mut Open) -> Option<Place> {
        if !open.insert((module, name.to_owned())) {
            return None;
        }
        let place = self.member_of(module, name, open);
        open.remove(&(module, name.to_owned()));
        place
    }

    fn member_of(&self, index: usize, name: &str, open: &mut Open) -> Option<Place> {
        let module = &self.modules[index];
        if let Some(child) = module.children.get(name) {
            return Some(Place::Module(*child));
        }
        if module.scope.defines.contains(name) {
            return Some(Place::Item {
                file: module.file.clone(),
                name: name.to_owned(),
            });
        }
        let named = module
            .scope
            .imports
            .iter()
            .filter(|import| match &import.binds {
                Binding::Name(bound) => bound == name,
                Binding::All => false,
            });
        for import in named {
            if let Some(place) = self.place(index, &import.path, open) {
                return Some(place);
            }
        }
        let globs = module.scope.imports.iter();
        for import in globs.filter(|import| import.binds == Binding::All) {
            if let Some(Place::Module(all)) = self.place(index, &import.path, open)
                && let Some(place) = self.member(all, name, open)
            {
                return Some(place);
            }
        }
        None
    }

    /// A macro by example that is used without a path, after the module that defines it.
    fn bare_macro(&self, path: &[String]) -> Option<Place> {
        let [name] = path else { return None };
        let file = self.macros.get(name)?.clone();
        let name = format!("{name}!");
        Some(Place::Item { file, name })
    }
}

/// Where the file of `mod name;` may be.
fn candidates(
    file: &Utf8Path,
    is_root: bool,
    scope: &Scope,
    name: &str,
    path: Option<String>,
) -> Vec<Utf8PathBuf> {
    let beside = file.parent().unwrap_or(Utf8Path::new(""));
    if let (Some(path), true) = (path, scope.inside.is_empty()) {
        return vec![beside.join(path)];
    }
    let mut dir = beside.to_owned();
    if !is_root && file.file_name() != Some("mod.rs") {
        dir.push(file.file_stem().unwrap_or_default());
    }
    dir.extend(&scope.inside);
    vec![
        dir.join(format!("{name}.rs")),
        dir.join(name).join("mod.rs"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arrows of a made-up crate, below `src`.
    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: BTreeMap<Utf8PathBuf, &str> = files
            .iter()
            .map(|(path, text)| (Utf8Path::new("src").join(path), *text))
            .collect();
        let root = "src/lib.rs".into();
        let arrows = arrows(root, |path| files.get(path).copied()).unwrap();
        arrows.iter().map(|a| a.shown("src".into())).collect()
    }

    #[test]
    fn uses_and_inline_paths_lead_to_files_and_mod_lines_do_not() {
        let found = found(&[
            ("lib.rs", "mod a;\nmod b;\nmod c;"),
            ("a.rs", "use crate::b::X;\nfn f() { crate::c::g(); }"),
            ("b.rs", "pub struct X;"),
            ("c.rs", "pub fn g() {}"),
        ]);
        assert_eq!(found, ["a.rs -> b.rs: X", "a.rs -> c.rs: g"]);
    }

    #[test]
    fn a_re_export_leads_to_the_file_that_defines_the_name() {
        let found = found(&[
            ("lib.rs", "mod a;\nmod b;\npub use a::{deep::Y as Z, X};"),
            ("a/mod.rs", "pub mod deep;\npub struct X;"),
            ("a/deep.rs", "pub struct Y;\nfn f() -> super::X {}"),
            (
                "b.rs",
                "use crate::{Z, X};\nuse super::a;\nfn f(y: a::deep::Y) {}",
            ),
        ]);
        assert_eq!(
            found,
            [
                "a/deep.rs -> a/mod.rs: X",
                "b.rs -> a/deep.rs: Y",
                "b.rs -> a/mod.rs: X",
                "lib.rs -> a/deep.rs: Y",
                "lib.rs -> a/mod.rs: X",
            ]
        );
    }

    #[test]
    fn the_file_that_lists_the_parts_may_call_them_and_not_import_from_them() {
        let part = ("part.rs", "pub fn run(x: super::X) {}\npub struct P;");
        let calls = found(&[
            (
                "lib.rs",
                "mod part;\npub struct X;\nfn f() { part::run(X) }",
            ),
            part,
        ]);
        assert_eq!(calls, ["part.rs -> lib.rs: X"]);
        let imports = found(&[("lib.rs", "mod part;\nuse part::P;\npub struct X;"), part]);
        assert_eq!(imports, ["lib.rs -> part.rs: P", "part.rs -> lib.rs: X"]);
    }

    #[test]
    fn imports_of_all_lead_to_what_is_used_of_them() {
        let found = found(&[
            ("lib.rs", "mod a;\nmod b;\nmod c;\nmod d;"),
            ("a.rs", "use super::b::*;\nfn f() -> X { g() }"),
            ("b.rs", "pub use super::c::*;\npub fn g() {}"),
            ("c.rs", "pub struct X;"),
            ("d.rs", "use super::c::*;"),
        ]);
        assert_eq!(
            found,
            [
                "a.rs -> b.rs: g",
                "a.rs -> c.rs: X",
                "b.rs -> c.rs: *",
                "d.rs -> c.rs: *"
            ]
        );
    }

    #[test]
    fn modules_inside_a_file_belong_to_it_and_super_counts_from_them() {
        let found = found(&[
            ("lib.rs", "mod a;\nmod b;"),
            (
                "a.rs",
                "mod inner { use super::super::b::X; use super::Own; }\nstruct Own;",
            ),
            ("b.rs", "pub struct X;"),
        ]);
        assert_eq!(found, ["a.rs -> b.rs: X"]);
    }

    #[test]
    fn macros_and_what_they_are_given_count() {
        let found = found(&[
            ("lib.rs", "#[macro_use]\nmod a;\nmod b;\nmod c;\nmod d;"),
            ("a.rs", "macro_rules! many { () => {} }\nmany! {}"),
            (
                "b.rs",
                "many!(crate::c::X);\nfn f() { println!(\"{}\", super::d::made()) }",
            ),
            ("c.rs", "pub struct X;"),
            ("d.rs", "b_macro_makes_it!(made);"),
        ]);
        assert_eq!(
            found,
            [
                "b.rs -> a.rs: many!",
                "b.rs -> c.rs: X",
                "b.rs -> d.rs: made"
            ]
        );
    }

    #[test]
    fn other_crates_files_that_are_not_there_and_circles_of_imports_are_no_arrows() {
        let found = found(&[
            ("lib.rs", "mod a;\nmod gone;\nuse serde;"),
            (
                "a.rs",
                "use serde::Serialize;\nuse b::c;\nuse c::b;\nfn f(m: std::fmt::Error) {}",
            ),
        ]);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn a_file_that_is_no_rust_is_named() {
        let error = arrows("lib.rs".into(), |_| Some("fn (")).unwrap_err();
        assert_eq!(error.path, "lib.rs");
    }
}
