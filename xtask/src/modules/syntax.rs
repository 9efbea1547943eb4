//! What one Rust file says: its modules, the names each defines, its imports, its paths.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Visibility};

use super::scan::{self, Binding};

/// A Rust file that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub(crate) struct Unreadable {
    /// Relative to the checkout.
    pub(crate) path: Utf8PathBuf,
    /// Why.
    pub(crate) reason: String,
}

/// An import of a module.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) path: Vec<String>,
    pub(super) binds: Binding,
    /// Re-exported, to whomever.
    pub(super) public: bool,
}

/// One module, in the file that is being read.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// The names of the modules around it in this file and its own; empty for the file itself.
    pub(super) inside: Vec<String>,
    /// The items it defines.
    pub(super) defines: BTreeSet<String>,
    /// Its imports, those inside its functions too.
    pub(super) imports: Vec<Import>,
    /// Paths in its code.
    pub(super) paths: Vec<Vec<String>>,
    /// `mod x;` with the path that `#[path]` names.
    pub(super) files: Vec<(String, Option<String>)>,
    /// Macros by example that it defines.
    pub(super) macros: BTreeSet<String>,
}

/// Reads a file: itself first, then the modules inside it.
pub(super) fn read(text: &str) -> Result<Vec<Scope>, syn::Error> {
    let file = syn::parse_file(text)?;
    let mut reader = Reader {
        done: Vec::new(),
        open: vec![Scope::default()],
    };
    for item in &file.items {
        reader.visit_item(item);
    }
    let mut scopes = reader.open;
    scopes.append(&mut reader.done);
    Ok(scopes)
}

struct Reader {
    done: Vec<Scope>,
    /// The modules around what is being read; never empty.
    open: Vec<Scope>,
}

impl Reader {
    fn scope(&mut self) -> &mut Scope {
        if self.open.is_empty() {
            self.open.push(Scope::default());
        }
        let last = self.open.len() - 1;
        &mut self.open[last]
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, name) = described(item);
        if for_tests(attributes) {
            return;
        }
        if let Some(name) = name {
            self.scope().defines.insert(name.to_string());
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = item.ident.to_string();
        let Some((_, items)) = &item.content else {
            self.scope().files.push((name, path_attribute(&item.attrs)));
            return;
        };
        let mut inside = self.scope().inside.clone();
        inside.push(name);
        self.open.push(Scope {
            inside,
            ..Scope::default()
        });
        for item in items {
            self.visit_item(item);
        }
        self.done.extend(self.open.pop());
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let public = !matches!(item.vis, Visibility::Inherited);
        let scope = self.scope();
        scan::flatten(&item.tree, &mut Vec::new(), &mut |path, binds| {
            // `use a as _` brings in the methods of a trait, under no name.
            scope.imports.push(Import {
                path: path.to_vec(),
                binds,
                public,
            });
        });
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if let Some(name) = &item.ident {
            self.scope().macros.insert(name.to_string());
        }
        visit::visit_item_macro(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Const(it) => &it.attrs,
            syn::ImplItem::Fn(it) => &it.attrs,
            syn::ImplItem::Type(it) => &it.attrs,
            syn::ImplItem::Macro(it) => &it.attrs,
            _ => return visit::visit_impl_item(self, item),
        };
        if !for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.scope().paths.push(scan::names(path));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        scan::paths(call.tokens.clone(), &mut self.scope().paths);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        match &attribute.meta {
            syn::Meta::List(list) => {
                scan::strings(list.tokens.clone(), &mut self.scope().paths);
            }
            syn::Meta::Path(_) | syn::Meta::NameValue(_) => {}
        }
    }

    /// `pub(in crate::a)` says who may see, not what is used.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

/// The attributes of an item, and the name it defines.
fn described(item: &Item) -> (&[Attribute], Option<&syn::Ident>) {
    match item {
        Item::Const(it) => (&it.attrs, Some(&it.ident)),
        Item::Enum(it) => (&it.attrs, Some(&it.ident)),
        Item::Fn(it) => (&it.attrs, Some(&it.sig.ident)),
        Item::Macro(it) => (&it.attrs, it.ident.as_ref()),
        Item::Static(it) => (&it.attrs, Some(&it.ident)),
        Item::Struct(it) => (&it.attrs, Some(&it.ident)),
        Item::Trait(it) => (&it.attrs, Some(&it.ident)),
        Item::TraitAlias(it) => (&it.attrs, Some(&it.ident)),
        Item::Type(it) => (&it.attrs, Some(&it.ident)),
        Item::Union(it) => (&it.attrs, Some(&it.ident)),
        Item::ExternCrate(it) => (&it.attrs, None),
        Item::ForeignMod(it) => (&it.attrs, None),
        Item::Impl(it) => (&it.attrs, None),
        Item::Mod(it) => (&it.attrs, None),
        Item::Use(it) => (&it.attrs, None),
        _ => (&[], None),
    }
}

/// Whether an item is there for tests alone: `#[cfg(test)]`, `#[cfg(all(test, unix))]`, `#[test]`.
pub(super) fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        if attribute.path().is_ident("test") {
            return true;
        }
        let syn::Meta::List(list) = &attribute.meta else {
            return false;
        };
        if !list.path.is_ident("cfg") {
            return false;
        }
        let condition = list.tokens.to_string();
        let words: Vec<&str> = condition
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .collect();
        words.contains(&"test") && !words.contains(&"not") && !words.contains(&"any")
    })
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| {
        let syn::Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) if pair.path.is_ident("path") => Some(text.value()),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_in_a_file_are_scopes_of_their_own() {
        let scopes = read("fn a() {}\nmod b { struct C; mod d { fn e() {} } }\nmod f;").unwrap();
        let inside: Vec<String> = scopes.iter().map(|s| s.inside.join("::")).collect();
        assert_eq!(inside, ["", "b::d", "b"]);
        assert_eq!(scopes[0].files, [("f".to_owned(), None)]);
        assert!(scopes[0].defines.contains("a") && scopes[2].defines.contains("C"));
    }

    #[test]
    fn code_for_tests_and_visibility_say_nothing() {
        let text = "#[cfg(test)] mod t { use crate::a::X; }\n\
                    #[cfg(test)] use crate::b::Y;\n\
                    #[cfg(all(test, unix))] fn c() { crate::c::z() }\n\
                    impl D { #[cfg(test)] fn e() { crate::e::f() } }\n\
                    pub(in crate::g) struct H;";
        let scopes = read(text).unwrap();
        assert_eq!(scopes.len(), 1);
        assert!(scopes[0].imports.is_empty());
        assert_eq!(scopes[0].paths, [["D"]]);
    }

    #[test]
    fn code_for_all_but_tests_counts() {
        let scopes = read("#[cfg(not(test))] fn a() { crate::b::c() }").unwrap();
        assert_eq!(scopes[0].paths, [["crate", "b", "c"]]);
    }

    #[test]
    fn imports_in_groups_with_new_names_and_stars_are_flattened() {
        let scopes = read("pub use a::{self, b::*, c as d};").unwrap();
        let found: Vec<(String, Binding)> = scopes[0]
            .imports
            .iter()
            .map(|import| (import.path.join("::"), import.binds.clone()))
            .collect();
        let name = |name: &str| Binding::Name(name.to_owned());
        assert_eq!(
            found,
            [
                ("a".to_owned(), name("a")),
                ("a::b".to_owned(), Binding::All),
                ("a::c".to_owned(), name("d"))
            ]
        );
        assert!(scopes[0].imports.iter().all(|import| import.public));
    }
}
