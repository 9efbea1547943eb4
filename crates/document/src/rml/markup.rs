//! Elements and texts as they are written, from the tokens of a text. Every mistake is reported, and
//! everything that can be read is kept.

use std::sync::Arc;

use super::tokens::{RawAttribute, RawToken, tokenize};
use super::{entities, vocabulary};
use crate::codes;
use crate::diagnostic::Report;
use crate::limits::{MAX_ATTRIBUTES, MAX_DEPTH, MAX_NODES, MAX_SOURCE};
use crate::source::{Origin, Source};
use crate::suggest::did_you_mean;

/// An element of a template.
#[derive(Clone, Debug)]
pub(crate) struct Markup {
    pub(crate) name: Arc<str>,
    pub(crate) attributes: Vec<MarkupAttribute>,
    pub(crate) children: Vec<MarkupNode>,
    pub(crate) origin: Origin,
}

/// An attribute, with its references replaced.
#[derive(Clone, Debug)]
pub(crate) struct MarkupAttribute {
    pub(crate) name: Arc<str>,
    pub(crate) value: Arc<str>,
    pub(crate) origin: Origin,
    /// Where the value begins.
    pub(crate) value_origin: Origin,
}

/// An element or a text.
#[derive(Clone, Debug)]
pub(crate) enum MarkupNode {
    Element(Markup),
    Text(Vec<TextPart>, Origin),
}

/// A part of a text.
#[derive(Clone, Debug)]
pub(crate) enum TextPart {
    Literal(String),
    /// What is between `{{` and `}}`, and where it begins.
    Expression(String, Origin),
}

impl Markup {
    pub(crate) fn attribute(&self, name: &str) -> Option<&MarkupAttribute> {
        let mut attributes = self.attributes.iter();
        attributes.find(|attribute| &*attribute.name == name)
    }

    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            MarkupNode::Element(element) => Some(element),
            MarkupNode::Text(..) => None,
        })
    }

    /// Returns the texts of this element, as they are written.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for child in &self.children {
            if let MarkupNode::Text(parts, _) = child {
                for part in parts {
                    match part {
                        TextPart::Literal(literal) => text.push_str(literal),
                        TextPart::Expression(expression, _) => {
                            text.push_str("{{");
                            text.push_str(expression);
                            text.push_str("}}");
                        }
                    }
                }
            }
        }
        text
    }
}

/// Reads a text. The returned element has no name; its children are the outermost nodes.
pub(crate) fn read(source: &Arc<Source>, report: &mut Report) -> Markup {
    let root = Markup {
        name: Arc::from(""),
        attributes: Vec::new(),
        children: Vec::new(),
        origin: Origin::new(source, 0),
    };
    if source.text.len() > MAX_SOURCE {
        let message = format!("the file is larger than {MAX_SOURCE} bytes and is left out");
        report.error(codes::LIMIT, &root.origin, message, "Split it.");
        return root;
    }
    let mut builder = Builder {
        source,
        report,
        open: vec![root],
        count: 0,
        skipped: 0,
    };
    for token in tokenize(&source.text) {
        builder.take(token);
    }
    builder.finish()
}

struct Builder<'a> {
    source: &'a Arc<Source>,
    report: &'a mut Report,
    /// The elements that are open, from the outermost. The first one has no name and stays.
    open: Vec<Markup>,
    count: usize,
    /// The number of open elements that were left out because they are too deep.
    skipped: usize,
}

impl Builder<'_> {
    fn origin(&self, at: usize) -> Origin {
        Origin::new(self.source, at)
    }

    fn take(&mut self, token: RawToken) {
        match token {
            RawToken::Start {
                name,
                at,
                attributes,
                is_closed,
            } => {
                self.start(&name, at, attributes, is_closed);
            }
            RawToken::End { name, at } => self.end(&name, at),
            RawToken::Text {
                text,
                at,
                is_literal,
            } => self.text(&text, at, is_literal),
            RawToken::Mistake { what, at } => {
                let origin = self.origin(at);
                self.report.error(codes::SYNTAX, &origin, what, "");
            }
        }
    }

    /// Counts a node, and returns whether it is within the limit.
    fn counted(&mut self, at: usize) -> bool {
        self.count += 1;
        if self.count == MAX_NODES + 1 {
            let origin = self.origin(at);
            let message = format!("more than {MAX_NODES} elements and texts; the rest is left out");
            self.report.error(
                codes::LIMIT,
                &origin,
                message,
                "Repeat elements with `data-for`.",
            );
        }
        self.count <= MAX_NODES
    }

    fn start(&mut self, name: &str, at: usize, attributes: Vec<RawAttribute>, is_closed: bool) {
        let origin = self.origin(at);
        if !self.counted(at) {
            return;
        }
        let is_void = vocabulary::VOID.contains(&name);
        if self.open.len() > MAX_DEPTH {
            let message = format!("elements are nested more than {MAX_DEPTH} deep");
            self.report
                .error(codes::LIMIT, &origin, message, "Nest fewer elements.");
            self.skipped += usize::from(!is_closed && !is_void);
            return;
        }
        if !vocabulary::ELEMENTS.contains(&name) {
            let known = vocabulary::ELEMENTS.iter().copied();
            let hint = did_you_mean(name, known, "Use `div` or `span` with a class.");
            let message = format!("`{name}` is not an element of RML");
            self.report.warn(codes::ELEMENT, &origin, message, hint);
        }
        let element = Markup {
            name: Arc::from(name),
            attributes: self.attributes(attributes),
            children: Vec::new(),
            origin,
        };
        if is_closed || is_void {
            self.close(element);
        } else {
            self.open.push(element);
        }
    }

    fn attributes(&mut self, raw: Vec<RawAttribute>) -> Vec<MarkupAttribute> {
        let mut attributes: Vec<MarkupAttribute> = Vec::with_capacity(raw.len());
        for RawAttribute {
            name,
            at,
            value,
            value_at,
        } in raw
        {
            let origin = self.origin(at);
            if attributes.len() == MAX_ATTRIBUTES {
                let message = format!("an element has more than {MAX_ATTRIBUTES} attributes");
                self.report
                    .error(codes::LIMIT, &origin, message, "Use fewer attributes.");
                break;
            }
            if attributes.iter().any(|other| *other.name == *name) {
                let message = format!("the attribute `{name}` occurs twice");
                self.report.error(
                    codes::ATTRIBUTE_TWICE,
                    &origin,
                    message,
                    "Delete one of the two.",
                );
                continue;
            }
            let value = self.decode(&value, value_at);
            attributes.push(MarkupAttribute {
                name: Arc::from(name),
                value: Arc::from(value),
                origin,
                value_origin: self.origin(value_at),
            });
        }
        attributes
    }

    fn decode(&mut self, text: &str, at: usize) -> String {
        entities::decode(text, |offset, reference| {
            let origin = Origin::new(self.source, at + offset);
            let message = format!("`{reference}` is not a character reference of RML");
            self.report.warn(
                codes::ENTITY,
                &origin,
                message,
                "Write the character itself.",
            );
        })
    }

    fn end(&mut self, name: &str, at: usize) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let found = self.open.iter().rposition(|element| &*element.name == name);
        match found.filter(|index| *index > 0) {
            Some(index) => {
                while self.open.len() > index + 1 {
                    self.close_open();
                }
                if let Some(element) = self.open.pop() {
                    self.close(element);
                }
            }
            // `<input></input>`: the start tag has closed it.
            None if vocabulary::VOID.contains(&name) => {}
            None => {
                let origin = self.origin(at);
                let open = self.open.iter().skip(1).map(|element| &*element.name);
                let hint = did_you_mean(name, open, "Delete it.");
                let message = format!("`</{name}>` closes nothing");
                self.report.error(codes::END_TAG, &origin, message, hint);
            }
        }
    }

    /// Closes an element that has no end tag.
    fn close_open(&mut self) {
        if let Some(element) = self.open.pop() {
            let message = format!("`<{}>` is not closed", element.name);
            let hint = format!("Add `</{}>`.", element.name);
            self.report
                .error(codes::NOT_CLOSED, &element.origin, message, hint);
            self.close(element);
        }
    }

    fn close(&mut self, element: Markup) {
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(MarkupNode::Element(element));
        }
    }

    fn text(&mut self, text: &str, at: usize, is_literal: bool) {
        if self.skipped > 0 || text.is_empty() || !self.counted(at) {
            return;
        }
        let parts = if is_literal {
            vec![TextPart::Literal(text.to_owned())]
        } else {
            self.parts(text, at)
        };
        let origin = self.origin(at);
        if let Some(parent) = self.open.last_mut() {
            parent.children.push(MarkupNode::Text(parts, origin));
        }
    }

    fn parts(&mut self, text: &str, at: usize) -> Vec<TextPart> {
        let mut parts = Vec::new();
        let mut done = 0;
        while let Some(start) = text[done..].find("{{").map(|found| done + found) {
            let Some(end) = text[start..].find("}}").map(|found| start + found) else {
                let origin = self.origin(at + start);
                let message = "`{{` has no `}}`";
                self.report
                    .error(codes::EXPRESSION, &origin, message, "Add `}}`.");
                break;
            };
            if start > done {
                parts.push(TextPart::Literal(
                    self.decode(&text[done..start], at + done),
                ));
            }
            let inner = self.decode(&text[start + 2..end], at + start + 2);
            parts.push(TextPart::Expression(inner, self.origin(at + start + 2)));
            done = end + 2;
        }
        if done < text.len() {
            parts.push(TextPart::Literal(self.decode(&text[done..], at + done)));
        }
        parts
    }

    fn finish(mut self) -> Markup {
        while self.open.len() > 1 {
            self.close_open();
        }
        self.open.pop().unwrap_or_else(|| Markup {
            name: Arc::from(""),
            attributes: Vec::new(),
            children: Vec::new(),
            origin: Origin::new(self.source, 0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes the tree in one line, and what was reported.
    fn read_text(text: &str) -> (String, Vec<String>) {
        fn write(element: &Markup, into: &mut String) {
            for child in &element.children {
                match child {
                    MarkupNode::Element(child) => {
                        into.push_str(&format!("{}(", child.name));
                        write(child, into);
                        into.push(')');
                    }
                    MarkupNode::Text(parts, _) => into.push_str(&format!("{}", parts.len())),
                }
            }
        }
        let mut report = Report::default();
        let root = read(&Source::new("a.rml", text), &mut report);
        let mut tree = String::new();
        write(&root, &mut tree);
        let problems = report.list().iter().map(ToString::to_string).collect();
        (tree, problems)
    }

    #[test]
    fn a_sloppy_template_is_read_and_each_mistake_is_reported() {
        let (tree, problems) = read_text("<div>\n<p>a<br>b {{ x }}\n</div></spam><spann>");
        assert_eq!(tree, "div(1p(1br()3))spann()");
        assert_eq!(
            problems,
            [
                "a.rml:2:1: error[rml-not-closed]: `<p>` is not closed. Add `</p>`.",
                "a.rml:3:7: error[rml-end-tag]: `</spam>` closes nothing. Delete it.",
                "a.rml:3:14: warning[rml-element]: `spann` is not an element of RML. Did you mean `span`?",
                "a.rml:3:14: error[rml-not-closed]: `<spann>` is not closed. Add `</spann>`.",
            ]
        );
    }

    #[test]
    fn what_is_too_deep_is_left_out() {
        let text = "<div>".repeat(MAX_DEPTH + 20) + &"</div>".repeat(MAX_DEPTH + 20) + "<p/>";
        let (tree, problems) = read_text(&text);
        assert!(tree.ends_with("p()"), "{tree}");
        assert!(problems[0].contains("rml-limit"));
        assert_eq!(tree.matches("div").count(), MAX_DEPTH);
    }

    #[test]
    fn expressions_keep_their_place() {
        let source = Source::new("a", "<p>x {{ a &lt; b }} {{ c</p>");
        let mut report = Report::default();
        let root = read(&source, &mut report);
        let MarkupNode::Element(p) = &root.children[0] else {
            panic!()
        };
        let MarkupNode::Text(parts, _) = &p.children[0] else {
            panic!()
        };
        let TextPart::Expression(text, origin) = &parts[1] else {
            panic!("{parts:?}")
        };
        assert_eq!(text, " a < b ");
        assert_eq!(origin.position().column, 8);
        assert_eq!(report.list()[0].code, "rml-expression");
        assert_eq!(parts.len(), 3);
    }
}
