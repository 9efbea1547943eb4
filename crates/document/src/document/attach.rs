//! From templates to elements with bindings.

use std::sync::Arc;

use super::state::Document;
use crate::codes;
use crate::data::bindings::{Binding, What};
use crate::data::scope::{BindingId, Meaning, Place, VariableId};
use crate::expression::ast::Node;
use crate::limits::{MAX_DEPTH, MAX_NODES};
use crate::source::Origin;
use crate::suggest::did_you_mean;
use crate::template::plan::{Part, TemplateElement, TemplateNode, TemplateText, View, ViewKind};
use crate::tree::id::NodeId;
use crate::tree::node::{Element, Hidden, Kind};

impl Document {
    /// Makes the body.
    pub(super) fn mount(&mut self) {
        let body = Arc::clone(self.template.body());
        if let Some(root) = self.element(&body, &Place::default(), 0) {
            self.root = root;
            self.tree
                .stale
                .push((root, crate::tree::arena::Stale::Subtree));
        }
    }

    /// Makes a node and all in it, outside of the document. `depth` is that of its parent.
    pub(super) fn instantiate(
        &mut self,
        node: &TemplateNode,
        place: &Place,
        depth: usize,
    ) -> Option<NodeId> {
        match node {
            TemplateNode::Text(text) => self.text_node(text, place),
            TemplateNode::Element(element) => match &element.rows {
                Some(rows) => {
                    let what = What::Rows(Arc::clone(rows), Arc::clone(element));
                    self.marker(element, what, &rows.list, &rows.origin, place)
                }
                None => self.element(element, place, depth),
            },
        }
    }

    fn create(&mut self, kind: Kind, origin: Option<&Origin>) -> Option<NodeId> {
        let created = self.tree.create(kind);
        if created.is_none()
            && let Some(origin) = origin
        {
            let message = format!("the document has more than {MAX_NODES} elements and texts");
            self.report
                .error(codes::LIMIT, origin, message, "Show fewer rows.");
        }
        created
    }

    fn text_node(&mut self, text: &Arc<TemplateText>, place: &Place) -> Option<NodeId> {
        let kind = Kind::Text {
            text: text.written(),
            bindings: Vec::new(),
        };
        let node = self.create(kind, None)?;
        if text.is_bound() && place.model.is_some() {
            let mut names = Vec::new();
            let mut is_known = true;
            for part in &text.parts {
                if let Part::Expression { node, origin, .. } = part {
                    is_known &= self.resolve(node, origin, place, &mut names);
                }
            }
            if is_known || !names.is_empty() {
                let id = self.bind(node, What::Text(Arc::clone(text)), place, &names);
                if let Some(Kind::Text { bindings, .. }) =
                    self.tree.get_mut(node).map(|node| &mut node.kind)
                {
                    bindings.push(id);
                }
            }
        }
        Some(node)
    }

    /// Makes the element that marks the place of rows: it is never shown.
    fn marker(
        &mut self,
        template: &Arc<TemplateElement>,
        what: What,
        list: &Node,
        origin: &Origin,
        place: &Place,
    ) -> Option<NodeId> {
        let element = Element {
            name: Arc::clone(&template.name),
            hidden: Hidden {
                is_absent: true,
                is_invisible: false,
            },
            place: place.clone(),
            ..Element::default()
        };
        let node = self.create(Kind::Element(Box::new(element)), Some(&template.origin))?;
        let mut names = Vec::new();
        if place.model.is_some() && self.resolve(list, origin, place, &mut names) {
            let id = self.bind(node, what, place, &names);
            if let Some(element) = self.tree.element_mut(node) {
                element.bindings.push(id);
            }
        }
        Some(node)
    }

    /// Makes an element without its `data-for`, and all in it.
    pub(super) fn element(
        &mut self,
        template: &Arc<TemplateElement>,
        place: &Place,
        depth: usize,
    ) -> Option<NodeId> {
        if depth > MAX_DEPTH {
            let message = format!("elements are nested more than {MAX_DEPTH} deep");
            self.report.error(
                codes::LIMIT,
                &template.origin,
                message,
                "Nest fewer elements.",
            );
            return None;
        }
        let element = Element {
            name: Arc::clone(&template.name),
            id: template.id.clone(),
            classes: template.classes.clone(),
            attributes: template.attributes.clone(),
            inline: template.inline.clone(),
            template: Some(Arc::clone(template)),
            ..Element::default()
        };
        let node = self.create(Kind::Element(Box::new(element)), Some(&template.origin))?;
        self.fill(node, template, place, depth);
        Some(node)
    }

    /// Attaches the bindings of an element, and makes its children.
    pub(super) fn fill(
        &mut self,
        node: NodeId,
        template: &Arc<TemplateElement>,
        outer: &Place,
        depth: usize,
    ) {
        let mut place = outer.clone();
        if let Some((name, origin)) = &template.model {
            place.model = self.model_index(name);
            if place.model.is_none() {
                self.without_model.push((node, Arc::clone(template)));
                let known = self.models.iter().map(|model| &*model.name);
                let hint = did_you_mean(name, known, "Create it with `create_data_model`.");
                let message = format!("there is no data model `{name}`");
                self.report.error(codes::MODEL, origin, message, hint);
            }
        }
        if !template.aliases.is_empty() && place.model.is_some() {
            let mut names = Vec::new();
            for (alias, address, origin) in &template.aliases {
                if let Some(address) = self.fixed_address(address, origin, &place) {
                    names.push((Arc::clone(alias), Meaning::Address(address)));
                }
            }
            place = place.with(names);
        }
        if place.model.is_some() {
            for view in &template.views {
                self.view(node, view, &place);
            }
            self.check_events(template, &place);
        }
        if let Some(element) = self.tree.element_mut(node) {
            element.place = place.clone();
        }
        for child in &template.children {
            if let Some(child) = self.instantiate(child, &place, depth + 1) {
                self.tree.append_new(node, child);
            }
        }
    }

    fn view(&mut self, node: NodeId, view: &Arc<View>, place: &Place) {
        let mut names = Vec::new();
        if !self.resolve(&view.node, &view.origin, place, &mut names) {
            return;
        }
        if let ViewKind::Style(name) = &view.kind
            && let Err(refusal) = crate::style::declarations::declare(name, "inherit")
            && !name.starts_with("--")
        {
            crate::style::declarations::refuse(name, "", &refusal, &view.origin, &mut self.report);
            return;
        }
        let id = self.bind(node, What::View(Arc::clone(view)), place, &names);
        if let Some(element) = self.tree.element_mut(node) {
            element.bindings.push(id);
        }
    }

    fn bind(&mut self, node: NodeId, what: What, place: &Place, names: &[VariableId]) -> BindingId {
        let id = self.bindings.add(Binding {
            node,
            what,
            place: place.clone(),
            shown: None,
            list: None,
            is_pending: true,
        });
        for variable in names {
            if let Some(variable) = self.variable_mut(*variable) {
                variable.dependents.push(id);
            }
        }
        self.pending.push(id);
        self.is_dirty = true;
        id
    }

    /// Finds the variables of an expression, and reports names that do not exist.
    fn resolve(
        &mut self,
        node: &Node,
        origin: &Origin,
        place: &Place,
        found: &mut Vec<VariableId>,
    ) -> bool {
        let mut unknown = Vec::new();
        node.names(&mut |name, at| match self.variable_of(name, place) {
            Ok(Some(variable)) => {
                if !found.contains(&variable) {
                    found.push(variable);
                }
            }
            Ok(None) => {}
            Err(()) => unknown.push((Arc::clone(name), at)),
        });
        for (name, at) in &unknown {
            self.report_unknown(name, &origin.after(*at), place);
        }
        let mut is_known = unknown.is_empty();
        let mut transforms = Vec::new();
        node.transforms(&mut |name, at| transforms.push((Arc::clone(name), at)));
        for (name, at) in transforms {
            is_known &= self.check_transform(&name, &origin.after(at), place);
        }
        is_known
    }

    /// Returns the variable that a name means, `None` for the index of a row, or an error.
    pub(super) fn variable_of(&self, name: &str, place: &Place) -> Result<Option<VariableId>, ()> {
        // As in RmlUi, variables hide the names of rows.
        if let Some(model) = place.model
            && let Some(index) = self.model(model).and_then(|model| model.index_of(name))
        {
            return Ok(Some(VariableId { model, index }));
        }
        match place.find(name) {
            Some(Meaning::Address(address)) => Ok(Some(address.variable)),
            Some(Meaning::Index(_)) => Ok(None),
            None => Err(()),
        }
    }

    pub(super) fn report_unknown(&mut self, name: &str, origin: &Origin, place: &Place) {
        let (message, hint) = self.unknown(name, place);
        self.report.error(codes::VARIABLE, origin, message, hint);
    }

    /// Returns what is wrong with a name that does not exist, and what to do.
    pub(super) fn unknown(&self, name: &str, place: &Place) -> (String, String) {
        let Some(model) = place
            .model
            .and_then(|model| self.models.get(model as usize))
        else {
            return (format!("there is no variable `{name}`"), String::new());
        };
        let known = model.names().chain(place.names());
        let hint = did_you_mean(name, known, "Bind it in `on_bind_model`.");
        (
            format!("the data model `{}` has no variable `{name}`", model.name),
            hint,
        )
    }

    fn check_transform(&mut self, name: &str, origin: &Origin, place: &Place) -> bool {
        use crate::expression::transforms::NAMES;
        let model = place
            .model
            .and_then(|model| self.models.get(model as usize));
        let own = model.map(|model| &model.transforms);
        if NAMES.contains(&name) || own.is_some_and(|own| own.contains(name)) {
            return true;
        }
        let known = NAMES
            .into_iter()
            .chain(own.into_iter().flatten().map(String::as_str));
        let hint = did_you_mean(name, known, "Register it with `register_transform`.");
        let message = format!("there is no transform `{name}`");
        self.report.error(codes::TRANSFORM, origin, message, hint);
        false
    }

    /// Reports names in event bindings that do not exist: they would be found only when the user
    /// does something.
    fn check_events(&mut self, template: &TemplateElement, place: &Place) {
        use crate::expression::ast::Statement;
        for binding in &template.events {
            for statement in &binding.statements {
                let mut nodes = Vec::new();
                match statement {
                    Statement::Call {
                        name,
                        at,
                        arguments,
                    } => {
                        self.check_function(name, &binding.origin.after(*at), place);
                        nodes.extend(arguments);
                    }
                    Statement::Assign { target, value } => nodes.extend([target, value]),
                }
                let mut unknown = Vec::new();
                for node in nodes {
                    node.names(&mut |name, at| {
                        if &**name != "ev" && self.variable_of(name, place).is_err() {
                            unknown.push((Arc::clone(name), at));
                        }
                    });
                }
                for (name, at) in unknown {
                    self.report_unknown(&name, &binding.origin.after(at), place);
                }
            }
        }
    }

    fn check_function(&mut self, name: &str, origin: &Origin, place: &Place) {
        let Some(model) = place
            .model
            .and_then(|model| self.models.get(model as usize))
        else {
            return;
        };
        if model.events.contains(name) {
            return;
        }
        let known = model.events.iter().map(String::as_str);
        let hint = did_you_mean(name, known, "Bind it with `bind_event`.");
        let message = format!("the data model `{}` has no function `{name}`", model.name);
        self.report.error(codes::CALLBACK, origin, message, hint);
    }

    /// Frees a node that is not in the document, with its bindings and listeners.
    pub(super) fn free(&mut self, node: NodeId) {
        for node in self.tree.subtree(node) {
            let bindings = match self.tree.get(node).map(|node| &node.kind) {
                Some(Kind::Element(element)) => element.bindings.clone(),
                Some(Kind::Text { bindings, .. }) => bindings.clone(),
                None => Vec::new(),
            };
            for binding in bindings {
                self.bindings.remove(binding);
            }
            if let Some(listeners) = self.listeners.remove(&node) {
                self.listener_count -= listeners.len();
            }
            for known in [&mut self.focus, &mut self.hover, &mut self.active] {
                if *known == Some(node) {
                    *known = None;
                }
            }
        }
        self.tree.free(node);
    }

    /// Takes a node out of the document and frees it.
    pub(super) fn discard(&mut self, node: NodeId) {
        self.tree.detach(node);
        self.free(node);
    }
}
