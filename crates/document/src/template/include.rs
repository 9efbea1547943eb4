//! The head of a document: its title, sheets and templates.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::codes;
use crate::diagnostic::Report;
use crate::limits::MAX_INCLUDES;
use crate::loader::{LoadError, Loader};
use crate::rml::markup::{self, Markup, MarkupNode};
use crate::source::{Origin, Source};
use crate::style::sheet::{self, Item, SheetText};
use crate::style::theme::Theme;
use crate::suggest::did_you_mean;

/// Loads what a document names.
pub(crate) struct Includes<'a> {
    loader: &'a dyn Loader,
    report: &'a mut Report,
    /// The sheets, in the order of the cascade.
    pub(crate) sheets: Vec<SheetText>,
    templates: BTreeMap<String, Arc<Markup>>,
    /// The names of files that are loaded or being loaded.
    loaded: BTreeSet<String>,
    count: usize,
}

impl<'a> Includes<'a> {
    pub(crate) fn new(loader: &'a dyn Loader, report: &'a mut Report) -> Self {
        Self {
            loader,
            report,
            sheets: Vec::new(),
            templates: BTreeMap::new(),
            loaded: BTreeSet::new(),
            count: 0,
        }
    }

    /// Loads the sheets beside a template, if there are any.
    pub(crate) fn siblings(&mut self, name: &str, source: &Arc<Source>) {
        let Some(stem) = name.strip_suffix(".rml") else {
            return;
        };
        for sibling in [format!("{stem}.rcss"), format!("{stem}.theme.rcss")] {
            match self.loader.load(&sibling, name) {
                Ok(text) => {
                    self.loaded.insert(sibling.clone());
                    self.push(SheetText::whole(&Source::new(sibling, text)));
                }
                Err(LoadError::NotFound) => {}
                Err(error) => {
                    let message = format!("`{sibling}` cannot be loaded: {error}");
                    let origin = Origin::new(source, 0);
                    self.report.error(codes::MISSING_FILE, &origin, message, "");
                }
            }
        }
    }

    /// Reads the head, and returns the title and the body with all templates in place.
    pub(crate) fn document(&mut self, root: Markup, source: &Arc<Source>) -> (String, Markup) {
        let mut title = String::new();
        let mut nodes = Vec::new();
        let mut body = None;
        // A document without `<rml>`, `<head>` or `<body>` is read as if it had them.
        let mut waiting: Vec<MarkupNode> = root.children.into_iter().rev().collect();
        while let Some(node) = waiting.pop() {
            match node {
                MarkupNode::Element(element) => match &*element.name {
                    "rml" | "template"
                        if nodes.is_empty() && body.is_none() && !has_source(&element) =>
                    {
                        waiting.extend(element.children.into_iter().rev());
                    }
                    "head" => waiting.extend(element.children.into_iter().rev()),
                    "title" => title = element.text().trim().to_owned(),
                    "link" => self.link(&element, source),
                    "style" => self.style(&element, source),
                    "meta" => {}
                    "body" if body.is_none() => body = Some(element),
                    _ => nodes.push(MarkupNode::Element(element)),
                },
                text @ MarkupNode::Text(..) => nodes.push(text),
            }
        }
        let mut body = body.unwrap_or_else(|| Markup {
            name: Arc::from("body"),
            attributes: Vec::new(),
            children: Vec::new(),
            origin: Origin::new(source, 0),
        });
        body.children.extend(nodes);
        self.styles_within(&body, source);
        let template = body
            .attribute("template")
            .map(|found| (found.value.to_string(), found.value_origin.clone()));
        if let Some((name, origin)) = template {
            let children = std::mem::take(&mut body.children);
            body.children = self.inject(&name, children, &origin);
        }
        body.children = self.expand(std::mem::take(&mut body.children), 0);
        (title, body)
    }

    /// Sheets in the body are rare, but browsers take them too.
    fn styles_within(&mut self, element: &Markup, source: &Arc<Source>) {
        for child in element.elements() {
            match &*child.name {
                "style" => self.style(child, source),
                "link" => self.link(child, source),
                _ => self.styles_within(child, source),
            }
        }
    }

    fn style(&mut self, element: &Markup, source: &Arc<Source>) {
        if let Some(MarkupNode::Text(_, origin)) = element.children.first() {
            let start = origin.offset as usize;
            let text = source.text.get(start..).unwrap_or("");
            let end = text
                .to_ascii_lowercase()
                .find("</style")
                .unwrap_or(text.len());
            let sheet = SheetText {
                source: Arc::clone(source),
                start,
                end: start + end,
            };
            self.push(sheet);
        }
    }

    fn link(&mut self, element: &Markup, source: &Arc<Source>) {
        let Some(href) = element.attribute("href") else {
            return;
        };
        let name = href.value.to_string();
        let kind = element.attribute("type").map_or("", |kind| &kind.value);
        let origin = href.value_origin.clone();
        match kind {
            "text/template" => {
                if let Some(loaded) = self.load(&name, &source.name, &origin) {
                    self.template(&loaded, &name);
                }
            }
            "" | "text/rcss" | "text/css" => {
                if let Some(loaded) = self.load(&name, &source.name, &origin) {
                    self.push(SheetText::whole(&loaded));
                }
            }
            _ => {
                let message = format!("a link of the type `{kind}` is not loaded");
                let hint = "The types are `text/rcss` and `text/template`.";
                self.report
                    .warn(codes::MISSING_FILE, &origin, message, hint);
            }
        }
    }

    /// Loads a file once. Reports why it cannot be loaded.
    fn load(&mut self, name: &str, from: &str, origin: &Origin) -> Option<Arc<Source>> {
        if name.contains("://") || name.starts_with("//") || name.starts_with("data:") {
            let message = format!("`{name}` is a URL");
            self.report.error(
                codes::FOREIGN,
                origin,
                message,
                "Put the file beside the template.",
            );
            return None;
        }
        let full = self.loader.full_name(name, from);
        if self.loaded.contains(&full) {
            return None;
        }
        self.count += 1;
        if self.count > MAX_INCLUDES {
            let message = format!("more than {MAX_INCLUDES} files; `{name}` is left out");
            self.report
                .error(codes::LIMIT, origin, message, "Put sheets together.");
            return None;
        }
        self.loaded.insert(full.clone());
        match self.loader.load(name, from) {
            Ok(text) => Some(Source::new(full, text)),
            Err(error) => {
                let message = format!("`{name}` cannot be loaded: {error}");
                let hint = "Correct the name; it is relative to this file.";
                self.report
                    .error(codes::MISSING_FILE, origin, message, hint);
                None
            }
        }
    }

    /// Adds a sheet, after those that it imports.
    fn push(&mut self, sheet: SheetText) {
        // The colours of a theme make no difference for imports; mistakes are reported when the
        // sheet is read for a document.
        let mut ignored = Report::default();
        for item in sheet::read(&sheet, &Theme::dark(), &mut ignored) {
            if let Item::Import(name, origin) = item
                && let Some(imported) = self.load(&name, &sheet.source.name, &origin)
            {
                self.push(SheetText::whole(&imported));
            }
        }
        self.sheets.push(sheet);
    }

    /// Reads a file with `<template name="...">`.
    fn template(&mut self, source: &Arc<Source>, file: &str) {
        let root = markup::read(source, self.report);
        let Some(template) = root.elements().find(|element| &*element.name == "template") else {
            let message = "the file has no `<template>`";
            let origin = Origin::new(source, 0);
            self.report
                .error(codes::SYNTAX, &origin, message, "Put its content into one.");
            return;
        };
        for head in template
            .elements()
            .filter(|element| &*element.name == "head")
        {
            for element in head.elements() {
                match &*element.name {
                    "link" => self.link(element, source),
                    "style" => self.style(element, source),
                    _ => {}
                }
            }
        }
        let template = Arc::new(template.clone());
        let name = template
            .attribute("name")
            .map(|name| name.value.to_string());
        for name in name.into_iter().chain([file.to_owned()]) {
            self.templates.insert(name, Arc::clone(&template));
        }
    }

    /// Replaces each `<template src="...">` with the template.
    fn expand(&mut self, nodes: Vec<MarkupNode>, depth: usize) -> Vec<MarkupNode> {
        let mut expanded = Vec::with_capacity(nodes.len());
        for node in nodes {
            let MarkupNode::Element(mut element) = node else {
                expanded.push(node);
                continue;
            };
            let children = std::mem::take(&mut element.children);
            if &*element.name != "template" {
                element.children = self.expand(children, depth);
                expanded.push(MarkupNode::Element(element));
                continue;
            }
            let Some(src) = element.attribute("src") else {
                continue;
            };
            let (name, origin) = (src.value.to_string(), src.value_origin.clone());
            self.count += 1;
            if depth == DEEPEST || self.count > MAX_INCLUDES {
                let message = format!("templates are nested more than {DEEPEST} deep, or too many");
                self.report.error(
                    codes::LIMIT,
                    &origin,
                    message,
                    "A template must not use itself.",
                );
                continue;
            }
            let injected = self.inject(&name, children, &origin);
            expanded.extend(self.expand(injected, depth + 1));
        }
        expanded
    }

    /// Returns the body of a template with `content` in the element that it names.
    fn inject(&mut self, name: &str, content: Vec<MarkupNode>, origin: &Origin) -> Vec<MarkupNode> {
        if !self.templates.contains_key(name)
            && let Some(source) = self.load_quietly(name, origin)
        {
            self.template(&source, name);
        }
        let Some(template) = self.templates.get(name).cloned() else {
            let known = self.templates.keys().map(String::as_str);
            let hint = did_you_mean(name, known, "Load it with `<link type=\"text/template\">`.");
            let message = format!("there is no template `{name}`");
            self.report
                .error(codes::MISSING_FILE, origin, message, hint);
            return content;
        };
        let body = template.elements().find(|element| &*element.name == "body");
        let mut nodes = body.map_or_else(
            || {
                let children = template.children.iter();
                let is_head = |node: &&MarkupNode| matches!(node, MarkupNode::Element(element) if &*element.name == "head");
                children.filter(|node| !is_head(node)).cloned().collect()
            },
            |body| body.children.clone(),
        );
        let target = template
            .attribute("content")
            .map(|content| Arc::clone(&content.value));
        let mut content = Some(content);
        if let Some(target) = target {
            fill(&mut nodes, &target, &mut content);
        }
        nodes.extend(content.unwrap_or_default());
        nodes
    }

    /// A template may be named by its file without a link; its name may also be none of a file.
    fn load_quietly(&mut self, name: &str, origin: &Origin) -> Option<Arc<Source>> {
        if name.contains("://") || self.count >= MAX_INCLUDES {
            return None;
        }
        self.count += 1;
        let from = &origin.source.name;
        let text = self.loader.load(name, from).ok()?;
        Some(Source::new(self.loader.full_name(name, from), text))
    }
}

/// The most templates within each other.
const DEEPEST: usize = 8;

fn has_source(element: &Markup) -> bool {
    element.attribute("src").is_some()
}

/// Puts content into the element with this id, if it is there.
fn fill(nodes: &mut [MarkupNode], id: &str, content: &mut Option<Vec<MarkupNode>>) {
    for node in nodes {
        let MarkupNode::Element(element) = node else {
            continue;
        };
        if element
            .attribute("id")
            .is_some_and(|found| &*found.value == id)
        {
            element.children.extend(content.take().unwrap_or_default());
            return;
        }
        fill(&mut element.children, id, content);
        if content.is_none() {
            return;
        }
    }
}
