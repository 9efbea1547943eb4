//! Paths in text that is not parsed: the arguments of macros, and strings in attributes.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::parse::Parser as _;

/// The paths of two and more names in tokens, as far as they can be read without expanding the macro.
pub(super) fn paths(tokens: TokenStream, found: &mut Vec<Vec<String>>) {
    let mut chain: Vec<String> = Vec::new();
    // Whether the last tokens were `::`, so that a name goes on with the chain.
    let mut joined = false;
    let mut colon = false;
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                if !joined {
                    finish(&mut chain, found);
                }
                chain.push(name.to_string());
                (joined, colon) = (false, false);
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                joined = colon && !chain.is_empty();
                colon = !joined && punct.spacing() == Spacing::Joint;
            }
            TokenTree::Group(group) => {
                if joined && group.delimiter() == Delimiter::Brace {
                    use_tree(&chain, &group.stream(), found);
                    chain.clear();
                } else {
                    finish(&mut chain, found);
                    paths(group.stream(), found);
                }
                (joined, colon) = (false, false);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {
                finish(&mut chain, found);
                (joined, colon) = (false, false);
            }
        }
    }
    finish(&mut chain, found);
}

fn finish(chain: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let chain = std::mem::take(chain);
    if chain.len() > 1 {
        found.push(chain);
    }
}

/// `use a::{b, c::d}` inside a macro.
fn use_tree(prefix: &[String], inside: &TokenStream, found: &mut Vec<Vec<String>>) {
    let parse = syn::punctuated::Punctuated::<syn::UseTree, syn::Token![,]>::parse_terminated;
    let Ok(trees) = parse.parse2(inside.clone()) else {
        return;
    };
    for tree in &trees {
        flatten(tree, &mut prefix.to_vec(), &mut |path, _| {
            found.push(path.to_vec());
        });
    }
}

/// The name an import binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Binding {
    /// `use a::b` and `use a::c as b`.
    Name(String),
    /// `use a::*`.
    All,
}

/// Every single import of a `use`: its path, and what it binds.
pub(super) fn flatten(
    tree: &syn::UseTree,
    prefix: &mut Vec<String>,
    each: &mut impl FnMut(&[String], Binding),
) {
    match tree {
        syn::UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, each);
            prefix.pop();
        }
        syn::UseTree::Name(name) => named(&name.ident, &name.ident, prefix, each),
        syn::UseTree::Rename(rename) => named(&rename.ident, &rename.rename, prefix, each),
        syn::UseTree::Glob(_) => each(prefix, Binding::All),
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, prefix, each);
            }
        }
    }
}

fn named(
    ident: &proc_macro2::Ident,
    bound: &proc_macro2::Ident,
    prefix: &mut Vec<String>,
    each: &mut impl FnMut(&[String], Binding),
) {
    if *ident != "self" {
        prefix.push(ident.to_string());
    }
    let bound = match bound.to_string() {
        name if name == "self" => prefix.last().cloned().unwrap_or_default(),
        name => name,
    };
    each(prefix, Binding::Name(bound));
    if *ident != "self" {
        prefix.pop();
    }
}

/// Paths in the strings of an attribute: `#[serde(default = "crate::limits::default")]`.
pub(super) fn strings(tokens: TokenStream, found: &mut Vec<Vec<String>>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => strings(group.stream(), found),
            TokenTree::Literal(literal) => {
                let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) else {
                    continue;
                };
                let Ok(path) = text.parse::<syn::Path>() else {
                    continue;
                };
                let names = names(&path);
                if names.len() > 1 {
                    found.push(names);
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// The names of a path, without generic arguments.
pub(super) fn names(path: &syn::Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut paths = Vec::new();
        super::paths(text.parse().unwrap(), &mut paths);
        paths.iter().map(|path| path.join("::")).collect()
    }

    #[test]
    fn paths_are_found_among_the_tokens_of_a_macro() {
        assert_eq!(
            found("x == crate::a::b(super::c::D { e: f }), \"no::path\", g: h"),
            ["crate::a::b", "super::c::D"]
        );
        assert_eq!(found("a : b"), Vec::<String>::new());
        assert_eq!(
            found("$crate::a::B; use x::{y, z::{V as W}};"),
            ["crate::a::B", "x::y", "x::z::V"]
        );
    }

    #[test]
    fn strings_of_attributes_that_are_paths_are_found() {
        let mut paths = Vec::new();
        strings(
            "serde(with = \"crate::a::b\", rename = \"x y\", tag = \"kind\")"
                .parse()
                .unwrap(),
            &mut paths,
        );
        assert_eq!(paths, [["crate", "a", "b"]]);
    }
}
