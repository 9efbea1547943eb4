//! Which other crates the code of a package mentions: what its manifest has to list.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Attribute, Item};

use super::scan::{self, Binding};
use super::syntax::for_tests;

/// The first names of all paths of a file; a crate that it uses is among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mentioned {
    /// In code that ships.
    pub(crate) shipped: BTreeSet<String>,
    /// In code that only tests have.
    pub(crate) tests: BTreeSet<String>,
}

impl Mentioned {
    /// Reads a file; one that cannot be parsed mentions nothing.
    pub(crate) fn read(text: &str) -> Self {
        let mut reader = Reader::default();
        if let Ok(file) = syn::parse_file(text) {
            reader.visit_file(&file);
        }
        let Reader {
            imports: mut found,
            mut paths,
            bound,
            ..
        } = reader;
        // After `use debouncer::notify`, `notify::Event` is no use of a crate `notify`.
        paths.shipped.retain(|name| !bound.contains(name));
        paths.tests.retain(|name| !bound.contains(name));
        found.shipped.append(&mut paths.shipped);
        found.tests.append(&mut paths.tests);
        found
    }

    fn add(&mut self, in_tests: bool, path: &[String]) {
        if let Some(first) = path.first() {
            let names = if in_tests {
                &mut self.tests
            } else {
                &mut self.shipped
            };
            names.insert(first.clone());
        }
    }
}

#[derive(Default)]
struct Reader {
    imports: Mentioned,
    paths: Mentioned,
    /// Names that imports bind to something inside another name.
    bound: BTreeSet<String>,
    in_tests: bool,
}

impl Reader {
    fn add(&mut self, path: &[String]) {
        self.paths.add(self.in_tests, path);
    }

    fn add_all(&mut self, paths: &[Vec<String>]) {
        for path in paths {
            self.add(path);
        }
    }

    fn within(&mut self, attributes: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let before = self.in_tests;
        self.in_tests |= for_tests(attributes);
        visit(self);
        self.in_tests = before;
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes: &[Attribute] = match item {
            Item::Fn(it) => &it.attrs,
            Item::Impl(it) => &it.attrs,
            Item::Mod(it) => &it.attrs,
            Item::Use(it) => &it.attrs,
            _ => &[],
        };
        self.within(attributes, |reader| visit::visit_item(reader, item));
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        scan::flatten(&item.tree, &mut Vec::new(), &mut |path, binds| {
            if let (Binding::Name(name), true) = (binds, path.len() > 1) {
                self.bound.insert(name);
            }
            self.imports.add(self.in_tests, path);
        });
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.imports.add(self.in_tests, &[item.ident.to_string()]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(&scan::names(path));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        let mut paths = Vec::new();
        scan::paths(call.tokens.clone(), &mut paths);
        self.add_all(&paths);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        self.add(&scan::names(attribute.path()));
        if let syn::Meta::List(list) = &attribute.meta {
            let mut paths = Vec::new();
            scan::paths(list.tokens.clone(), &mut paths);
            scan::strings(list.tokens.clone(), &mut paths);
            self.add_all(&paths);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_paths_macros_and_attributes_mention_crates() {
        let text = "use serde::Serialize;\nuse toml as t;\nuse ::camino::Utf8Path;\n\
                    #[derive(thiserror::Error)] struct E;\n\
                    #[serde(with = \"hexed::bytes\")] struct F;\n\
                    fn f() { write!(w, \"{}\", walkdir::x()); clap::go() }";
        let found = Mentioned::read(text).shipped;
        for name in [
            "serde",
            "toml",
            "camino",
            "thiserror",
            "hexed",
            "walkdir",
            "clap",
        ] {
            assert!(found.contains(name), "{name}: {found:?}");
        }
    }

    #[test]
    fn what_tests_alone_use_is_apart() {
        let text = "#[cfg(test)] mod tests { use insta::x; }\nfn f() { serde::g() }";
        let found = Mentioned::read(text);
        assert!(found.tests.contains("insta") && !found.shipped.contains("insta"));
        assert!(found.shipped.contains("serde") && !found.tests.contains("serde"));
    }
    #[test]
    fn a_name_that_an_import_binds_is_no_crate() {
        let text = "use debouncer::notify;\nuse toml::toml;\nfn f() { notify::g(); toml::h() }";
        let found = Mentioned::read(text).shipped;
        assert!(found.contains("debouncer") && found.contains("toml"));
        assert!(!found.contains("notify"), "{found:?}");
    }
}
