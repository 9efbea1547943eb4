//! Templates after all their texts have been read: what elements are made of, again and again.

use std::sync::Arc;

use crate::expression::ast::{Node, Statement};
use crate::source::Origin;
use crate::style::declarations::Declaration;

/// An element or a text.
#[derive(Clone, Debug)]
pub(crate) enum TemplateNode {
    Element(Arc<TemplateElement>),
    Text(Arc<TemplateText>),
}

/// An element with its bindings.
#[derive(Debug)]
pub(crate) struct TemplateElement {
    pub(crate) name: Arc<str>,
    pub(crate) id: Option<Arc<str>>,
    pub(crate) classes: Vec<Arc<str>>,
    pub(crate) attributes: Vec<(Arc<str>, Arc<str>)>,
    pub(crate) inline: Vec<Declaration>,
    /// The name of `data-model`, and where it stands.
    pub(crate) model: Option<(Arc<str>, Origin)>,
    pub(crate) aliases: Vec<(Arc<str>, Node, Origin)>,
    pub(crate) rows: Option<Arc<Rows>>,
    pub(crate) views: Vec<Arc<View>>,
    pub(crate) events: Vec<EventBinding>,
    pub(crate) children: Vec<TemplateNode>,
    pub(crate) origin: Origin,
}

/// `data-for`.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) iterator: Arc<str>,
    pub(crate) index: Arc<str>,
    pub(crate) list: Node,
    /// Where the text of the list begins.
    pub(crate) origin: Origin,
}

/// A binding that shows a value.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) kind: ViewKind,
    pub(crate) node: Node,
    /// Where the text of the expression begins.
    pub(crate) origin: Origin,
}

/// What a value is shown as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ViewKind {
    Attribute(Arc<str>),
    AttributeIf(Arc<str>),
    Class(Arc<str>),
    Style(Arc<str>),
    If,
    Visible,
    Rml,
    /// `data-value`: also sets the variable when the user changes the control.
    Value,
    /// `data-checked`: likewise.
    Checked,
}

/// `data-event-...`.
#[derive(Debug)]
pub(crate) struct EventBinding {
    pub(crate) event: Arc<str>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) origin: Origin,
}

/// A text with expressions.
#[derive(Debug)]
pub(crate) struct TemplateText {
    pub(crate) parts: Vec<Part>,
}

/// A part of a text.
#[derive(Debug)]
pub(crate) enum Part {
    Literal(String),
    Expression {
        node: Node,
        /// What is between the braces, which is shown while there is no value.
        written: String,
        origin: Origin,
    },
}

impl TemplateText {
    pub(crate) fn is_bound(&self) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Expression { .. }))
    }

    /// Returns the text as it is written.
    pub(crate) fn written(&self) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Expression { written, .. } => {
                    text.push_str("{{");
                    text.push_str(written);
                    text.push_str("}}");
                }
            }
        }
        text
    }
}
