//! Events on their way: which listeners, functions and assignments they cause, one after the other.

use std::collections::VecDeque;
use std::sync::Arc;

use super::state::{Document, Listener};
use crate::codes;
use crate::data::scope::Place;
use crate::data::source::{DataSource, Request, SourceError};
use crate::event::{Event, ListenerId, Phase};
use crate::expression::ast::Statement;
use crate::expression::evaluate::Stop;
use crate::limits::{MAX_LISTENERS, MAX_ROUNDS};
use crate::source::Origin;
use crate::template::plan::{TemplateElement, ViewKind};
use crate::tree::id::NodeId;
use crate::value::{Key, Value};

/// What the caller does next for an event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// Call a listener.
    Listen(ListenerId),
    /// Call a function of a data model.
    Call {
        /// The name of the model.
        model: Arc<str>,
        /// The name of the function.
        function: Arc<str>,
        /// Its arguments.
        arguments: Vec<Value>,
    },
    /// Set a variable, or the part of it to which the path leads. The next update asks for it.
    Assign {
        /// The name of the model.
        model: Arc<str>,
        /// The name of the variable.
        variable: Arc<str>,
        /// The way to the part; empty for the variable itself.
        path: Vec<Key>,
        /// The new value.
        value: Value,
    },
    /// Answer with [`Document::answer`]: the arguments of the next step depend on it.
    Ask(Request),
}

/// An event on its way. It holds nothing of the document, so that the caller may change it, or drop
/// it, while a step is done.
#[derive(Debug)]
pub struct Dispatch {
    events: VecDeque<Event>,
    event: Option<Event>,
    /// What is left at the current element.
    here: VecDeque<Task>,
    /// The elements that follow, with their phases.
    way: VecDeque<(NodeId, Phase)>,
    asked: VecDeque<Request>,
    rounds: usize,
    /// Where the last step is written.
    origin: Option<Origin>,
}

/// Something to do at an element.
#[derive(Debug)]
enum Task {
    Listen(ListenerId),
    /// A statement of an event binding: the index of the binding, and of the statement in it.
    Statement(Arc<TemplateElement>, usize, usize, Place),
    /// Setting the variable of `data-value` or `data-checked`.
    Control(NodeId, Arc<TemplateElement>, usize, Place),
}

impl Dispatch {
    pub(super) fn new(events: impl IntoIterator<Item = Event>) -> Self {
        Self {
            events: events.into_iter().collect(),
            event: None,
            here: VecDeque::new(),
            way: VecDeque::new(),
            asked: VecDeque::new(),
            rounds: 0,
            origin: None,
        }
    }

    /// Takes the events that have not begun.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        self.events.drain(..).collect()
    }

    /// Returns the event as it is at the last step.
    #[must_use]
    pub fn event(&self) -> Option<&Event> {
        self.event.as_ref()
    }

    /// Returns the event, to stop it.
    pub fn event_mut(&mut self) -> Option<&mut Event> {
        self.event.as_mut()
    }

    /// Returns what to do next, or `None` at the end.
    pub fn step(&mut self, document: &mut Document) -> Option<Step> {
        loop {
            if let Some(request) = self.asked.pop_front() {
                return Some(Step::Ask(request));
            }
            if let Some(task) = self.here.pop_front() {
                if let Some(step) = self.task(task, document) {
                    return Some(step);
                }
                continue;
            }
            if self.event.as_ref().is_some_and(|event| event.is_stopped) {
                self.way.clear();
            }
            match self.way.pop_front() {
                Some((node, phase)) => self.arrive(node, phase, document),
                None => {
                    if let Some(event) = self.event.take() {
                        let next = document.after(&event);
                        self.events.extend(next);
                    }
                    let event = self.events.pop_front()?;
                    self.start(event, document);
                }
            }
        }
    }

    fn start(&mut self, event: Event, document: &Document) {
        let mut path = Vec::new();
        let mut at = document.tree.parent(event.target);
        while let Some(node) = at {
            path.push(node);
            at = document.tree.parent(node);
        }
        self.way
            .extend(path.iter().rev().map(|node| (*node, Phase::Capture)));
        self.way.push_back((event.target, Phase::Target));
        if event.bubbles() {
            self.way
                .extend(path.iter().map(|node| (*node, Phase::Bubble)));
        }
        self.event = Some(event);
    }

    fn arrive(&mut self, node: NodeId, phase: Phase, document: &Document) {
        let Some(event) = &mut self.event else { return };
        let Some(element) = document.tree.element(node) else {
            return;
        };
        event.current = node;
        event.phase = phase;
        let listeners = document.listeners.get(&node).into_iter().flatten();
        let listeners = listeners.filter(|listener| {
            *listener.event == *event.kind
                && (listener.is_capture == (phase == Phase::Capture) || phase == Phase::Target)
        });
        self.here
            .extend(listeners.map(|listener| Task::Listen(listener.id)));
        let Some(template) = &element.template else {
            return;
        };
        if phase == Phase::Capture || element.place.model.is_none() {
            return;
        }
        // The variable first: the function then finds the new value.
        if &*event.kind == "change" && phase == Phase::Target {
            for (index, view) in template.views.iter().enumerate() {
                if matches!(view.kind, ViewKind::Value | ViewKind::Checked) {
                    let place = element.place.clone();
                    self.here
                        .push_back(Task::Control(node, Arc::clone(template), index, place));
                }
            }
        }
        for (binding, found) in template.events.iter().enumerate() {
            if *found.event == *event.kind {
                for statement in 0..found.statements.len() {
                    let place = element.place.clone();
                    let task = Task::Statement(Arc::clone(template), binding, statement, place);
                    self.here.push_back(task);
                }
            }
        }
    }

    fn task(&mut self, task: Task, document: &mut Document) -> Option<Step> {
        self.origin = None;
        let parameters = self
            .event
            .as_ref()
            .map(|event| Value::map(event.parameters.clone()));
        let (step, origin) = match &task {
            Task::Listen(listener) => return Some(Step::Listen(*listener)),
            Task::Statement(template, binding, statement, place) => {
                let binding = template.events.get(*binding)?;
                let statement = binding.statements.get(*statement)?;
                let origin = binding.origin.clone();
                (
                    document.statement(statement, place, parameters, &origin),
                    origin,
                )
            }
            Task::Control(node, template, view, place) => {
                let view = template.views.get(*view)?;
                let value = document.control_value(*node, &view.kind, self.event.as_ref()?)?;
                (
                    document.assign(&view.node, place, None, value, &view.origin),
                    view.origin.clone(),
                )
            }
        };
        match step {
            Ok(step) => {
                self.rounds = 0;
                self.origin = Some(origin);
                Some(step)
            }
            Err(requests) if requests.is_empty() || self.rounds == MAX_ROUNDS => None,
            Err(requests) => {
                self.rounds += 1;
                self.asked.extend(requests);
                self.here.push_front(task);
                None
            }
        }
    }

    /// Reports that the last step failed, at the binding that caused it.
    pub fn failed(&self, document: &mut Document, error: &SourceError) {
        if let Some(origin) = &self.origin {
            let message = error.to_string();
            document.report.error(codes::SOURCE, origin, message, "");
        }
    }
}

/// A step, or what must be asked first; nothing if there is no step.
type Next = Result<Step, Vec<Request>>;

impl Document {
    /// Starts an event on its way.
    #[must_use]
    pub fn event(&mut self, event: Event) -> Dispatch {
        Dispatch::new([event])
    }

    /// Sends an event, with all that it causes, to a source.
    pub fn dispatch(&mut self, event: Event, source: &mut dyn DataSource) {
        let dispatch = self.event(event);
        self.finish(dispatch, source);
    }

    /// Does all steps of an event.
    pub fn finish(&mut self, mut dispatch: Dispatch, source: &mut dyn DataSource) {
        while let Some(step) = dispatch.step(self) {
            let done = match step {
                Step::Ask(request) => {
                    let answer = request.ask(source);
                    self.answer(&request, answer);
                    Ok(())
                }
                Step::Listen(listener) => match dispatch.event_mut() {
                    Some(event) => source.listen(listener, event),
                    None => Ok(()),
                },
                Step::Call {
                    model,
                    function,
                    arguments,
                } => match dispatch.event_mut() {
                    Some(event) => source.call(&model, &function, event, &arguments),
                    None => Ok(()),
                },
                Step::Assign {
                    model,
                    variable,
                    path,
                    value,
                } => source.set(&model, &variable, &path, value),
            };
            if let Err(error) = done {
                dispatch.failed(self, &error);
            }
        }
    }

    /// Adds a listener to an element, and returns its id; `None` if there is no such element, or at
    /// the limit.
    pub fn add_listener(
        &mut self,
        node: NodeId,
        event: &str,
        is_capture: bool,
    ) -> Option<ListenerId> {
        self.tree.element(node)?;
        if self.listener_count >= MAX_LISTENERS {
            return None;
        }
        self.listener_count += 1;
        let id = ListenerId(self.next_listener);
        self.next_listener += 1;
        let listener = Listener {
            id,
            event: Arc::from(event),
            is_capture,
        };
        self.listeners.entry(node).or_default().push(listener);
        Some(id)
    }

    /// Removes a listener. Returns whether it was there.
    pub fn remove_listener(&mut self, node: NodeId, listener: ListenerId) -> bool {
        let Some(listeners) = self.listeners.get_mut(&node) else {
            return false;
        };
        let before = listeners.len();
        listeners.retain(|known| known.id != listener);
        let is_removed = listeners.len() < before;
        self.listener_count -= usize::from(is_removed);
        is_removed
    }

    fn statement(
        &mut self,
        statement: &Statement,
        place: &Place,
        event: Option<Value>,
        origin: &Origin,
    ) -> Next {
        match statement {
            Statement::Assign { target, value } => {
                let value = self.argument(value, place, event.clone(), origin)?;
                self.assign(target, place, event.as_ref(), value, origin)
            }
            Statement::Call {
                name,
                at,
                arguments,
            } => {
                let mut values = Vec::with_capacity(arguments.len());
                let mut missing = Vec::new();
                for argument in arguments {
                    match self.argument(argument, place, event.clone(), origin) {
                        Ok(value) => values.push(value),
                        Err(requests) if requests.is_empty() => return Err(requests),
                        Err(requests) => missing.extend(requests),
                    }
                }
                if !missing.is_empty() {
                    return Err(missing);
                }
                let model = place.model.and_then(|model| self.model(model));
                let Some(model) = model.filter(|model| !model.is_removed) else {
                    return Err(Vec::new());
                };
                if !model.events.contains(&**name) {
                    let message =
                        format!("the data model `{}` has no function `{name}`", model.name);
                    let hint = crate::suggest::did_you_mean(
                        name,
                        model.events.iter().map(String::as_str),
                        "Bind it with `bind_event`.",
                    );
                    self.report
                        .error(codes::CALLBACK, &origin.after(*at), message, hint);
                    return Err(Vec::new());
                }
                let (model, function) = (Arc::clone(&model.name), Arc::clone(name));
                Ok(Step::Call {
                    model,
                    function,
                    arguments: values,
                })
            }
        }
    }

    /// Evaluates an expression of an event. A variable that is dirty is asked for first.
    fn argument(
        &mut self,
        node: &crate::expression::ast::Node,
        place: &Place,
        event: Option<Value>,
        origin: &Origin,
    ) -> Result<Value, Vec<Request>> {
        let mut dirty = Vec::new();
        node.names(&mut |name, _| {
            if let Ok(Some(id)) = self.variable_of(name, place)
                && self.variable(id).is_some_and(|variable| variable.is_dirty)
            {
                dirty.push(id);
            }
        });
        let mut requests = Vec::new();
        for id in dirty {
            requests.extend(self.request(super::environment::Wanted::Variable(id)));
        }
        if !requests.is_empty() {
            return Err(requests);
        }
        let (value, wanted) = self.evaluate(node, place, event);
        match value {
            Ok(value) => Ok(value),
            Err(Stop::Pending) => Err(wanted
                .into_iter()
                .filter_map(|wanted| self.request(wanted))
                .collect()),
            Err(stop) => {
                self.report_stop(stop, origin);
                Err(Vec::new())
            }
        }
    }

    fn assign(
        &mut self,
        target: &crate::expression::ast::Node,
        place: &Place,
        event: Option<&Value>,
        value: Value,
        origin: &Origin,
    ) -> Next {
        let (address, wanted) = self.address(target, place, event);
        let address = match address {
            Ok(address) => address,
            Err(Stop::Pending) => {
                return Err(wanted
                    .into_iter()
                    .filter_map(|wanted| self.request(wanted))
                    .collect());
            }
            Err(stop) => {
                self.report_stop(stop, origin);
                return Err(Vec::new());
            }
        };
        let model = self
            .model(address.variable.model)
            .map(|model| Arc::clone(&model.name));
        let variable = self
            .variable(address.variable)
            .map(|variable| Arc::clone(&variable.name));
        let (Some(model), Some(variable)) = (model, variable) else {
            return Err(Vec::new());
        };
        self.mark_dirty(address.variable);
        Ok(Step::Assign {
            model,
            variable,
            path: address.path,
            value,
        })
    }
}
