//! The names of an expression at its place, with their values.

use std::sync::Arc;

use super::state::Document;
use crate::codes;
use crate::data::model::{ModelState, Variable};
use crate::data::scope::{Address, Meaning, Place, VariableId};
use crate::data::source::Request;
use crate::expression::ast::Node;
use crate::expression::evaluate::{self, Environment, Stop, problem_of_member};
use crate::source::Origin;
use crate::value::{Key, Value};

/// Evaluates expressions at one place, and collects what is not known yet.
pub(super) struct Names<'a> {
    pub(super) document: &'a mut Document,
    pub(super) place: &'a Place,
    /// The parameters of an event, as `ev`.
    pub(super) event: Option<Value>,
    pub(super) wanted: Vec<Wanted>,
}

/// What an expression needs.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wanted {
    Variable(VariableId),
    Transform(Request),
}

impl Document {
    pub(super) fn model(&self, index: u32) -> Option<&ModelState> {
        self.models.get(index as usize)
    }

    pub(super) fn model_index(&self, name: &str) -> Option<u32> {
        let found = self
            .models
            .iter()
            .position(|model| &*model.name == name && !model.is_removed);
        u32::try_from(found?).ok()
    }

    pub(super) fn variable(&self, id: VariableId) -> Option<&Variable> {
        self.model(id.model)?.variables.get(id.index as usize)
    }

    pub(super) fn variable_mut(&mut self, id: VariableId) -> Option<&mut Variable> {
        self.models
            .get_mut(id.model as usize)?
            .variables
            .get_mut(id.index as usize)
    }

    /// Evaluates an expression. What is missing is in the second part.
    pub(super) fn evaluate(
        &mut self,
        node: &Node,
        place: &Place,
        event: Option<Value>,
    ) -> (Result<Value, Stop>, Vec<Wanted>) {
        let mut names = Names {
            document: self,
            place,
            event,
            wanted: Vec::new(),
        };
        let value = evaluate::evaluate(node, &mut names);
        (value, names.wanted)
    }

    /// Returns the address that a node means now.
    pub(super) fn address(
        &mut self,
        node: &Node,
        place: &Place,
        event: Option<&Value>,
    ) -> (Result<Address, Stop>, Vec<Wanted>) {
        let mut names = Names {
            document: self,
            place,
            event: event.cloned(),
            wanted: Vec::new(),
        };
        let address = names.address(node);
        (address, names.wanted)
    }

    /// Returns an address that needs no values, and reports one that does.
    pub(super) fn fixed_address(
        &mut self,
        node: &Node,
        origin: &Origin,
        place: &Place,
    ) -> Option<Address> {
        match self.address(node, place, None).0 {
            Ok(address) => Some(address),
            Err(Stop::Problem {
                code,
                at,
                message,
                hint,
            }) => {
                self.report.error(code, &origin.after(at), message, hint);
                None
            }
            Err(Stop::Pending) => {
                let message = "the index of an alias must be a number";
                self.report
                    .error(codes::EXPRESSION, origin, message, "Use `data-for`.");
                None
            }
        }
    }

    pub(super) fn report_stop(&mut self, stop: Stop, origin: &Origin) {
        if let Stop::Problem {
            code,
            at,
            message,
            hint,
        } = stop
        {
            self.report.error(code, &origin.after(at), message, hint);
        }
    }
}

/// The memory of results of transforms, as long as an update runs.
pub(super) fn transform_key(request: &Request) -> String {
    format!("{request:?}")
}

impl Names<'_> {
    fn want(&mut self, wanted: Wanted) -> Stop {
        if !self.wanted.contains(&wanted) {
            self.wanted.push(wanted);
        }
        Stop::Pending
    }

    fn unknown(&self, name: &str, at: usize) -> Stop {
        let (message, hint) = self.document.unknown(name, self.place);
        Stop::Problem {
            code: codes::VARIABLE,
            at,
            message,
            hint,
        }
    }

    fn value_at(&mut self, address: &Address, at: usize) -> Result<Value, Stop> {
        let Some(variable) = self.document.variable(address.variable) else {
            return Err(Stop::Pending);
        };
        let Some(mut value) = variable.value.clone() else {
            return Err(self.want(Wanted::Variable(address.variable)));
        };
        for key in &address.path {
            value = value
                .member(key)
                .ok_or_else(|| problem_of_member(&value, key, at))?;
        }
        Ok(value)
    }

    fn address(&mut self, node: &Node) -> Result<Address, Stop> {
        match node {
            Node::Name { name, at } => match self.document.variable_of(name, self.place) {
                Ok(Some(variable)) => match self.place.find(name) {
                    Some(Meaning::Address(address)) if address.variable == variable => {
                        Ok(address.clone())
                    }
                    _ => Ok(Address {
                        variable,
                        path: Vec::new(),
                    }),
                },
                Ok(None) => Err(problem(*at, format!("`{name}` is the index of a row"))),
                Err(()) => Err(self.unknown(name, *at)),
            },
            Node::Member { of, name, .. } => {
                let mut address = self.address(of)?;
                address.path.push(Key::Name(Arc::clone(name)));
                Ok(address)
            }
            Node::Index { of, index, .. } => {
                let mut address = self.address(of)?;
                let index = evaluate::evaluate(index, self)?;
                address.path.push(evaluate::key(&index));
                Ok(address)
            }
            _ => Err(problem(0, "this is not the name of a variable".to_owned())),
        }
    }
}

fn problem(at: usize, message: String) -> Stop {
    Stop::Problem {
        code: codes::VARIABLE,
        at,
        message,
        hint: String::new(),
    }
}

impl Environment for Names<'_> {
    fn variable(&mut self, name: &Arc<str>, at: usize) -> Result<Value, Stop> {
        if let Some(event) = self.event.as_ref().filter(|_| &**name == "ev") {
            return Ok(event.clone());
        }
        if let Ok(Some(variable)) = self.document.variable_of(name, self.place) {
            return match self.place.find(name) {
                Some(Meaning::Address(address)) if address.variable == variable => {
                    let address = address.clone();
                    self.value_at(&address, at)
                }
                _ => self.value_at(
                    &Address {
                        variable,
                        path: Vec::new(),
                    },
                    at,
                ),
            };
        }
        match self.place.find(name) {
            Some(Meaning::Index(index)) => Ok(Value::Int(*index)),
            _ => Err(self.unknown(name, at)),
        }
    }

    fn transform(
        &mut self,
        name: &Arc<str>,
        at: usize,
        input: Value,
        arguments: Vec<Value>,
    ) -> Result<Value, Stop> {
        let model = self
            .place
            .model
            .and_then(|model| self.document.model(model));
        let Some(model) = model.filter(|model| model.transforms.contains(&**name)) else {
            let message = format!("there is no transform `{name}`");
            let hint = String::new();
            return Err(Stop::Problem {
                code: codes::TRANSFORM,
                at,
                message,
                hint,
            });
        };
        let request = Request::Transform {
            model: Arc::clone(&model.name),
            transform: Arc::clone(name),
            input,
            arguments,
        };
        match self.document.transformed.get(&transform_key(&request)) {
            Some(Ok(value)) => Ok(value.clone()),
            Some(Err(message)) => Err(Stop::Problem {
                code: codes::SOURCE,
                at,
                message: format!("the transform `{name}` failed: {message}"),
                hint: String::new(),
            }),
            None => Err(self.want(Wanted::Transform(request))),
        }
    }
}
