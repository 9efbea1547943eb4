//! What the caller tells a document: values, and which of them may have changed.

use super::environment::transform_key;
use super::state::Document;
use crate::codes;
use crate::data::bindings::What;
use crate::data::model::Model;
use crate::data::scope::{BindingId, VariableId};
use crate::data::source::{Request, SourceError};
use crate::source::Origin;
use crate::template::plan::{Part, ViewKind};
use crate::value::Value;

impl Document {
    /// Adds a data model, for elements that name it already and for those to come. A model of the
    /// same name is replaced.
    pub fn add_model(&mut self, model: Model) {
        use crate::data::model::ModelState;
        self.remove_model(&model.name.clone());
        let name = model.name.clone();
        self.models.push(ModelState::new(model));
        let waiting = std::mem::take(&mut self.without_model);
        for (node, template) in waiting {
            let is_meant = template
                .model
                .as_ref()
                .is_some_and(|(wanted, _)| **wanted == *name);
            let Some(parent) = self.tree.get(node).map(|node| node.parent) else {
                continue;
            };
            if !is_meant {
                self.without_model.push((node, template));
                continue;
            }
            let outer = parent.and_then(|parent| self.tree.element(parent));
            let place = outer.map(|outer| outer.place.clone()).unwrap_or_default();
            self.clear(node);
            let depth = self.tree.depth(node);
            self.fill(node, &template, &place, depth);
            self.children_replaced(node);
        }
        self.is_dirty = true;
    }

    /// Removes a data model: nothing is asked of it any more, and its elements stay as they are.
    /// Returns whether there was one of this name.
    pub fn remove_model(&mut self, name: &str) -> bool {
        let Some(index) = self.model_index(name) else {
            return false;
        };
        let Some(model) = self.models.get_mut(index as usize) else {
            return false;
        };
        model.is_removed = true;
        let dependents: Vec<BindingId> = model
            .variables
            .iter_mut()
            .flat_map(|variable| std::mem::take(&mut variable.dependents))
            .collect();
        for binding in dependents {
            self.bindings.remove(binding);
        }
        true
    }

    /// Says that a variable may have changed. The next update asks for it once. Returns `false` if
    /// there is no such model or variable.
    pub fn dirty(&mut self, model: &str, variable: &str) -> bool {
        let Some(id) = self.find_variable(model, variable) else {
            return false;
        };
        self.mark_dirty(id);
        true
    }

    /// Says that every variable of a model may have changed.
    pub fn dirty_all(&mut self, model: &str) {
        let Some(index) = self.model_index(model) else {
            return;
        };
        if let Some(model) = self.models.get_mut(index as usize) {
            for variable in &mut model.variables {
                variable.is_dirty = true;
            }
        }
        self.is_dirty = true;
    }

    /// Returns whether the next update asks for a variable.
    #[must_use]
    pub fn is_variable_dirty(&self, model: &str, variable: &str) -> bool {
        let found = self
            .find_variable(model, variable)
            .and_then(|id| self.variable(id));
        found.is_some_and(|variable| variable.is_dirty)
    }

    /// Returns whether an update would do anything.
    #[must_use]
    pub fn needs_update(&self) -> bool {
        self.is_dirty || !self.pending.is_empty() || !self.tree.stale.is_empty()
    }

    /// Sets the value of a variable without being asked, such as that of a list of records.
    pub fn set_value(&mut self, model: &str, variable: &str, value: Value) -> bool {
        let Some(id) = self.find_variable(model, variable) else {
            return false;
        };
        self.take_value(id, value);
        true
    }

    /// Answers a request. The order of answers does not matter.
    pub fn answer(&mut self, request: &Request, answer: Result<Value, SourceError>) {
        match request {
            Request::Variable { model, variable } => {
                let Some(id) = self.find_variable(model, variable) else {
                    return;
                };
                match answer {
                    Ok(value) => self.take_value(id, value),
                    Err(error) => self.take_failure(id, &error),
                }
            }
            Request::Transform { .. } => {
                let answer = answer.map_err(|error| error.0);
                let answer = answer.and_then(|value| {
                    let is_bounded = value.is_bounded();
                    is_bounded
                        .then_some(value)
                        .ok_or_else(|| "the value is too large".to_owned())
                });
                self.transformed.insert(transform_key(request), answer);
            }
        }
    }

    fn find_variable(&self, model: &str, variable: &str) -> Option<VariableId> {
        let model = self.model_index(model)?;
        let index = self.model(model)?.index_of(variable)?;
        Some(VariableId { model, index })
    }

    pub(super) fn mark_dirty(&mut self, id: VariableId) {
        if let Some(variable) = self.variable_mut(id) {
            variable.is_dirty = true;
            self.is_dirty = true;
        }
    }

    fn take_value(&mut self, id: VariableId, value: Value) {
        if !value.is_bounded() {
            let error = SourceError::new("the value is nested too deeply, or has too many parts");
            self.take_failure(id, &error);
            return;
        }
        let Some(variable) = self.variable_mut(id) else {
            return;
        };
        variable.is_wanted = false;
        let is_known = variable.value.as_ref() == Some(&value);
        variable.value = Some(value);
        let mut dependents = variable.dependents.clone();
        if is_known {
            // What has not changed is shown already, but for controls: the user may have entered
            // something that the setter has refused.
            dependents.retain(|binding| self.is_control(*binding));
        }
        if !dependents.is_empty() {
            self.mark_pending(&dependents);
            self.is_dirty = true;
        }
    }

    fn is_control(&self, binding: BindingId) -> bool {
        let what = self.bindings.get(binding).map(|binding| &binding.what);
        matches!(
            what,
            Some(What::View(view)) if matches!(view.kind, ViewKind::Value | ViewKind::Checked)
        )
    }

    fn take_failure(&mut self, id: VariableId, error: &SourceError) {
        let Some(variable) = self.variable_mut(id) else {
            return;
        };
        variable.is_wanted = false;
        let name = std::sync::Arc::clone(&variable.name);
        let dependents = variable.dependents.clone();
        if variable.value.is_none() {
            variable.value = Some(Value::Null);
            self.mark_pending(&dependents);
        }
        let origin = dependents
            .iter()
            .find_map(|binding| self.origin_of(*binding));
        let origin = origin.or_else(|| {
            let root = self.tree.element(self.root)?;
            root.template
                .as_ref()
                .map(|template| template.origin.clone())
        });
        if let Some(origin) = origin {
            let message = format!("the getter of `{name}` failed: {error}");
            self.report.error(codes::SOURCE, &origin, message, "");
        }
    }

    pub(super) fn origin_of(&self, binding: BindingId) -> Option<Origin> {
        Some(match &self.bindings.get(binding)?.what {
            What::View(view) => view.origin.clone(),
            What::Rows(rows, _) => rows.origin.clone(),
            What::Text(text) => text.parts.iter().find_map(|part| match part {
                Part::Expression { origin, .. } => Some(origin.clone()),
                Part::Literal(_) => None,
            })?,
        })
    }

    pub(super) fn mark_pending(&mut self, bindings: &[BindingId]) {
        for id in bindings {
            if let Some(binding) = self.bindings.get_mut(*id)
                && !binding.is_pending
            {
                binding.is_pending = true;
                self.pending.push(*id);
            }
        }
    }
}
