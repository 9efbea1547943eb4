//! The value of an expression.

use std::sync::Arc;

use super::ast::{Node, Operator};
use super::transforms;
use crate::codes::{self, DocumentCode};
use crate::limits::MAX_TEXT;
use crate::value::{Key, Value};

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stop {
    /// Something that was asked for is not known yet: evaluate again when it is.
    Pending,
    /// The offset in the expression, what is wrong and what to do.
    Problem {
        code: DocumentCode,
        at: usize,
        message: String,
        hint: String,
    },
}

/// What an expression needs from outside.
pub(crate) trait Environment {
    /// Returns the value of a variable.
    fn variable(&mut self, name: &Arc<str>, at: usize) -> Result<Value, Stop>;

    /// Returns the result of a transform that is not built in.
    fn transform(
        &mut self,
        name: &Arc<str>,
        at: usize,
        input: Value,
        arguments: Vec<Value>,
    ) -> Result<Value, Stop>;
}

/// Evaluates a node. The parser bounds the depth and the number of nodes.
pub(crate) fn evaluate(node: &Node, environment: &mut dyn Environment) -> Result<Value, Stop> {
    match node {
        Node::Literal(value) => Ok(value.clone()),
        Node::Name { name, at } => environment.variable(name, *at),
        Node::Member { of, name, at } => {
            let value = evaluate(of, environment)?;
            member(&value, &Key::Name(Arc::clone(name)), *at)
        }
        Node::Index { of, index, at } => {
            let value = evaluate(of, environment)?;
            let key = key(&evaluate(index, environment)?);
            member(&value, &key, *at)
        }
        Node::Not(operand) => Ok(Value::Bool(!evaluate(operand, environment)?.to_bool())),
        Node::Negate(operand) => Ok(transforms::whole(
            -evaluate(operand, environment)?.to_number(),
        )),
        Node::Binary {
            operator,
            left,
            right,
        } => {
            let left = evaluate(left, environment)?;
            match operator {
                Operator::And if !left.to_bool() => return Ok(Value::Bool(false)),
                Operator::Or if left.to_bool() => return Ok(Value::Bool(true)),
                _ => {}
            }
            let right = evaluate(right, environment)?;
            binary(*operator, &left, &right)
        }
        Node::Condition {
            condition,
            then,
            otherwise,
        } => {
            let chosen = if evaluate(condition, environment)?.to_bool() {
                then
            } else {
                otherwise
            };
            evaluate(chosen, environment)
        }
        Node::Transform {
            name,
            at,
            input,
            arguments,
        } => {
            let input = evaluate(input, environment)?;
            let mut values = Vec::with_capacity(arguments.len());
            for argument in arguments {
                values.push(evaluate(argument, environment)?);
            }
            match transforms::apply(name, &input, &values) {
                Some(value) => bounded(value, *at),
                None => environment.transform(name, *at, input, values),
            }
        }
    }
}

/// Returns an index as a step into a value.
pub(crate) fn key(index: &Value) -> Key {
    match index {
        Value::Text(name) => Key::Name(Arc::clone(name)),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a conversion that does not fit saturates, and no list is as long"
        )]
        other => match other.to_number() {
            number if number < 0.0 => Key::Index(usize::MAX),
            number => Key::Index(number as usize),
        },
    }
}

fn member(value: &Value, key: &Key, at: usize) -> Result<Value, Stop> {
    value
        .member(key)
        .ok_or_else(|| problem_of_member(value, key, at))
}

/// Returns why a value does not have a member.
pub(crate) fn problem_of_member(value: &Value, key: &Key, at: usize) -> Stop {
    let (message, hint) = match (value, key) {
        (Value::List(list), Key::Index(index)) => (
            format!(
                "the list has {} values, so there is none with the index {index}",
                list.len()
            ),
            "Indices begin with 0.".to_owned(),
        ),
        (Value::Map(map), Key::Name(name)) => (
            format!("the value has no member `{name}`"),
            crate::suggest::did_you_mean(name, map.keys().map(String::as_str), ""),
        ),
        (value, Key::Name(name)) => (
            format!("{} has no member `{name}`", value.kind()),
            String::new(),
        ),
        (value, Key::Index(_)) => (format!("{} has no indices", value.kind()), String::new()),
    };
    // A value that is absent so far, such as `None`, is not a mistake of the template.
    let code = if matches!(value, Value::Map(_)) {
        codes::VARIABLE
    } else {
        codes::VALUE
    };
    Stop::Problem {
        code,
        at,
        message,
        hint,
    }
}

fn binary(operator: Operator, left: &Value, right: &Value) -> Result<Value, Stop> {
    let is_text = matches!(left, Value::Text(_)) || matches!(right, Value::Text(_));
    let (x, y) = (left.to_number(), right.to_number());
    let whole = matches!((left, right), (Value::Int(_), Value::Int(_)));
    Ok(match operator {
        Operator::Add if is_text => return bounded(Value::from(format!("{left}{right}")), 0),
        Operator::Equal if is_text => Value::Bool(left.to_string() == right.to_string()),
        Operator::NotEqual if is_text => Value::Bool(left.to_string() != right.to_string()),
        Operator::Equal => Value::Bool(x == y),
        Operator::NotEqual => Value::Bool(x != y),
        Operator::Add if whole => transforms::whole(x + y),
        Operator::Subtract if whole => transforms::whole(x - y),
        Operator::Multiply if whole => transforms::whole(x * y),
        Operator::Add => Value::Float(x + y),
        Operator::Subtract => Value::Float(x - y),
        Operator::Multiply => Value::Float(x * y),
        Operator::Divide => Value::Float(x / y),
        Operator::Less => Value::Bool(x < y),
        Operator::LessOrEqual => Value::Bool(x <= y),
        Operator::Greater => Value::Bool(x > y),
        Operator::GreaterOrEqual => Value::Bool(x >= y),
        // Decided by the left operand otherwise.
        Operator::And | Operator::Or => Value::Bool(right.to_bool()),
    })
}

fn bounded(value: Value, at: usize) -> Result<Value, Stop> {
    match &value {
        Value::Text(text) if text.len() > MAX_TEXT => Err(Stop::Problem {
            code: codes::LIMIT,
            at,
            message: format!("the text is longer than {MAX_TEXT} bytes"),
            hint: String::new(),
        }),
        _ => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::expression;
    use super::*;

    struct Fixed;

    impl Environment for Fixed {
        fn variable(&mut self, name: &Arc<str>, at: usize) -> Result<Value, Stop> {
            Ok(match &**name {
                "radius" => Value::Float(8.7),
                "rating" => Value::Int(79),
                "names" => Value::list(["a".into(), "b".into()]),
                "row" => Value::map([("title", "T".into())]),
                "big" => Value::text("x".repeat(MAX_TEXT)),
                "none" => Value::Null,
                _ => {
                    return Err(Stop::Problem {
                        code: codes::VARIABLE,
                        at,
                        message: String::new(),
                        hint: String::new(),
                    });
                }
            })
        }

        fn transform(
            &mut self,
            name: &Arc<str>,
            _at: usize,
            input: Value,
            arguments: Vec<Value>,
        ) -> Result<Value, Stop> {
            match &**name {
                "later" => Err(Stop::Pending),
                _ => Ok(Value::from(format!("{input}/{}", arguments.len()))),
            }
        }
    }

    fn value(text: &str) -> String {
        match evaluate(&expression(text).unwrap(), &mut Fixed) {
            Ok(value) => value.to_string(),
            Err(Stop::Pending) => "pending".into(),
            Err(Stop::Problem {
                code,
                at,
                message,
                hint,
            }) => {
                format!("{} at {at}: {message} {hint}", code.code)
            }
        }
    }

    #[test]
    fn expressions_have_the_values_of_rmlui() {
        for (text, expected) in [
            ("rating < 80", "1"),
            ("radius + 'm'", "8.7m"),
            ("(radius | format(2)) + 'm'", "8.70m"),
            ("radius < 10.5 ? 'small' : 'large'", "small"),
            ("'hot' + 'dog' | to_upper", "HOTDOG"),
            (
                "true || false ? (true && 3==1+2 ? 'Absolutely!' : 'well..') : 'no'",
                "Absolutely!",
            ),
            ("1 + 2 * 3 - 4 / 2", "5"),
            ("-3.2 + 1", "-2.2"),
            ("!rating", "0"),
            ("7 / 2", "3.5"),
            // One level, from left to right.
            ("true || true && false", "0"),
            ("names.size", "2"),
            ("names[1]", "b"),
            ("names[names.size - 1]", "b"),
            ("row.title", "T"),
            ("row['title']", "T"),
            ("'1' == 1", "1"),
            ("none == 0", "1"),
            ("names | count(1, 2)", "[2 values]/2"),
            ("\"it's\"", "it's"),
            ("'it\\'s'", "it's"),
            ("1 - 1 - 1", "-1"),
            ("-rating", "-79"),
            ("rating >= 79 && rating != 80", "1"),
            ("1 | later", "pending"),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn what_has_no_value_says_why() {
        assert_eq!(
            value("names[2]"),
            "rml-value at 5: the list has 2 values, so there is none with the index 2 Indices begin with 0."
        );
        assert!(value("names[-1]").contains("no"), "{}", value("names[-1]"));
        assert_eq!(
            value("row.titel"),
            "rml-variable at 4: the value has no member `titel` Did you mean `title`?"
        );
        assert_eq!(
            value("rating.x"),
            "rml-value at 7: a number has no member `x` "
        );
        assert!(value("big + 'x'").starts_with("rml-limit"));
        assert!(value("big | to_upper").len() == MAX_TEXT);
    }
}
