//! A document as a list of widgets, for front ends that draw widgets.
//!
//! What follows each other on a line becomes a row, a text beside a control its label, and each
//! control the widget of its kind. Colours of texts and the meaning of buttons are kept; boxes,
//! margins and fonts are those of the front end.

use crate::retained::ops::{Control, Op, What, image, progress};
use lichtfeld_document::{Document, NodeId, StyleValue};
use lichtfeld_panel::{ButtonStyle, Flow, Kind, Rgba, Text, TextStyle};
use std::collections::VecDeque;

/// Returns the steps that draw a document.
pub(super) fn lower(document: &Document) -> Vec<Op> {
    let mut lowering = Lowering {
        document,
        ops: Vec::new(),
    };
    if document.is_shown() {
        lowering.block(document.root());
    }
    lowering.ops
}

struct Lowering<'d> {
    document: &'d Document,
    ops: Vec<Op>,
}

/// A part of a line.
enum Part {
    Text(Run),
    Control(Control),
    Other(Vec<Op>),
}

/// Text with one colour.
#[derive(Default)]
struct Run {
    text: String,
    style: TextStyle,
    color: Option<Rgba>,
}

impl Lowering<'_> {
    /// Draws an element that begins a line of its own, with what is in it.
    ///
    /// The depth of documents is bounded ([`lichtfeld_document::limits::MAX_DEPTH`]).
    fn block(&mut self, node: NodeId) {
        if !self.is_shown(node) {
            return;
        }
        let name = self.document.name(node).unwrap_or_default();
        if self.document.id(node) == Some("im-root") {
            self.ops.push(Op::Draw);
            return;
        }
        if name == "hr" || self.has_class(node, "separator") {
            self.ops.push(Op::Place(Kind::Separator));
            return;
        }
        if let Some(part) = self.single(node) {
            self.line(VecDeque::from([part]));
            return;
        }
        let is_boxed = self.has_class(node, "card");
        if is_boxed {
            self.ops.push(Op::Open(Flow::Box));
        }
        if self.is_row(node) {
            let parts = self.parts_of(node, true);
            self.line(parts);
        } else {
            self.content(node);
        }
        if is_boxed {
            self.ops.push(Op::Close);
        }
    }

    /// Draws the children of a block: those on a line together, others one below the other.
    fn content(&mut self, node: NodeId) {
        let mut line = VecDeque::new();
        for child in self.document.children(node).to_vec() {
            if self.document.name(child).is_none() || self.is_inline(child) {
                self.add(&mut line, child, false);
                continue;
            }
            let before = std::mem::take(&mut line);
            self.line(before);
            if self.document.name(child) != Some("br") {
                self.block(child);
            }
        }
        self.line(line);
    }

    fn parts_of(&mut self, node: NodeId, is_flex: bool) -> VecDeque<Part> {
        let mut parts = VecDeque::new();
        for child in self.document.children(node).to_vec() {
            self.add(&mut parts, child, is_flex);
        }
        parts
    }

    /// Adds a child to a line. In a flexible box each element is a part of its own.
    fn add(&mut self, parts: &mut VecDeque<Part>, child: NodeId, is_flex: bool) {
        if self.document.name(child).is_some() && !self.is_shown(child) {
            return;
        }
        if let Some(part) = self.single(child) {
            parts.push_back(part);
            return;
        }
        if self.is_plain_text(child) {
            let text = self.shown_text(child);
            let run = self.run(child, text);
            match parts.back_mut() {
                // Words of one sentence, also if a part of it is bold.
                Some(Part::Text(last)) if !is_flex && last.color == run.color => {
                    last.text.push_str(&run.text);
                }
                _ if run.text.trim().is_empty() => {}
                _ => parts.push_back(Part::Text(run)),
            }
            return;
        }
        if !is_flex && self.is_inline(child) {
            let inner = self.parts_of(child, false);
            parts.extend(inner);
            return;
        }
        let before = std::mem::take(&mut self.ops);
        self.block(child);
        let inner = std::mem::replace(&mut self.ops, before);
        if !inner.is_empty() {
            parts.push_back(Part::Other(inner));
        }
    }

    /// Draws a line: a text directly before a control is its label, one after a check box too.
    fn line(&mut self, mut parts: VecDeque<Part>) {
        let mut done: Vec<Part> = Vec::new();
        while let Some(part) = parts.pop_front() {
            match part {
                Part::Control(mut control) if control.label.is_empty() => {
                    let is_choice = matches!(control.what, What::Checkbox(_) | What::Radio(_));
                    let is_named = |part: Option<&Part>| matches!(part, Some(Part::Text(run)) if !run.text.trim().is_empty());
                    let label = if is_choice && is_named(parts.front()) {
                        parts.pop_front()
                    } else if is_named(done.last()) {
                        done.pop()
                    } else {
                        None
                    };
                    if let Some(Part::Text(run)) = label {
                        control.label = collapsed(&run.text);
                    }
                    done.push(Part::Control(control));
                }
                part => done.push(part),
            }
        }
        let count = done.len();
        if count > 1 {
            self.ops.push(Op::Open(Flow::Row));
        }
        for part in done {
            match part {
                Part::Text(run) => {
                    let text = collapsed(&run.text);
                    if !text.is_empty() {
                        self.ops.push(Op::Place(Kind::Text {
                            text: Text::new(text),
                            style: run.style,
                            color: run.color,
                        }));
                    }
                }
                Part::Control(control) => self.ops.push(Op::Control(Box::new(control))),
                Part::Other(ops) if count > 1 => {
                    self.ops.push(Op::Open(Flow::Column));
                    self.ops.extend(ops);
                    self.ops.push(Op::Close);
                }
                Part::Other(ops) => self.ops.extend(ops),
            }
        }
        if count > 1 {
            self.ops.push(Op::Close);
        }
    }

    /// Returns what an element is, if it is one widget.
    fn single(&self, node: NodeId) -> Option<Part> {
        let name = self.document.name(node)?;
        if self.document.id(node) == Some("im-root") {
            return Some(Part::Other(vec![Op::Draw]));
        }
        let place = |kind| Some(Part::Other(vec![Op::Place(kind)]));
        match name {
            "img" => {
                let source = self.document.attribute(node, "src").unwrap_or_default();
                place(image(&source, self.size(node)))
            }
            "progress" | "progressbar" => {
                let max = self.number(node, "max", 1.0);
                let value = self.number(node, "value", 0.0);
                let fraction = if max > 0.0 { value / max } else { 0.0 };
                place(progress(fraction, self.size(node)))
            }
            "button" | "input" | "select" | "textarea" => self.control(node, name),
            _ if self.reacts_to_clicks(node) && self.is_clickable_text(node) => {
                let is_selected = ["selected", "active", "is-selected", "is-active"]
                    .iter()
                    .any(|class| self.has_class(node, class));
                let label = collapsed(&self.shown_text(node));
                self.made(node, label, What::Line { is_selected })
            }
            _ => None,
        }
    }

    fn control(&self, node: NodeId, name: &str) -> Option<Part> {
        let value = || self.document.attribute(node, "value").unwrap_or_default();
        let hint = || {
            self.document
                .attribute(node, "placeholder")
                .unwrap_or_default()
        };
        let kind = self.document.attribute(node, "type").unwrap_or_default();
        let mut label = self.label_for(node);
        let what = match (name, &*kind) {
            ("button", _) => {
                label = collapsed(&self.shown_text(node));
                What::Button(self.meaning(node))
            }
            ("input", "button" | "submit" | "reset") => {
                label = value();
                What::Button(self.meaning(node))
            }
            ("input", "checkbox") => What::Checkbox(self.is_set(node, "checked")),
            ("input", "radio") => What::Radio(self.is_set(node, "checked")),
            ("input", "range") => What::Slider {
                value: self.number(node, "value", 0.0),
                min: self.number(node, "min", 0.0),
                max: self.number(node, "max", 100.0),
                step: self.number(node, "step", 1.0),
            },
            ("input", "hidden") => return None,
            ("select", _) => {
                let options = self.options(node);
                let chosen = options.iter().position(|(_, known)| *known == value());
                let chosen = chosen.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1);
                What::Choice { options, chosen }
            }
            ("textarea", _) => What::Text {
                value: value(),
                hint: hint(),
                height: self.size(node).1.max(60.0),
            },
            _ => What::Text {
                value: value(),
                hint: hint(),
                height: 0.0,
            },
        };
        self.made(node, label, what)
    }

    fn made(&self, node: NodeId, label: String, what: What) -> Option<Part> {
        let tooltip = ["data-tooltip", "title", "tooltip"]
            .iter()
            .find_map(|name| self.document.attribute(node, name));
        Some(Part::Control(Control {
            node,
            label,
            is_disabled: self.is_set(node, "disabled"),
            tooltip: tooltip.filter(|text| !text.is_empty()),
            what,
        }))
    }

    /// The name that a control has without a text beside it.
    fn label_for(&self, node: NodeId) -> String {
        let named = self.document.attribute(node, "aria-label");
        named.unwrap_or_default()
    }

    /// The options of a list, with their values, which are their texts where they have none.
    fn options(&self, node: NodeId) -> Vec<(String, String)> {
        let mut options = Vec::new();
        for child in self.document.children(node) {
            match self.document.name(*child) {
                Some("option") if self.is_shown(*child) => {
                    let text = collapsed(&self.document.text(*child));
                    let value = self.document.attribute(*child, "value");
                    let value = value.unwrap_or_else(|| text.clone());
                    options.push((text, value));
                }
                Some("optgroup") => options.extend(self.options(*child)),
                _ => {}
            }
        }
        options
    }

    fn meaning(&self, node: NodeId) -> ButtonStyle {
        [
            ("primary", ButtonStyle::Primary),
            ("secondary", ButtonStyle::Secondary),
            ("success", ButtonStyle::Success),
            ("warning", ButtonStyle::Warning),
            ("error", ButtonStyle::Error),
            ("danger", ButtonStyle::Error),
            ("small", ButtonStyle::Small),
        ]
        .into_iter()
        .find(|(name, _)| {
            self.has_class(node, &format!("btn--{name}")) || self.has_class(node, name)
        })
        .map_or(ButtonStyle::Plain, |(_, style)| style)
    }

    fn run(&self, node: NodeId, text: String) -> Run {
        let element = if self.document.name(node).is_some() {
            Some(node)
        } else {
            self.document.parent(node)
        };
        let Some(element) = element else {
            return Run {
                text,
                ..Run::default()
            };
        };
        let name = self.document.name(element).unwrap_or_default();
        let is_heading = name.len() == 2 && name.starts_with('h') && name != "hr";
        let style = if is_heading || self.has_class(element, "section-header") {
            TextStyle::Heading
        } else if name == "li" {
            TextStyle::Bullet
        } else if name == "p" {
            TextStyle::Wrapped
        } else if self.has_class(element, "text-muted") || self.has_class(element, "text-disabled")
        {
            TextStyle::Disabled
        } else {
            TextStyle::Plain
        };
        let color = match style {
            TextStyle::Disabled => None,
            _ => self.own_color(element),
        };
        Run { text, style, color }
    }

    /// The colour of a text, if it is not that of all texts.
    fn own_color(&self, node: NodeId) -> Option<Rgba> {
        let color = |node| match self.document.property(node, "color") {
            Some(StyleValue::Color(color)) => Some(color),
            _ => None,
        };
        let own = color(node)?;
        if Some(own) == color(self.document.root()) {
            return None;
        }
        let part = |channel: u8| f32::from(channel) / 255.0;
        Some(Rgba::new(
            part(own.red),
            part(own.green),
            part(own.blue),
            part(own.alpha),
        ))
    }

    /// The width and height that the style gives in pixels; 0 where it does not.
    fn size(&self, node: NodeId) -> (f32, f32) {
        let length = |name| match self.document.property(node, name) {
            Some(StyleValue::Length(length, _)) => length,
            _ => 0.0,
        };
        (length("width"), length("height"))
    }

    fn number(&self, node: NodeId, name: &str, otherwise: f64) -> f64 {
        let text = self.document.attribute(node, name);
        let number = text.and_then(|text| text.trim().parse::<f64>().ok());
        number
            .filter(|number| number.is_finite())
            .unwrap_or(otherwise)
    }

    fn is_set(&self, node: NodeId, attribute: &str) -> bool {
        self.document.attribute(node, attribute).is_some()
    }

    fn has_class(&self, node: NodeId, class: &str) -> bool {
        self.document.has_class(node, class)
    }

    fn is_shown(&self, node: NodeId) -> bool {
        let style = self.document.style_of(node);
        style.is_none_or(|style| !style.is("display", "none") && !style.is("visibility", "hidden"))
    }

    /// Whether an element is a part of the line it stands in.
    fn is_inline(&self, node: NodeId) -> bool {
        let Some(style) = self.document.style_of(node) else {
            return true;
        };
        let is_line_break = self.document.name(node) == Some("br");
        !is_line_break
            && (style.is("display", "inline")
                || style.is("display", "inline-block")
                || style.is("display", "inline-flex"))
    }

    fn is_row(&self, node: NodeId) -> bool {
        let style = self.document.style_of(node);
        style.is_some_and(|style| {
            let is_flex = style.is("display", "flex") || style.is("display", "inline-flex");
            let is_column = style.is("flex-direction", "column")
                || style.is("flex-direction", "column-reverse");
            (is_flex && !is_column) || style.is("display", "table-row")
        })
    }

    /// Returns the text in a node, without that of elements that are not shown.
    fn shown_text(&self, node: NodeId) -> String {
        if self.document.name(node).is_none() {
            return self.document.text(node);
        }
        let children = self.document.children(node).iter();
        let shown = children.filter(|child| self.is_shown(**child));
        shown.map(|child| self.shown_text(*child)).collect()
    }

    /// Whether a node is text, with nothing in it but text.
    fn is_plain_text(&self, node: NodeId) -> bool {
        if self.document.name(node).is_none() {
            return true;
        }
        let children = self.document.children(node);
        self.single(node).is_none()
            && children.iter().all(|child| {
                self.document.name(*child).is_none()
                    || (self.is_inline(*child) && self.is_plain_text(*child))
            })
    }

    /// Whether an element that reacts to clicks has nothing in it that reacts on its own.
    fn is_clickable_text(&self, node: NodeId) -> bool {
        !collapsed(&self.shown_text(node)).is_empty() && !self.has_control(node)
    }

    /// Whether an element itself reacts to one of the events that a click consists of.
    fn reacts_to_clicks(&self, node: NodeId) -> bool {
        ["click", "mousedown", "mouseup"]
            .iter()
            .any(|event| self.document.listens(node, event))
    }

    fn has_control(&self, node: NodeId) -> bool {
        self.document.children(node).iter().any(|child| {
            let name = self.document.name(*child).unwrap_or_default();
            ["button", "input", "select", "textarea"].contains(&name)
                || self.reacts_to_clicks(*child)
                || self.has_control(*child)
        })
    }
}

/// A text with single spaces, as it is shown.
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
