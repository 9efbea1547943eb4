//! Parsed expressions.

use std::sync::Arc;

use crate::value::Value;

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// A part of an expression. Offsets count from the start of the expression's text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Literal(Value),
    Name {
        name: Arc<str>,
        at: usize,
    },
    Member {
        of: Box<Node>,
        name: Arc<str>,
        at: usize,
    },
    Index {
        of: Box<Node>,
        index: Box<Node>,
        at: usize,
    },
    Not(Box<Node>),
    Negate(Box<Node>),
    Binary {
        operator: Operator,
        left: Box<Node>,
        right: Box<Node>,
    },
    Condition {
        condition: Box<Node>,
        then: Box<Node>,
        otherwise: Box<Node>,
    },
    Transform {
        name: Arc<str>,
        at: usize,
        input: Box<Node>,
        arguments: Vec<Node>,
    },
}

/// A statement of `data-event-...`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Statement {
    /// `address = expression`; the target is a `Name`, `Member` or `Index`.
    Assign { target: Node, value: Node },
    /// `name(arguments)`.
    Call {
        name: Arc<str>,
        at: usize,
        arguments: Vec<Node>,
    },
}

impl Node {
    /// Calls `visit` for each name of a variable, with its offset.
    pub(crate) fn names(&self, visit: &mut impl FnMut(&Arc<str>, usize)) {
        self.walk(&mut |node| {
            if let Self::Name { name, at } = node {
                visit(name, *at);
            }
        });
    }

    /// Calls `visit` for each transform, with its offset.
    pub(crate) fn transforms(&self, visit: &mut impl FnMut(&Arc<str>, usize)) {
        self.walk(&mut |node| {
            if let Self::Transform { name, at, .. } = node {
                visit(name, *at);
            }
        });
    }

    fn walk(&self, visit: &mut impl FnMut(&Self)) {
        visit(self);
        match self {
            Self::Literal(_) | Self::Name { .. } => {}
            Self::Member { of, .. } => of.walk(visit),
            Self::Index { of, index, .. } => {
                of.walk(visit);
                index.walk(visit);
            }
            Self::Not(operand) | Self::Negate(operand) => operand.walk(visit),
            Self::Binary { left, right, .. } => {
                left.walk(visit);
                right.walk(visit);
            }
            Self::Condition {
                condition,
                then,
                otherwise,
            } => {
                condition.walk(visit);
                then.walk(visit);
                otherwise.walk(visit);
            }
            Self::Transform {
                input, arguments, ..
            } => {
                input.walk(visit);
                for argument in arguments {
                    argument.walk(visit);
                }
            }
        }
    }
}
