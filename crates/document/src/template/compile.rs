//! From markup to a template: attributes become bindings, `style` becomes declarations.

use std::sync::Arc;

use super::plan::{
    EventBinding, Part, Rows, TemplateElement, TemplateNode, TemplateText, View, ViewKind,
};
use crate::codes;
use crate::diagnostic::Report;
use crate::expression::parse::{self, Mistake};
use crate::rml::markup::{Markup, MarkupAttribute, MarkupNode, TextPart};
use crate::rml::vocabulary;
use crate::source::Origin;
use crate::style::declarations;
use crate::suggest::{did_you_mean, nearest};

/// Reads the nodes of markup.
pub(crate) fn nodes(markup: &[MarkupNode], report: &mut Report) -> Vec<TemplateNode> {
    let mut nodes = Vec::with_capacity(markup.len());
    for node in markup {
        match node {
            MarkupNode::Element(markup) => match &*markup.name {
                "script" => {
                    let hint = "Do the work in the plugin.";
                    report.warn(
                        codes::SCRIPT,
                        &markup.origin,
                        "`<script>` does not run",
                        hint,
                    );
                }
                // Read with the head of the document.
                "style" | "link" | "head" => {}
                _ => nodes.push(TemplateNode::Element(Arc::new(element(markup, report)))),
            },
            MarkupNode::Text(parts, _) => nodes.extend(text(parts, report)),
        }
    }
    nodes
}

/// Reads a text; one of white space alone is no node, as in RmlUi.
fn text(parts: &[TextPart], report: &mut Report) -> Option<TemplateNode> {
    let is_empty = parts.iter().all(|part| match part {
        TextPart::Literal(literal) => literal.trim().is_empty(),
        TextPart::Expression(..) => false,
    });
    if is_empty {
        return None;
    }
    let parts = parts.iter().map(|part| match part {
        TextPart::Literal(literal) => Part::Literal(literal.clone()),
        TextPart::Expression(written, origin) => match parse::expression(written) {
            Ok(node) => Part::Expression {
                node,
                written: written.clone(),
                origin: origin.clone(),
            },
            Err(mistake) => {
                refuse(&mistake, origin, report);
                Part::Literal(format!("{{{{{written}}}}}"))
            }
        },
    });
    Some(TemplateNode::Text(Arc::new(TemplateText {
        parts: parts.collect(),
    })))
}

fn refuse(mistake: &Mistake, origin: &Origin, report: &mut Report) {
    let Mistake { at, message } = mistake;
    report.error(codes::EXPRESSION, &origin.after(*at), message.as_str(), "");
}

/// Reads one element and all in it. The depth of markup is bounded.
pub(crate) fn element(markup: &Markup, report: &mut Report) -> TemplateElement {
    let mut element = TemplateElement {
        name: Arc::clone(&markup.name),
        id: None,
        classes: Vec::new(),
        attributes: Vec::new(),
        inline: Vec::new(),
        model: None,
        aliases: Vec::new(),
        rows: None,
        views: Vec::new(),
        events: Vec::new(),
        children: nodes(&markup.children, report),
        origin: markup.origin.clone(),
    };
    for attribute in &markup.attributes {
        take(&mut element, attribute, report);
    }
    if &*element.name == "textarea"
        && element
            .attributes
            .iter()
            .all(|(name, _)| &**name != "value")
    {
        // RmlUi keeps the text of the element as its value.
        let text = markup.text();
        if !text.trim().is_empty()
            && !element
                .views
                .iter()
                .any(|view| view.kind == ViewKind::Value)
        {
            element
                .attributes
                .push((Arc::from("value"), Arc::from(text)));
        }
        element.children.clear();
    }
    element
}

fn take(element: &mut TemplateElement, attribute: &MarkupAttribute, report: &mut Report) {
    let MarkupAttribute {
        name,
        value,
        value_origin,
        ..
    } = attribute;
    if name.starts_with("data-") {
        bind(element, attribute, report);
        return;
    }
    match &**name {
        "id" => element.id = Some(Arc::clone(value)).filter(|id| !id.is_empty()),
        "class" => {
            for class in value.split_whitespace() {
                if !element.classes.iter().any(|known| &**known == class) {
                    element.classes.push(Arc::from(class));
                }
            }
        }
        "style" => element.inline = declarations::inline(value, value_origin, report),
        _ => element
            .attributes
            .push((Arc::clone(name), Arc::clone(value))),
    }
}

fn bind(element: &mut TemplateElement, attribute: &MarkupAttribute, report: &mut Report) {
    let MarkupAttribute {
        name,
        value,
        origin,
        value_origin,
    } = attribute;
    let rest = &name["data-".len()..];
    let whole = match rest {
        "if" => Some(ViewKind::If),
        "visible" => Some(ViewKind::Visible),
        "rml" => Some(ViewKind::Rml),
        "value" => Some(ViewKind::Value),
        "checked" => Some(ViewKind::Checked),
        "model" => {
            element.model = Some((Arc::clone(value), value_origin.clone()));
            return;
        }
        "for" => {
            match parse::rows(value) {
                Ok((iterator, index, list, at)) => {
                    let origin = value_origin.after(at);
                    element.rows = Some(Arc::new(Rows {
                        iterator,
                        index,
                        list,
                        origin,
                    }));
                }
                Err(mistake) => refuse(&mistake, value_origin, report),
            }
            return;
        }
        _ => None,
    };
    let (kind, modifier) = match rest.split_once('-') {
        Some((kind, modifier)) if !modifier.is_empty() => (kind, Arc::<str>::from(modifier)),
        _ => (rest, Arc::from("")),
    };
    let kind = whole.or_else(|| match kind {
        _ if modifier.is_empty() => None,
        "attr" => Some(ViewKind::Attribute(Arc::clone(&modifier))),
        "attrif" => Some(ViewKind::AttributeIf(Arc::clone(&modifier))),
        "class" => Some(ViewKind::Class(Arc::clone(&modifier))),
        "style" => Some(ViewKind::Style(Arc::clone(&modifier))),
        _ => None,
    });
    if let Some(kind) = kind {
        let parsed = match kind {
            ViewKind::Value | ViewKind::Checked => parse::address(value),
            _ => parse::expression(value),
        };
        match parsed {
            Ok(node) => {
                let origin = value_origin.clone();
                element.views.push(Arc::new(View { kind, node, origin }));
            }
            Err(mistake) => refuse(&mistake, value_origin, report),
        }
        return;
    }
    match rest.split_once('-') {
        Some(("event", event)) if !event.is_empty() => {
            event_binding(element, event, attribute, report);
        }
        Some(("alias", alias)) if !alias.is_empty() => match parse::address(value) {
            Ok(node) => element
                .aliases
                .push((Arc::from(alias), node, value_origin.clone())),
            Err(mistake) => refuse(&mistake, value_origin, report),
        },
        _ => {
            // An attribute of the author, for selectors and for `get_attribute`.
            element
                .attributes
                .push((Arc::clone(name), Arc::clone(value)));
            let all = vocabulary::BINDINGS
                .iter()
                .chain(vocabulary::BINDINGS_WITH)
                .copied();
            let kind = rest.split('-').next().unwrap_or(rest);
            let known = all.chain(["data-attr", "data-class", "data-event", "data-style"]);
            let found = nearest(&format!("data-{kind}"), known);
            if let Some(found) = found {
                let message = format!("`{name}` is not a binding");
                let hint = format!("Did you mean `{found}`?");
                report.error(codes::DATA_ATTRIBUTE, origin, message, hint);
            }
        }
    }
}

fn event_binding(
    element: &mut TemplateElement,
    event: &str,
    attribute: &MarkupAttribute,
    report: &mut Report,
) {
    let MarkupAttribute {
        value,
        origin,
        value_origin,
        ..
    } = attribute;
    if !vocabulary::EVENTS.contains(&event) {
        let hint = did_you_mean(event, vocabulary::EVENTS.iter().copied(), "");
        let message = format!("`{event}` is not an event of RML");
        report.warn(codes::EVENT, origin, message, hint);
    }
    match parse::statements(value) {
        Ok(statements) => element.events.push(EventBinding {
            event: Arc::from(event),
            statements,
            origin: value_origin.clone(),
        }),
        Err(mistake) => refuse(&mistake, value_origin, report),
    }
}
