//! Updates: from what is dirty to the elements that depend on it, and to nothing else.

use std::sync::Arc;

use super::environment::Wanted;
use super::state::Document;
use crate::codes;
use crate::data::bindings::What;
use crate::data::scope::{BindingId, Place};
use crate::data::source::{DataSource, Request};
use crate::expression::evaluate::Stop;
use crate::limits::MAX_ROUNDS;
use crate::source::Source;
use crate::style::declarations::{self, Declaration};
use crate::style::matching;
use crate::template;
use crate::template::plan::{Part, TemplateNode, TemplateText, View, ViewKind};
use crate::tree::arena::Stale;
use crate::tree::id::NodeId;
use crate::tree::node::Kind;
use crate::value::Value;

impl Document {
    /// Brings everything up to date, with the values of a source. Returns whether anything was dirty.
    pub fn update(&mut self, source: &mut dyn DataSource) -> bool {
        let was_dirty = self.needs_update();
        loop {
            let requests = self.requests();
            if requests.is_empty() {
                return was_dirty;
            }
            for request in requests {
                let answer = request.ask(source);
                self.answer(&request, answer);
            }
        }
    }

    /// Does a part of an update: returns what is needed to go on. [Answer](Self::answer) each, and
    /// call this again; if nothing is needed, the update is complete.
    ///
    /// No foreign code runs within, so that a caller can leave the document between two calls.
    pub fn requests(&mut self) -> Vec<Request> {
        if self.round == 0 && !self.needs_update() {
            return Vec::new();
        }
        if self.round == 0 {
            self.want_dirty();
        }
        self.round += 1;
        if self.round > MAX_ROUNDS {
            self.give_up();
        }
        let mut requests = self.wanted_variables();
        if requests.is_empty() {
            requests = self.evaluate_pending();
        }
        if requests.is_empty() {
            self.round = 0;
            self.transformed.clear();
            self.is_dirty = self.models.iter().any(|model| {
                !model.is_removed
                    && model
                        .variables
                        .iter()
                        .any(|variable| variable.is_dirty && !variable.dependents.is_empty())
            });
            self.restyle();
        }
        requests
    }

    /// Moves what was dirty before the update to what it asks for. What becomes dirty while it runs
    /// is left for the next one.
    fn want_dirty(&mut self) {
        let bindings = &self.bindings;
        for model in self.models.iter_mut().filter(|model| !model.is_removed) {
            for variable in model
                .variables
                .iter_mut()
                .filter(|variable| variable.is_dirty)
            {
                variable
                    .dependents
                    .retain(|binding| bindings.get(*binding).is_some());
                // What nobody shows is asked for when somebody does.
                if !variable.dependents.is_empty() {
                    variable.is_dirty = false;
                    variable.is_wanted = true;
                } else {
                    variable.value = None;
                }
            }
        }
        self.is_dirty = false;
    }

    fn wanted_variables(&self) -> Vec<Request> {
        let mut requests = Vec::new();
        for model in self.models.iter().filter(|model| !model.is_removed) {
            for variable in model.variables.iter().filter(|variable| variable.is_wanted) {
                requests.push(Request::Variable {
                    model: Arc::clone(&model.name),
                    variable: Arc::clone(&variable.name),
                });
            }
        }
        requests
    }

    /// Ends an update that asks again and again.
    fn give_up(&mut self) {
        for id in std::mem::take(&mut self.pending) {
            if let Some(origin) = self.origin_of(id) {
                let message = format!("the value needed more than {MAX_ROUNDS} rounds");
                self.report
                    .error(codes::LIMIT, &origin, message, "Use fewer transforms.");
            }
            if let Some(binding) = self.bindings.get_mut(id) {
                binding.is_pending = false;
            }
        }
        for variable in self
            .models
            .iter_mut()
            .flat_map(|model| &mut model.variables)
        {
            variable.is_wanted = false;
        }
    }

    /// Evaluates bindings until all are done or wait for something.
    fn evaluate_pending(&mut self) -> Vec<Request> {
        let mut requests: Vec<Request> = Vec::new();
        let mut waiting = Vec::new();
        let mut queue = std::mem::take(&mut self.pending);
        while !queue.is_empty() {
            for id in queue {
                let wanted = self.evaluate_binding(id);
                if wanted.is_empty() {
                    continue;
                }
                waiting.push(id);
                for wanted in wanted {
                    let Some(request) = self.request(wanted) else {
                        continue;
                    };
                    if !requests.contains(&request) {
                        requests.push(request);
                    }
                }
            }
            // Those of rows that were made just now.
            queue = std::mem::take(&mut self.pending);
        }
        if requests.is_empty() {
            // Nothing can be asked for what these wait for.
            for id in waiting {
                if let Some(binding) = self.bindings.get_mut(id) {
                    binding.is_pending = false;
                }
            }
        } else {
            self.pending = waiting;
        }
        requests
    }

    pub(super) fn request(&mut self, wanted: Wanted) -> Option<Request> {
        match wanted {
            Wanted::Transform(request) => Some(request),
            Wanted::Variable(id) => {
                let variable = self.variable_mut(id)?;
                variable.is_wanted = true;
                variable.is_dirty = false;
                let variable = Arc::clone(&variable.name);
                let model = self.model(id.model).filter(|model| !model.is_removed)?;
                Some(Request::Variable {
                    model: Arc::clone(&model.name),
                    variable,
                })
            }
        }
    }

    /// Evaluates one binding and shows its value. Returns what is missing.
    fn evaluate_binding(&mut self, id: BindingId) -> Vec<Wanted> {
        let Some(binding) = self.bindings.get(id) else {
            return Vec::new();
        };
        let (node, what, place) = (binding.node, binding.what.clone(), binding.place.clone());
        let wanted = match &what {
            What::View(view) => self.show_view(id, node, view, &place),
            What::Text(text) => self.show_text(node, text, &place),
            What::Rows(rows, template) => self.show_rows(id, node, rows, template, &place),
        };
        if wanted.is_empty()
            && let Some(binding) = self.bindings.get_mut(id)
        {
            binding.is_pending = false;
        }
        wanted
    }

    fn show_text(&mut self, node: NodeId, text: &Arc<TemplateText>, place: &Place) -> Vec<Wanted> {
        let mut shown = String::new();
        let mut missing = Vec::new();
        for part in &text.parts {
            match part {
                Part::Literal(literal) => shown.push_str(literal),
                Part::Expression {
                    node,
                    written,
                    origin,
                } => {
                    let (value, wanted) = self.evaluate(node, place, None);
                    missing.extend(wanted);
                    match value {
                        Ok(value) => shown.push_str(&value.to_string()),
                        Err(stop) => {
                            self.report_stop(stop, origin);
                            // Never a blank: the author sees what has no value.
                            shown.push_str("{{");
                            shown.push_str(written);
                            shown.push_str("}}");
                        }
                    }
                }
            }
        }
        if missing.is_empty() {
            self.tree.set_text(node, &shown);
        }
        missing
    }

    fn show_view(
        &mut self,
        id: BindingId,
        node: NodeId,
        view: &Arc<View>,
        place: &Place,
    ) -> Vec<Wanted> {
        let (value, wanted) = self.evaluate(&view.node, place, None);
        let value = match value {
            Ok(value) => value,
            Err(Stop::Pending) => return wanted,
            Err(stop) => {
                self.report_stop(stop, &view.origin);
                return Vec::new();
            }
        };
        let Some(binding) = self.bindings.get_mut(id) else {
            return Vec::new();
        };
        // A control may have another value by now, which the user has entered.
        let is_control = matches!(view.kind, ViewKind::Value | ViewKind::Checked);
        if !is_control && binding.shown.as_ref() == Some(&value) {
            return Vec::new();
        }
        binding.shown = Some(value.clone());
        self.show_value(node, view, &value);
        Vec::new()
    }

    fn show_value(&mut self, node: NodeId, view: &View, value: &Value) {
        match &view.kind {
            ViewKind::Attribute(name) => self.put_attribute(node, name, Some(&value.to_string())),
            ViewKind::AttributeIf(name) => {
                self.put_attribute(node, name, value.to_bool().then_some(""));
            }
            ViewKind::Class(name) => self.tree.set_class(node, name, value.to_bool()),
            ViewKind::Style(name) => self.show_style(node, name, view, value),
            ViewKind::If | ViewKind::Visible => {
                let is_hidden = !value.to_bool();
                if let Some(element) = self.tree.element_mut(node) {
                    if view.kind == ViewKind::If {
                        element.hidden.is_absent = is_hidden;
                    } else {
                        element.hidden.is_invisible = is_hidden;
                    }
                    self.tree.stale.push((node, Stale::Inline));
                }
            }
            ViewKind::Rml => self.show_rml(node, &value.to_string()),
            ViewKind::Value => {
                self.put_attribute(node, &Arc::from("value"), Some(&value.to_string()));
            }
            ViewKind::Checked => {
                let Some(element) = self.tree.element(node) else {
                    return;
                };
                let is_radio = element
                    .attribute("type")
                    .is_some_and(|kind| &**kind == "radio");
                let is_on = if is_radio {
                    element
                        .attribute("value")
                        .is_some_and(|own| **own == *value.to_string())
                } else {
                    value.to_bool()
                };
                if matching::is_checked(element) != is_on {
                    self.tree
                        .set_attribute(node, &Arc::from("checked"), is_on.then_some(""));
                }
            }
        }
    }

    fn show_style(&mut self, node: NodeId, name: &Arc<str>, view: &View, value: &Value) {
        let text = value.to_string();
        self.remove_inline(node, name);
        if text.is_empty() {
            return;
        }
        match declarations::declare(name, &text) {
            Ok(all) => {
                let all = all.into_iter().map(|declared| Declaration {
                    declared,
                    is_important: false,
                    origin: view.origin.clone(),
                });
                if let Some(element) = self.tree.element_mut(node) {
                    element.inline.extend(all);
                }
            }
            Err(refusal) => {
                declarations::refuse(name, &text, &refusal, &view.origin, &mut self.report);
            }
        }
    }

    /// Removes a property, or those of a shorthand, from the inline style.
    pub(super) fn remove_inline(&mut self, node: NodeId, name: &str) {
        let Some(element) = self.tree.element_mut(node) else {
            return;
        };
        element
            .inline
            .retain(|known| !declarations::is_of(&known.declared, name));
        self.tree.stale.push((node, Stale::Inline));
    }

    fn show_rml(&mut self, node: NodeId, text: &str) {
        let nodes = match &self.fragment {
            Some((known, nodes)) if known == text => Arc::clone(nodes),
            _ => {
                let source = Source::new("data-rml", text);
                let nodes: Arc<[TemplateNode]> =
                    template::fragment(&source, &mut self.report).into();
                self.fragment = Some((text.to_owned(), Arc::clone(&nodes)));
                nodes
            }
        };
        self.put_children(node, &nodes);
    }

    /// Returns whether a node is a text.
    pub(super) fn is_text(&self, node: NodeId) -> bool {
        matches!(
            self.tree.get(node).map(|node| &node.kind),
            Some(Kind::Text { .. })
        )
    }
}
